"""Worker: watching its cells from outside (``--verify-rewind``).

A cell that has just gone back to its checkpoint says so and stands still. Its memory and the registers it will restore
are then compared with those of its twin, which has not moved since the checkpoint. It does so too before it moves its
checkpoint: what it has written since the last one is copied, and compared from then on.
"""

from __future__ import annotations

from typing import Any

from tach_harness.base._descriptors import raised
from tach_harness.base._isolate import os_, socket_

_ALL_EVERY = 64
"""Every so many looks all pages are compared; else those that the kernel says were written."""


class RewindDiffers(Exception):
    """Memory after a rewind was not that of the checkpoint."""


class Witness:
    """The worker's end of one cell's socket."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent
        here, there = socket_.socketpair(socket_.AF_UNIX, socket_.SOCK_STREAM)
        self._here: int = raised(here.detach())
        self.cell_fd: int = raised(there.detach())
        self._claim_bytes: int = agent.claim_bytes()
        self._looks = 0
        self._checkpoint: tuple[int, int] = (0, 0)
        """Its twin, and how often it has moved."""
        self._regs = b""
        """The registers it was taken with."""
        self.pages = 0
        self.wrong_bytes = 0

    def fileno(self) -> int:
        """Return the descriptor on which cells speak."""
        return self._here

    def become_child(self) -> None:
        """In the cell: the worker's end is not ours."""
        os_.close(self._here)

    def become_worker(self) -> None:
        """In the worker: the end of the socket is to be seen when the cell is dead."""
        os_.close(self.cell_fd)

    def look(self, pid: int) -> bool:
        """Compare the cell that stands still, and let it go on; False if it was not there any more."""
        claim = os_.read(self._here, self._claim_bytes)
        if len(claim) < self._claim_bytes:
            return False
        self._looks += 1
        pages, wrong, address, regs, *checkpoint = self._agent.verify(pid, claim, self._looks % _ALL_EVERY == 1)
        self.pages += pages
        self.wrong_bytes += wrong
        if wrong:
            raise RewindDiffers(f"{wrong} wrong bytes after a rewind, the first at {address:#x}")
        self._compare_regs(tuple(checkpoint), regs)
        os_.write(self._here, b"!")
        return True

    def _compare_regs(self, checkpoint: tuple[int, int], regs: bytes) -> None:
        if checkpoint == self._checkpoint and regs != self._regs:
            raise RewindDiffers("other registers after a rewind")
        self._checkpoint = checkpoint
        self._regs = regs

    def close(self) -> None:
        """Forget the socket."""
        os_.close(self._here)
