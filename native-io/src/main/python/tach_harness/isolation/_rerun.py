"""Worker: what is made of a test that fails isolated.

It is run once more in a **shadow**, where all files of the session have been imported, after the tests that pytest would have
run before it. Only what happens there is told: it is what plain pytest says. If it passes there, it has passed, and depends
on the order. Strictly it has failed, as it did isolated; the shadow then only answers whether it passes the plain way.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tach_harness.base import _compat
from tach_harness.base import _wire as wire
from tach_harness.base._child import Child
from tach_harness.base._descriptors import silence_streams
from tach_harness.base._isolate import monotonic_ns
from tach_harness.base._queue import Planned
from tach_harness.isolation import _collectors, _wide
from tach_harness.isolation._entropy import numbers_kept
from tach_harness.isolation._forked import ForkedTests
from tach_harness.isolation._needs import FileNeeds
from tach_harness.isolation._orders import IS_ASKED, IS_BELOW, IS_LAST, IS_MUTED, Order
from tach_harness.isolation._parts import Parts
from tach_harness.isolation._shadow import Shadow
from tach_harness.isolation._tracker import tidy_up
from tach_harness.reporting._reports import Verdict

ORDER_DEPENDENT = "order-dependent"
NEEDS_NO_ISOLATION = "needs no isolation"
"""Of a test whose process dies where tests are isolated, and only there: not even those before it are needed."""
DIED = "the process died"
FAILURES = ("failed", "error")
_MOST_WASTED_NS = 5_000_000_000
"""So much time may be spent on the tests of a file that fail plainly too, until those before them run only as far as they can
with what is set up."""
_WRITES_WHAT_IT_MISSES = "pytest_regressions"
"""A plugin whose tests fail, and write the file, if there is none to compare with: a second run would find it."""


class RerunTests(ForkedTests):
    """Runs failed tests again; used by the worker's main thread, and by a child as its copy."""

    _planned: Planned
    """The test that this is about."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._shadow = Shadow(self)
        self._deadly: set[tuple[int, int]] = set()
        """Unit and index of tests that ended their process, or had to be ended."""
        self._needs: dict[int, FileNeeds] = {}
        self._has_cleared = False
        """Whether what a test has been given of its file was torn down after it, before its time."""
        self._wasted_ns: Counter[int] = Counter()
        """By unit: how long it took to run tests from the start of their file that failed in the end."""

    def _is_tentative(self, item: Any) -> bool:
        return not (self._parts.order.strict or _wide.has_failed(item) or _writes_what_it_misses(item))

    def _outcome(self, message: dict[str, Any] | None) -> dict[str, Any]:
        has_died = message is None
        if has_died:
            self._deadly.add((self._planned.unit, self._planned.index))
        is_failure = message is None or bool(message.get("again"))
        if is_failure and self._hooks.tentative and not self._was_signalled:
            return self._plainly(has_died)
        details = super()._outcome(message)
        if details.get("leaked"):
            details["toxic"] = details["leaked"][0]
        if self._was_signalled:
            return details
        if has_died:
            details["toxic"] = DIED
        return details | self._strict_diagnosis(has_died)

    def _plainly(self, has_died: bool) -> dict[str, Any]:
        """Run the test as pytest does, after those before it, and say what that came to."""
        self._hooks.tentative = False
        is_from_the_start = self._is_from_the_start(self._planned)
        if is_from_the_start:
            self._clear_file()
        started_ns = monotonic_ns()
        flags = (IS_LAST if self._closes else 0) | (IS_BELOW if is_from_the_start else 0)
        self._shadow.run(Order(self._planned, self._following, flags))
        details = {"isolation": "none"} | super()._outcome(self._mailbox.take())
        if has_died:
            details["toxic"] = DIED
        if self._verdict.outcome not in FAILURES and "died" not in details:
            details |= self._diagnosis(has_died)
        if self._verdict.outcome == "error":
            self._owed.clear()  # it will have been the same
        if is_from_the_start and self._verdict.outcome in FAILURES:
            self._wasted_ns[self._planned.unit] += monotonic_ns() - started_ns
        if details.get("leaked") or is_from_the_start:
            self._shadow.end()  # what the test has left behind ends with it, and what it has set up
        return details

    def _is_from_the_start(self, test: Planned) -> bool:
        """Say whether the plain process sets up itself what a test and those before it need of their file.

        It does where some of those need what the test does not, or cannot run beside what it needs. Where tests fail in any
        case that is no use for long.
        """
        if self._wasted_ns[test.unit] >= _MOST_WASTED_NS:
            return False
        needs = self._needs.get(test.unit)
        if needs is None:
            needs = self._needs[test.unit] = FileNeeds(self._parts.items(test.unit))
        return not needs.has_for_all_before(test.index)

    def _clear_file(self) -> None:
        """Tear down what is set up of the file, as no fixture shall be up twice at a time; those that follow set it up anew."""
        self._has_cleared = _collectors.holds_file(self._state)
        if self._has_cleared:
            self._has_changed = True
            self._owed += self._failures_of(_collectors.around_files(self._state))
            self._capture.take("teardown")

    def _strict_diagnosis(self, has_died: bool) -> dict[str, Any]:
        """Say of a test that has failed, whatever it does elsewhere, whether it passes the plain way."""
        if not self._may_be_diagnosed() or not (has_died or self.is_to_be_diagnosed()):
            return {}
        self._shadow.run(Order(self._planned, None, IS_ASKED))
        return self._diagnosis(has_died) if self._has_passed_there() else {}

    def is_to_be_diagnosed(self) -> bool:
        """Say whether the test has failed, and strictly so: the worker finds out why."""
        return self._parts.order.strict and self._verdict.outcome in FAILURES

    def _may_be_diagnosed(self) -> bool:
        is_over = self._session.shouldfail or self._session.shouldstop
        return self._parts.order.strict and not is_over and not _wide.has_failed(self._item)

    def _diagnosis(self, has_died: bool) -> dict[str, Any]:
        """Say why a test failed isolated that has passed plainly; whom isolation kills needs none before it to live."""
        if has_died:
            self._shadow.try_alone(self._planned)
            if self._has_passed_there():
                return {"diagnosis": NEEDS_NO_ISOLATION}
        return {"diagnosis": ORDER_DEPENDENT}

    def _has_passed_there(self) -> bool:
        message = self._mailbox.take()
        if message is None or message["stop"]:
            return False
        verdict = Verdict(self._planned.test_id)
        verdict.load(message["verdict"])
        return verdict.outcome not in FAILURES

    def _tear_down_wider(self, nextitem: Any) -> None:
        self._hooks.tentative = False  # what fails here fails in the worker, as in pytest
        before = self.stack()
        super()._tear_down_wider(nextitem)
        if self.stack() != before:
            self._shadow.end()  # it holds what was set up before

    def close(self) -> None:
        """End what waits for orders."""
        self._shadow.end()

    # --- for the shadow -----------------------------------------------------------------------------------------------

    def stack(self) -> list[Any]:
        """Return the collectors that are set up and make a difference."""
        return _collectors.held(self._state)

    def can_precede(self, unit: int, index: int, flags: int) -> bool:
        """Say whether all that a test needs is set up, or is to be, and its process is known to survive it."""
        if (unit, index) in self._deadly:
            return False
        return bool(flags & IS_BELOW) or _wide.is_up(self._state, self._parts.items(unit)[index])

    def spawn_plain(self) -> Child | None:
        """Fork a process in which what is set up lives as long as it would in pytest; None in that process."""
        put_numbers_back = numbers_kept()
        child = self._spawn()
        if child is None:
            put_numbers_back()  # plain pytest has not forked since they were seeded
            self._late.lasting = True
            self._close_ends()  # a cell must see it when the worker closes them
        return child

    def _close_ends(self) -> None:
        """Close what the worker shares with another process that is alive."""

    def finish_plainly(self) -> None:
        """In that process, at its end: tear down what was set up there and nowhere else; nobody hears of it."""
        self._hooks.muted = True
        silence_streams()
        self._late.finish()
        tidy_up()

    def wait_for(self, child: Child, *fds: int) -> None:
        """Serve commands until a process that runs a test is dead or has something to say."""
        self._child = child
        child.wait(self._channel, self._hear_commands, *fds)

    def expect_message(self) -> None:
        """Forget what was said before: the process may die and say nothing."""
        self._mailbox.clear()

    def _hear_commands(self) -> None:
        """Handle what has come, but nothing that a cell in waiting would mind."""
        self._parts.handle_harmless()

    def bury(self, child: Child) -> None:
        """Reap a process."""
        self._bury(child)

    def check_channel(self) -> None:
        """End this process if a test took the channel."""
        self._parts.telling.check_channel()

    def may_collect(self) -> bool:
        """Say whether files that are imported here and now are what they would be before the first test.

        A class or module that is set up may be about imports; what it does to them must not outlast it.
        """
        return not _collectors.holds_file(self._state)

    def collect_rest(self, test: Planned) -> None:
        """Import the files that other workers have collected, as pytest has before its first test; nobody hears of it."""
        muted, self._hooks.muted = self._hooks.muted, True
        try:
            for _ in self._parts.collect_rest():
                self._start_clock(test)
                self._has_changed = True
        except (Exception, SystemExit):  # pytest.exit(), say; whoever was asked to collect that file tells of it
            return
        finally:
            self._hooks.muted = muted

    def _start_clock(self, test: Planned) -> None:
        self._channel.send(wire.MSG_AGAIN, {"test_id": test.test_id})

    def run_plainly(self, order: Order) -> None:
        """In the shadow: run a test as the next one of a session; what it comes to is in the mailbox."""
        test, flags = order.test, order.flags
        self._start_clock(test)
        self._item = item = self.item_of(test)
        self._failures_of(item)  # they are the test's before it, which is told elsewhere
        if flags & IS_BELOW:
            self.outermost = _collectors.shared(self._session, item, order.following and self.upcoming(order.following))
        self._hooks.muted = bool(flags & (IS_MUTED | IS_ASKED))
        self._hooks.withholds, self._hooks.withheld = bool(flags & IS_LAST), False
        item._report_sections = []  # what was said of it where it is not believed
        self._verdict = self._hooks.verdict = Verdict(test.test_id)
        self._failed_before = self._session.testsfailed
        stop = None
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=item)
        except BaseException as e:
            stop = e
        if not flags & IS_MUTED:
            self._say(stop)
        elif stop is not None:
            raise stop


def _writes_what_it_misses(item: Any) -> bool:
    modules = (getattr(d.func, "__module__", None) or "" for d in _compat.fixture_definitions(item))
    return any(module.partition(".")[0] == _WRITES_WHAT_IT_MISSES for module in modules)
