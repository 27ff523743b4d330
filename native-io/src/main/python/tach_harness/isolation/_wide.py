"""Worker: setting up what is wider than one test, so that all isolated tests share it.

A test's own part (its item and its function-scoped fixtures) is left to the process that is forked for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from _pytest.outcomes import OutcomeException
from _pytest.python import Class, Module
from _pytest.scope import Scope

from tach_harness.base import _compat
from tach_harness.isolation import _collectors
from tach_harness.isolation._asked import asked_for

SETUP_FAILURES = (OutcomeException, Exception)
"""What pytest itself takes for the failure of a setup; it remembers it and raises it again for each test."""

_OF_A_FILE = {Scope.Module: Module, Scope.Class: Class}


def wide_fixtures(item: Any) -> Iterator[tuple[str, Any]]:
    """Return names and definitions of the item's wider fixtures, in the order in which pytest sets them up.

    An item that has run still needs them: pytest has only taken its request away (False), and makes a new one if it runs again.
    """
    info = getattr(item, "_fixtureinfo", None)
    if info is None or getattr(item, "_request", None) is None:
        return
    scopes = _scopes_of(item)
    own = (Scope.Function,) if item.getparent(Class) else (Scope.Function, Scope.Class)  # without a class it is the test
    for name in item.fixturenames if hasattr(item, "fixturenames") else info.names_closure:
        definitions = info.name2fixturedefs.get(name)
        if definitions and scopes.get(name, definitions[-1]._scope) not in own:
            yield name, definitions[-1]
    yield from asked_for(item)


def _scopes_of(item: Any) -> Any:
    """Return the scopes that parametrisation has given to the item's fixtures, by name."""
    return getattr(getattr(item, "callspec", None), "_arg2scope", {})


def parameters_of(item: Any) -> Any:
    """Return the item's parameters by name; empty if it has none."""
    return getattr(getattr(item, "callspec", None), "params", {})


def _kind_of(item: Any, name: str, definition: Any) -> Any:
    """Return what a wider fixture of the item's is of, Module or Class; None if it is of something wider."""
    return _OF_A_FILE.get(_scopes_of(item).get(name, definition._scope))


def is_up(setup_state: Any, item: Any) -> bool:
    """Say whether all that the item needs beyond its own part is set up or is nothing; False if there may be doubt."""
    if not _collectors.can_enter(setup_state, item):
        return False
    return all(is_up_for(item, *pair) for pair in wide_fixtures(item))


def is_up_for(item: Any, name: str, definition: Any) -> bool:
    """Say whether one of the item's wider fixtures is set up with the item's parameter."""
    cached = definition.cached_result
    parameters = parameters_of(item)
    return cached is not None and (name not in parameters or cached[1] is parameters[name])


def may_be_set_up_below(setup_state: Any, item: Any) -> bool:
    """Say whether all that is not up is of the item's module or class, so that the process of its tests may own it.

    Nothing of that module or class may be set up here then: what is torn down with it is torn down once.
    """
    if not _collectors.can_enter(setup_state, item):
        return False
    held = _collectors.held(setup_state)
    for name, definition in wide_fixtures(item):
        if not is_up_for(item, name, definition):
            kind = _kind_of(item, name, definition)
            if kind is None or definition.cached_result is not None or item.getparent(kind) in held:
                return False
    return True


def of_a_file(item: Any, name: str, definition: Any) -> Any:
    """Return the module or class that a wider fixture of the item's is of; None if it is of something wider."""
    kind = _kind_of(item, name, definition)
    return None if kind is None else item.getparent(kind)


def has_failed(item: Any) -> bool:
    """Say whether a wider fixture of the item's could not be set up: that happened where nothing was isolated."""
    cached = (definition.cached_result for _, definition in wide_fixtures(item))
    return any(result is not None and result[2] is not None for result in cached)


def set_up(setup: Any, state: Any, item: Any) -> BaseException | None:
    """Set up the item's collectors and wider fixtures; ``setup`` is the own method of pytest's ``SetupState``.

    A failure is swallowed: pytest has it cached, and the item meets it again in its own process. But that of the teardown of a
    fixture that had another parameter is returned: it happens once.
    """
    others = [d for name, d in wide_fixtures(item) if d.cached_result is not None and not is_up_for(item, name, d)]
    try:
        setup(item.parent)
        _give_instance(item)
        state.stack[item] = ([], None)  # a fixture may only be asked for by an item that is being set up
        try:
            for name, _ in wide_fixtures(item):
                with _compat.lookups_kept(item._request):
                    item._request._get_active_fixturedef(name)
        finally:
            del state.stack[item]
    except SETUP_FAILURES as e:
        return e if any(other.cached_result is None for other in others) else None
    return None


def _give_instance(item: Any) -> None:
    """Before pytest 8.2 the class fixtures of a ``TestCase`` are called on the instance of its first test."""
    if getattr(item, "_testcase", item) is None:
        item._testcase = item.parent.obj(item.name)


class LateFixtures:
    """In a forked process: fixtures of a wider scope than it owns that were first asked for there.

    They die with the process, so it tears them down. A test owns its function's, a cell its module's and class's too.
    Registered as a plugin in the worker.
    """

    def __init__(self, owned: Scope = Scope.Function) -> None:
        self.recording = False
        self._owned = owned
        self.lasting = False
        """Set where more than one test runs in the process: they go on to the next, and end with the process."""
        self._set_up: list[tuple[Any, Any]] = []

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> None:
        """Remember a fixture that belongs to a wider scope than the test."""
        if self.recording and request._scope > self._owned:
            self._set_up.append((fixturedef, request))

    def after_test(self) -> list[BaseException]:
        """Tear them down if they end with the test; the failures of doing so."""
        return [] if self.lasting else self.finish()

    def finish(self) -> list[BaseException]:
        """Tear them down, the latest first; the failures of doing so."""
        failures: list[BaseException] = []
        while self._set_up:
            fixturedef, request = self._set_up.pop()
            try:
                fixturedef.finish(request)
            except SETUP_FAILURES as e:
                failures.append(e)
        return failures
