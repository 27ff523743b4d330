"""Worker: the collectors (packages, modules, classes) that pytest's ``SetupState`` has set up.

Most do nothing when they are set up and torn down; they only have to be there. Such a collector is entered before a
process is forked, so that not every test does it, and left where the next test is in another one: no reason for a cell
to end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import takewhile
from typing import Any

from _pytest import nodes
from _pytest.python import Package

from tach_harness.base import _compat

_XUNIT_NAMES = ("setUpModule", "setup_module", "tearDownModule", "teardown_module")
"""What pytest looks for in a package's ``__init__.py``; elsewhere it makes fixtures of them."""


def keeps(setup_state: Any, nextitem: Any) -> bool:
    """Say whether nothing has to be torn down before the next item; None: there is no next."""
    return all(_is_idle(setup_state, node) for node in _beyond(setup_state, nextitem))


def can_enter(setup_state: Any, item: Any) -> bool:
    """Say whether it does nothing to tear down what the item is not in and to set up what it is in."""
    missing = [node for node in item.listchain()[:-1] if node not in setup_state.stack]
    return all(map(_is_trivial, missing)) and keeps(setup_state, item)


def enter(setup: Callable[[Any], None], setup_state: Any, item: Any) -> None:
    """Set up all that the item is in; ``setup`` is the own method of pytest's ``SetupState``.

    Where one has failed it would raise that failure again: that is for the test to meet.
    """
    leave(setup_state, item)
    if all(failure is None for _, failure in setup_state.stack.values()):
        setup(item.parent)


def leave(setup_state: Any, nextitem: Any) -> None:
    """Forget the innermost collectors that the next item is not in, up to one whose teardown does something."""
    for node in reversed(_beyond(setup_state, nextitem)):
        if not _is_idle(setup_state, node):
            return
        del setup_state.stack[node]


def held(setup_state: Any) -> list[Any]:
    """Return the collectors that are set up, without the innermost ones that do nothing."""
    stack = list(setup_state.stack)
    while stack and _is_idle(setup_state, stack[-1]):
        stack.pop()
    return stack


def shared(session: Any, item: Any, nextitem: Any) -> Any:
    """Return the innermost collector that both are in; None: there is no next."""
    chain = [] if nextitem is None else nextitem.listchain()
    both = [one for one, other in zip(item.listchain()[:-1], chain) if one is other]
    return both[-1] if both else session


def holds_file(setup_state: Any) -> bool:
    """Say whether a file, or a class in one, is set up that has something to tear down."""
    return any(_is_in_a_file(node) and not _is_idle(setup_state, node) for node in setup_state.stack)


def around_files(setup_state: Any) -> Any:
    """Return the innermost collector that is set up and is in no file."""
    return [node for node in setup_state.stack if not _is_in_a_file(node)][-1]


def _is_in_a_file(node: Any) -> bool:
    return any(map(_compat.is_file, node.listchain()))


def _beyond(setup_state: Any, item: Any) -> list[Any]:
    """Return the collectors that are set up and that the item is not in, the innermost last."""
    stack, chain = list(setup_state.stack), [] if item is None else item.listchain()
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(stack, chain)))
    return stack[shared:]


def _is_idle(setup_state: Any, node: Any) -> bool:
    finalizers, failure = setup_state.stack[node]
    return len(finalizers) <= 1 and failure is None and _is_trivial(node)


def _is_trivial(node: Any) -> bool:
    """Say whether setting up and tearing down this collector does nothing by itself."""
    kind = type(node)
    if kind.teardown is not nodes.Node.teardown:
        return False
    return kind.setup is nodes.Node.setup or (kind.setup is Package.setup and _is_plain(node))


_plain: dict[Any, bool] = {}


def _is_plain(package: Any) -> bool:
    """Say whether the package is imported and has no functions that pytest would call."""
    if package not in _plain:
        module = _imported(package)
        if module is None:
            return False
        _plain[package] = not any(hasattr(module, name) for name in _XUNIT_NAMES)
    return _plain[package]


def _imported(package: Any) -> Any:
    """Return the module of a package; None if it is not imported, or not by the name that its place suggests."""
    names = [_compat.package_directory(node).name for node in _around(package)]
    module = sys.modules.get(".".join(names))
    file = _compat.package_directory(package) / "__init__.py"
    return module if getattr(module, "__file__", None) == str(file) else None


def _around(package: Any) -> list[Any]:
    """Return the package and those around it without a gap, the outermost first."""
    chain = package.listchain()
    return list(takewhile(lambda node: isinstance(node, Package), reversed(chain)))[::-1]
