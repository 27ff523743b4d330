"""Worker: pipes, listening sockets and locked files that a wide fixture has opened.

Who closes one in a process of its own has not closed it: the worker, from which that process was forked, still has it
open, so the end of the pipe is not seen, nor is the port free. And what is read from a pipe is gone for everybody.

A POSIX lock is not inherited: the forked process that asks for it again finds it taken, by its own parent. Databases hold
one as long as they are open (LMDB, SQLite with a write-ahead log) and are not to be taken across a fork for that.
"""

from __future__ import annotations

import stat

from tach_harness.base._descriptors import open_descriptors, own_descriptors
from tach_harness.base._isolate import os_, socket_

_INFO_BYTES = 4096


class Ends:
    """Those there are when this is made are not a fixture's."""

    def __init__(self) -> None:
        self._known = frozenset(open_descriptors())

    def new_end(self) -> str:
        """Return what there is of the kind beside those of old and ours; empty: nothing."""
        for fd in set(open_descriptors()).difference(self._known, own_descriptors()):
            kind = _kind(fd)
            if kind:
                return f"fd {fd} [{kind}]"
        return ""


def _kind(fd: int) -> str:
    try:
        mode = os_.fstat(fd).st_mode
        if stat.S_ISREG(mode):
            return "POSIX lock" if _is_locked(fd) else ""
        if stat.S_ISFIFO(mode):
            return "pipe"
        return "listening socket" if stat.S_ISSOCK(mode) and _is_listening(fd) else ""
    except OSError:
        return ""


def _is_locked(fd: int) -> bool:
    """Say whether this process holds a lock on the file that belongs to the process; those of the open file are inherited."""
    info = os_.open(f"/proc/self/fdinfo/{fd}", os_.O_RDONLY | os_.O_CLOEXEC)
    try:
        return b": POSIX " in os_.read(info, _INFO_BYTES)
    finally:
        os_.close(info)


def _is_listening(fd: int) -> bool:
    copy = socket_.socket(fileno=os_.dup(fd))
    try:
        return bool(copy.getsockopt(socket_.SOL_SOCKET, socket_.SO_ACCEPTCONN))
    finally:
        copy.close()
