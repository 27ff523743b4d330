"""Worker and the processes it forks: which tests such a process shall run, through a pipe.

What waits in the pipe is the kernel's, so a rewind of the process that reads does not touch it.
"""

from __future__ import annotations

import struct

from tach_harness.base._descriptors import raised
from tach_harness.base._isolate import os_, select_, socket_
from tach_harness.base._queue import Planned

_ORDER = struct.Struct("<IIIIIB3x")
_NONE = 0xFFFFFFFF

IS_LAST = 1
"""The worker itself will tell the result: it has to tear down what the next test does not need."""
IS_MUTED = 2
"""Run it and say nothing."""
IS_ASKED = 4
"""Tell only the worker what it came to."""
IS_BELOW = 8
"""It needs fixtures of its module or class that are not set up in the worker: a cell sets them up itself."""
IS_END = 16
"""What follows is not for this cell: it tears down what it has set up itself."""
IS_OVER = 32
"""Run nothing, go: the pipe's end is not seen while a process that was forked meanwhile has it open too."""

IDLE = b"i"
"""What a bell says for a cell that waits for orders."""


class Order:
    """One test to run."""

    __slots__ = ("flags", "following", "test")

    def __init__(self, test: Planned, following: Planned | None, flags: int) -> None:
        self.test = test
        self.following = following
        self.flags = flags


class Orders:
    """The pipe: the worker gives, its child takes. Each closes the end of the other."""

    def __init__(self) -> None:
        reading, writing = os_.pipe2(os_.O_CLOEXEC)
        self._reading: int = raised(reading)
        self._writing: int = raised(writing)

    def fileno(self) -> int:
        """Return the descriptor that the child reads from."""
        return self._reading

    def become_child(self) -> None:
        """In the child: the end of the pipe is to be seen when the worker has closed it."""
        os_.close(self._writing)
        self._poll = select_.poll()
        self._poll.register(self._reading, select_.POLLIN)

    def become_worker(self) -> None:
        """In the worker."""
        os_.close(self._reading)

    def give(self, order: Order) -> None:
        """Order a test; a pipe holds some thousands."""
        test, following = order.test, order.following
        next_unit, next_index = (_NONE, _NONE) if following is None else (following.unit, following.index)
        raw = _ORDER.pack(test.test_id, test.unit, test.index, next_unit, next_index, order.flags)
        try:
            os_.write(self._writing, raw)
        except BrokenPipeError:  # the reader is dead, which others find out
            return

    def close(self) -> None:
        """Order nothing more."""
        if self._writing >= 0:
            os_.close(self._writing)
            self._writing = -1

    @property
    def is_open(self) -> bool:
        """Whether more may be ordered."""
        return self._writing >= 0

    def waiting(self) -> bool:
        """Say, without waiting, whether :meth:`take` would return at once."""
        return bool(self._poll.poll(0))

    def take(self) -> Order | None:
        """Wait for an order; None when there will be none."""
        raw = os_.read(self._reading, _ORDER.size)
        if len(raw) < _ORDER.size:
            return None
        test_id, unit, index, next_unit, next_index, flags = _ORDER.unpack(raw)
        following = None if next_unit == _NONE else Planned(_NONE, next_unit, next_index)
        return Order(Planned(test_id, unit, index), following, flags)


class Bell:
    """How a cell asks for its worker and waits for it, or says that it waits for tests: a pair of sockets, bytes."""

    def __init__(self) -> None:
        here, there = socket_.socketpair(socket_.AF_UNIX, socket_.SOCK_STREAM)
        self._worker: int = raised(here.detach())
        self._cell: int = raised(there.detach())

    def fileno(self) -> int:
        """Return the worker's end."""
        return self._worker

    def become_child(self) -> None:
        """In the cell."""
        os_.close(self._worker)

    def become_worker(self) -> None:
        """In the worker: the end of the socket is to be seen when the cell is dead."""
        os_.close(self._cell)

    def ring(self) -> None:
        """In the cell: ask."""
        os_.write(self._cell, b"?")

    def await_answer(self) -> bool:
        """In the cell: wait; False if there is no worker any more."""
        return bool(os_.read(self._cell, 1))

    def say_idle(self) -> None:
        """In the cell: all is told, and the next word will be after an order."""
        os_.write(self._cell, IDLE)

    def rang(self) -> bytes:
        """In the worker: take one byte of what there is to read; empty if that is the end."""
        try:
            said: bytes = os_.read(self._worker, 1)
        except ConnectionResetError:  # the cell has died without having read the answer
            return b""
        return said

    def answer(self) -> None:
        """In the worker: let the cell go on."""
        try:
            os_.write(self._worker, b"!")
        except (BrokenPipeError, ConnectionResetError):  # it is dead, which others find out
            return

    def close(self) -> None:
        """In the worker: forget it."""
        os_.close(self._worker)
