"""A worker: what it is for plugins, and its life from the fork to its end.

Imports all but ``zygote``.
"""
