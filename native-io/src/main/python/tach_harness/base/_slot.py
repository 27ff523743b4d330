"""Zygote and worker: memory that is shared while a test runs.

The slot is drawn in ``docs/protocol.md``. :data:`failures` is made where this module is first imported, which has to
be the zygote: only then do all workers share it.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from tach_harness.base import _wire as wire
from tach_harness.base._isolate import monotonic_ns, os_

_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")
_PLACE = struct.Struct("<IB3xII")  # test_id, phase, child pid, unit
_HEADER = struct.Struct("<4sI")


class Slot:
    """The page that says what this worker is doing, also after its death."""

    __slots__ = ("_child", "_page")

    def __init__(self, fd: int) -> None:
        os_.ftruncate(fd, wire.SLOT_BYTES)
        self._page = mmap.mmap(fd, wire.SLOT_BYTES)
        self._child = 0
        _HEADER.pack_into(self._page, 0, wire.SLOT_MAGIC, wire.SLOT_VERSION)
        self._enter(wire.SLOT_NONE, wire.SLOT_NONE, wire.PHASE_BOOT)

    def _enter(self, test_id: int, unit: int, phase: int) -> None:
        # Around the stop byte: the supervisor may write it at any moment, and packing zeroes what it packs over.
        _PLACE.pack_into(self._page, wire.SLOT_TEST_ID, test_id, phase, self._child, unit)
        _U64.pack_into(self._page, wire.SLOT_STARTED_NS, monotonic_ns())

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Write where nobody reads."""
        page, self._page = self._page, mmap.mmap(-1, wire.SLOT_BYTES)
        try:
            yield
        finally:
            self._page = page

    def start(self, test_id: int, unit: int) -> None:
        """Say that a test begins."""
        self._enter(test_id, unit, wire.PHASE_SETUP)

    def collect(self, unit: int) -> None:
        """Say that a unit is being collected."""
        self._enter(wire.SLOT_NONE, unit, wire.PHASE_COLLECT)

    def idle(self) -> None:
        """Say that nothing of a test is running."""
        self._enter(wire.SLOT_NONE, wire.SLOT_NONE, wire.PHASE_IDLE)

    def finish(self) -> None:
        """Say that the session is being torn down."""
        self._enter(wire.SLOT_NONE, wire.SLOT_NONE, wire.PHASE_FINISH)

    def phase(self, phase: int) -> None:
        """Enter another phase of the same test."""
        self._page[wire.SLOT_PHASE] = phase

    @property
    def current_phase(self) -> int:
        """The phase last entered, also by a forked test that is dead."""
        return self._page[wire.SLOT_PHASE]

    @property
    def test_id(self) -> int:
        """The test that is running here or in a child, or was when that died; ``SLOT_NONE``: none."""
        return int(_U32.unpack_from(self._page, wire.SLOT_TEST_ID)[0])

    def child(self, pid: int) -> None:
        """Name the process that runs this test and those after it, 0 for the worker itself."""
        self._child = pid
        _U32.pack_into(self._page, wire.SLOT_CHILD_PID, pid)

    @property
    def stop(self) -> bool:
        """Whether the supervisor wants no further test to start."""
        return self._page[wire.SLOT_STOP] != 0


class FailureCounts:
    """How many failures each worker has seen, for a ``--maxfail`` that counts over all of them."""

    WORKERS = 256
    """Cells; a later worker shares the cell of one that is long dead."""

    def __init__(self) -> None:
        self._cells = memoryview(mmap.mmap(-1, 4 * self.WORKERS)).cast("I")

    def add(self, worker: int, failures: int) -> None:
        """Count failures of one worker; no lock, since nobody else writes its cell."""
        self._cells[worker % self.WORKERS] += failures

    def total(self) -> int:
        """Return the failures of all workers; some five microseconds."""
        return sum(self._cells)


class OwnProcesses:
    """Whom workers have forked to run tests in: when a worker dies they are ended with it, and are nobody's leak."""

    WORKERS = 256
    EACH = 64
    """A count and the last pids; a worker has three at a time."""

    def __init__(self) -> None:
        self._cells = memoryview(mmap.mmap(-1, 4 * self.WORKERS * self.EACH)).cast("I")

    def add(self, worker: int, pid: int) -> None:
        """Enter a process of a worker's."""
        base = worker % self.WORKERS * self.EACH
        count = self._cells[base]
        self._cells[base + 1 + count % (self.EACH - 1)] = pid
        self._cells[base] = count + 1

    def __contains__(self, pid: int) -> bool:
        return pid in self._cells.tolist()


own_processes = OwnProcesses()
failures = FailureCounts()
