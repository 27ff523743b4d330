"""Zygote and worker: collection by real pytest, one file at a time or the whole session at once.

A *unit* is what is collected together and what the supervisor hands out: one file node of pytest (distributed), or one
run of consecutive items of the same file (global).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _pytest.config import hookimpl
from _pytest.main import Session

from tach_harness.base import _compat
from tach_harness.base._garbage import QuietCollector
from tach_harness.base._isolate import monotonic_ns
from tach_harness.collecting._options import default_timeout, seconds
from tach_harness.collecting._steps import steps_of
from tach_harness.collecting._watched import WatchedItems
from tach_harness.reporting._reports import ReportEncoder

CHARS_A_FRAME = 2 << 20
"""Characters of node ids in one MSG_COLLECTED: a frame has at most 16 MiB, and a character at most four bytes."""
LONGEST_S = 1e9
"""What a longer time limit is told as: numbers of Python have no end, those of the wire have."""


class Unit:
    """What is known of one unit; ``items`` is None until this process has collected it."""

    __slots__ = ("deselected", "duration_ns", "items", "node", "path", "raw", "reordered_by", "reports")

    def __init__(self, path: str, node: Any = None) -> None:
        self.path = path
        self.node = node
        self.raw: list[Any] | None = None
        self.items: list[Any] | None = None
        self.reports: list[Any] = []
        self.deselected = 0
        self.duration_ns = 0
        self.reordered_by = ""


class Collection:
    """The units of the session in this process; registered as a plugin to hear what collection reports.

    A worker inherits it by the fork and goes on where the zygote stopped.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.config = session.config
        self.units: list[Unit] = []
        self.mode = "distributed"
        self.on_file: Callable[[str], None] = _ignore
        """Told the node id of each file that is about to be imported."""
        self.on_note: Callable[[str], None] = _ignore
        """Told of threads that collection left behind."""
        self._encoder = ReportEncoder(self.config)
        self._current = Unit("")
        self._known: set[int] = set()
        self._published: list[Any] = []
        self._threads = _thread_names()
        self._timeout = default_timeout(self.config)

    # --- hooks --------------------------------------------------------------------------------------------------------

    def pytest_collectstart(self, collector: Any) -> None:
        """Tell which file is about to be imported."""
        if _compat.is_file(collector):
            self.on_file(collector.nodeid)

    @hookimpl(hookwrapper=True, trylast=True)
    def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, None]:
        """Let a file that exits be an error, and no frame of ours be in the way when pytest shortens a traceback."""
        outcome = yield
        error = outcome.excinfo and outcome.excinfo[1]
        if isinstance(error, SystemExit) and _compat.is_file(collector):
            outcome.force_result(_compat.exit_as_error(collector, error))

    def pytest_collectreport(self, report: Any) -> None:
        """Keep what did not pass."""
        if not report.passed:
            self._current.reports.append(self._encoder.body(report, None))

    def pytest_deselected(self, items: list[Any]) -> None:
        """Count what -k, -m and others take out."""
        self._current.deselected += len(items)

    # --- distributed --------------------------------------------------------------------------------------------------

    def walk(self) -> None:
        """Let pytest resolve the arguments and walk the directories, but stop at files: each becomes a unit.

        pytest's usage errors (a path that is not there) come out of this as they are.
        """
        session: Any = self.session
        top: list[Any] = []
        watcher = _TopReport(session, top)
        self.config.pluginmanager.register(watcher)
        gate = _Gate(self.config.pluginmanager, top)
        session.genitems = lambda node: self._record(node, gate)
        try:
            session.__class__.perform_collect(session)
        except _WalkDone:
            pass
        finally:
            gate.open()
            del session.genitems
            self.config.pluginmanager.unregister(watcher)
        self._keep_reports_of_walk()

    def _record(self, node: Any, gate: _Gate) -> Iterator[Any]:
        with gate.walking():
            if _compat.is_file(node):
                self._add(node)
            else:
                yield from self.session.__class__.genitems(self.session, node)

    def _keep_reports_of_walk(self) -> None:
        """A directory whose conftest fails has no unit of its own: the first one tells of it."""
        reports = self._current.reports
        if reports and not self.units:
            self.units.append(Unit(""))
            self.units[0].raw = []
        if reports:
            self.units[0].reports = reports
        _compat.forget_failures(self.session)

    def _add(self, node: Any) -> None:
        if self.config.getoption("keepduplicates", False) or id(node) not in self._known:
            self._known.add(id(node))  # (its unit keeps the node alive)
            self.units.append(Unit(node.nodeid, node))

    def collect(self, unit: int) -> dict[str, Any]:
        """Collect one unit, unless this process has it already, and return the body of its MSG_COLLECTED.

        What pytest raises to end the session (KeyboardInterrupt, ``pytest.exit``, SystemExit) comes out as it is.
        """
        entry = self.units[unit]
        if entry.items is None:
            self._collect(entry)
        first, *rest = self._frames(unit, entry)
        if rest:  # only a global collection may send several
            first.update(nodeids=[], more=False, reordered_by=f"{entry.path}: too many tests for one frame")
        return first

    def items(self, unit: int) -> list[Any]:
        """Return the items of a unit in the order of its MSG_COLLECTED, collecting it if need be."""
        entry = self.units[unit]
        if entry.items is None:
            self._collect(entry)
        assert entry.items is not None
        return entry.items

    def collected(self) -> frozenset[int]:
        """Return the units whose items this process has."""
        return frozenset(number for number, entry in enumerate(self.units) if entry.items is not None)

    def has(self, unit: int) -> bool:
        """Say whether this process has collected a unit."""
        return self.units[unit].items is not None

    def file(self, unit: int) -> Any:
        """Return the node of a unit's file; None if the session was collected whole."""
        return self.units[unit].node

    def collect_rest(self) -> Iterator[None]:
        """Collect what this process has not collected yet, one unit at each step: importing it is all that is wanted."""
        for entry in self.units:
            if entry.items is None:
                self._collect(entry)
                yield

    def _collect(self, entry: Unit) -> None:
        started = monotonic_ns()
        with QuietCollector(), _compat.catch_collect_warnings(self.config):
            self._current = entry
            items = WatchedItems(self._expand(entry))
            self.session.items = items
            self.config.hook.pytest_collection_modifyitems(session=self.session, config=self.config, items=items)
        entry.items = list(items)
        entry.reordered_by = items.changed_by
        entry.duration_ns = monotonic_ns() - started
        self._publish(entry.items)

    def _expand(self, entry: Unit) -> list[Any]:
        """Return what pytest collects from the node, before anybody selects or sorts."""
        if entry.raw is None:
            _compat.forget_failures(self.session)
            entry.raw = list(self.session.genitems(entry.node))
            _compat.forget_failures(self.session)
            self._note_threads(entry.path)
        return entry.raw

    def _publish(self, items: list[Any]) -> None:
        """Let ``session.items`` be what this process has collected so far."""
        self._published += items
        self.session.items = self._published
        self.session.testscollected = len(self._published)

    def files(self) -> list[Path]:
        """Return the files that units stand for."""
        return [unit.node.path for unit in self.units if unit.node is not None]

    # --- global -------------------------------------------------------------------------------------------------------

    def collect_all(self) -> None:
        """Collect the whole session here; the units are made anew, in session order.

        After :meth:`walk` its nodes are used again: pytest registers the fixtures of a module only once.
        """
        started = monotonic_ns()
        whole = self._current = Unit("")
        with QuietCollector():
            if self.mode == "distributed" and self.units:
                self._expand_units(whole)
            else:
                self.session.__class__.perform_collect(self.session)
        self.mode = "global"
        _compat.forget_failures(self.session)
        self._note_threads("the collection")
        self.units = _split(self.session.items)
        self.units[0].reports = whole.reports
        self.units[0].deselected = whole.deselected
        self.units[0].duration_ns = monotonic_ns() - started

    def _expand_units(self, whole: Unit) -> None:
        hook = self.config.hook
        with _compat.catch_collect_warnings(self.config):
            items: list[Any] = []
            for entry in self.units:
                self._current = entry
                items += self._expand(entry)
                whole.reports += entry.reports
            self._current = whole
            self.session.items = items
            try:
                hook.pytest_collection_modifyitems(session=self.session, config=self.config, items=items)
            finally:
                hook.pytest_collection_finish(session=self.session)
            self.session.testscollected = len(items)

    # --- frames -------------------------------------------------------------------------------------------------------

    def frames(self) -> Iterator[dict[str, Any]]:
        """Return the MSG_COLLECTED bodies of all units of a global collection."""
        for number, entry in enumerate(self.units):
            yield from self._frames(number, entry)

    def _frames(self, unit: int, entry: Unit) -> Iterator[dict[str, Any]]:
        items = entry.items or []
        begin = 0
        for part, end in enumerate(_cuts(items)):
            body = self._body(unit, items[begin:end], begin)
            body.update(_facts(entry) if part == 0 else {"part": part})
            if end < len(items):
                body["more"] = True
            yield body
            begin = end

    def _body(self, unit: int, items: list[Any], begin: int) -> dict[str, Any]:
        body: dict[str, Any] = {"unit": unit, "nodeids": [item.nodeid for item in items], "duration_ns": 0}
        timeouts = {begin + i: seconds for i, item in enumerate(items) if (seconds := self._timeout_of(item))}
        groups = {begin + i: group for i, item in enumerate(items) if (group := _group_of(item))}
        if timeouts:
            body["timeouts"] = timeouts
        if groups:
            body["groups"] = groups
        return body

    def _timeout_of(self, item: Any) -> float:
        marker = item.get_closest_marker("timeout")
        if marker is None:
            return self._timeout
        value = marker.args[0] if marker.args else marker.kwargs.get("timeout", 0)
        return min(seconds(value), LONGEST_S)

    # --- threads ------------------------------------------------------------------------------------------------------

    def _note_threads(self, culprit: str) -> None:
        new = _thread_names() - self._threads
        if new:
            self._threads |= new
            self.on_note(f"{culprit} started a thread ({', '.join(sorted(new))}): it does not live on in the workers")


def _ignore(_: str) -> None:
    return


def _thread_names() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread is not threading.main_thread()}


def _group_of(item: Any) -> str:
    marker = item.get_closest_marker("xdist_group")
    if marker is None:
        return steps_of(item)
    return str(marker.args[0] if marker.args else marker.kwargs.get("name", "default"))


def _cuts(items: list[Any]) -> Iterator[int]:
    """Return where frames end so that each holds about :data:`CHARS_A_FRAME`; at least one."""
    chars = 0
    for end, item in enumerate(items):
        if chars >= CHARS_A_FRAME:
            yield end
            chars = 0
        chars += len(item.nodeid)
    yield len(items)


def _facts(entry: Unit) -> dict[str, Any]:
    facts: dict[str, Any] = {"duration_ns": entry.duration_ns}
    for name in ("deselected", "reports", "reordered_by"):
        value = getattr(entry, name)
        if value:
            facts[name] = value
    return facts


def _split(items: Iterable[Any]) -> list[Unit]:
    """Cut the session's items where the file changes; at least one unit, which carries the reports."""
    units: list[Unit] = []
    for item in items:
        path = item.nodeid.partition("::")[0]
        if not units or units[-1].path != path:
            units.append(Unit(path))
            units[-1].items = []
        units[-1].items.append(item)  # type: ignore[union-attr]
    if not units:
        units.append(Unit(""))
        units[0].items = []
    return units


class _TopReport:
    """Learns what the session node itself collected: the nodes whose expansion is the walk."""

    def __init__(self, session: Session, nodes: list[Any]) -> None:
        self._session = session
        self._nodes = nodes

    def pytest_collectreport(self, report: Any) -> None:
        """Take the first report: it is the session's."""
        if not self._nodes and report.nodeid == self._session.nodeid:
            self._nodes.extend(report.result or ())


class _WalkDone(Exception):
    """Ends ``perform_collect`` where it would show plugins an empty list of items."""


class _Gate:
    """Closes ``perform_collect`` at the end of a walk, before any plugin's hook.

    It registers itself when the last node of the session's own list has been walked and not before: the plugin that
    registers last is the outermost, and conftests register on the way.
    """

    def __init__(self, manager: Any, nodes: list[Any]) -> None:
        self._manager = manager
        self._nodes = nodes
        self._depth = 0
        self._walked = 0

    @contextmanager
    def walking(self) -> Iterator[None]:
        """Enclose the walk of one node."""
        self._depth += 1
        yield
        self._depth -= 1
        if self._depth == 0:
            self._walked += 1
            if self._walked == len(self._nodes):
                self._manager.register(self)

    def open(self) -> None:
        """Let the hooks through again."""
        if self._manager.is_registered(self):
            self._manager.unregister(self)

    @hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self) -> Iterator[None]:
        """Stop here."""
        raise _WalkDone
        yield

    @hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_finish(self) -> Iterator[None]:
        """Stop here too: pytest calls this in a ``finally``."""
        raise _WalkDone
        yield
