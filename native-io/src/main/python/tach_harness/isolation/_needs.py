"""Worker: what the tests of a file need of it, each beside the others. Made once for a file of which a test fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tach_harness.isolation import _wide

_Needs = frozenset[tuple[str, Any, int]]
"""Names of fixtures of a module or class, with that, and which parameter."""


class FileNeeds:
    """The needs of all tests of a file, in its order, of which there may be very many."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items
        self._wider: dict[str, tuple[int, Any]] = {}
        """Fixtures that are wider than the file: the first test that needs it, and its definition."""
        known: dict[_Needs, _Needs] = {}
        self._needs = [known.setdefault(needs, needs) for needs in map(self._needs_of, range(len(items)))]
        self._alike = next((n for n, needs in enumerate(self._needs) if needs is not self._needs[0]), len(items))
        """So many from the first on need the same."""

    def _needs_of(self, index: int) -> _Needs:
        item = self._items[index]
        parameters = _wide.parameters_of(item)
        found = []
        for name, definition in _wide.wide_fixtures(item):
            collector = _wide.of_a_file(item, name, definition)
            if collector is None:
                self._wider.setdefault(name, (index, definition))
            else:
                found.append((name, collector, id(parameters.get(name))))
        return frozenset(found)

    def has_for_all_before(self, index: int) -> bool:
        """Say whether all tests before one find what pytest has for them where what that one needs is set up, and no more.

        If one of them needs less, something would be set up before a test that it follows.
        """
        if self._needs[index] is not self._needs[0] or self._alike < index:
            return False
        own = dict(_wide.wide_fixtures(self._items[index]))
        before = ((name, first, definition) for name, (first, definition) in self._wider.items() if first < index)
        return all(name in own or _wide.is_up_for(self._items[first], name, definition) for name, first, definition in before)
