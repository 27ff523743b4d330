"""Worker: fresh random numbers after a rewind, which would otherwise give every test the same.

Only what is loaded is touched: a test that imports a module has it seeded by that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from tach_harness.base._isolate import os_

_BYTES = 48
_64_BITS = (1 << 64) - 1


def inject_entropy(seed: int | None, test_id: int) -> None:
    """Reseed what repeats itself: ``random``, numpy's global generator, OpenSSL, names of temporary files.

    With a seed, the same test gets the same numbers in every run with the same plan; never from OpenSSL.
    """
    fresh = os_.urandom(_BYTES)
    number = int.from_bytes(fresh[:16], "little") if seed is None else mixed(seed, test_id)
    _quietly(_reseed_random, number)
    _quietly(_reseed_numpy, number)
    _quietly(_reseed_openssl, fresh)
    _quietly(_forget_temporary_names)


def warm_up() -> None:
    """Do before the checkpoint what OpenSSL does at its first random number: half a millisecond, else in every test."""
    _quietly(_reseed_openssl, os_.urandom(_BYTES))


def numbers_kept() -> Callable[[], None]:
    """Return what puts ``random`` back to where it stands now, as a fork seeds it anew. No other generator does that."""
    try:
        generator = _loaded("random")._inst
        state = generator.getstate()
    except Exception:  # not loaded, or a stand-in
        return lambda: None
    return lambda: generator.setstate(state)


def mixed(seed: int, test_id: int) -> int:
    """Return 64 bits that depend on both in all their parts (splitmix64): numpy takes the lower half only."""
    z = (seed * 0x9E3779B97F4A7C15 + test_id) & _64_BITS
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & _64_BITS
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & _64_BITS
    return z ^ z >> 31


def _quietly(reseed: Callable[..., None], *arguments: Any) -> None:
    """Call it. What a conftest has put in a module's place may lack what is asked for, or forbid it: so be it."""
    try:
        reseed(*arguments)
    except Exception:
        return


def _loaded(name: str) -> Any:
    return sys.modules.get(name)


def _reseed_random(number: int) -> None:
    module = _loaded("random")
    if module is not None:
        module._inst.seed(number)


def _reseed_numpy(number: int) -> None:
    module = _loaded("numpy.random")
    if module is not None:
        module.seed(number & 0xFFFFFFFF)


def _reseed_openssl(fresh: bytes) -> None:
    module = _loaded("ssl")
    if module is not None:
        module.RAND_add(fresh, float(_BYTES))


def _forget_temporary_names() -> None:
    module = _loaded("tempfile")
    if module is not None:
        module._name_sequence = None
