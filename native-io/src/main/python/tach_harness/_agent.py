"""Zygote and worker: where the C agent is, which rewinds the memory of this process."""

from __future__ import annotations

path = ""
"""The shared object, as the command line of the zygote names it; empty where it was not built."""
