"""Worker: one forked process from its first instruction to ``os._exit``, serving the supervisor's commands.

::

    boot -> waiting <-> collecting
               |   ^
               v   |            CMD_EXIT, or after MSG_STOPPING
            running one test  ------------------> session finish -> gone

Everything between boot and session finish happens inside ``pytest_runtestloop``, where plugins expect tests to run.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, Protocol

import pytest

from tach_harness.base import _wire as wire
from tach_harness.base._channel import connect, die_with_group
from tach_harness.base._child import EXIT_HARNESS_FAILED
from tach_harness.base._descriptors import StandardStreams, WorkerFiles, flush_streams
from tach_harness.base._fork import ForkOrder
from tach_harness.base._isolate import getpid, os_
from tach_harness.base._processes import become_subreaper
from tach_harness.base._queue import ANY_INDEX, Planned, Queue
from tach_harness.base._slot import Slot
from tach_harness.collecting._options import capture_method
from tach_harness.isolation._cell import REWIND_SUMS
from tach_harness.isolation._collectors import keeps
from tach_harness.isolation._isolated import choose
from tach_harness.isolation._parts import Parts
from tach_harness.isolation._tracker import tidy_up
from tach_harness.isolation._upcoming import stand_in
from tach_harness.reporting import _stop
from tach_harness.reporting._capture import WorkerCapture
from tach_harness.reporting._hooks import WorkerHooks
from tach_harness.reporting._reports import Verdict
from tach_harness.reporting._telling import Telling
from tach_harness.worker import _identity
from tach_harness.worker._in_process import InProcess
from tach_harness.worker._plugins import write_only_what_is_told

EXIT_CHANNEL_LOST = 70
"""A test closed or replaced the descriptor of our channel: its verdict cannot be told any more."""
_HARMLESS = (wire.CMD_RUN_TEST, wire.CMD_DRAIN, wire.CMD_SIGNAL_TEST)


class Collection(Protocol):
    """What a worker needs of the collection that it inherits."""

    def collect(self, unit: int) -> dict[str, Any]:
        """Collect a unit and return the body of MSG_COLLECTED."""

    def items(self, unit: int) -> list[pytest.Item]:
        """Return a unit's items."""

    def collected(self) -> frozenset[int]:
        """Return the units that have been collected here."""

    def has(self, unit: int) -> bool:
        """Say whether a unit is collected in this process."""

    def file(self, unit: int) -> Any:
        """Return the node of a unit's file."""

    def collect_rest(self) -> Iterable[None]:
        """Collect all other units too, one at each step."""


class Runner(Protocol):
    """How tests are run: the isolation strategy."""

    def run_group(self, queue: Queue) -> bool:
        """Run tests from the head of the queue together and tell of them; False if there is nothing to be gained."""

    def run_planned(self, test: Planned, following: Planned | None, verdict: Verdict) -> dict[str, Any]:
        """Run a test and return what MSG_RESULT holds beside the verdict."""

    def signal(self, test_id: int, number: int) -> None:
        """Signal the process of a test, if that test is running and has one."""

    def warm_up(self) -> int:
        """Do a few times what is done for each test, so that a process forked for one need not learn it."""

    def close(self) -> None:
        """End what waits for tests."""


def run_worker(session: Any, collection: Collection, order: ForkOrder) -> NoReturn:
    """Be worker ``order.worker``: called once, right after the fork. Only ``os._exit`` leaves."""
    code = EXIT_HARNESS_FAILED
    worker = None
    try:
        worker = Worker(session, collection, order)
        worker.live()
        code = 0
    except BaseException:
        if worker is not None and worker.has_lost_channel():
            code = EXIT_CHANNEL_LOST
        os_.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
    finally:
        os_._exit(code)


class Worker:
    """Serves one supervisor; single-threaded."""

    def __init__(self, session: Any, collection: Collection, order: ForkOrder) -> None:
        _own_group()
        become_subreaper()  # a test's orphans are found as its children
        self._session = session
        self._collection = collection
        self._order = order
        self._queue = Queue()
        self._leaving = False
        self._pid = getpid()
        self._files = WorkerFiles.create()
        self._slot = Slot(self._files.slot)
        self._channel = connect(f"{order.run_dir}/workers.sock")
        self._channel_identity = _identity_of(self._channel.fileno())
        _identity.assume(session.config, order)
        self._redirect(session.config)
        _identity.watch_for_crashes(session.config, self._files)
        self._hooks = WorkerHooks(session, order.worker, self._channel, self._slot, self._serve)
        write_only_what_is_told(lambda: self._hooks.muted)
        self._telling = Telling(self._channel, self._slot, self._hooks, self._streams, self._check_channel)
        self._deferred: deque[tuple[int, wire.Body] | None] = deque()

    def _redirect(self, config: Any) -> None:
        keep_terminal = capture_method(config) in ("no", "tee-sys")
        self._streams = StandardStreams(self._files.log, keep_terminal)
        self._capture = WorkerCapture(config)
        self._capture.install(self._files.out, self._files.err, self._streams.sources)

    def _make_runner(self) -> Runner:
        if self._order.strategy == "none" or self._order.together:
            details = {} if self._order.strategy == "none" else {"isolation": "none"}
            return InProcess(self._hooks, self._item, self._upcoming, details)
        parts = Parts(
            session=self._session,
            channel=self._channel,
            slot=self._slot,
            hooks=self._hooks,
            capture=self._capture,
            telling=self._telling,
            order=self._order,
            items=self._collection.items,
            item_of=self._item,
            upcoming=self._upcoming,
            collect_rest=self._collection.collect_rest,
            note=lambda text: self._channel.send(wire.MSG_NOTE, {"text": text}),
            handle_pending=self._handle_pending,
            tell_verified=self._tell_verified,
            handle_harmless=self._handle_harmless,
            collected=self._collection.collected,
            waits_to_collect=self._waits_to_collect,
            collect_meanwhile=self._collect_meanwhile,
        )
        return choose(parts)

    def _tell_verified(self, pages: int, wrong_bytes: int) -> None:
        body = dict.fromkeys(REWIND_SUMS, 0) | {"verified_pages": pages, "wrong_bytes": wrong_bytes}
        self._channel.send(wire.MSG_REWINDS, body, flush=False)

    # --- life ---------------------------------------------------------------------------------------------------------

    def live(self) -> None:
        """Introduce ourselves, serve, tear the session down, say goodbye."""
        files = {name: getattr(self._files, name) for name in ("log", "out", "err", "stacks", "slot")}
        body = {"worker": self._order.worker, "token": self._order.token, "pid": self._pid, "fds": files}
        self._channel.send(wire.MSG_WORKER_READY, body)
        self._runner: Runner = self._make_runner()
        self._hooks.register()
        self._runner.warm_up()
        self._slot.idle()
        self._session.config.hook.pytest_runtestloop(session=self._session)
        self._finish_session()
        tidy_up()
        self._channel.send(wire.MSG_LEAVING, {})
        flush_streams()

    def _finish_session(self) -> None:
        self._runner.close()
        self._slot.finish()
        session = self._session
        try:
            session.config.hook.pytest_sessionfinish(session=session, exitstatus=session.exitstatus)
        except BaseException as e:
            self._channel.send(wire.MSG_STOPPING, _stop.announce(e, session.config).body())

    def _serve(self) -> None:
        """Run tests until CMD_EXIT; the body of ``pytest_runtestloop``."""
        session = self._session
        try:
            while not self._leaving:
                self._step()
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if session.testsfailed else pytest.ExitCode.OK
        except BaseException as e:
            stop = _stop.announce(e, session.config)
            session.exitstatus = stop.returncode
            self._channel.send(wire.MSG_STOPPING, stop.body(), flush=False)
            self._await_exit()
        self._hand_back()

    def _step(self) -> None:
        if self._queue.startable() and not self._slot.stop:
            self._run_some()
        else:
            self._wait()
        self._handle_pending()
        self._collect_expected()
        if self._slot.stop:
            self._hand_back()

    def _wait(self) -> None:
        self._slot.idle()
        self._channel.flush()
        self._handle(self._deferred.popleft() if self._deferred else self._channel.receive())

    def _await_exit(self) -> None:
        """After MSG_STOPPING: nothing runs any more."""
        self._hand_back()
        while not self._leaving:
            self._wait()
            self._hand_back()

    def _hand_back(self) -> None:
        ids = self._queue.hand_back()
        if self._hooks.verdict is not None:  # it was running when the session ended: it has no result either
            ids.insert(0, self._hooks.verdict.test_id)
            self._hooks.verdict = None
        if ids:
            self._channel.send(wire.MSG_NOT_RUN, {"tests": ids})

    # --- commands -----------------------------------------------------------------------------------------------------

    def _handle_harmless(self) -> bool:
        """Handle what has come while a child runs many tests; False if there is a command that has to wait for its end.

        The child writes to the channel, so we must not, and it would not know what we collect.
        """
        while not self._deferred and self._channel.pending():
            frame = self._channel.receive()
            if frame is not None and frame[0] in _HARMLESS:
                self._handle(frame)
            else:
                self._deferred.append(frame)
        return not self._deferred

    def _waits_to_collect(self) -> bool:
        frame = self._deferred[0] if self._deferred else None
        return frame is not None and frame[0] == wire.CMD_COLLECT

    def _collect_meanwhile(self) -> None:
        while self._waits_to_collect():
            frame = self._deferred.popleft()
            self._handle(frame)

    def _handle_pending(self) -> None:
        while self._deferred:
            self._handle(self._deferred.popleft())
        while self._channel.pending():
            self._handle(self._channel.receive())

    def _handle(self, frame: tuple[int, wire.Body] | None) -> None:
        if frame is None:
            die_with_group()
        command, body = frame
        if command == wire.CMD_RUN_TEST:
            self._queue.extend(body["tests"])
        elif command == wire.CMD_COLLECT:
            for unit in body["units"]:
                self._collect_in_time(unit)
        elif command == wire.CMD_DRAIN:
            self._queue.drain()
        elif command == wire.CMD_EXIT:
            self._leaving = True
        elif command == wire.CMD_SIGNAL_TEST:
            if body["signal"] == wire.SIGNAL_STACKS:
                self._files.forget_stacks()
            self._runner.signal(body["test_id"], body["signal"])
        else:
            raise wire.ProtocolError(f"not a command for a worker: {command:#04x}")

    def _collect_in_time(self, unit: int) -> None:
        """Collect a unit whose tests are to follow; after what is set up now, if that has to be torn down before them."""
        node = self._collection.file(unit)
        if self._collection.has(unit) or keeps(self._session._setupstate, node) or self._queue.is_empty():
            self._collect(unit)
        else:
            self._queue.expect(unit)

    def _collect_expected(self) -> None:
        """Collect what had to wait, if it need not any more."""
        for unit in self._queue.take_expected():
            self._collect_in_time(unit)

    def _collect(self, unit: int) -> None:
        self._slot.collect(unit)
        self._channel.send(wire.MSG_COLLECTED, self._collection.collect(unit))
        self._slot.idle()

    # --- one test -----------------------------------------------------------------------------------------------------

    def _run_some(self) -> None:
        if self._hooks.too_many_failures():
            raise self._session.Failed(self._hooks.maxfail_reason())
        if not self._runner.run_group(self._queue):
            self._run_next()
        self._check_session()

    def _run_next(self) -> None:
        test, following = self._queue.take()
        verdict = self._telling.begin(test)
        details = self._runner.run_planned(test, following, verdict)
        self._telling.tidy()
        self._telling.end(verdict.body() | details)

    def _item(self, test: Planned) -> pytest.Item:
        items = self._collection.items(test.unit)
        if test.index >= len(items):
            raise wire.ProtocolError(f"no such item: unit={test.unit} index={test.index}")
        return items[test.index]

    def _upcoming(self, test: Planned) -> Any:
        node = self._collection.file(test.unit)
        is_known = test.index != ANY_INDEX
        if is_known and (self._collection.has(test.unit) or keeps(self._session._setupstate, node)):
            return self._item(test)
        return stand_in(node)

    def has_lost_channel(self) -> bool:
        """Say whether a test closed or replaced the descriptor of our channel."""
        return _identity_of(self._channel.fileno()) != self._channel_identity

    def _check_channel(self) -> None:
        if self.has_lost_channel():
            os_._exit(EXIT_CHANNEL_LOST)

    def _check_session(self) -> None:
        session = self._session
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)


def _identity_of(fd: int) -> tuple[int, int] | None:
    try:
        found = os_.fstat(fd)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _own_group() -> None:
    try:
        os_.setpgid(0, 0)
    except PermissionError:  # the leader of a session already has a group of its own
        return
