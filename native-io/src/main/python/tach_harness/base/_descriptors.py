"""Worker: file descriptors that stay out of the way of tests which count or compare theirs."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from tach_harness.base._isolate import fcntl_, os_

_LOWEST = 200


def raised(fd: int) -> int:
    """Move a descriptor to a number of 200 or more, close-on-exec; where the limit is lower it stays where it is."""
    try:
        high: int = fcntl_.fcntl(fd, fcntl_.F_DUPFD_CLOEXEC, _LOWEST)
    except OSError:
        return fd
    os_.close(fd)
    return high


def memfd(name: str) -> int:
    """Make an empty memory file; the supervisor finds it as ``/proc/<pid>/fd/<n>``."""
    return raised(os_.memfd_create(name, os_.MFD_CLOEXEC))


def open_descriptors() -> list[int]:
    """Return the descriptors of this process, without that of the listing: the next file opened will have its number."""
    return [fd for fd in map(int, os_.listdir("/proc/self/fd")) if is_open(fd)]


def own_descriptors() -> list[int]:
    """Return those that are the harness's: the standard streams and those moved up."""
    return [fd for fd in open_descriptors() if fd < 3 or fd >= _LOWEST]


def is_open(fd: int) -> bool:
    """Say whether a descriptor is open; a fifth of a microsecond."""
    try:
        fcntl_.fcntl(fd, fcntl_.F_GETFD)
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class WorkerFiles:
    """The memory files of one worker, named as in MSG_WORKER_READY."""

    log: int
    out: int
    err: int
    stacks: int
    slot: int

    @classmethod
    def create(cls) -> WorkerFiles:
        """Make all of them. What is written to as 1 or 2 is appended to: a rewind puts the offset of those back."""
        files = cls(*(memfd(f"tach-{name}") for name in ("log", "out", "err", "stacks", "slot")))
        for fd in (files.log, files.out, files.err):
            fcntl_.fcntl(fd, fcntl_.F_SETFL, fcntl_.fcntl(fd, fcntl_.F_GETFL) | os_.O_APPEND)
        return files

    def forget_stacks(self) -> None:
        """Empty the file of stacks: those of an earlier test say nothing of this one."""
        os_.ftruncate(self.stacks, 0)
        os_.lseek(self.stacks, 0, 0)


class StandardStreams:
    """Descriptors 0, 1 and 2 of the worker, and their repair after a test has closed one.

    ``log`` stands behind 1 and 2, or, with ``-s``, what the zygote had there.
    """

    def __init__(self, log: int, keep_terminal: bool) -> None:
        null = raised(os_.open(os_.devnull, os_.O_RDWR | os_.O_CLOEXEC))
        outputs = [raised(os_.dup(fd)) for fd in (1, 2)] if keep_terminal else [log, log]
        self._sources = (null, *outputs)
        for fd in range(3):
            self._restore(fd)

    @property
    def sources(self) -> tuple[int, ...]:
        """What stands behind 0, 1 and 2."""
        return self._sources

    def repair(self) -> None:
        """Put back what is closed."""
        for fd in range(3):
            if not is_open(fd):
                self._restore(fd)

    def _restore(self, fd: int) -> None:
        os_.dup2(self._sources[fd], fd)


def silence_streams() -> None:
    """Let go unseen what is written to 1 and 2 from here on, by a process that is about to end."""
    null = os_.open(os_.devnull, os_.O_WRONLY)
    for fd in (1, 2):
        os_.dup2(null, fd)


def flush_streams() -> None:
    """Write what Python still buffers for 1 and 2, as ``os._exit`` does not."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None:
                stream.flush()
        except Exception:  # closed, replaced by a mock, or broken: nothing to flush then
            continue
