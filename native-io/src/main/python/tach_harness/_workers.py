"""Zygote: the worker processes that it has forked, from the fork to the reaping."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from typing import Any

from tach_harness import _processes as processes

_POLL_WITHOUT_PIDFD_MS = 20


class Worker:
    """One forked worker that is not reaped yet."""

    __slots__ = ("number", "pid", "pidfd")

    def __init__(self, number: int, pid: int) -> None:
        self.number = number
        self.pid = pid
        try:
            self.pidfd: int | None = os.pidfd_open(pid)
        except OSError:  # a kernel before 5.3: the loop looks at the clock instead
            self.pidfd = None

    def close(self) -> None:
        """Forget the descriptor."""
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None

    def is_dead(self) -> bool:
        """Say whether it waits to be reaped."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def kill(self) -> None:
        """Kill it and its group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has not got its group yet
            processes.kill(self.pid)


class Workers:
    """All living workers. The zygote is their parent: until it reaps them, their pids cannot be strangers."""

    def __init__(self, run_uid: str) -> None:
        self._run_uid = run_uid
        self._by_pid: dict[int, Worker] = {}
        self._not_theirs: frozenset[int] = frozenset()

    def note_other_children(self) -> None:
        """Call what the user's code has started in the zygote our own: it is killed at the very end only."""
        self._not_theirs |= set(processes.children(os.getpid())) - self._by_pid.keys()

    def adopt(self, number: int, pid: int) -> None:
        """Take over a worker right after its fork and give it its own process group."""
        try:
            os.setpgid(pid, pid)
        except OSError:  # it did so itself, or is gone
            pass
        self._by_pid[pid] = Worker(number, pid)

    def forget(self) -> None:
        """Close what is the zygote's: in a worker, right after its fork."""
        for worker in self._by_pid.values():
            worker.close()

    def watch(self, poll: select.poll) -> int | None:
        """Register the workers' deaths; return the longest time to poll in milliseconds, None for any."""
        timeout = None
        for worker in self._by_pid.values():
            if worker.pidfd is None:
                timeout = _POLL_WITHOUT_PIDFD_MS
            else:
                poll.register(worker.pidfd, select.POLLIN)
        return timeout

    def signal(self, number: int, signum: int, group: bool) -> None:
        """Signal a worker, or its group; one that is gone is no error."""
        for worker in self._by_pid.values():
            if worker.number == number:
                try:
                    (os.killpg if group else os.kill)(worker.pid, signum)
                except ProcessLookupError:
                    pass

    def bury_dead(self) -> Iterator[dict[str, Any]]:
        """Reap those that have died; for each the body of its MSG_EXITED."""
        for worker in list(self._by_pid.values()):
            if worker.is_dead():
                yield self._bury(worker)

    def kill_all(self) -> Iterator[dict[str, Any]]:
        """Kill and reap all; for each the body of its MSG_EXITED."""
        for worker in list(self._by_pid.values()):
            worker.kill()
            yield self._bury(worker)

    def _bury(self, worker: Worker) -> dict[str, Any]:
        """Kill what the worker left behind, and reap it."""
        leaked = processes.kill_group(worker.pid)
        _, status = os.waitpid(worker.pid, 0)
        worker.close()
        del self._by_pid[worker.pid]
        leaked += processes.kill_orphans(self._not_theirs | self._by_pid.keys(), self._marks(worker.number))
        body: dict[str, Any] = {"worker": worker.number, "pid": worker.pid, "status": status}
        return {**body, "leaked": list(dict.fromkeys(leaked))} if leaked else body

    def _marks(self, number: int) -> frozenset[bytes]:
        """Return what is in the environment of all that the worker started; nothing if it was the last."""
        if not self._by_pid:
            return frozenset()
        return frozenset(
            (f"PYTEST_XDIST_WORKER=gw{number}".encode(), f"PYTEST_XDIST_TESTRUNUID={self._run_uid}".encode())
        )
