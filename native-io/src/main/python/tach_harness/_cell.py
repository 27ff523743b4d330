"""Cell: a process forked from a worker that runs one test after the other and rewinds itself after each.

::

    fork ── checkpoint ──> take an order ── test ── rewind
                 ^  |                                 |   refused: tell why, leave
                 |  └── no more orders: leave         |
                 └────────── the result is told ──────┘

Everything after the checkpoint happens in the same memory again and again, so nothing that a test did is known to the
next one, nor to us. What has to be known is carried by the rewind (the result of the test, frames not yet written), waits
in the kernel (orders, in a pipe) or is counted in shared memory (:class:`Progress`).
"""

from __future__ import annotations

import marshal
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from tach_harness import _entropy
from tach_harness import _wire as wire
from tach_harness._child import EXIT_HARNESS_FAILED
from tach_harness._descriptors import flush_streams, own_descriptors
from tach_harness._garbage import retire_all
from tach_harness._isolate import os_
from tach_harness._lazy import Watch
from tach_harness._mailbox import Progress
from tach_harness._orders import IS_LAST, Bell, Order, Orders
from tach_harness._parts import Parts
from tach_harness._slot import own_processes
from tach_harness._tracker import end_tracker
from tach_harness._verify import Witness

if TYPE_CHECKING:
    from tach_harness._isolated import IsolatedTests

_SUMMED = ("rewinds", "checkpoint_ns", "pages", "scan_ns", "copy_ns", "ledger_ns", "layout_ns", "rewind_ns")
REWIND_SUMS = (*_SUMMED, "checkpoints", "forks")
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

    def live(self) -> NoReturn:
        """Be the process; only ``os._exit`` leaves."""
        try:
            self._pipe.become_child()
            self._bell.become_child()
            if self._witness is not None:
                self._witness.become_child()
            _entropy.warm_up()
            retire_all()
            self._tests.before_exit = self._depart
            self._watch = Watch(str(self._parts.session.config.rootpath), self._tests.tally)
            self._run_one()
        except BaseException:
            self._parts.telling.check_channel()
            os_.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
        finally:
            os_._exit(EXIT_HARNESS_FAILED)

    def _run_one(self) -> None:
        """Be at the checkpoint, run a test, go back there."""
        carried = self._checkpoint()
        if carried is None:
            own_processes.add(self._parts.order.worker, self._agent.stats()["twin"])
        else:
            self._resume(carried)
        order = self._next()
        if order is None:
            self._leave()
        body = self._run(order)
        held = self._channel.take_held()
        self._progress.add(0, self._tests.failures_here() if body else 0)
        is_useful = not self._watch.after_test()
        reason = self._agent.rewind(marshal.dumps((held, body, order.test.test_id, is_useful)))
        self._discard(held, body, reason)

    def _checkpoint(self) -> bytes | None:
        """Take the checkpoint; what a rewind to it carries, None at first. Leaves if there can be none."""
        try:
            carried: bytes | None = self._agent.checkpoint(
                own_descriptors(), -1 if self._witness is None else self._witness.cell_fd
            )
        except self._agent.AgentError as e:
            self._tests.refuse(str(e))
            os_._exit(0)
        return carried

    def _resume(self, carried: bytes) -> None:
        """After a rewind: what was to be told goes on its way, and random numbers are others."""
        held, body, test_id, self._is_useful = marshal.loads(carried)
        if body:
            leak = self._agent.leak()
            if leak and "leaked" not in body:
                body["leaked"] = [leak]
            self._say_result(held, body)
        elif not self._bell.await_answer():
            self._leave()
        _entropy.inject_entropy(self._parts.order.seed, test_id)

    def _say_result(self, held: bytes, body: dict[str, Any]) -> None:
        self._channel.send_encoded(held, flush=False)
        self._parts.telling.end(body)
        self._unwritten = 1

    def _next(self) -> Order | None:
        """Return the next test; None if there is none, none shall start, or another cell is to run it."""
        if not self._is_useful:
            return None
        if not self._pipe.waiting():
            self._flush()
            self._parts.slot.idle()
        order = self._pipe.take()
        return None if self._parts.slot.stop or self._parts.hooks.too_many_failures() else order

    def _flush(self) -> None:
        self._channel.flush()
        self._count_written()

    def _count_written(self) -> None:
        self._progress.add(self._unwritten, 0)
        self._unwritten = 0

    def _run(self, order: Order) -> dict[str, Any]:
        """Run a test and return the body of its result, empty if its failure is left to the worker.

        Does not return if the worker has to go on with the test.
        """
        verdict = self._parts.telling.begin(order.test)
        self._count_written()
        is_believed = self._tests.run_here(order.test, order.following, verdict, bool(order.flags & IS_LAST))
        self._parts.telling.tidy()
        end_tracker()
        flush_streams()  # with -s: what is still buffered would be forgotten
        if not is_believed or self._tests.is_to_be_diagnosed():
            self._ask_worker(is_believed)
            return {}
        leaked = self._parts.hooks.leaks.after_test()
        return verdict.body() | {"isolation": "snapshot"} | ({"leaked": leaked} if leaked else {})

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
        threads = (text for text in body.get("leaked", ()) if text.startswith("thread"))
        body["toxic"] = next(threads, reason) if reason.startswith("thread") else reason
        self._say_result(held, body)
        self._leave(reason)

    def _leave(self, discarded: str = "") -> NoReturn:
        self._depart(discarded)
        self._parts.slot.idle()
        os_._exit(0)

    def _depart(self, discarded: str = "") -> None:
        """Tell what the rewinds have cost, write all that is to be told, and end the twin."""
        stats = self._agent.stats()
        body: dict[str, Any] = {name: stats[name] for name in _SUMMED} | {"checkpoints": 1, "forks": 0}
        if discarded:
            body["discards"] = {discarded: 1}
        self._channel.send(wire.MSG_REWINDS, body, flush=False)
        self._flush()
        self._agent.release()
