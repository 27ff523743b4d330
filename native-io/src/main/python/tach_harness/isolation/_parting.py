"""Worker and cell: how a test gets a process, or a process's memory, of its own, and how that ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from tach_harness.base._child import Child, fork
from tach_harness.base._isolate import getpid, os_
from tach_harness.base._slot import own_processes


def nothing(*_: Any) -> None:
    """Do nothing, where something may be done."""


class Parting(Protocol):
    """What begins returns twice: with a child, dead sooner or later, and with None in that child."""

    doubts: dict[str, Any]
    """The last words of a child whose failure is not to be believed."""

    def begin(self) -> Any:
        """Return None in the child, and the child where it was begun."""

    def end(self) -> NoReturn:
        """End the child."""


class Forking:
    """A child is a process."""

    def __init__(self, worker: int) -> None:
        self._worker = worker
        self.doubts: dict[str, Any] = {"again": True}

    def begin(self) -> Child | None:
        """Fork."""
        pid = fork()
        own_processes.add(self._worker, pid or getpid())  # both do it: whoever comes first
        return Child(pid) if pid else None

    def end(self) -> NoReturn:
        """Exit."""
        os_._exit(0)


class Rewound:
    """A child that was this process itself, in memory that is forgotten."""

    def __init__(self) -> None:
        self.pid = getpid()

    def wait(self, *_: Any) -> int:
        """Say that it is dead."""
        return -1

    def signal(self, _: int) -> None:
        """Do nothing: it is dead."""

    def reap(self) -> int:
        """Return how it ended: well, or it would not be forgotten."""
        return 0


class Rewinding:
    """A child is what this process does from a checkpoint on, until it goes back there."""

    doubts: dict[str, Any] = {"declined": True}

    def __init__(self, checkpoint: Callable[[], bytes | None], rewind: Callable[[], NoReturn]) -> None:
        self._checkpoint = checkpoint
        self._rewind = rewind

    def begin(self) -> Rewound | None:
        """Take a checkpoint."""
        return None if self._checkpoint() is None else Rewound()

    def end(self) -> NoReturn:
        """Go back there."""
        self._rewind()
