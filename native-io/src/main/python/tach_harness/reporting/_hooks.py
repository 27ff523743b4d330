"""Worker: the pytest plugin that listens to the tests. Hooks only; each is called for every test, so each is short.

Written with old-style hook wrappers, which every pluggy that pytest 7.2 to 9 accepts understands.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

from tach_harness.base import _compat
from tach_harness.base import _wire as wire
from tach_harness.base._channel import Channel
from tach_harness.base._isolate import getpid, os_
from tach_harness.base._slot import Slot, failures
from tach_harness.reporting._leaks import LeakWatch
from tach_harness.reporting._replaced import is_raised_by_repr, replacement_error, replacement_report
from tach_harness.reporting._reports import ReportEncoder, Verdict, warning_body


class WorkerHooks:
    """Turns what pytest tells its plugins into frames and into the verdict of the test that is running."""

    def __init__(self, session: Any, number: int, channel: Channel, slot: Slot, serve: Callable[[], None]) -> None:
        self._session = session
        self._number = number
        self._maxfail = int(session.config.getoption("maxfail") or 0)
        self._channel = channel
        self._slot = slot
        self._serve = serve
        self._encoder = ReportEncoder(session.config)
        self._replaying = True
        self.pid = getpid()
        """The process that speaks: another one that comes here was forked by a test."""
        self.leaks = LeakWatch()
        self.verdict: Verdict | None = None
        """Of the test that is running."""
        self.muted = False
        """Set where another process has told of what is happening here, or nobody shall."""
        self.tentative = False
        """Set while a failure would not be the last word: nothing is told of it here, nor counted."""
        self.failed = False
        """Whether the running test has failed so, in any of its reports."""
        self.withholds = False
        """Set where the worker goes on with the test's teardown: it tells then how the whole of it went."""
        self.withheld = False
        """Whether a report was kept back so."""

    def register(self) -> None:
        """Register with pytest, which replays the warnings that it has recorded so far: those were the zygote's."""
        self._session.config.pluginmanager.register(self, "tach-worker")
        self._replaying = False

    def adopt(self) -> None:
        """Make this process the one that speaks: called in a child forked for a test."""
        self.pid = getpid()
        self.leaks = LeakWatch()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Be the loop: a worker's whole life is inside the wrappers that plugins put around it."""
        self._serve()
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Tell the phase."""
        self._slot.phase(wire.PHASE_SETUP)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, Any, None]:
        """Tell the phase. Keep a ``__repr__`` that raises KeyboardInterrupt in an assertion from ending the session."""
        self._slot.phase(wire.PHASE_CALL)
        self.leaks.after_setup(item)
        outcome = yield
        if outcome.excinfo is not None and is_raised_by_repr(outcome.excinfo):
            _compat.force_exception(outcome, replacement_error(outcome.excinfo[1]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Tell the phase. A process that the test forked and that came back into pytest ends here, unheard."""
        if getpid() != self.pid:
            os_._exit(0)
        self._slot.phase(wire.PHASE_TEARDOWN)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        """Keep a ``__repr__`` that raises KeyboardInterrupt or SystemExit from ending the session."""
        outcome = yield
        if outcome.excinfo is not None and issubclass(outcome.excinfo[0], (KeyboardInterrupt, SystemExit)):
            outcome.force_result(replacement_report(item, call, outcome.excinfo[1]))

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take every report that pytest publishes, those of subtests and reruns included."""
        if getpid() != self.pid:
            os_._exit(0)
        verdict = self.verdict
        duration_ns = 0
        if verdict is not None:
            if verdict.outcome == "failed" and report.outcome == "passed" and report.when == "call":
                self._encoder.settle(report)
            duration_ns = verdict.add(report)
        if self.muted:
            return
        if report.outcome == "failed" and not hasattr(report, "wasxfail"):
            self.failed = True
            if self.tentative:
                return
            self.count_failure()
        if self.withholds and report.when == "teardown" and report.outcome == "passed":
            self.withheld = True
        elif not self._encoder.is_plain_pass(report, "passed" if verdict is None else verdict.outcome):
            frame = self._encoder.frame(report, None if verdict is None else verdict.test_id, duration_ns)
            self._channel.send_encoded(frame)
            if not self._channel.is_holding:
                self.tentative = False  # once a test is told of, what follows is told as well

    def count_failure(self) -> None:
        """Count a failure for ``--maxfail``, over all workers."""
        failures.add(self._number, 1)
        if not self._session.shouldfail and self.too_many_failures():
            self._session.shouldfail = self.maxfail_reason()

    def too_many_failures(self) -> bool:
        """Say whether the workers together have reached ``--maxfail``."""
        return self._maxfail > 0 and failures.total() >= self._maxfail

    def maxfail_reason(self) -> str:
        """Say it as pytest does."""
        return f"stopping after {failures.total()} failures"

    def pytest_warning_recorded(self, warning_message: Any, when: str, nodeid: str) -> None:
        """Pass a warning on to pytest's own summary."""
        if self._replaying or self.muted:
            return
        if getpid() != self.pid:
            os_._exit(0)
        self._channel.send(wire.MSG_WARNING, warning_body(warning_message, when, nodeid), flush=False)
