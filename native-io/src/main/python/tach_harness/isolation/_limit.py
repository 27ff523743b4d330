"""Worker: the time limit that hooks have put on a test, where the test goes on in a child.

A plugin that limits a test's time arms an interval timer before the test is set up, or starts a thread. A fork takes neither
along: both would go off in the worker, which only waits, and the test would have no limit. So the worker puts them aside
before it looks at what a test would share and forks, and the child, or the worker if it runs the test itself, takes them up.

So it does with the thread of pytest's own ``faulthandler_timeout``, which shows what a slow test is doing: who stops it waits
for its end, in a child for ever.
"""

from __future__ import annotations

import faulthandler
from typing import Any

from tach_harness.base import _compat
from tach_harness.base._isolate import signal_
from tach_harness.collecting._options import timeout_plugin

_TIMERS = (signal_.ITIMER_REAL, signal_.ITIMER_VIRTUAL, signal_.ITIMER_PROF)


class Limit:
    """Of one test; made before pytest's protocol begins, as what is armed then belongs to a wider fixture."""

    def __init__(self, item: Any) -> None:
        self._item = item
        self._not_ours = _armed()
        self._ours: list[int] = []
        self._aside: list[tuple[int, float, float]] = []
        self._thread: Any = None
        self._stacks_after = 0.0

    def look(self) -> None:
        """Note what the hooks have armed, before any fixture of the test is set up."""
        self._ours = [which for which in _armed() if which not in self._not_ours]
        self._thread = _settings_of_thread(self._item)
        self._stacks_after = _seconds_until_stacks(self._item.config)

    def put_aside(self) -> None:
        """Stop what has been noted."""
        self._aside = [(which, *signal_.setitimer(which, 0)) for which in self._ours]
        if self._thread is not None:
            self._item.ihook.pytest_timeout_cancel_timer(item=self._item)
        if self._stacks_after > 0:
            faulthandler.cancel_dump_traceback_later()

    def take_up(self) -> None:
        """Let it go on: a timer with the time that was left, a thread from the beginning, since it tells nobody."""
        for which, left, interval in self._aside:
            signal_.setitimer(which, left, interval)
        if self._thread is not None:
            self._item.ihook.pytest_timeout_set_timer(item=self._item, settings=self._thread)
        if self._stacks_after > 0:
            self._show_stacks_later(self._item.config)

    def _show_stacks_later(self, config: Any) -> None:
        stderr = _compat.stderr_of_faulthandler(config)
        if stderr is not None:
            faulthandler.dump_traceback_later(self._stacks_after, file=stderr, exit=_exits_then(config))


def _armed() -> list[int]:
    return [which for which in _TIMERS if signal_.getitimer(which)[0] > 0]


def _settings_of_thread(item: Any) -> Any:
    """Return pytest-timeout's settings of the test if it has started a thread for it; else None."""
    plugin = timeout_plugin(item.config)
    if not hasattr(plugin, "_get_item_settings") or not hasattr(plugin, "pytest_timeout_set_timer"):
        return None
    settings = plugin._get_item_settings(item)
    is_running = settings.timeout and settings.timeout > 0 and not settings.func_only
    return settings if is_running and settings.method == "thread" else None


def _seconds_until_stacks(config: Any) -> float:
    """Return pytest's ``faulthandler_timeout``; 0 if its plugin is not there."""
    if not config.pluginmanager.has_plugin("faulthandler"):
        return 0.0
    return float(config.getini("faulthandler_timeout") or 0.0)


def _exits_then(config: Any) -> bool:
    try:
        return bool(config.getini("faulthandler_exit_on_timeout"))
    except ValueError:  # a pytest that does not have it yet
        return False
