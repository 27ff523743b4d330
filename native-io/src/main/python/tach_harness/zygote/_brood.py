"""Zygote: the workers that it has forked and not reaped yet, and what they leave behind.

A worker leads a process group of its own. When it is dead its group is killed before it is reaped, so that nobody else can
have its number; then what it has orphaned, which is the zygote's by now, told by the mark in its environment.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Collection
from typing import Any

from tach_harness.base import _processes as processes
from tach_harness.base._child import Child
from tach_harness.base._slot import own_processes

_POLL_WITHOUT_PIDFD_MS = 20


class Brood:
    """Used by the zygote's main thread only."""

    def __init__(self, run_uid: str) -> None:
        self._run_uid = run_uid
        self._workers: dict[int, _Worker] = {}
        self._by_number: dict[int, int] = {}
        self._strangers: frozenset[int] = frozenset()

    def know_children(self, before: Collection[int] = ()) -> None:
        """Take whom the user's code has started in this process, since there were those ``before``, for nobody's leak."""
        self._strangers |= set(processes.children(os.getpid())).difference(before, self._workers)

    def adopt(self, number: int, pid: int) -> None:
        """Take note of a worker that was just forked."""
        self._workers[pid] = _Worker(number, pid)
        self._by_number[number] = pid

    def signal(self, number: int, signal_number: int, to_group: bool) -> None:
        """Signal a worker, or its whole group; nobody if it is gone."""
        pid = self._by_number.get(number)
        if pid is None:
            return
        try:
            (os.killpg if to_group else os.kill)(pid, signal_number)
        except ProcessLookupError:
            pass

    def watch(self, poll: select.poll) -> int | None:
        """Have a poll return when one dies; how many milliseconds it may wait, None for ever."""
        timeout = None
        for worker in self._workers.values():
            if worker.pidfd is None:
                timeout = _POLL_WITHOUT_PIDFD_MS
            else:
                poll.register(worker.pidfd, select.POLLIN)
        return timeout

    def reap(self) -> list[dict[str, Any]]:
        """Bury the dead; the bodies of their MSG_EXITED."""
        return [self._bury(worker) for worker in list(self._workers.values()) if worker.is_dead()]

    def end(self) -> list[dict[str, Any]]:
        """Kill all and bury them."""
        bodies = []
        for worker in list(self._workers.values()):
            try:
                os.killpg(worker.pid, signal.SIGKILL)
            except ProcessLookupError:
                processes.kill(worker.pid)
            bodies.append(self._bury(worker))
        return bodies

    def kill_at_once(self) -> None:
        """Kill all, and every process below this one, and look at none of them."""
        for worker in self._workers.values():
            try:
                os.killpg(worker.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        processes.kill_all_descendants()

    def forget(self) -> None:
        """In a worker: its siblings are the zygote's."""
        for worker in self._workers.values():
            worker.close()

    def _bury(self, worker: _Worker) -> dict[str, Any]:
        """Kill what the dead worker left, then reap it; the body of its MSG_EXITED."""
        leaked = processes.kill_group(worker.pid)
        _, status = os.waitpid(worker.pid, 0)
        worker.close()
        del self._workers[worker.pid]
        self._by_number.pop(worker.number, None)
        leaked += processes.kill_orphans(self._strangers | self._workers.keys(), self._marks(worker.number))
        body = {"worker": worker.number, "pid": worker.pid, "status": status}
        leaked = [text for text in dict.fromkeys(leaked) if processes.pid_in(text) not in own_processes]
        return {**body, "leaked": leaked} if leaked else body

    def _marks(self, number: int) -> frozenset[bytes]:
        """Return what the environment of everything that the worker started has; nothing if it was the last alive."""
        if not self._workers:
            return frozenset()
        return frozenset(
            (f"PYTEST_XDIST_WORKER=gw{number}".encode(), f"PYTEST_XDIST_TESTRUNUID={self._run_uid}".encode())
        )


class _Worker(Child):
    """One forked worker that is not reaped yet."""

    def __init__(self, number: int, pid: int) -> None:
        super().__init__(pid)
        self.number = number
