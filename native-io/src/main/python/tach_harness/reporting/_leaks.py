"""Worker: what a test left running behind itself, seen without slowing down those that leave nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tach_harness.base._compat import fixture_definitions
from tach_harness.base._isolate import os_, threading_
from tach_harness.base._slot import own_processes

_WAIT_FLAGS = os_.WEXITED | os_.WNOHANG | os_.WNOWAIT

Identities = frozenset[Any]


def _has_children() -> bool:
    """Say whether there is any child, reaping none; one system call."""
    try:
        os_.waitid(os_.P_ALL, 0, _WAIT_FLAGS)
    except ChildProcessError:
        return False
    return True


def _children() -> dict[int, str]:
    """Return the running children of all threads and their names."""
    pids = [int(pid) for task in os_.listdir("/proc/self/task") for pid in _read(f"self/task/{task}/children").split()]
    named = {pid: _running_name(_read(f"{pid}/stat")) for pid in pids if _is_ordinary(pid)}
    return {pid: name for pid, name in named.items() if name}


def _is_ordinary(pid: int) -> bool:
    """Say whether a wait would find this child: a cell's twin is none that a test could know."""
    try:
        os_.waitid(os_.P_PID, pid, _WAIT_FLAGS)
    except ChildProcessError:
        return False
    return True


def _running_name(stat: str) -> str:
    """Take the name from ``/proc/<pid>/stat``; empty for one that is dead and only not waited for."""
    name, _, rest = stat.partition("(")[2].rpartition(") ")
    return "" if rest[:1] in ("Z", "X", "") else name


def _read(name: str) -> str:
    try:
        fd = os_.open(f"/proc/{name}", os_.O_RDONLY | os_.O_CLOEXEC)
    except OSError:
        return ""
    try:
        raw: bytes = os_.read(fd, 65536)
        return raw.decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os_.close(fd)


def running_children() -> dict[int, str]:
    """Return the running children and their names."""
    return _children() if _has_children() else {}


class WideChildren:
    """The processes that wide fixtures have started, seen in the worker.

    Only their parent may wait for them: in a process forked from it ``Popen.poll()`` takes each of them for ended, with 0.
    Orphans of tests come to the worker as well and look the same, so what counts is when one has come.
    """

    def __init__(self) -> None:
        self._pids: set[int] = set()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take note of those that come meanwhile."""
        before = running_children().keys()
        try:
            yield
        finally:
            self._pids |= running_children().keys() - before

    def running(self) -> str:
        """Return the name of one that runs; empty if there is none."""
        now = running_children() if self._pids else {}
        self._pids &= now.keys()
        return next((f"process '{now[pid]}'" for pid in sorted(self._pids)), "")


def other_threads() -> list[str]:
    """Return the names of the threads that Python knows beside the main one."""
    main = threading_.main_thread()
    return [thread.name for thread in threading_.enumerate() if thread is not main]


class LeakWatch:
    """Compares threads and children with those there were; two cheap looks a test when nothing has changed."""

    def __init__(self) -> None:
        self._threads: frozenset[threading.Thread] = frozenset()
        self._children: frozenset[int] = frozenset()
        self._settle(running_children())

    def after_setup(self, item: Any) -> None:
        """Forgive what a fixture wider than this test has started: it is meant to live on."""
        if self._changed() and _has_live_wide_fixture(item):
            self._settle(_children())

    def after_test(self) -> list[str]:
        """Return what is there now and was not before, once."""
        if not self._changed():
            return []
        children = _children()
        new = {pid: name for pid, name in children.items() if pid not in self._children and pid not in own_processes}
        found = [f"process '{name}' (pid {pid})" for pid, name in new.items()]
        found += [f"thread '{thread.name}'" for thread in threading_.enumerate() if thread not in self._threads]
        self._settle(children)
        return found

    def _changed(self) -> bool:
        if threading_.active_count() != len(self._threads):
            return True
        return _has_children() and _children().keys() != self._children

    def _settle(self, children: dict[int, str]) -> None:
        self._threads = frozenset(threading_.enumerate())
        self._children = frozenset(children)


def _has_live_wide_fixture(item: Any) -> bool:
    return any(d.scope != "function" and d.cached_result is not None for d in fixture_definitions(item))
