"""Which process runs a test, what happens to it afterwards, and what is done when isolation and pytest disagree.

Imports ``base``, ``reporting`` and ``collecting``.
"""
