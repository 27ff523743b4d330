"""Cell: a process forked from a worker that runs one test after the other and rewinds itself after each.

::

    fork ── checkpoint ──> take an order ── test ── rewind
              ^  ^  |                                 |   refused: tell why, leave
              |  |  └── no more orders: leave         |
              |  └──────── the result is told ────────┘
              └── fixtures of a module or class set up, or torn down

Everything after the checkpoint happens in the same memory again and again, so nothing that a test did is known to the
next one, nor to us. What has to be known is carried by the rewind (the result of the test, frames not yet written), waits
in the kernel (orders, in a pipe) or is counted in shared memory (:class:`Progress`).

What the fixtures of a module or class do lasts: there the cell does what a worker does. It sets them up in the protocol of the
first test that needs them, runs that test from a checkpoint taken in the midst of it, and moves its own checkpoint behind
that. Where a test's result is not to be believed it declines: it tears down what is its own, and leaves the test and the
rest of its unit to the worker.
"""

from __future__ import annotations

import marshal
import traceback
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from tach_harness.base import _wire as wire
from tach_harness.base._child import EXIT_HARNESS_FAILED
from tach_harness.base._descriptors import flush_streams, own_descriptors
from tach_harness.base._garbage import retire_all
from tach_harness.base._isolate import os_
from tach_harness.base._queue import Planned
from tach_harness.base._slot import own_processes
from tach_harness.isolation import _entropy
from tach_harness.isolation._lazy import Watch
from tach_harness.isolation._mailbox import Progress
from tach_harness.isolation._orders import IS_BELOW, IS_END, IS_LAST, Bell, Order, Orders
from tach_harness.isolation._parting import Forking, Rewinding, nothing
from tach_harness.isolation._parts import Parts
from tach_harness.isolation._tracker import keep, tidy_up, tidy_up_all
from tach_harness.isolation._verify import Witness

if TYPE_CHECKING:
    from tach_harness.isolation._isolated import IsolatedTests

_TOLD, _LEFT, _DECLINED = range(3)
"""What a rewind carries: a result; a test with whose teardown we go on; a test that we leave to the worker."""

_COUNTED = ("rewinds", "checkpoints", "moves", "pages")
_TIMED = ("checkpoint_ns", "scan_ns", "copy_ns", "ledger_ns", "layout_ns", "rewind_ns")
_SUMMED = (*_COUNTED, *_TIMED)
REWIND_SUMS = (*_SUMMED, "forks")
"""What MSG_REWINDS must hold."""


class Cell:
    """The process; ``tests`` is its copy of what forked it."""

    def __init__(
        self,
        tests: IsolatedTests,
        parts: Parts,
        agent: Any,
        pipe: Orders,
        bell: Bell,
        progress: Progress,
        witness: Witness | None,
    ) -> None:
        self._tests = tests
        self._parts = parts
        self._agent = agent
        self._pipe = pipe
        self._bell = bell
        self._progress = progress
        self._channel = parts.channel
        self._witness = witness
        self._unwritten = 0
        self._is_useful = True
        self._twin = 0
        self._is_plain = False
        """Whether what is set up here cannot be rewound, so that tests run as pytest runs them."""
        self._was_plain = False
        self._has_no_checkpoint = False
        self._has_own = False
        """Whether something of our own was set up when the running test began."""
        self._ends_with_it = False
        """Whether what is our own is torn down with the running test, after which this process leaves."""

    def live(self) -> NoReturn:
        """Be the process; only ``os._exit`` leaves."""
        try:
            self._pipe.become_child()
            self._bell.become_child()
            if self._witness is not None:
                self._witness.become_child()
            _entropy.warm_up()
            retire_all()
            self._be_test_process()
            self._own = self._tests.own_fixtures()
            self._own_fds = own_descriptors()
            self._watch = Watch(str(self._parts.session.config.rootpath), self._tests.tally)
            while True:
                self._stand()
        except BaseException:
            self._parts.telling.check_channel()
            os_.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
        finally:
            os_._exit(EXIT_HARNESS_FAILED)

    def _stand(self) -> None:
        """Run tests from what is set up here, until that has changed."""
        carried = None if self._is_plain else self._checkpoint()
        if carried is not None and self._resume(carried):
            return
        order = self._next()
        if order is None:
            self._leave()
        self._order = order
        if self._is_to_be_set_up_for(order):
            self._as_worker(self._set_up_and_run, order)
        else:  # not a function deeper: some tests set low limits to recursion
            self._go_back(order, self._run(order, self._prepare_for(order)))

    def _checkpoint(self) -> bytes | None:
        """Take the checkpoint; what a rewind to it carries, None at first. Leaves if there can be none."""
        self._flush()  # or each rewind would bring it back
        try:
            return self._take_checkpoint()
        except self._agent.AgentError as e:
            self._own.tear_down()
            self._tests.refuse(str(e))
            os_._exit(0)

    def _take_checkpoint(self) -> bytes | None:
        carried: bytes | None = self._agent.checkpoint(
            self._own_fds, -1 if self._witness is None else self._witness.cell_fd
        )
        if carried is None:
            self._note_twin(self._agent.stats()["twin"])
        return carried

    def _note_twin(self, pid: int) -> None:
        if pid != self._twin:
            self._twin = pid
            own_processes.add(self._parts.order.worker, pid)

    def _resume(self, carried: bytes) -> bool:
        """After a rewind: what was to be told goes on its way, and random numbers are others; whether more has changed."""
        what, *rest = marshal.loads(carried)
        if what == _DECLINED:
            self._hand_over(Rewinding.doubts)
        if what == _LEFT:
            self._as_worker(self._finish_left, _order_of(rest))
            return True
        held, body, test_id, self._is_useful = rest
        if body:
            leak = self._agent.leak()
            if leak and "leaked" not in body:
                body["leaked"] = [leak]
            self._say_result(held, body)
        elif not self._bell.await_answer():
            self._leave()
        _entropy.inject_entropy(self._parts.order.seed, test_id)
        return False

    # --- a test from here ---------------------------------------------------------------------------------------------

    def _go_back(self, order: Order, body: dict[str, Any]) -> NoReturn:
        held = self._channel.take_held()
        self._progress.add(0, self._tests.failures_here() if body else 0)
        if self._ends_with_it:
            self._say_result(held, body)
            self._leave()
        is_useful = not self._watch.after_test() or self._has_own
        reason = self._agent.rewind(marshal.dumps((_TOLD, held, body, order.test.test_id, is_useful)))
        self._discard(held, body, reason)

    def _prepare_for(self, order: Order) -> bool:
        """Say whether somebody else goes on with the test's teardown, and see to it that it ends there."""
        is_up = self._has_own = self._own.is_up()  # not to be asked later: what a test asks for is in no set-up of ours
        if order.flags & (IS_LAST | IS_END):
            if is_up or order.flags & IS_BELOW:
                self._tests.outermost = self._own.outermost
                self._tests.parting.doubts = Rewinding.doubts
                self._ends_with_it = not order.flags & IS_LAST
            return bool(order.flags & IS_LAST)
        if not is_up:
            return False
        self._tests.parting = Rewinding(self._take_checkpoint, self._rewind_left)
        self._tests.before_exit = nothing
        return self._own.is_left_for(order.following and self._tests.upcoming(order.following))

    def _rewind_left(self) -> NoReturn:
        order = self._order
        following = None if order.following is None else (order.following.unit, order.following.index)
        place = (order.test.test_id, order.test.unit, order.test.index, following, order.flags)
        self._go_on_polluted(self._agent.rewind(marshal.dumps((_LEFT, *place))))

    def _decline(self) -> NoReturn:
        """In the memory of a test that is not to be believed: leave it to the worker."""
        self._channel.take_held()
        if not self._ends_with_it:
            self._agent.rewind(marshal.dumps((_DECLINED,)))
        self._be_parent()
        self._hand_over(Rewinding.doubts)

    # --- as a worker --------------------------------------------------------------------------------------------------

    def _is_to_be_set_up_for(self, order: Order) -> bool:
        if order.flags & (IS_LAST | IS_END):
            return False
        return self._is_plain or (bool(order.flags & IS_BELOW) and not self._tests.is_up_for(order.test))

    def _as_worker(self, act: Callable[[Order], None], order: Order) -> None:
        """Do what is a worker's; what would end its session ends it by way of its last words."""
        self._order = order
        self._be_parent()
        try:
            act(order)
        except BaseException as e:
            self._hand_over(self._tests.last_words(e))
        self._settle()

    def _set_up_and_run(self, order: Order) -> None:
        verdict = self._parts.telling.begin(order.test)
        self._count_written()
        details = self._tests.run_planned(order.test, order.following, verdict)
        self._parts.telling.tidy()
        flush_streams()
        if self._parts.session.shouldfail or self._parts.session.shouldstop:
            self._hand_over(self._tests.last_words(None))
        self._say_result(b"", verdict.body() | details)
        self._is_plain = self._tests.is_entangled

    def _finish_left(self, order: Order) -> None:
        """Tear down what the test was the last to need, and tell how it went."""
        message = self._tests.take_message()
        self._check(message)
        leak = self._agent.leak()
        self._finish(order, message, {"leaked": [leak]} if leak else {})
        _entropy.inject_entropy(self._parts.order.seed, order.test.test_id)

    def _finish(self, order: Order, message: dict[str, Any] | None, more: dict[str, Any], outermost: Any = None) -> None:
        self._tests.finish(order, message, more, outermost)
        self._unwritten += 1

    def _settle(self) -> None:
        """Be a process of tests again; one in which tests have run plainly is of no use once their fixtures are gone."""
        self._progress.add(0, self._tests.failures_here())
        self._tests.count_from_here()
        self._watch.begin()
        keep()
        if self._is_plain:
            self._was_plain = True
            self._tests.say_of_all({"isolation": "none"})
        if self._was_plain and not self._own.is_up():
            self._leave()
        self._be_test_process()

    def _be_parent(self) -> None:
        parting = Rewinding(self._begin_in_test, lambda: self._go_on_polluted(self._agent.rewind(b"\0")))
        self._tests.stand_in(False, parting, nothing, self._check)

    def _be_test_process(self) -> None:
        self._tests.stand_in(True, Forking(self._parts.order.worker), self._depart, nothing)

    def _begin_in_test(self) -> bytes | None:
        """Take a checkpoint in the midst of a test; without one the test runs from here, and this process is done for."""
        self._has_no_checkpoint = False
        keep()
        try:
            return self._take_checkpoint()
        except self._agent.AgentError:
            self._has_no_checkpoint = True
            return None

    def _check(self, message: dict[str, Any] | None) -> None:
        """Return if the last words of a test are an ordinary end; where they are not the worker goes on with it."""
        if message is None or "verdict" not in message:
            self._hand_over(Rewinding.doubts)
        if message["shouldfail"] or message["shouldstop"] or message["stop"]:
            self._hand_over(message)

    def _go_on_polluted(self, reason: str) -> NoReturn:
        """After a test that cannot be undone: do with it what would have been done after the rewind, and leave."""
        message = self._tests.take_message() or {}
        self._be_parent()
        self._check(message)
        leaked = [wire.text(text) for text in message["leaked"]]
        more = {} if self._has_no_checkpoint else {"toxic": _named(reason, leaked)}
        self._finish(self._order, message, more, self._own.outermost)
        self._progress.add(0, self._tests.failures_here())
        self._leave(reason)

    def _hand_over(self, message: dict[str, Any]) -> NoReturn:
        """Leave the test to the worker, after what is our own has been torn down."""
        self._own.tear_down()
        self._tests.leave_message(message)
        self._depart()
        os_._exit(0)

    def _say_result(self, held: bytes, body: dict[str, Any]) -> None:
        self._channel.send_encoded(held, flush=False)
        self._parts.telling.end(body)
        self._unwritten += 1

    def _next(self) -> Order | None:
        """Return the next test; None if there is none, none shall start, or another cell is to run it."""
        if not self._is_useful:
            return None
        if not self._pipe.waiting():
            self._flush()
            self._parts.slot.idle()
            self._bell.say_idle()
        order = self._pipe.take()
        return None if self._parts.slot.stop or self._parts.hooks.too_many_failures() else order

    def _flush(self) -> None:
        self._channel.flush()
        self._count_written()

    def _count_written(self) -> None:
        self._progress.add(self._unwritten, 0)
        self._unwritten = 0

    def _run(self, order: Order, leaves: bool) -> dict[str, Any]:
        """Run a test and return the body of its result, empty if its failure is left to the worker.

        Does not return if the worker has to go on with the test.
        """
        verdict = self._parts.telling.begin(order.test)
        self._count_written()
        is_believed = self._tests.run_here(order.test, order.following, verdict, leaves)
        self._parts.telling.tidy()
        tidy_up()
        flush_streams()  # with -s: what is still buffered would be forgotten
        if not is_believed or self._tests.is_to_be_diagnosed():
            if self._has_own or self._ends_with_it:
                self._decline()
            self._ask_worker(is_believed)
            return {}
        leaked = self._parts.hooks.leaks.after_test()
        isolation = "none" if self._was_plain else "snapshot"
        return verdict.body() | {"isolation": isolation} | ({"leaked": leaked} if leaked else {})

    def _ask_worker(self, is_believed: bool) -> None:
        """Leave the result to the worker: it runs the test again for it, or at least to find out why it failed."""
        if is_believed:
            self._tests.tell_worker()
        else:
            self._channel.take_held()
            self._tests.doubt()
        self._bell.ring()

    def _discard(self, held: bytes, body: dict[str, Any], reason: str) -> NoReturn:
        """This process is of no use to another test: tell the result and the reason, and leave."""
        if not body:
            self._leave(reason)
        if self._has_own:
            self._channel.send_encoded(held, flush=False)
            held = b""
            self._be_parent()
            body |= self._tests.tear_down_after(self._own.outermost)
        body["toxic"] = _named(reason, body.get("leaked", ()))
        self._say_result(held, body)
        self._leave(reason)

    def _leave(self, discarded: str = "") -> NoReturn:
        failure = self._own.tear_down()
        if failure:
            self._parts.note(f"the teardown of fixtures has failed between tests: {failure}")
        self._depart(discarded)
        self._parts.slot.idle()
        os_._exit(0)

    def _depart(self, discarded: str = "") -> None:
        """Tell what the rewinds have cost, write all that is to be told, and end the twin."""
        stats = self._agent.stats()
        body: dict[str, Any] = {name: stats[name] for name in _SUMMED} | {"forks": 0}
        if discarded:
            body["discards"] = {discarded: 1}
        self._channel.send(wire.MSG_REWINDS, body, flush=False)
        self._flush()
        self._agent.release()
        tidy_up_all()


def _named(reason: str, leaked: Iterable[str]) -> str:
    """Return the reason, with a thread's name as Python has it if it does."""
    threads = (text for text in leaked if text.startswith("thread"))
    return next(threads, reason) if reason.startswith("thread") else reason


def _order_of(place: list[Any]) -> Order:
    test_id, unit, index, following, flags = place
    return Order(Planned(test_id, unit, index), following and Planned(test_id, *following), flags)
