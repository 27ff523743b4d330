"""Zygote: the pipe that says that the supervisor lives; its end of file means "kill everything and leave"."""

from __future__ import annotations

import fcntl
import os
import resource
import select
import signal

_HIGHEST = 1000


class Lifeline:
    """The read end of the pipe that the supervisor holds open for writing, moved away from descriptor 0.

    While the zygote waits for frames it polls :meth:`fileno`. While the user's code runs (imports, collection) nobody
    polls: then it is armed, which means that the kernel itself sends SIGKILL to the zygote's process group when the
    last writer is gone. (PR_SET_PDEATHSIG would be bound to the *thread* that started us.)
    """

    def __init__(self, source: int = 0) -> None:
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        lowest = min(_HIGHEST, soft - 16) if soft > 32 else 3
        self._fd = fcntl.fcntl(source, fcntl.F_DUPFD_CLOEXEC, lowest)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, source)
        os.close(null)
        fcntl.fcntl(self._fd, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(self._fd, fcntl.F_SETSIG, signal.SIGKILL)
        self._flags = fcntl.fcntl(self._fd, fcntl.F_GETFL) & ~os.O_ASYNC

    def fileno(self) -> int:
        """Return the descriptor, for polling."""
        return self._fd

    def arm(self) -> None:
        """Let the kernel kill our group from now on; if the supervisor is gone already, do it here."""
        fcntl.fcntl(self._fd, fcntl.F_SETFL, self._flags | os.O_ASYNC)
        if self.cut():
            os.killpg(0, signal.SIGKILL)

    def disarm(self) -> None:
        """Only :meth:`cut` tells from now on."""
        fcntl.fcntl(self._fd, fcntl.F_SETFL, self._flags)

    def cut(self) -> bool:
        """Say whether the last writer is gone. Never waits."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        return any(events & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, events in poll.poll(0))

    def close(self) -> None:
        """Forget the lifeline: in a child that has its own."""
        os.close(self._fd)
