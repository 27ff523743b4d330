"""Worker: every test apart from every other, in the cheapest process that will do.

::

    worker   set up wider scopes ── fork ── wait ──────────────────────────── tear down wider scopes
    cell              └── checkpoint ── test ── rewind ── test ── rewind ...        (many tests)
    single            └── test ── gone                                              (one test)
    shadow            └── the tests before ── the test ── gone                      (not isolated, see _rerun.py)

The worker itself runs nothing: it keeps the state that all tests of a group start from. A **cell** is forked from it,
takes a checkpoint and rewinds itself to it after each test; when a test has done what no rewind undoes, the cell ends
and another is forked, which costs a few milliseconds and no fixture. A test alone gets a process of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from tach_harness.base import _agent
from tach_harness.base import _wire as wire
from tach_harness.base._child import Child, fork_once
from tach_harness.base._descriptors import own_descriptors
from tach_harness.base._isolate import signal_
from tach_harness.base._queue import Planned, Queue
from tach_harness.collecting._steps import steps_of
from tach_harness.isolation import _collectors, _wide
from tach_harness.isolation._cell import Cell
from tach_harness.isolation._ends import Ends
from tach_harness.isolation._lazy import Tally, do_quietly
from tach_harness.isolation._mailbox import Progress
from tach_harness.isolation._orders import IDLE, IS_BELOW, IS_END, IS_LAST, Bell, Order, Orders
from tach_harness.isolation._own import OwnFixtures
from tach_harness.isolation._parting import Parting, Rewinding
from tach_harness.isolation._parts import Parts
from tach_harness.isolation._rerun import DIED, RerunTests
from tach_harness.isolation._upcoming import is_stand_in
from tach_harness.isolation._verify import Witness
from tach_harness.reporting._leaks import other_threads
from tach_harness.reporting._reports import Verdict

_MOST_REFUSALS = 3
"""After so many checkpoints in a row that could not be taken none is tried any more."""


class IsolatedTests(RerunTests):
    """Runs tests in cells and singles; used by the worker's main thread, and by a child as its copy."""

    def __init__(self, parts: Parts, agent: Any) -> None:
        super().__init__(parts)
        self._agent = agent
        self._progress = Progress()
        self._given: deque[Order] = deque()
        self._entangled_by = ""
        self._is_step = False
        self._has_told_of_steps = False
        self._taken = 0
        self.tally = Tally()
        self._is_idle = False
        """Whether the cell waits for orders."""
        self._is_watching = False
        self._known: frozenset[int] = frozenset()
        """While a cell is alive: the units that it has the items of."""
        self._ahead: tuple[Planned, int | None] | None = None
        self._not_below: set[int] = set()
        """Units whose fixtures no cell shall set up any more."""
        self._declined: set[int] = set()
        """Tests that no cell shall run any more."""
        self._ends: list[Any] = []
        """Of what the worker shares with a cell that is alive."""
        self._born_with = Ends()
        self._refusals = 0
        self._has_told_of_refusal = False

    # --- singles ------------------------------------------------------------------------------------------------------

    def run_planned(self, test: Planned, following: Planned | None, verdict: Verdict) -> dict[str, Any]:
        """Run one test in a process of its own."""
        self._planned = test
        self._is_step = self._note_step(test)
        if test.test_id in self._declined and not self._is_to_run_from_the_start():
            self._not_below.add(test.unit)
        details = super().run_planned(test, following, verdict)
        if self._entangled_by or self._is_step:
            self._has_changed = True  # the test has run here
            details["isolation"] = "none"
        elif self._agent is not None:
            details.setdefault("isolation", "snapshot" if isinstance(self.parting, Rewinding) else "fork")
        self._is_step = False
        return details

    def _note_step(self, test: Planned) -> bool:
        is_step = bool(steps_of(self.item_of(test)))
        if is_step and not self._has_told_of_steps:
            self._has_told_of_steps = True
            self._parts.note("isolation: incremental tests run as pytest runs them: they know what failed before")
        return is_step

    def _has_failed_already(self) -> bool:
        return self._hooks.tentative and self._planned.test_id in self._declined

    def _is_to_run_from_the_start(self) -> bool:
        is_tentative = self._is_tentative(self.item_of(self._planned))
        return is_tentative and self._planned.test_id in self._declined and self._is_from_the_start(self._planned)

    def _is_entangled(self) -> bool:
        """Say whether the test runs here; what it comes to is then what pytest says."""
        is_entangled = self._is_step or self._looks_entangled()
        if is_entangled:
            self._hooks.tentative = False
        return is_entangled

    def _looks_entangled(self) -> bool:
        if self._has_changed:
            self._has_changed = False
            reason = self._look_at_state()
            if reason and not self._entangled_by:
                self._parts.note(f"isolation: tests run as pytest runs them while their fixtures hold {reason}")
            self._entangled_by = reason
        return bool(self._entangled_by)

    def _look_at_state(self) -> str:
        """Return what a test would share with somebody who does not go back with it."""
        if self._parts.order.strategy == "fork":
            return ""  # as it was asked for
        found = self._wide_children.running() or self._examine()
        if found and not found.startswith("thread"):
            return found
        known = next((f"thread '{name}'" for name in other_threads()), "")
        if known or not found:
            return known
        fork_once()  # a numeric library's own thread ends then, and comes back where it is needed
        return self._examine()

    def _examine(self) -> str:
        return "" if self._agent is None else str(self._agent.examine(own_descriptors())) or self._born_with.new_end()

    # --- groups -------------------------------------------------------------------------------------------------------

    def run_group(self, queue: Queue) -> bool:
        """Run the tests at the head of the queue that a cell can take; False if there are too few for a checkpoint."""
        if self._agent is None or self._refusals >= _MOST_REFUSALS:
            return False
        first = self._first_for_a_cell(queue)
        if first is None or self._is_entangled():
            return False
        _collectors.enter(self._setup, self._state, self.item_of(first))
        self._run_cell(queue)
        return not self._refusals

    def _run_cell(self, queue: Queue) -> None:
        """Fork a cell and serve it to its end; do what it has left to the worker."""
        pipe, bell = Orders(), Bell()
        witness = Witness(self._agent) if self._parts.order.verify else None
        self._progress.clear()
        self._given.clear()
        self._taken = 0
        self._is_idle = False
        self._known = self._parts.collected()
        child = self._spawn()
        if child is None:
            self._shadow.become_child()
            Cell(self, self._parts, self._agent, pipe, bell, self._progress, witness).live()
        self._ends = [pipe, bell, *([] if witness is None else [witness])]
        for end in self._ends:
            end.become_worker()
        self._is_watching = True
        self._ahead = None
        self._give(queue, pipe)
        unfinished = message = None
        try:
            self._watch(child, queue, pipe, bell, witness)
        finally:
            self._bury(child)
            unfinished, message = self._recover(queue)
        if unfinished is not None:
            self.finish(unfinished, message, {})

    def _watch(self, child: Child, queue: Queue, pipe: Orders, bell: Bell, witness: Witness | None) -> None:
        """Serve the supervisor and the cell until the cell is dead."""
        fds = [bell.fileno()] if witness is None else [bell.fileno(), witness.fileno()]
        try:
            while (fd := child.wait(self._channel, lambda: self._hear(queue, pipe), *fds)) >= 0:
                if witness is not None and fd == witness.fileno():
                    goes_on = witness.look(child.pid)
                else:
                    said = bell.rang()
                    goes_on = bool(said)
                    self._is_idle = said == IDLE
                    if goes_on and not self._is_idle:
                        self._answer(child, bell)
                    self._hear(queue, pipe)  # what came meanwhile woke only those who found out
                if not goes_on:  # that end is closed, and would be readable for ever
                    fds.remove(fd)
        except BaseException:
            child.signal(signal_.SIGKILL)
            raise
        finally:
            self._close_ends()
            if witness is not None:
                self._parts.tell_verified(witness.pages, witness.wrong_bytes)

    def _close_ends(self) -> None:
        for end in self._ends:
            end.close()
        self._ends = []

    def _answer(self, child: Child, bell: Bell) -> None:
        """The cell has a failure that may be its own: find out, tell, and let it go on."""
        self._take_told()
        self._has_cleared = False
        self.finish(self._given.popleft(), self._mailbox.take(), {})
        self._channel.flush()  # the cell will write there next
        self._mailbox.clear()
        self._serve(child)
        if self._session.shouldfail or self._session.shouldstop or self._has_cleared:
            child.signal(signal_.SIGKILL)
        else:
            bell.answer()

    def _first_for_a_cell(self, queue: Queue) -> Planned | None:
        """Return the first test if a cell can run it and the one after it, which need not be startable yet; else None."""
        self._ahead = None
        order = self._fitting(queue)
        is_worth_it = order is not None and order.following is not None and self._can_take(order.following)
        return order.test if order is not None and is_worth_it else None

    def _fitting(self, queue: Queue) -> Order | None:
        """Return the order for the first test if it can start from the state as it is here; else None."""
        planned = queue.ahead()
        flags = None if planned is None else self._flags_for(planned[0])
        if planned is None or flags is None:
            return None
        test, following = planned
        return Order(test, following, flags | self._ending(following))

    def _as_known(self, order: Order) -> Order:
        """Return the order without what was collected after the fork of the cell."""
        is_known = order.following is None or order.following.unit in self._known
        return order if is_known else Order(order.test, None, order.flags)

    def _ending(self, following: Planned | None) -> int:
        """Say what comes to an end with a test."""
        if not _collectors.keeps(self._state, following and self.upcoming(following)):
            return IS_LAST
        return 0 if following is not None and self._can_take(following) else IS_END

    def _can_take(self, test: Planned) -> bool:
        return self._flags_for(test) is not None

    def _flags_for(self, test: Planned) -> int | None:
        """Return how a cell would run the test, None if it is not for a cell. Asked twice in a row, as a test follows another."""
        if self._ahead is None or self._ahead[0] != test:
            self._ahead = test, self._look_at(test)
        return self._ahead[1]

    def _look_at(self, test: Planned) -> int | None:
        item = self.upcoming(test)
        is_new = self._is_watching and test.unit not in self._known
        if is_new or is_stand_in(item) or test.is_toxic or test.test_id in self._declined or steps_of(item):
            return None
        if _wide.is_up(self._state, item):
            return 0
        is_below = test.unit not in self._not_below and _wide.may_be_set_up_below(self._state, item)
        return IS_BELOW if is_below else None

    def _give(self, queue: Queue, pipe: Orders) -> None:
        """Order all tests that may start; close the pipe where one does not fit."""
        while pipe.is_open:
            order = self._fitting(queue)
            if order is None:
                if queue.ahead() is not None:
                    pipe.close()
                return
            queue.take()
            self._given.append(order)
            self._is_idle = False
            pipe.give(self._as_known(order))
            if order.flags & IS_LAST:
                pipe.close()

    def _hear(self, queue: Queue, pipe: Orders) -> None:
        """Handle what has come; what is to be collected waits until the cell does, and anything else until it is dead."""
        while not self._parts.handle_harmless():
            if not self._parts.waits_to_collect():
                pipe.close()
                break
            if not self._is_idle:
                break
            self._parts.collect_meanwhile()
        self._give(queue, pipe)

    def _recover(self, queue: Queue) -> tuple[Order | None, dict[str, Any] | None]:
        """Put back what the dead cell has not started; return the test it has told no result of, and its last words."""
        self._is_watching = False
        self._take_told()
        self._session.testsfailed += self._progress.failed
        message = self._mailbox.take()
        refusal = self._why_refused(message)
        self._note_refusal(refusal)
        unfinished = None if refusal or self._is_declined(message) else self._unfinished(message)
        queue.put_back([order.test for order in self._given])
        self._do_what_was_learnt()
        return unfinished, message

    def _do_what_was_learnt(self) -> None:
        often = self.tally.take()
        if often:
            do_quietly(often)
            self._has_changed = True

    def _why_refused(self, message: dict[str, Any] | None) -> str:
        """Return why the cell has no checkpoint; empty if it has one."""
        if message is not None:
            return str(wire.text(message.get("refused", "")))
        is_dead = self._status != 0 and not self._was_signalled
        return DIED if is_dead and not self._taken and not self._has_started() else ""

    def _is_declined(self, message: dict[str, Any] | None) -> bool:
        """Say whether the cell leaves a test that it has begun to the worker: it has to be begun anew, and differently."""
        is_declined = message is not None and bool(message.get("declined"))
        if is_declined and self._given:
            self._declined.add(self._given[0].test.test_id)
            self._parts.telling.has_begun(self._given[0].test)
        return is_declined

    def _note_refusal(self, reason: str) -> None:
        """Remember that no checkpoint could be taken, and tell the first time."""
        self._refusals = self._refusals + 1 if reason else 0
        if reason and not self._has_told_of_refusal:
            self._has_told_of_refusal = True
            self._parts.note(f"isolation: tests in forked processes; no checkpoint could be taken: {reason}")

    def _take_told(self) -> None:
        """Forget the tests whose results the supervisor has been sent."""
        while self._taken < self._progress.told:
            self._given.popleft()
            self._taken += 1

    def _unfinished(self, message: dict[str, Any] | None) -> Order | None:
        """Return the test that the cell has started and told no result of; a cell that leaves in order has none."""
        is_known = self._has_started() or (self._given and message is not None)
        return self._given.popleft() if is_known else None

    def _has_started(self) -> bool:
        return bool(self._given) and self._slot.test_id == self._given[0].test.test_id

    def finish(
        self, order: Order, message: dict[str, Any] | None, more: dict[str, Any], outermost: Any = None
    ) -> None:
        """Do for a test of a cell what is the worker's: believe it or not, tear down after it, tell its result.

        What is torn down is what the next test does not need, or all that the ``outermost`` collector is not in.
        """
        self._planned, self._following = order.test, order.following
        self._item = self.item_of(order.test)
        self._verdict = self._hooks.verdict = Verdict(order.test.test_id)
        self._hooks.tentative = self._is_tentative(self._item)
        self._closes = bool(order.flags & IS_LAST)
        details = {"isolation": "snapshot"} | self._outcome(message) | more
        self._tear_down_wider(outermost or (order.following and self.upcoming(order.following)))
        self._parts.telling.end(self._verdict.body() | details)


    # --- for a cell ---------------------------------------------------------------------------------------------------

    def stand_in(
        self,
        in_child: bool,
        parting: Parting,
        before_exit: Callable[[], None],
        before_outcome: Callable[[dict[str, Any] | None], None],
    ) -> None:
        """Be the process that runs tests, or the one that such a process is begun from."""
        self._in_child = self._late.recording = in_child
        self.parting, self.before_exit, self.before_outcome = parting, before_exit, before_outcome

    def own_fixtures(self) -> OwnFixtures:
        """Return what this process will have set up beyond what is set up now."""
        return OwnFixtures(self._session, self._teardown)

    def is_up_for(self, test: Planned) -> bool:
        """Say whether all that the test needs beyond its own part is set up here."""
        return _wide.is_up(self._state, self.item_of(test))

    @property
    def is_entangled(self) -> bool:
        """Whether the last test that something was set up for had to run as pytest runs it."""
        return bool(self._entangled_by)

    def last_words(self, error: BaseException | None) -> dict[str, Any]:
        """Return what a child says that has run the test, to its end or into an exception."""
        return self._words.compose(self._verdict, self.failures_here(), error) | {"sections": []}

    def say_of_all(self, details: dict[str, Any]) -> None:
        """Have this said of every test whose last words are left to somebody else."""
        self._words.details = details

    def tear_down_after(self, outermost: Any) -> dict[str, Any]:
        """Tear down, as a part of the last test's teardown, all that a collector is not in; what MSG_RESULT then holds."""
        self._hooks.withholds = self._hooks.tentative = False
        self._words.sections = []
        self._tear_down_wider(outermost)
        return self._verdict.body()

    def leave_message(self, message: dict[str, Any]) -> None:
        """Leave last words to the worker."""
        self._mailbox.put(message)

    def count_from_here(self) -> None:
        """Count failures anew."""
        self._failed_before = self._session.testsfailed


def choose(parts: Parts) -> IsolatedTests:
    """Return what keeps tests apart here: rewinding where the strategy wants it and the machine can, else forks."""
    if parts.order.strategy == "fork":
        return IsolatedTests(parts, None)
    try:
        agent = _agent.load()
        reason = _agent.why_not(agent)
    except ImportError as e:
        agent, reason = None, str(e)
    if reason:
        parts.note(f"isolation: every test in a forked process; memory cannot be rewound here ({reason})")
    return IsolatedTests(parts, None if reason else agent)
