"""Cell and worker: what tests do for the first time again and again: they import modules and compile regular expressions.

After a rewind a module has never been imported and a pattern never compiled, so the next test that needs it pays again for
what plain pytest's users pay once. Cells count what their tests do so; what has come twice the worker does before the next
cell is forked. Of modules only what is installed counts: the project's own may be about anything.
"""

from __future__ import annotations

import importlib
import marshal
import mmap
import os
import re
import struct
import sys
import warnings
from collections.abc import Iterable
from typing import Any, Union

Pattern = tuple[Any, int]
"""Text, of either kind, and flags."""
First = Union[str, Pattern]
"""A module by its name, or a pattern."""

_LENGTH = struct.Struct("<I")
_BYTES = 1 << 16
_MOST = 256
_OFTEN = 2
_COST_OF_A_CELL = 50
"""In patterns compiled, about: some ten milliseconds. A module costs more than that as a rule."""


class Tally:
    """How often tests have done what, in memory that worker and cells share and no rewind touches."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _BYTES)
        self.learnt: set[First] = set()
        """What has been done for all of them already, if it could be; a cell has its worker's as of the fork."""

    def add(self, firsts: Iterable[First]) -> bool:
        """Count what a test has done; say whether what has been done twice by now would have paid for a new cell."""
        counts = self._load()
        for first in firsts:
            counts[first] = counts.get(first, 0) + 1
        self._store(counts if len(counts) <= _MOST else _often(counts))
        return sum((n - 1) * _cost(first) for first, n in counts.items()) >= _COST_OF_A_CELL

    def take(self) -> list[First]:
        """Return what has come often and count it no more; parents before their modules."""
        counts = self._load()
        often = _often(counts)
        if often:
            self.learnt.update(often)
            self._store({first: n for first, n in counts.items() if first not in often})
        return sorted(often, key=lambda first: first if isinstance(first, str) else "")

    def _load(self) -> dict[First, int]:
        length: int = _LENGTH.unpack_from(self._memory)[0]
        counts: dict[First, int] = marshal.loads(self._memory[_LENGTH.size : _LENGTH.size + length]) if length else {}
        return counts

    def _store(self, counts: dict[First, int]) -> None:
        """Leave it for others; a process that dies in here leaves nothing, and so does what does not fit."""
        _LENGTH.pack_into(self._memory, 0, 0)
        raw = marshal.dumps(counts)
        if len(raw) <= _BYTES - _LENGTH.size:
            self._memory[_LENGTH.size : _LENGTH.size + len(raw)] = raw
            _LENGTH.pack_into(self._memory, 0, len(raw))


def _often(counts: dict[First, int]) -> dict[First, int]:
    return {first: n for first, n in counts.items() if n >= _OFTEN}


def _cost(first: First) -> int:
    return _COST_OF_A_CELL if isinstance(first, str) else 1


class Watch:
    """Sees what a test has done for the first time; made before the checkpoint of its cell."""

    def __init__(self, rootdir: str, tally: Tally) -> None:
        self._root = os.path.join(rootdir, "")
        self._tally = tally
        self.begin()

    def begin(self) -> None:
        """Take what is there now for granted."""
        self._modules = frozenset(sys.modules)
        self._patterns = frozenset(_compiled())
        self._sizes = self._measure()

    def after_test(self) -> bool:
        """Count; say whether another cell would be cheaper from here on."""
        if self._measure() == self._sizes:
            return False
        new: set[First] = {*self._new_modules(), *self._new_patterns()}
        new -= self._tally.learnt
        return bool(new) and self._tally.add(new)

    def _measure(self) -> tuple[int, int]:
        return len(sys.modules), len(_compiled())

    def _new_modules(self) -> list[str]:
        return [name for name in list(sys.modules) if name not in self._modules and self._is_installed(name)]

    def _new_patterns(self) -> list[Pattern]:
        new = [key[1:] for key in list(_compiled()) if key not in self._patterns]
        return [(text, flags) for text, flags in new if type(text) in (str, bytes) and type(flags) is int]

    def _is_installed(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        spec = getattr(sys.modules.get(name), "__spec__", None)
        if spec is None or spec.name != name:
            return False
        origin = spec.origin or ""
        is_file = spec.has_location and bool(origin)
        return not is_file or not origin.startswith(self._root) or "site-packages" in origin


def _compiled() -> dict[tuple[Any, ...], Any]:
    """Return what the regular expressions of this process are kept in, by kind of text, text and flags."""
    kept: dict[tuple[Any, ...], Any] = getattr(re, "_cache", {})
    return kept


def do_quietly(firsts: Iterable[First]) -> None:
    """Do what tests will do anyway; what cannot be done here is left to them."""
    for first in firsts:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tests that have done it have been warned
            try:
                if isinstance(first, str):
                    importlib.import_module(first)
                else:
                    re.compile(*first)
            except Exception:
                continue
