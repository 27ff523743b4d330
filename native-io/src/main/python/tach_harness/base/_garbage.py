"""Zygote and worker: keeping Python's cyclic collector quiet while nothing but long-lived objects are made."""

from __future__ import annotations

import gc

_OFF = 0


class QuietCollector:
    """Sets the first threshold to zero, and back at the end unless the user's code has set one meanwhile.

    ``gc.disable()`` would be simpler but would hide whether a conftest disables the collector itself.
    """

    def __init__(self) -> None:
        self._saved = gc.get_threshold()

    def __enter__(self) -> QuietCollector:
        self._saved = gc.get_threshold()
        gc.set_threshold(_OFF, *self._saved[1:])
        return self

    def __exit__(self, *_: object) -> None:
        if gc.get_threshold()[0] == _OFF:
            gc.set_threshold(*self._saved)


def retire_all() -> None:
    """Move all objects into the oldest generation without a visit to any; the collector's counts start at zero.

    Left frozen, objects would be hidden from ``gc.get_referrers()``.
    """
    gc.freeze()
    gc.unfreeze()


def take_stock() -> None:
    """Let the collector know how much there is, before the first test is forked.

    It puts off a full collection until a quarter as much is new as the last one has left over. Here there has been none
    (pytest's own process has had some by now), so one would come in every test that makes some ten thousand objects,
    and write to every page that there is.
    """
    if gc.isenabled():
        gc.collect()


def collect_for_the_last_time() -> None:
    """Let go of garbage as the end of pytest does, and look at the rest no more.

    pytest then collects five times over (since 8.4), and the interpreter twice when it ends; here that would find
    nothing new, as no test has run in this process.
    """
    gc.collect()
    gc.freeze()
