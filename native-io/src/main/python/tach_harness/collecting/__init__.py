"""What there is to run: pytest's options and its collection, one file at a time or all at once.

Imports ``base`` and ``reporting``.
"""
