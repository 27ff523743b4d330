"""The zygote: a pytest session that forks workers where others run tests, and writes pytest's summary.

Imports all others.
"""
