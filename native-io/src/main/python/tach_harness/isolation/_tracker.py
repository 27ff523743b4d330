"""Worker and its forked tests: what ``multiprocessing`` tidies up when a process ends, which ours do without its exit handlers.

The resource tracker is a process that is started with the first block of shared memory. When the process that has started it
ends, it unlinks what that has left in ``/dev/shm``. Whoever kills it before leaves that there for ever.

Managers and listeners have their sockets in a temporary directory, one for each process, which an exit handler removes.
"""

from __future__ import annotations

import sys
from typing import Any

from tach_harness.base._isolate import monotonic_ns, os_, select_
from tach_harness.reporting._leaks import running_children

_PATIENCE_NS = 5_000_000_000
"""It may not even have started yet, on a busy machine."""
_STEP_S = 0.001


_kept: set[Any] = set()
"""Finalizers that are to be called when more than a test ends."""


def keep() -> None:
    """Leave to the end of this process what is there now: fixtures that it owns have made it, for many tests."""
    _kept.update(getattr(sys.modules.get("multiprocessing.util"), "_finalizer_registry", ()))


def tidy_up_all() -> None:
    """Do what is left to the end of this process too."""
    _kept.clear()
    tidy_up()


def tidy_up() -> None:
    """Do for ``multiprocessing`` what it would do at the end of this process, after a test."""
    _remove_directory()
    _end_tracker()


def _remove_directory() -> None:
    """Remove the temporary directory; the finalizer that does so does nothing in a process which has not made it."""
    util: Any = sys.modules.get("multiprocessing.util")
    remove: Any = getattr(util, "_remove_temp_dir", None)
    if remove is None:
        return
    for key, finalizer in list(util._finalizer_registry.items()):
        if key not in _kept and getattr(finalizer, "_callback", None) is remove:
            try:
                finalizer()
            except Exception:  # the test has removed it or broken something, say
                continue


def _end_tracker() -> None:
    """Let a tracker that this process has started do its work and go, as at the end of the process.

    It lives as long as anybody has its pipe. If there are other children it is left alone, to be killed with them.
    """
    tracker: Any = getattr(sys.modules.get("multiprocessing.resource_tracker"), "_resource_tracker", None)
    fd: Any = getattr(tracker, "_fd", None)
    pid: Any = getattr(tracker, "_pid", None)
    if type(fd) is not int or running_children().keys() != {pid}:
        return
    try:
        os_.close(fd)
    except OSError:
        return
    _await_end(pid)
    tracker._fd = tracker._pid = None  # whoever needs it starts another


def _await_end(pid: int) -> None:
    started = monotonic_ns()
    while os_.waitpid(pid, os_.WNOHANG)[0] == 0 and monotonic_ns() - started < _PATIENCE_NS:
        select_.select([], [], [], _STEP_S)
