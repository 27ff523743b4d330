"""What is told of a test: pytest's reports as frames, captured output, what a test left running.

Imports ``base``.
"""
