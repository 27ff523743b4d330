"""Paired runs: in every round each contender runs once, and is put against the first of the same round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What a contender took: the median of its seconds, and of its ratios to the first contender."""

    seconds: float
    ratio: float
    rounds: tuple[float, ...]


def paired(contenders: Mapping[str, Callable[[], None]], rounds: int) -> dict[str, Measured]:
    """Run every contender once a round, starting with another one each time, after a round that does not count.

    The machine's speed drifts and other work disturbs it; within a round all see much the same.
    """
    names = list(contenders)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            taken = stopwatch(contenders[name])
            if number > 0:
                seconds[name].append(taken)
    return {name: _measured(seconds[name], seconds[names[0]]) for name in names}


def _measured(own: list[float], first: list[float]) -> Measured:
    ratios = [mine / theirs for mine, theirs in zip(own, first, strict=True)]
    return Measured(statistics.median(own), statistics.median(ratios), tuple(own))


def stopwatch(action: Callable[[], None]) -> float:
    """Return the seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
