"""Zygote: running a throw-away test a few times, so that what happens at first is not what happens in every test.

After a rewind a process has forgotten what it has just learnt: the bytecode that CPython has specialised, caches that
pytest fills. What was learnt before the checkpoint stays. Nobody but pytest itself sees the throw-away test: no plugin,
no conftest, no fixture of the user's.
"""

from __future__ import annotations

import types
from typing import Any

import pytest
from _pytest.fixtures import FuncFixtureInfo

ROUNDS = 12
"""CPython 3.11 looks at a function eight times before it specialises it; later ones are quicker."""

_SEEN_BY = frozenset(
    f"_pytest.{name}"
    for name in (
        "assertion",
        "capture",
        "fixtures",
        "logging",
        "python",
        "runner",
        "setuponly",
        "skipping",
        "threadexception",
        "unittest",
        "unraisableexception",
        "warnings",
    )
)
"""The plugins that take part: what runs a test, and nothing that counts, reports or remembers tests."""


class _Hooks:
    """Like ``item.ihook``, without the plugins that shall not see the test."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._others = [plugin for plugin in manager.get_plugins() if _module_of(plugin) not in _SEEN_BY]

    def __getattr__(self, name: str) -> Any:
        caller = self._manager.subset_hook_caller(name, self._others)
        setattr(self, name, caller)
        return caller


def _module_of(plugin: Any) -> str:
    return plugin.__name__ if isinstance(plugin, types.ModuleType) else type(plugin).__module__


class _Throwaway(pytest.Function):
    """The test: it asks for one of pytest's own fixtures and does nothing."""

    hooks: _Hooks

    @property
    def ihook(self) -> Any:
        """Return the hooks that the test is run with."""
        return self.hooks


def _do_nothing(monkeypatch: Any) -> None:
    assert monkeypatch is not None


def _fixtures_of(session: Any) -> FuncFixtureInfo:
    name = "monkeypatch"
    definitions = session._fixturemanager._arg2fixturedefs[name][:1]
    return FuncFixtureInfo((name,), (name,), [name], {name: definitions})


def warm_up(session: Any) -> None:
    """Run the test; what goes wrong is no matter, the suite's own tests will only be slower."""
    hooks = _Hooks(session.config.pluginmanager)
    try:
        for _ in range(ROUNDS):
            item: Any = _Throwaway.from_parent(
                session, name="warm-up", callobj=_do_nothing, fixtureinfo=_fixtures_of(session)
            )
            item.hooks = hooks
            hooks.pytest_runtest_protocol(item=item, nextitem=None)
    except Exception:
        session._setupstate.teardown_exact(None)
