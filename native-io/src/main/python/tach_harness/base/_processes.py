"""Zygote and worker: finding and ending processes that others left behind, by what /proc says of them."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

_ROUNDS = 20
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class Process(NamedTuple):
    """One line of ``/proc/<pid>/stat``."""

    pid: int
    name: str
    state: str
    parent: int
    group: int

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


def become_subreaper() -> None:
    """Let what is orphaned below this process come to it, so that it can be seen and ended. Forks do not inherit this.

    Without libc's help orphans go to the next subreaper above.
    """
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Let this process be killed when the thread that forked it ends, if libc helps."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    import ctypes

    try:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def pid_in(text: str) -> int:
    """Return the number in what ``str`` says of a process."""
    return int(text.rpartition("(")[2].rstrip(")"))


def read(pid: int) -> Process | None:
    """Return what /proc says of the process; None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            stat = file.read()
    except OSError:
        return None
    head, _, tail = stat.rpartition(b")")
    name = head.partition(b"(")[2].decode("utf-8", "replace")
    state, parent, group = tail.split()[:3]
    return Process(pid, name, state.decode(), int(parent), int(group))


def everyone() -> list[Process]:
    """Return all processes that /proc shows."""
    found = (read(int(entry)) for entry in os.listdir("/proc") if entry.isdigit())
    return [process for process in found if process is not None]


def children(pid: int) -> list[int]:
    """Return the children of a process with one thread, zombies included."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", "rb") as file:
            return [int(word) for word in file.read().split()]
    except FileNotFoundError:  # a kernel without CONFIG_PROC_CHILDREN, or the process is gone
        return [process.pid for process in everyone() if process.parent == pid]


def environment(pid: int) -> set[bytes]:
    """Return ``NAME=value`` of the environment the process was started with; empty if we may not know."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return set(file.read().split(b"\0"))
    except OSError:
        return set()


def kill(pid: int) -> None:
    """Send SIGKILL; a process that is gone is no error."""
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def kill_group(leader: int) -> list[str]:
    """Kill the group of a dead child of ours that is not reaped yet; return whom that hit.

    The zombie holds the number, so the group cannot be a stranger's.
    """
    others = [p for p in everyone() if p.group == leader and p.pid != leader and p.state != "Z"]
    if others:
        try:
            os.killpg(leader, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    return [str(process) for process in others]


def reap(pid: int) -> None:
    """Collect a child's status, waiting for it; one that is not ours is no error."""
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass


def kill_orphans(is_ours: frozenset[int], marks: frozenset[bytes]) -> list[str]:
    """Kill and reap our children outside ``is_ours`` whose environment has all ``marks``; return their names.

    A killed orphan's own children come to us (we are a subreaper), hence the rounds.
    """
    hit: list[str] = []
    for _ in range(_ROUNDS):
        orphans = [pid for pid in children(os.getpid()) if pid not in is_ours and _is_marked(pid, marks)]
        if not orphans:
            break
        for pid in orphans:
            process = read(pid)
            if process is not None and process.state != "Z":
                hit.append(str(process))
            kill(pid)
            reap(pid)
    return hit


def _is_marked(pid: int, marks: frozenset[bytes]) -> bool:
    return not marks or marks <= environment(pid)


def kill_all_descendants() -> None:
    """Kill every process below this one, and what comes to us when its parent dies."""
    kill_orphans(frozenset(), frozenset())
