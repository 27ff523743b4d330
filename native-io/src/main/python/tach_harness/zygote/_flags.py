"""Zygote: takes tach's own flags out of the user's arguments, by the one table of them (``flags.tsv``)."""

from __future__ import annotations

import os

TABLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "flags.tsv")


def own_flags() -> dict[str, int]:
    """Return each flag that tach alone understands with the number of its values (0 or 1).

    Those of xdist stay: pytest parses them beside the suite's own ``addopts``, whether xdist is installed or not.
    """
    with open(TABLE, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#") and line.strip()]
    return {flag: int(values) for flag, values, owner in rows if owner == "tach"}


def strip_own(argv: list[str]) -> list[str]:
    """Return the arguments that are pytest's; what follows ``--`` is never a flag."""
    flags = own_flags()
    kept: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            return [*kept, word, *words]
        values = flags.get(word)
        if values is None:
            if not _carries_value(word, flags):
                kept.append(word)
        elif values:
            next(words, None)
    return kept


def _carries_value(word: str, flags: dict[str, int]) -> bool:
    """Say whether the word is a flag of ours with its value in it: ``--timeout=3``, ``-n4``, ``-nauto``."""
    if word.startswith("--"):
        return flags.get(word.partition("=")[0]) == 1 and "=" in word
    return len(word) > 2 and flags.get(word[:2]) == 1
