"""Of several words for one node, which counts. Without pytest: the program that compares has none."""

from __future__ import annotations

# When a node has several reports the strongest word counts.
STRENGTH = ("passed", "skipped", "xfailed", "xpassed", "failed", "error")


def stronger(one: str | None, other: str) -> str:
    """Return the word that counts of two; ``one`` is None if there was none yet."""
    return other if one is None or STRENGTH.index(other) > STRENGTH.index(one) else one
