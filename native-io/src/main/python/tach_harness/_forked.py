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
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

from _pytest.outcomes import Exit
from _pytest.runner import CallInfo
from _pytest.warnings import catch_warnings_for_item

from tach_harness import _stop, _wide
from tach_harness import _wire as wire
from tach_harness._capture import WorkerCapture
from tach_harness._channel import Channel
from tach_harness._descriptors import flush_streams
from tach_harness._hooks import WorkerHooks
from tach_harness._isolate import getpid, os_, select_, signal_
from tach_harness._mailbox import Mailbox
from tach_harness._reports import Verdict
from tach_harness._slot import Slot

_POLL_WITHOUT_PIDFD_MS = 5
_PHASE_WORDS = {wire.PHASE_CALL: "call", wire.PHASE_TEARDOWN: "teardown"}


class _ChildHasRun(Exit):
    """Unwinds pytest's protocol in the worker after the child has run it; pytest lets an ``Exit`` through."""

    def __init__(self) -> None:
        super().__init__("the test has run in its own process")


class ForkedTests:
    """Runs tests in children; used by the worker's main thread, and by a child as its copy."""

    def __init__(
        self,
        session: Any,
        channel: Channel,
        slot: Slot,
        hooks: WorkerHooks,
        capture: WorkerCapture,
        handle_pending: Callable[[], None],
    ) -> None:
        self._session = session
        self._channel = channel
        self._slot = slot
        self._hooks = hooks
        self._capture = capture
        self._handle_pending = handle_pending
        self._mailbox = Mailbox()
        self._late = _wide.LateFixtures()
        session.config.pluginmanager.register(self._late, "tach-late-fixtures")
        state = self._state = session._setupstate
        self._setup, self._teardown = state.setup, state.teardown_exact
        state.setup, state.teardown_exact = self._setup_splitting, self._teardown_of_child
        factory = getattr(session.config, "_tmp_path_factory", None)
        if factory is not None:
            factory.getbasetemp()  # children must find it: each that makes it would empty it first
        self._in_child = False
        self._child = 0
        self._status = 0

    # --- in the worker ------------------------------------------------------------------------------------------------

    def run(self, item: Any, nextitem: Any, verdict: Verdict) -> dict[str, Any]:
        """Run a test in a child, then tear down what no later test needs."""
        self._item, self._verdict = item, verdict
        self._child = 0
        try:
            if _wide.is_up(self._state, item) and not any(item.iter_markers("skip")):
                self._split()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except _ChildHasRun:
            return self._after_child(nextitem)
        except BaseException as e:
            if self._in_child:
                self._leave(e)
            raise
        if self._in_child:
            self._leave(None)
        return self._leaked()  # skipped before anything was set up

    def signal(self, test_id: int, number: int) -> None:
        """Signal the process of the running test."""
        if self._child and test_id == self._verdict.test_id:
            os_.kill(self._child, number)

    def _leaked(self) -> dict[str, Any]:
        leaked = self._hooks.leaks.after_test()
        return {"leaked": leaked} if leaked else {}

    def _setup_splitting(self, item: Any) -> None:
        """Stand in for ``SetupState.setup``: the wider part in the worker, the item in a child."""
        __tracebackhide__ = True
        if not self._in_child:
            _wide.set_up(self._setup, self._state, item)
            self._hooks.leaks.after_setup(item)
            self._split()
        self._setup(item)

    def _split(self) -> None:
        """Fork. Returns in the child; in the worker it raises :class:`_ChildHasRun` when the child is dead."""
        self._mailbox.clear()
        self._channel.flush()
        flush_streams()
        pid = _fork()
        if pid == 0:
            self._become_child()
            return
        self._child = pid
        _own_group(pid)
        self._slot.child(pid)
        self._status = self._wait()
        self._child = 0
        self._hooks.muted = True  # the child has told of the warnings that are recorded around here
        raise _ChildHasRun

    def _wait(self) -> int:
        """Serve commands until the child is dead; its raw wait status. What it has left in its group is killed."""
        with _Death(self._child, self._channel) as death:
            while True:
                try:
                    if death.wait():
                        break
                    self._handle_pending()
                except KeyboardInterrupt:
                    os_.kill(self._child, signal_.SIGINT)
        try:
            os_.killpg(self._child, signal_.SIGKILL)
        except ProcessLookupError:
            pass
        status: int = os_.waitpid(self._child, 0)[1]
        return status

    def _after_child(self, nextitem: Any) -> dict[str, Any]:
        self._hooks.muted = False
        self._slot.child(0)
        os.environ.pop("PYTEST_CURRENT_TEST", None)
        self._forget_request()
        message = self._mailbox.take()
        details = self._died() if message is None else self._mirror(message)
        self._tear_down_wider(nextitem)
        return details

    def _forget_request(self) -> None:
        """Do what pytest does at the end of its protocol: the item may be run again."""
        if hasattr(self._item, "_request"):
            self._item._request = False
            self._item.funcargs = None

    def _died(self) -> dict[str, Any]:
        """Return what is known of a test that has left no message."""
        self._capture.suspend()
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

    def _mirror(self, message: dict[str, Any]) -> dict[str, Any]:
        """Let the session know what it would know had the test run here."""
        self._verdict.load(message["verdict"])
        self._session.testsfailed += message["failed"]
        for name in ("shouldfail", "shouldstop"):
            if message[name]:
                setattr(self._session, name, wire.text(message[name]))
        if message["stop"]:
            raise _stop.Stop.of_body(message["stop"])
        return {"leaked": [wire.text(t) for t in message["leaked"]]} if message["leaked"] else {}

    def _tear_down_wider(self, nextitem: Any) -> None:
        """Tear down what the next test does not share, as part of this test's teardown."""
        if self._session.shouldfail or self._session.shouldstop:
            nextitem = None
        needed = nextitem.listchain() if nextitem is not None else []
        stack = list(self._state.stack)
        if stack == needed[: len(stack)]:
            return
        item = self._item
        self._slot.phase(wire.PHASE_TEARDOWN)
        with catch_warnings_for_item(config=item.config, ihook=item.ihook, when="runtest", item=item):
            call: Any = CallInfo.from_call(
                lambda: self._capture.around(item, "teardown", lambda: self._teardown(nextitem)),
                when="teardown",
                reraise=(Exit, KeyboardInterrupt),
            )
        item._report_sections = [s for s in item._report_sections if s[0] == "teardown"]
        report = item.ihook.pytest_runtest_makereport(item=item, call=call)
        if call.excinfo is None:
            self._verdict.add(report)
        else:
            item.ihook.pytest_runtest_logreport(report=report)

    # --- in the child -------------------------------------------------------------------------------------------------

    def _become_child(self) -> None:
        self._in_child = True
        _own_group(0)
        self._slot.child(getpid())
        self._channel.adopt()
        self._hooks.adopt()
        self._late.recording = True
        self._failed_before = self._session.testsfailed

    def _teardown_of_child(self, nextitem: Any) -> None:
        """Stand in for ``SetupState.teardown_exact``: a child tears down its item only, the worker does the rest."""
        __tracebackhide__ = True
        if not self._in_child:
            return self._teardown(nextitem)
        failures: list[BaseException] = []
        try:
            self._teardown(self._item.parent)
        except _wide.SETUP_FAILURES as e:
            failures.append(e)
        failures += self._late.finish()
        if failures:
            raise failures[0]
        return None

    def _leave(self, error: BaseException | None) -> NoReturn:
        """Tell the worker how it went and end this process."""
        if getpid() != self._hooks.pid:
            os_._exit(0)
        message = {
            "verdict": self._verdict.state(),
            "failed": self._session.testsfailed - self._failed_before,
            "shouldfail": _reason(self._session.shouldfail),
            "shouldstop": _reason(self._session.shouldstop),
            "stop": None if error is None else _stop.announce(error, self._session.config).body(),
            "leaked": self._hooks.leaks.after_test(),
        }
        self._channel.flush()
        flush_streams()
        try:
            self._mailbox.put(message)
        except wire.ProtocolError:
            self._verdict.properties = []
            self._mailbox.put(message | {"verdict": self._verdict.state()})
        os_._exit(0)


class _Death:
    """Waits for a child's death and for commands at the same time."""

    def __init__(self, pid: int, channel: Channel) -> None:
        self._pid = pid
        self._poll = select_.poll()
        self._poll.register(channel.fileno(), select_.POLLIN)
        try:
            self._pidfd: int | None = os_.pidfd_open(pid)
        except OSError:  # a kernel before 5.3, or a sandbox without it: look at the clock instead
            self._pidfd = None
        else:
            self._poll.register(self._pidfd, select_.POLLIN)

    def __enter__(self) -> _Death:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pidfd is not None:
            os_.close(self._pidfd)

    def wait(self) -> bool:
        """Return True when the child is dead, False when there is something to read."""
        self._poll.poll(None if self._pidfd is not None else _POLL_WITHOUT_PIDFD_MS)
        return os_.waitid(os_.P_PID, self._pid, os_.WEXITED | os_.WNOHANG | os_.WNOWAIT) is not None


def _fork() -> int:
    """Fork; Python's warning about threads is not the test's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pid: int = os_.fork()
    return pid


def _own_group(pid: int) -> None:
    """Put a child into its own process group; parent and child both do, whoever comes first."""
    try:
        os_.setpgid(pid, pid)
    except OSError:
        return


def _reason(value: object) -> str:
    return str(value) if value else ""
