"""What cells and their worker are made of, piece by piece."""

from __future__ import annotations

import os
import signal
from collections import Counter
from types import SimpleNamespace
from typing import Any

from tach_harness.base._queue import Planned, Queue
from tach_harness.isolation import _rerun
from tach_harness.isolation._mailbox import Progress
from tach_harness.isolation._orders import IS_LAST, IS_MUTED, Bell, Order, Orders


# --- orders ----------------------------------------------------------------------------------------------------------


def test_orders_arrive_as_they_were_given() -> None:
    orders = Orders()
    orders.give(Order(Planned(7, 1, 2), Planned(8, 3, 4), IS_LAST))
    orders.give(Order(Planned(9, 5, 6), None, IS_MUTED))
    orders.close()
    first, second, end = orders.take(), orders.take(), orders.take()
    assert first is not None and second is not None and end is None
    assert first.test == Planned(7, 1, 2) and first.flags == IS_LAST
    assert first.following is not None and (first.following.unit, first.following.index) == (3, 4)
    assert second.test == Planned(9, 5, 6) and second.following is None and second.flags == IS_MUTED
    assert not orders.is_open
    os.close(orders.fileno())


def test_orders_of_a_dead_reader_are_dropped() -> None:
    orders = Orders()
    orders.become_worker()
    orders.give(Order(Planned(1, 0, 0), None, 0))
    orders.close()


def test_bell_of_a_cell_that_died_before_it_read_the_answer() -> None:
    bell = Bell()
    child = os.fork()
    if child == 0:
        bell.become_child()
        bell.ring()
        signal.pause()
    bell.become_worker()
    assert bell.rang()
    bell.answer()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not bell.rang()
    bell.answer()
    bell.close()


# --- progress --------------------------------------------------------------------------------------------------------


def test_progress_of_a_child_is_seen() -> None:
    progress = Progress()
    child = os.fork()
    if child == 0:
        progress.add(2, 1)
        progress.add(1, 0)
        os._exit(0)
    os.waitpid(child, 0)
    assert (progress.told, progress.failed) == (3, 1)
    progress.clear()
    assert (progress.told, progress.failed) == (0, 0)


# --- the queue, ahead of time ----------------------------------------------------------------------------------------


def payload(number: int) -> dict[str, Any]:
    return {"test_id": number, "unit": 0, "index": number}


def test_what_may_start_ahead() -> None:
    queue = Queue()
    assert queue.ahead() is None
    queue.extend([payload(0), payload(1)])
    assert queue.ahead() == (Planned(0, 0, 0), Planned(1, 0, 1))
    queue.take()
    assert queue.ahead() is None  # its successor is not known
    queue.drain()
    assert queue.ahead() == (Planned(1, 0, 1), None)


def test_what_was_not_started_comes_first_again() -> None:
    queue = Queue()
    queue.extend([payload(number) for number in range(4)])
    taken = [queue.take()[0], queue.take()[0]]
    queue.put_back(taken)
    assert queue.hand_back() == [0, 1, 2, 3]


def test_file_is_not_started_again_for_ever() -> None:
    tests: Any = _rerun.RerunTests.__new__(_rerun.RerunTests)
    tests._needs = dict.fromkeys((6, 7), SimpleNamespace(has_for_all_before=lambda index: False))
    tests._wasted_ns = Counter({7: _rerun._MOST_WASTED_NS})
    assert tests._is_from_the_start(Planned(1, 6, 1))
    assert not tests._is_from_the_start(Planned(1, 7, 1))
