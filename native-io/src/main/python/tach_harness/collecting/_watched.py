"""Zygote and worker: a list of items that notices who changes its order or takes something out."""

from __future__ import annotations

import sys
from typing import Any

HARMLESS = ("_pytest.", "tach_harness.", "xdist.", "pytest_django.", "pytest_lazy_fixtures.", "pytest_asyncio.")
"""Modules whose changes mean the same for one file as for the whole session (-k, -m, --deselect, fixture order)."""


class WatchedItems(list[Any]):
    """The items of one unit while ``pytest_collection_modifyitems`` sees them.

    ``changed_by`` names the first foreign plugin or conftest whose change took effect. One that assigns the same items
    in the same order has changed nothing: that is what filters do when they have nothing to filter.
    """

    def __init__(self, items: list[Any]) -> None:
        super().__init__(items)
        self.changed_by = ""

    def _note(self, before: list[Any]) -> None:
        if self.changed_by or (len(before) == len(self) and all(map(_is, before, self))):
            return
        module = _hook_module()
        if not (module + ".").startswith(HARMLESS):
            self.changed_by = module


def _is(one: Any, other: Any) -> bool:
    return one is other


def _hook_module() -> str:
    """Return the module of the hook that is running: the frame that pluggy called."""
    frame = sys._getframe(3)
    while frame.f_back is not None and frame.f_back.f_code.co_name != "_multicall":
        frame = frame.f_back
    return _display_name(frame.f_globals.get("__name__", ""), frame.f_code.co_filename)


def _display_name(module: str, filename: str) -> str:
    """A conftest is called ``conftest`` wherever it lies: its file says more."""
    return filename if module.rpartition(".")[2] == "conftest" else module


def _watched(name: str) -> Any:
    original = getattr(list, name)

    def method(self: WatchedItems, *args: Any, **kwargs: Any) -> Any:
        before = list(self)
        result = original(self, *args, **kwargs)
        self._note(before)
        return result

    method.__name__ = name
    return method


for _name in (
    "__setitem__ __delitem__ __iadd__ __imul__ append clear extend insert pop remove reverse sort".split()
):
    setattr(WatchedItems, _name, _watched(_name))
