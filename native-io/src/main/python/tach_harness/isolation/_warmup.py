"""Zygote and worker: running a throw-away test a few times, so that what happens at first does not happen in every test.

After a rewind a process has forgotten what it has just learnt: the bytecode that CPython has specialised, caches that
pytest fills. What was learnt before the checkpoint stays. Nobody but pytest and ourselves sees the throw-away test: no
plugin, no conftest, no fixture of the user's.

The zygote warms up what is pytest's, for all workers; an isolating worker all that a test goes through.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest
from _pytest.fixtures import FuncFixtureInfo

from tach_harness.base import _compat

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
) | {"tach_harness.reporting._hooks", "tach_harness.isolation._wide"}
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


class _Config:
    """Like ``item.config``, with hooks that only those plugins hear."""

    def __init__(self, config: Any, hook: _Hooks) -> None:
        self._config = config
        self.hook = hook

    def __getattr__(self, name: str) -> Any:
        return getattr(self._config, name)


class _Throwaway(pytest.Function):
    """The test: it asks for one of pytest's own fixtures and does nothing."""

    hooks: _Hooks

    @property
    def ihook(self) -> Any:
        """Return the hooks that the test is run with."""
        return self.hooks


def _do_nothing(monkeypatch: Any) -> None:
    assert monkeypatch is not None


_FIXTURE = "monkeypatch"


def _throwaway(session: Any, hooks: _Hooks) -> Any:
    definitions = _compat.fixtures_of_pytest(session, _FIXTURE)
    fixtures = FuncFixtureInfo((_FIXTURE,), (_FIXTURE,), [_FIXTURE], {_FIXTURE: definitions})
    item: Any = _Throwaway.from_parent(session, name="warm-up", callobj=_do_nothing, fixtureinfo=fixtures)
    item.hooks = hooks
    item.config = _Config(session.config, hooks)
    return item


def run_protocol(item: Any) -> None:
    """Run a throw-away test as pytest does."""
    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)


def warm_up(session: Any, run: Callable[[Any], None] = run_protocol) -> int:
    """Run the test a few times, while nothing is set up; how often it went well.

    What goes wrong is no matter: the suite's own tests will only be slower.
    """
    if not _compat.fixtures_of_pytest(session, _FIXTURE):  # -p no:monkeypatch
        return 0
    hooks = _Hooks(session.config.pluginmanager)
    rounds = 0
    try:
        while rounds < ROUNDS:
            run(_throwaway(session, hooks))
            rounds += 1
    except Exception:
        session._setupstate.teardown_exact(None)
    return rounds

