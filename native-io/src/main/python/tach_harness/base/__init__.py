"""What everything else stands on: the wire, processes, descriptors, the standard library as it was, pytest's versions.

Imports nothing of the other packages. ``test_layers.py`` holds all of them to their order.
"""
