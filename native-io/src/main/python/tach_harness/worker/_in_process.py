"""Worker: running tests in the worker itself, as pytest runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tach_harness.base._queue import Planned, Queue
from tach_harness.reporting._hooks import WorkerHooks
from tach_harness.reporting._reports import Verdict


class InProcess:
    """Strategy ``none``, and what the others do with tests that need each other."""

    def __init__(
        self,
        hooks: WorkerHooks,
        item_of: Callable[[Planned], pytest.Item],
        upcoming: Callable[[Planned], Any],
        details: dict[str, Any],
    ) -> None:
        self._hooks = hooks
        self._item_of = item_of
        self._upcoming = upcoming
        self._details = details
        """What is told with every result."""

    def run_group(self, queue: Queue) -> bool:
        """Run no group: one test after the other is what this is."""
        return False

    def run_planned(self, test: Planned, following: Planned | None, verdict: Verdict) -> dict[str, Any]:
        """Run a test."""
        item, nextitem = self._item_of(test), following and self._upcoming(following)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        leaked = self._hooks.leaks.after_test()
        return self._details | ({"leaked": leaked} if leaked else {})

    def warm_up(self) -> int:
        """Do nothing: what the first test has learnt is known to the next."""
        return 0

    def signal(self, test_id: int, number: int) -> None:
        """Do nothing: when a command is read here, no test is running."""

    def close(self) -> None:
        """Do nothing: there is no other process."""
