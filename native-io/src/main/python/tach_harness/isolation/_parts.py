"""Worker: what it consists of, for those that run its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tach_harness.base._channel import Channel
from tach_harness.base._fork import ForkOrder
from tach_harness.base._queue import Planned
from tach_harness.base._slot import Slot
from tach_harness.reporting._capture import WorkerCapture
from tach_harness.reporting._hooks import WorkerHooks
from tach_harness.reporting._telling import Telling


@dataclass(frozen=True)
class Parts:
    """Used by the worker's main thread, and by a child as its copy."""

    session: Any
    channel: Channel
    slot: Slot
    hooks: WorkerHooks
    capture: WorkerCapture
    telling: Telling
    order: ForkOrder
    items: Callable[[int], list[Any]]
    """The items of a unit."""
    item_of: Callable[[Planned], Any]
    """The item of a planned test."""
    upcoming: Callable[[Planned], Any]
    """The item of the test that follows, or what stands for it while its file must not be imported."""
    collect_rest: Callable[[], Iterable[None]]
    """Collects, a file at each step, what was collected elsewhere."""
    collected: Callable[[], frozenset[int]]
    """The units that have been collected here."""
    note: Callable[[str], None]
    """Tells the user one line."""
    handle_pending: Callable[[], None]
    """Handles the commands that have come."""
    tell_verified: Callable[[int, int], None]
    """Tells how many pages were compared with their checkpoint, and how many bytes were wrong."""
    handle_harmless: Callable[[], bool]
    """Handles the commands that do not concern a child with many tests; False if there is one that does."""
    waits_to_collect: Callable[[], bool]
    """Whether the first of those that wait is to collect something."""
    collect_meanwhile: Callable[[], None]
    """Handles that one, at a moment when such a child says nothing."""
