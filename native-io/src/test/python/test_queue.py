"""The worker's queue: what may start, and with which next test."""

from __future__ import annotations

import pytest

from tach_harness.base._queue import ANY_INDEX, Planned, Queue
from tach_harness.base._wire import ProtocolError


def payloads(*ids: int) -> list[dict[str, int]]:
    return [{"test_id": i, "unit": 0, "index": i} for i in ids]


def test_last_test_waits_for_its_successor() -> None:
    queue = Queue()
    queue.extend(payloads(1))
    assert not queue.startable()
    queue.extend(payloads(2))
    assert queue.startable()
    assert queue.take() == (Planned(1, 0, 1), Planned(2, 0, 2))
    assert not queue.startable()


def test_drain_lets_the_last_test_start_without_a_next_one() -> None:
    queue = Queue()
    queue.extend(payloads(1))
    queue.drain()
    assert queue.startable()
    assert queue.take() == (Planned(1, 0, 1), None)
    assert not queue.startable()


def test_tests_after_a_drain_make_it_void() -> None:
    queue = Queue()
    queue.drain()
    queue.extend(payloads(1))
    assert not queue.startable()
    queue.drain()
    assert queue.startable()


def test_hand_back_empties_the_queue() -> None:
    queue = Queue()
    queue.extend(payloads(1, 2))
    assert queue.hand_back() == [1, 2]
    assert queue.hand_back() == []


def test_payload_without_its_place_is_a_protocol_error() -> None:
    with pytest.raises(ProtocolError, match="index"):
        Queue().extend([{"test_id": 1, "unit": 0}])


def test_payload_may_say_that_a_test_is_toxic() -> None:
    queue = Queue()
    queue.extend([{"test_id": 1, "unit": 2, "index": 3, "is_toxic": True}, {"test_id": 4, "unit": 2, "index": 4}])
    assert queue.take() == (Planned(1, 2, 3, is_toxic=True), Planned(4, 2, 4, is_toxic=False))


def test_last_test_need_not_wait_if_the_unit_that_follows_is_known() -> None:
    queue = Queue()
    queue.extend(payloads(1))
    assert not queue.startable() and queue.ahead() is None
    queue.expect(7)
    assert queue.startable()
    following = queue.take()[1]
    assert following is not None and (following.unit, following.index) == (7, ANY_INDEX)
    assert queue.take_expected() == [7] and queue.take_expected() == []
