"""Worker: a process in which tests run one after the other, as in plain pytest, to see what they do there.

::

    worker ── orders: the tests before it (muted), the test ──> shadow
           <── started, answered ──────────────────────────────┘   waits for the next failure of the group

pytest imports all files before the first test, a worker those that it runs: what a test has from another file's imports is
there in plain pytest only. So the first shadow collects what its worker has not. If it survives that, the worker does so
too before the next one is forked, and no other pays for it.

It goes on from failure to failure, so all failures of a file together cost one run of the file. It is never rewound, and
nothing that it runs on the way is told. What it says of the test itself goes to the supervisor at once, or, if the worker
only asks how it would have gone, to the worker alone. Each test that it runs has the time that the failing one has: the
supervisor is told to start the clock anew.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from tach_harness.base._child import EXIT_HARNESS_FAILED, Child
from tach_harness.base._descriptors import raised
from tach_harness.base._isolate import os_
from tach_harness.base._queue import Planned
from tach_harness.isolation._orders import IS_ASKED, IS_BELOW, IS_MUTED, IS_OVER, Order, Orders

if TYPE_CHECKING:
    from tach_harness.isolation._rerun import RerunTests

_COLLECTED, _STARTED, _ANSWERED = b"C", b"S", b"A"


class Shadow:
    """The worker's end: which process it is, and how far it has come."""

    def __init__(self, owner: RerunTests) -> None:
        self._owner = owner
        self._child: Child | None = None
        self._unit = -1
        self._position = 0
        self._stack: list[Any] = []
        self._has_collected = False
        """Whether a shadow has collected all files and lives."""
        self._is_deadly = False
        """Whether one did not survive it."""

    def run(self, order: Order) -> None:
        """Run a test after those that come before it in its unit; what it says is in the mailbox."""
        test = order.test
        if order.flags & IS_BELOW or not self._can_go_on(test):
            self._start(test)
        before = [n for n in range(self._position, test.index) if self._owner.can_precede(test.unit, n, order.flags)]
        if not self._ask(order, before):  # one of those before it took the process along: without them, then
            self._start(test)
            self._ask(order, [])

    def try_alone(self, test: Planned) -> None:
        """Run a test without those before it, and tell nobody but the worker what it came to."""
        self._start(test)
        self._ask(Order(test, None, IS_ASKED), [])
        self.end()  # it has not seen what others expect to come after

    def end(self) -> None:
        """Let the process go, if there is one; it tears down what it alone has set up."""
        if self._child is not None:
            self._orders.give(Order(Planned(0, 0, 0), None, IS_OVER))
            self._owner.wait_for(self._child)
            self._forget()

    def become_child(self) -> None:
        """In a process forked from the worker: the process is the worker's, to go on with and to bury."""
        if self._child is not None:
            self._close()
            self._child.close()
            self._child = None

    def _can_go_on(self, test: Planned) -> bool:
        is_same = self._unit == test.unit and self._stack == self._owner.stack()
        return self._child is not None and is_same and self._position <= test.index

    def _start(self, test: Planned) -> None:
        self.end()
        if self._has_collected and self._owner.may_collect():
            self._owner.collect_rest(test)
        self._fork(test)
        if self._is_deadly:
            return
        self._has_collected = self._hears(_COLLECTED)
        if not self._has_collected:
            self._is_deadly = True
            self._forget()
            self._fork(test)

    def _fork(self, test: Planned) -> None:
        self._orders = Orders()
        self._reading, self._writing = (raised(fd) for fd in os_.pipe2(os_.O_CLOEXEC))
        self._unit, self._position, self._stack = test.unit, 0, self._owner.stack()
        self._child = self._owner.spawn_plain()
        if self._child is None:
            self._live(test)
        self._orders.become_worker()
        os_.close(self._writing)

    def _ask(self, order: Order, before: list[int]) -> bool:
        """Order the tests and wait for the answer or the end of the process; False if it ended before the test."""
        self._owner.expect_message()
        test = order.test
        for index in before:
            self._orders.give(Order(Planned(test.test_id, test.unit, index), None, IS_MUTED))
        self._orders.give(order)
        self._position = test.index + 1
        has_started = self._hears(_STARTED)
        if not (has_started and self._hears(_ANSWERED)):
            self._forget()
        return has_started

    def _hears(self, byte: bytes) -> bool:
        assert self._child is not None
        self._owner.wait_for(self._child, self._reading)
        said: bytes = os_.read(self._reading, 1)
        return said == byte

    def _forget(self) -> None:
        assert self._child is not None
        self._close()
        self._owner.bury(self._child)
        self._child = None

    def _close(self) -> None:
        self._orders.close()
        os_.close(self._reading)

    # --- in the process -----------------------------------------------------------------------------------------------

    def _live(self, test: Planned) -> NoReturn:
        try:
            self._orders.become_child()
            os_.close(self._reading)
            if not self._is_deadly:
                self._owner.collect_rest(test)
                os_.write(self._writing, _COLLECTED)
            while (order := self._orders.take()) is not None and not order.flags & IS_OVER:
                self._run(order)
            self._owner.finish_plainly()
            os_._exit(0)
        except BaseException:
            self._owner.check_channel()
            os_.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
        finally:
            os_._exit(EXIT_HARNESS_FAILED)

    def _run(self, order: Order) -> None:
        is_before = bool(order.flags & IS_MUTED)
        if not is_before:
            os_.write(self._writing, _STARTED)
        self._owner.run_plainly(order)
        if not is_before:
            os_.write(self._writing, _ANSWERED)
