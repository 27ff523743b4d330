"""Zygote and worker: one process that was forked, from the fork until it is reaped."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from tach_harness.base._channel import Channel
from tach_harness.base._isolate import os_, select_, signal_

_POLL_WITHOUT_PIDFD_MS = 5
EXIT_HARNESS_FAILED = 72
"""How a worker or a process below it leaves when the harness itself has failed; the traceback is in the log."""


class Child:
    """Leads a process group of its own, which ends with it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        own_group(pid)
        try:
            self.pidfd: int | None = os_.pidfd_open(pid)
        except OSError:  # a kernel before 5.3, or a sandbox without it: look at the clock instead
            self.pidfd = None

    def wait(self, channel: Channel, handle: Callable[[], None], *fds: int) -> int:
        """Serve commands until there is something to read from one of ``fds``, which is returned, or it is dead: -1."""
        poll = select_.poll()
        for watched in (channel.fileno(), *fds, self.pidfd):
            if watched is not None:
                poll.register(watched, select_.POLLIN)
        while True:
            try:
                ready = dict(poll.poll(None if self.pidfd is not None else _POLL_WITHOUT_PIDFD_MS))
                spoke = next((fd for fd in fds if ready.get(fd, 0) & select_.POLLIN), -1)
                if spoke >= 0 or self.is_dead():
                    return spoke
                handle()
            except KeyboardInterrupt:
                self.signal(signal_.SIGINT)

    def is_dead(self) -> bool:
        """Say whether it is; it stays to be reaped."""
        return os_.waitid(os_.P_PID, self.pid, os_.WEXITED | os_.WNOHANG | os_.WNOWAIT) is not None

    def signal(self, number: int) -> None:
        """Signal it; as long as it is not reaped nobody else has its number."""
        os_.kill(self.pid, number)

    def reap(self) -> int:
        """Kill what is left of its group, wait for it, and return its raw wait status."""
        try:
            os_.killpg(self.pid, signal_.SIGKILL)
        except ProcessLookupError:
            pass
        status: int = os_.waitpid(self.pid, 0)[1]
        self.close()
        return status

    def close(self) -> None:
        """Forget the descriptor."""
        if self.pidfd is not None:
            os_.close(self.pidfd)
            self.pidfd = None


def fork() -> int:
    """Fork. Python's warning about threads is not the test's, nor the user's, who is told which file started one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pid: int = os_.fork()
    return pid


def fork_once() -> None:
    """Fork a process that ends at once: libraries that end their threads before a fork have done so then."""
    pid = fork()
    if pid == 0:
        os_._exit(0)
    os_.waitpid(pid, 0)


def own_group(pid: int) -> None:
    """Put a child into its own process group; parent and child both do, whoever comes first."""
    try:
        os_.setpgid(pid, pid)
    except OSError:
        return
