"""Cell and worker: modules that tests import while they run.

After a rewind such a module has never been imported, so the next test that needs it pays for it again, which plain pytest's
users pay once. A cell counts what its tests import; what comes a second time it names to the worker, which imports it
before the next cell is forked. Only what is installed counts: the project's own modules may be about anything.
"""

from __future__ import annotations

import importlib
import mmap
import os
import struct
import sys
import warnings
from collections.abc import Iterable

_LENGTH = struct.Struct("<I")
_BYTES = 1 << 16
_OFTEN = 2

Counts = dict[str, int]


class Imports:
    """Watches ``sys.modules`` in a cell; made before its checkpoint."""

    def __init__(self, rootdir: str) -> None:
        self._root = os.path.join(rootdir, "")
        self._known = frozenset(sys.modules)
        self._size = len(sys.modules)

    def count(self, counts: Counts) -> list[str]:
        """Count what the last test has imported; return what now has come often enough, parents first."""
        if len(sys.modules) == self._size:
            return []
        new = [name for name in list(sys.modules) if name not in self._known and self._is_installed(name)]
        for name in new:
            counts[name] = counts.get(name, 0) + 1
        return sorted(name for name in new if counts[name] == _OFTEN)

    def _is_installed(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        spec = getattr(sys.modules.get(name), "__spec__", None)
        if spec is None or spec.name != name:
            return False
        origin = spec.origin or ""
        is_file = spec.has_location and bool(origin)
        return not is_file or not origin.startswith(self._root) or "site-packages" in origin


class Lessons:
    """The names on their way to the worker, in memory that both share and no rewind touches."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _BYTES)

    def put(self, names: Iterable[str]) -> None:
        """Leave names; what does not fit will come again."""
        raw = "\n".join(names).encode("utf-8", "surrogatepass")[: _BYTES - _LENGTH.size]
        self._memory[_LENGTH.size : _LENGTH.size + len(raw)] = raw
        _LENGTH.pack_into(self._memory, 0, len(raw))

    def take(self) -> list[str]:
        """Return the names and forget them."""
        length: int = _LENGTH.unpack_from(self._memory)[0]
        _LENGTH.pack_into(self._memory, 0, 0)
        raw = self._memory[_LENGTH.size : _LENGTH.size + length]
        return raw.decode("utf-8", "replace").split("\n") if raw else []


def import_quietly(names: Iterable[str]) -> None:
    """Import what tests will import anyway; a module that does not let itself be imported here is left to them."""
    for name in names:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tests that import it have been warned
            try:
                importlib.import_module(name)
            except Exception:
                continue
