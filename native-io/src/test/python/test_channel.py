"""Frames over a real socket."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tach_harness.base import _channel
from tach_harness.base import _wire as wire
from tach_harness.base._channel import Channel

Pair = tuple[Channel, Channel]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ends = socket.socketpair()
    channels = Channel(ends[0]), Channel(ends[1])
    yield channels
    for channel in channels:
        channel.close()


def test_unflushed_frames_arrive_with_the_next_flush(pair: Pair) -> None:
    ours, theirs = pair
    ours.send(wire.MSG_STARTED, {"test_id": 1}, flush=False)
    assert not theirs.pending()
    ours.send(wire.MSG_LEAVING, {})
    assert [theirs.receive(), theirs.receive()] == [(wire.MSG_STARTED, {"test_id": 1}), (wire.MSG_LEAVING, {})]
    assert not theirs.pending()


def test_half_a_frame_is_not_pending(pair: Pair) -> None:
    ours, theirs = pair
    frame = wire.encode_with_length(wire.MSG_NOTE, {"text": "abc"})
    os.write(ours.fileno(), frame[:6])
    assert not theirs.pending()
    os.write(ours.fileno(), frame[6:])
    assert theirs.pending()


def test_end_of_stream(pair: Pair) -> None:
    ours, theirs = pair
    ours.send(wire.MSG_LEAVING, {})
    os.write(ours.fileno(), b"\x05\0")
    ours.close()
    assert theirs.receive() == (wire.MSG_LEAVING, {})
    assert theirs.pending()
    assert theirs.receive() is None


def test_bad_length_is_noticed_before_the_rest_is_there(pair: Pair) -> None:
    ours, theirs = pair
    os.write(ours.fileno(), b"\xff\xff\xff\xff")
    with pytest.raises(wire.ProtocolError):
        theirs.pending()


def test_frame_larger_than_the_socket_buffer(pair: Pair) -> None:
    ours, theirs = pair
    body = {"text": "x" * (4 << 20)}
    sender = threading.Thread(target=ours.send, args=(wire.MSG_NOTE, body))
    sender.start()
    assert theirs.receive() == (wire.MSG_NOTE, body)
    sender.join()


def test_signal_handler_that_raises_does_not_tear_a_frame(pair: Pair) -> None:
    ours, theirs = pair
    body = {"text": "x" * (4 << 20)}
    received: list[Any] = []
    main = threading.get_ident()

    def interrupt_and_receive() -> None:
        theirs._poll.poll()  # ours has begun to write and waits for us
        signal.pthread_kill(main, signal.SIGINT)
        received.append(theirs.receive())

    receiver = threading.Thread(target=interrupt_and_receive)
    receiver.start()
    with pytest.raises(KeyboardInterrupt):
        ours.send(wire.MSG_NOTE, body)
    receiver.join()
    assert received == [(wire.MSG_NOTE, body)]
    ours.send(wire.MSG_LEAVING, {})
    assert theirs.receive() == (wire.MSG_LEAVING, {})


def test_child_of_a_test_is_ended_silently(pair: Pair) -> None:
    ours, theirs = pair
    pid = os.fork()
    if pid == 0:
        try:
            ours.send(wire.MSG_LEAVING, {})
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    assert not theirs.pending()


def test_adopted_channel_speaks_for_a_child(pair: Pair) -> None:
    ours, theirs = pair
    pid = os.fork()
    if pid == 0:
        try:
            ours.adopt()
            ours.send(wire.MSG_LEAVING, {})
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert theirs.receive() == (wire.MSG_LEAVING, {})


def test_writing_to_nobody_kills_our_group() -> None:
    ours, theirs = socket.socketpair()
    alive, group = os.pipe()
    gate, opened = os.pipe()
    leader = os.fork()
    if leader == 0:
        os.setpgid(0, 0)
        theirs.close()
        if os.fork() == 0:  # a child of a test: it must not outlive us, or the pipe stays open
            signal.pause()
        os.read(gate, 1)
        Channel(ours).send(wire.MSG_LEAVING, {})
        os._exit(0)
    os.close(group)
    ours.close()
    theirs.close()
    os.write(opened, b"x")
    status = os.waitpid(leader, 0)[1]
    assert os.waitstatus_to_exitcode(status) in (-signal.SIGKILL, _channel.EXIT_SUPERVISOR_GONE)
    assert os.read(alive, 1) == b""
    for fd in (alive, gate, opened):
        os.close(fd)


def test_connect_to_a_path_longer_than_an_address(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    listener = socket.socket(socket.AF_UNIX)
    directory = os.open(deep, os.O_PATH)
    listener.bind(f"/proc/self/fd/{directory}/s")
    os.close(directory)
    listener.listen(1)

    channel = _channel.connect(str(deep / "s"))

    assert channel.fileno() >= 200
    channel.send(wire.MSG_LEAVING, {})
    peer = Channel(listener.accept()[0])
    assert peer.receive() == (wire.MSG_LEAVING, {})
    for end in (channel, peer, listener):
        end.close()
