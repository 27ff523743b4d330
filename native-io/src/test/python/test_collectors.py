"""Which collectors have to be torn down before the next test, and which are only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from _pytest import nodes
from worker_rig import WorkerRig

from tach_harness.isolation import _collectors, _wide


class Plain(nodes.Node):
    """A collector that does nothing by itself."""


class Busy(nodes.Node):
    """A collector with a set-up."""

    def setup(self) -> None:
        raise AssertionError("not called here")


class State:
    """Pytest's ``SetupState``, as far as it is looked at."""

    def __init__(self, *stack: Any, finalizers: int = 1, failure: Any = None) -> None:
        self.stack = {node: ([None] * finalizers, failure) for node in stack}


class Item:
    """An item with its collectors."""

    def __init__(self, *chain: Any) -> None:
        self._chain = [*chain, self]

    def listchain(self) -> list[Any]:
        return list(self._chain)

    def getparent(self, kind: type) -> None:
        return None


def node(kind: type = Plain) -> Any:
    made: Any = object.__new__(kind)
    made._nodeid = ""  # its hash, up to pytest 8
    return made


def test_collectors_that_the_next_item_is_not_in_are_left_up_to_one_that_does_something() -> None:
    outer, busy, inner, innermost = node(), node(Busy), node(), node()
    state = State(outer, busy, inner, innermost)
    _collectors.leave(state, Item(outer, busy, inner))
    assert list(state.stack) == [outer, busy, inner]
    _collectors.leave(state, None)
    assert list(state.stack) == [outer, busy]


@pytest.mark.parametrize("state", [State(node(), finalizers=2), State(node(), failure=(ValueError(), None))])
def test_collectors_with_fixtures_or_failures_are_not_left(state: State) -> None:
    assert not _collectors.keeps(state, None)
    _collectors.leave(state, None)
    assert len(state.stack) == 1
    assert _collectors.held(state) == list(state.stack)


def test_what_the_next_item_shares_is_kept() -> None:
    session, module, busy = node(), node(), node(Busy)
    assert _collectors.keeps(State(session, busy), Item(session, busy))
    assert _collectors.keeps(State(session, busy), Item(session, busy, module))
    assert _collectors.keeps(State(session, module), Item(session, busy))
    assert not _collectors.keeps(State(session, busy), Item(session, module))
    assert not _collectors.keeps(State(session, busy), None)
    assert _collectors.keeps(State(), None)


def test_only_what_makes_a_difference_is_held() -> None:
    session, busy, inner = node(), node(Busy), node()
    assert _collectors.held(State(session, busy, inner)) == [session, busy]
    assert _collectors.held(State(session, inner)) == []


def test_an_item_can_start_where_only_trivial_collectors_are_missing() -> None:
    session, module, busy = node(), node(), node(Busy)
    assert _wide.is_up(State(session), Item(session, module))
    assert not _wide.is_up(State(session), Item(session, busy))
    assert _wide.is_up(State(session, busy), Item(session, busy))
    assert not _wide.is_up(State(session, busy), Item(session, module))


# --- packages --------------------------------------------------------------------------------------------------------

TWO_TESTS = "def test_a(): pass\ndef test_b(): pass\n"
PACKAGES = {"a/__init__.py": "", "a/test_a.py": TWO_TESTS, "b/__init__.py": "", "b/test_b.py": TWO_TESTS}


def test_packages_that_do_nothing_end_no_cell(isolated: Callable[..., WorkerRig]) -> None:
    rig = isolated("", "a", "b", files=PACKAGES)
    assert rig.run_units({0: 2, 1: 2}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert rig.rewinds("checkpoints") == 1


NOISY = """
    import builtins

    def setup_module(): builtins.said = [*getattr(builtins, "said", []), "up"]
    def teardown_module(): builtins.said.append("down")
"""


def test_package_with_functions_is_set_up_and_torn_down_once(isolated: Callable[..., WorkerRig]) -> None:
    files = PACKAGES | {
        "a/__init__.py": NOISY,
        "a/test_a.py": "import builtins\ndef test_a(): assert builtins.said == ['up']\ntest_b = test_a\n",
        "b/test_b.py": "import builtins\ndef test_a(): assert builtins.said == ['up', 'down']\ntest_b = test_a\n",
    }
    rig = isolated("", "a", "b", files=files)
    assert rig.run_units({0: 2, 1: 2}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4, rig.reports()


def test_failure_of_a_package_is_the_failure_of_its_tests(isolated: Callable[..., WorkerRig]) -> None:
    files = PACKAGES | {"a/__init__.py": "def setup_module(): raise ValueError"}
    rig = isolated("", "a", "b", files=files)
    assert rig.run_units({0: 2, 1: 2}) == 0, rig.output()
    assert rig.outcomes() == ["error"] * 2 + ["passed"] * 2
