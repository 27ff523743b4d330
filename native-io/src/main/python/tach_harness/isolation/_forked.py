"""Worker, strategy ``fork``: every test in a process of its own, forked from one that holds the shared fixtures.

::

    worker    set up wider scopes ── fork ── wait ───────────────── tear down wider scopes ── MSG_RESULT
    child                              └── item: setup, call, teardown ── _exit

The fork happens at one of two places. If everything wider than the test is set up already, it is before
``pytest_runtest_protocol``, all of which runs in the child. If not, pytest's protocol runs in the worker up to
``SetupState.setup``, where the wider part is set up and the fork splits the protocol: the child goes on, the worker
unwinds. So hooks, captured output, logs and warnings of a shared fixture end up in the reports of the first test that
needs it, as in pytest, and a test that is skipped by a mark or a hook costs neither a fork nor a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from _pytest.outcomes import Exit

from tach_harness.base import _wire as wire
from tach_harness.base._child import Child, own_group
from tach_harness.base._compat import unseen
from tach_harness.base._descriptors import flush_streams
from tach_harness.base._garbage import take_stock
from tach_harness.base._isolate import getpid, os_, signal_
from tach_harness.base._processes import become_subreaper
from tach_harness.base._queue import Planned
from tach_harness.isolation import _collectors, _wide
from tach_harness.isolation._limit import Limit
from tach_harness.isolation._mailbox import Mailbox
from tach_harness.isolation._parting import Forking, Parting, nothing
from tach_harness.isolation._parts import Parts
from tach_harness.isolation._rest import tear_down_rest
from tach_harness.isolation._tracker import tidy_up
from tach_harness.isolation._warmup import run_protocol, warm_up
from tach_harness.isolation._words import LastWords
from tach_harness.reporting._leaks import WideChildren
from tach_harness.reporting._reports import Verdict

_THROWAWAY = Planned(0, 0, 0)
"""Stands for the test that a worker warms up with."""

_PHASE_WORDS = {wire.PHASE_CALL: "call", wire.PHASE_TEARDOWN: "teardown"}


class _ChildHasRun(Exit):
    """Unwinds pytest's protocol in the worker after the child has run it; pytest lets an ``Exit`` through."""

    def __init__(self) -> None:
        super().__init__("the test has run in its own process")


class ForkedTests:
    """Runs tests in children; used by the worker's main thread, and by a child as its copy."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._session = session = parts.session
        self._channel = parts.channel
        self._slot = parts.slot
        self._hooks = parts.hooks
        self._capture = parts.capture
        self._handle_pending = parts.handle_pending
        self._mailbox = Mailbox()
        self._words = LastWords(parts, self._mailbox)
        self._late = _wide.LateFixtures()
        self.parting: Parting = Forking(parts.order.worker)
        """How a child begins and ends."""
        self._wide_children = WideChildren()
        session.config.pluginmanager.register(self._late, "tach-late-fixtures")
        state = self._state = session._setupstate
        self._setup, self._teardown = state.setup, state.teardown_exact
        state.setup, state.teardown_exact = self._setup_splitting, self._teardown_of_child
        factory = getattr(session.config, "_tmp_path_factory", None)
        if factory is not None:
            factory.getbasetemp()  # children must find it: each that makes it would empty it first
        self.before_exit: Callable[[], None] = nothing
        """In a child: what it does last."""
        self.before_outcome: Callable[[dict[str, Any] | None], None] = nothing
        """Given a child's last words before anything is made of them."""
        self.outermost: Any = None
        """In a child that is the last one: the collector that stays set up, None for the item's own."""
        self._in_child = False
        self._own_pid = 0
        """Of this process, where it is another than the worker."""
        self._child: Child | None = None
        self._status = 0
        self._message: dict[str, Any] | None = None
        """The last words of the child that has split pytest's protocol."""
        self._following: Planned | None = None
        self._owed: list[BaseException] = []
        """What went wrong where something was torn down before its time; the running test is told to have failed of it."""
        self._closes = False
        """Whether something wider than the running test is torn down after it."""
        self._said: tuple[Any, list[str]] = (None, [])
        """The item for which shared fixtures were last set up, and what they have printed."""
        self._was_signalled = False
        self._has_forked = False
        self._has_changed = True
        """Whether something was set up or torn down here since it was last looked at."""

    # --- in the worker ------------------------------------------------------------------------------------------------

    def warm_up(self) -> int:
        """Do a few times what is done for each test, before any is forked; nobody hears of it. How often it went well."""
        self._in_child = self._late.recording = True
        try:
            with self._slot.aside():
                rounds = warm_up(self._session, self._run_throwaway)
            self._teardown(None)
        finally:
            self._in_child = self._late.recording = False
            self._channel.take_held()
            self._hooks.verdict = None
            self._hooks.tentative = self._hooks.failed = False
        return rounds

    def _run_throwaway(self, item: Any) -> None:
        telling = self._parts.telling
        self._channel.hold()
        self._item, self._verdict = item, telling.begin(_THROWAWAY)
        self._hooks.tentative = self._is_tentative(item)
        run_protocol(item)
        telling.tidy()
        flush_streams()
        telling.end(self._verdict.body() | self._leaked())
        self._channel.take_held()

    def run_planned(self, test: Planned, following: Planned | None, verdict: Verdict) -> dict[str, Any]:
        """Run a test in a child, then tear down what no later test needs."""
        item, nextitem = self.item_of(test), following and self.upcoming(following)
        self._item, self._verdict = item, verdict
        self._hooks.tentative = self._is_tentative(item)
        self._nextitem, self._following = nextitem, following
        self._hooks.failed = False
        if self._run_until_split(item, nextitem):
            return self._after_child(self._message, nextitem)
        if self._in_child:
            self._leave(None)
        if self._is_doubtful():  # a hook has failed before there was a child, and nobody was told
            return self._after_hook(nextitem)
        return self._leaked()  # skipped before anything was set up, or run as pytest runs it

    def _run_until_split(self, item: Any, nextitem: Any) -> bool:
        """Run pytest's protocol; True if a child has done so from somewhere in it.

        When it returns no exception is being handled: one would be the context of all that another child raises.
        """
        _collectors.leave(self._state, item)
        self._limit = Limit(item)
        try:
            if self._is_to_run_from_the_start():
                self._split()
            if _wide.is_up(self._state, item) and not any(item.iter_markers("skip")) and not self._is_entangled():
                _collectors.enter(self._setup, self._state, item)
                self._split()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except _ChildHasRun:
            return True
        except BaseException as e:
            if self._in_child:
                self._leave(e)
            raise
        return False

    def signal(self, test_id: int, number: int) -> None:
        """Signal the process of the running test."""
        if self._child is not None and test_id == self._slot.test_id:
            self._was_signalled = True
            self._child.signal(number)

    def item_of(self, test: Planned) -> Any:
        """Return the item of a planned test."""
        return self._parts.item_of(test)

    def upcoming(self, test: Planned) -> Any:
        """Return the item of the test that follows, or what stands for it while its file must not be imported."""
        return self._parts.upcoming(test)

    def _is_entangled(self) -> bool:
        """Say whether what is set up here talks to a thread or another process, so tests run as pytest runs them."""
        return False

    def _is_tentative(self, item: Any) -> bool:
        """Say whether a failure in the child is not to be believed yet."""
        return False

    def _has_failed_already(self) -> bool:
        """Say whether the test needs no child, as it has failed in one and nobody was told."""
        return False

    def _is_to_run_from_the_start(self) -> bool:
        """Say whether nothing has to be set up here for such a test either."""
        return False

    def _leaked(self) -> dict[str, Any]:
        leaked = self._hooks.leaks.after_test()
        return {"leaked": leaked} if leaked else {}

    @unseen
    def _setup_splitting(self, item: Any) -> None:
        """Stand in for ``SetupState.setup``: the wider part in the worker, the item in a child."""
        __tracebackhide__ = True
        if not self._in_child:
            self._limit.look()
            with self._wide_children.watched():
                failure = _wide.set_up(self._setup, self._state, item)
            if failure is not None:
                self._hooks.tentative = False
                raise failure
            self._said = item, self._capture.so_far()
            self._hooks.leaks.after_setup(item)
            self._has_changed = True
            self._limit.put_aside()
            if not self._is_entangled():
                self._split()
            self._limit.take_up()
        elif item is self._said[0]:  # it runs once more, with what was set up for it
            self._capture.say_again(self._said[1])
        self._setup(item)

    def _split(self) -> None:
        """Fork. Returns in the child; in the worker it raises :class:`_ChildHasRun` when the child is dead."""
        self._closes = not _collectors.keeps(self._state, self._nextitem)
        if self._has_failed_already():
            self._message = {"again": True}
            raise _ChildHasRun
        child = self._spawn()
        if child is None:
            self._hooks.withholds = self._closes
            if self._hooks.tentative:
                self._channel.hold()
            return
        try:
            child.wait(self._channel, self._handle_pending)
        except BaseException:  # raised by the handler of a signal: the child must not go on beside what comes of it
            child.signal(signal_.SIGKILL)
            raise
        finally:
            self._bury(child)
        self._message = self.take_message()
        # A child that is believed has told of the warnings that are recorded around here.
        self._hooks.muted = self._message is not None and not self._message.get("again")
        raise _ChildHasRun

    def _spawn(self) -> Child | None:
        """Fork a process that runs tests; None in that process."""
        if not self._has_forked:
            self._has_forked = True
            take_stock()
        self._mailbox.clear()
        self._channel.flush()
        flush_streams()
        child = self.parting.begin()
        if child is None:
            self._become_child()
            return None
        self._serve(child)
        return child

    def _serve(self, child: Child | None) -> None:
        """Say which process runs the tests now."""
        self._child = child
        self._was_signalled = False
        self._slot.child(self._own_pid if child is None else child.pid)

    def _bury(self, child: Child) -> None:
        self._status = child.reap()
        self._child = None
        self._slot.child(self._own_pid)

    def take_message(self) -> dict[str, Any] | None:
        """Return the last words of a child, once."""
        message = self._mailbox.take()
        self._mailbox.clear()
        return message

    def _after_hook(self, nextitem: Any) -> dict[str, Any]:
        self._serve(None)
        self._item._report_sections = []
        return self._after_child({"again": True}, nextitem)

    def _after_child(self, message: dict[str, Any] | None, nextitem: Any) -> dict[str, Any]:
        self._hooks.muted = False
        os.environ.pop("PYTEST_CURRENT_TEST", None)
        self._forget_request()
        self.before_outcome(message)
        details = self._outcome(message)
        self._tear_down_wider(nextitem)
        return details

    def _outcome(self, message: dict[str, Any] | None) -> dict[str, Any]:
        """Take the child's last words for what they are; what MSG_RESULT holds beside the verdict."""
        return self._died() if message is None else self._words.take_in(message, self._verdict)

    def _forget_request(self) -> None:
        """Do what pytest does at the end of its protocol: the item may be run again."""
        if hasattr(self._item, "_request"):
            self._item._request = False
            self._item.funcargs = None

    def _died(self) -> dict[str, Any]:
        """Return what is known of a test that has left no message."""
        self._capture.suspend()
        self._words.sections = []
        self._session.testsfailed += 1
        self._hooks.count_failure()
        sections = self._capture.take(_PHASE_WORDS.get(self._slot.current_phase, "setup"))
        self._verdict.phases = [0, 0, 0]
        return {
            "died": self._status,
            "phase": self._slot.current_phase,
            "status": wire.STATUS_CRASH,
            "outcome": "error",
            "message": "the test's process died",
            "sections": sections,
        }

    def _tear_down_wider(self, nextitem: Any) -> None:
        """Tear down what the next test does not share, as part of this test's teardown."""
        if self._session.shouldfail or self._session.shouldstop:
            nextitem = None
        _collectors.leave(self._state, nextitem)
        if _collectors.keeps(self._state, nextitem) and not self._words.sections and not self._owed:
            return
        self._has_changed = True
        tear_down_rest(self._parts, self._item, partial(self._tear_down_to, nextitem), self._words.sections)

    @unseen
    def _tear_down_to(self, nextitem: Any) -> None:
        __tracebackhide__ = True
        owed, self._owed = self._owed, []
        self._teardown(nextitem)
        if owed:
            raise owed[0]

    # --- in the child -------------------------------------------------------------------------------------------------

    def _become_child(self) -> None:
        self._in_child = True
        self._own_pid = getpid()
        own_group(0)
        become_subreaper()
        self._slot.child(self._own_pid)
        self._channel.adopt()
        self._hooks.adopt()
        self._late.recording = True
        self._failed_before = self._session.testsfailed
        self._hooks.failed = False

    @unseen
    def _teardown_of_child(self, nextitem: Any) -> None:
        """Stand in for ``SetupState.teardown_exact``: a child tears down its item only, the worker does the rest.

        The worker comes here with a test that no child has run. One that has failed is run again before anything is torn
        down; what fails in the teardown after another one fails here, as in pytest.
        """
        __tracebackhide__ = True
        if not self._in_child:
            if self._is_doubtful():
                return None
            self._hooks.tentative = False
            return self._teardown(nextitem)
        failures = self._failures_of(self._item.parent)
        if self.outermost is not None:
            if not failures and not self._hooks.failed:
                self._hooks.tentative = False  # what fails from here on is no test, and fails here as in pytest
            failures += self._failures_of(self.outermost)
        failures += self._late.after_test()
        if failures:
            raise failures[0]
        return None

    @unseen
    def _failures_of(self, kept: Any) -> list[BaseException]:
        """Tear down all but what the kept collector is in."""
        __tracebackhide__ = True
        try:
            self._teardown(kept)
        except _wide.SETUP_FAILURES as e:
            return [e]
        return []

    def _leave(self, error: BaseException | None) -> NoReturn:
        """Tell the worker how it went and end this process."""
        if getpid() != self._hooks.pid:
            os_._exit(0)
        tidy_up()
        if self._is_doubtful() and error is None:
            self._channel.take_held()
            self.doubt()
        else:
            self._say(error)
        self.before_exit()
        self.parting.end()

    def _say(self, error: BaseException | None) -> None:
        """Tell the supervisor what was kept back and the worker how it went."""
        words = self._words.compose(self._verdict, self.failures_here(), error)
        self._channel.release()
        flush_streams()
        self._words.leave(words, self._verdict, self._item)

    def failures_here(self) -> int:
        """Return how many failures pytest's session has counted in this process."""
        failed: int = self._session.testsfailed - self._failed_before
        return failed

    def run_here(self, test: Planned, following: Planned | None, verdict: Verdict, leaves: bool) -> bool:
        """In a child: run a test and say whether what came of it is to be believed.

        Does not return if the worker has to go on with it, or if it ``leaves`` anyway.
        """
        item = self.item_of(test)
        self._item, self._verdict = item, verdict
        self._hooks.tentative = self._is_tentative(item)
        self._hooks.withholds = leaves
        _collectors.leave(self._state, item)
        if self._hooks.tentative:
            self._channel.hold()
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following and self.upcoming(following))
        except BaseException as e:
            self._leave(e)
        if leaves or self._session.shouldfail or self._session.shouldstop:
            self._leave(None)
        return not self._is_doubtful()

    def _is_doubtful(self) -> bool:
        return self._hooks.tentative and self._hooks.failed

    def tell_worker(self) -> None:
        """Tell what was kept back, and leave the result to the worker."""
        self._say(None)

    def doubt(self) -> None:
        """Leave the failure to the worker."""
        self._mailbox.put(self.parting.doubts)

    def refuse(self, reason: str) -> None:
        """Leave all tests to the worker: this process cannot be rewound."""
        self._mailbox.put({"refused": reason})
