"""Zygote: gives pytest's own terminal reporter and cache plugins what happened elsewhere, then ends the session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from _pytest.main import ExitCode, Session
from _pytest.outcomes import Exit

from tach_harness.base import _compat
from tach_harness.base import _wire as wire

_CACHE_PLUGINS = ("lfplugin", "stepwiseplugin")
_LISTS = ("reports", "collect_reports", "warnings", "durations", "outcomes", "nodeids")
_RAISED_AT = re.compile(r"(?P<path>[^\n]+?):(?P<line>\d+)(?::|$)")


class Finish:
    """CMD_REPORTS and CMD_FINISH as they come, and the end of the session that they ask for."""

    def __init__(self) -> None:
        self._lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
        self._end: dict[str, Any] = {}

    def add(self, body: dict[str, Any]) -> None:
        """Take a CMD_REPORTS (or what CMD_FINISH carries of the same)."""
        for name, values in self._lists.items():
            values.extend(body.get(name) or ())

    def close(self, body: dict[str, Any]) -> None:
        """Take the CMD_FINISH."""
        self.add(body)
        self._end = body

    def close_session(self, session: Session, screen: _compat.Screen) -> int:
        """Fill reporter and plugins and return the exit status, or raise what ends a session early.

        Then pytest fires ``pytest_sessionfinish`` and prints its summary as if the tests had run in this process.
        """
        reporter: Any = session.config.pluginmanager.getplugin("terminalreporter")
        _compat.forget_failures(session)
        _start_afresh(reporter)
        collected = [self._rebuild(session, one) for one in self._lists["collect_reports"]]
        reports = [self._rebuild(session, one) for one in self._lists["reports"]]
        self._replay(session, collected, reports)
        self._feed_cache(session, collected)
        self._fill(reporter, session, reports)
        _compat.show_failures_at_the_end(reporter)
        screen.take()  # what the replay made the reporter write: the supervisor has drawn its own progress
        return self._stop_or_status(session)

    def _rebuild(self, session: Session, one: dict[str, Any]) -> Any:
        data = one.get("data")
        if data:
            return _compat.rebuilt_report(session.config, _texts(wire.decode(data)))
        return _compat.synthetic_report(_texts(one))

    # --- replay -------------------------------------------------------------------------------------------------------

    def _replay(self, session: Session, collected: list[Any], reports: list[Any]) -> None:
        """Let all plugins hear of what workers told, as xdist's controller does: all there was, if any of them wants that."""
        config: Any = session.config
        for report in collected:
            config.hook.pytest_collectreport(report=report)
        reporter = config.pluginmanager.getplugin("terminalreporter")
        logreport = config.pluginmanager.subset_hook_caller("pytest_runtest_logreport", [reporter])
        for report in reports:
            category = _compat.status_of(config, report)[0]
            if reporter is not None:
                _compat.add_stats(reporter, category, [report])
            logreport(report=report)

    def _passed(self) -> Iterator[str]:
        return (wire.text(nodeid) for nodeid, word in self._lists["outcomes"] if word == "passed")

    def _feed_cache(self, session: Session, collected: list[Any]) -> None:
        """Bring --lf, --sw and --nf up to date: this process is the one writer of the cache."""
        manager = session.config.pluginmanager
        news = manager.getplugin("nfplugin")
        nodeids = [wire.text(nodeid) for nodeid in self._lists["nodeids"]]
        if news is not None:
            news.cached_nodeids.update(map(_compat.node_key, nodeids))
        for plugin in filter(None, map(manager.getplugin, _CACHE_PLUGINS)):
            remembered = _remembered(plugin)
            for nodeid in self._passed():
                if nodeid in remembered:
                    plugin.pytest_runtest_logreport(_compat.passed_report(nodeid, "call", 0.0))
        last = manager.getplugin("lfplugin")
        if last is not None:
            _forget_collected(last.lastfailed, {r.nodeid for r in collected if r.failed}, nodeids)

    # --- the terminal reporter ----------------------------------------------------------------------------------------

    def _fill(self, reporter: Any, session: Session, reports: list[Any]) -> None:
        end = self._end
        session.testscollected = end.get("collected", 0)
        if reporter is None:
            return
        reporter._numcollected = end.get("collected", 0)
        warnings = [_warning(one) for one in self._lists["warnings"]]
        categories = {wire.text(name): [_PASSED] * count for name, count in (end.get("counts") or {}).items()}
        categories[""] = categories.get("", []) + self._durations(reports)
        categories["deselected"] = [_PASSED] * end.get("deselected", 0)
        for category, items in [*categories.items(), ("warnings", warnings)]:
            if items:
                _compat.add_stats(reporter, category, items)
        reporter._tests_ran = bool(reports or end.get("counts"))
        reporter.currentfspath = -2 if reporter._tests_ran else None
        _compat.set_duration(reporter, float(end.get("duration", 0.0)))

    def _durations(self, reports: list[Any]) -> list[Any]:
        told = {(report.nodeid, report.when) for report in reports}
        rows = ((wire.text(nodeid), wire.text(when), seconds) for nodeid, when, seconds in self._lists["durations"])
        return [_compat.passed_report(*row) for row in rows if row[:2] not in told]

    # --- the end ------------------------------------------------------------------------------------------------------

    def _stop_or_status(self, session: Session) -> int:
        stop = self._end.get("stop")
        if stop:
            _raise_stop(session, wire.text(stop["kind"]), wire.text(stop.get("reason", "")), stop.get("returncode", -1))
        return int(self._end.get("exitstatus", ExitCode.OK))


class _Passed:
    """Stands in the statistics for any test that passed and of which nothing more need be known."""

    nodeid = ""
    when = "call"
    outcome = "passed"
    passed = True
    failed = skipped = False
    longrepr = None
    count_towards_summary = True
    sections: tuple[Any, ...] = ()
    user_properties: tuple[Any, ...] = ()


_PASSED = _Passed()


def _texts(value: Any) -> Any:
    """Return a copy in which byte strings are the texts that they stand for; reports hold no others."""
    if isinstance(value, bytes):
        return wire.text(value)
    if isinstance(value, dict):
        return {_texts(key): _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value


def _start_afresh(reporter: Any) -> None:
    """Forget what was collected here: the supervisor brings the whole truth."""
    if reporter is not None:
        reporter.stats.clear()
        reporter._main_color = None
        reporter._known_types = None


def _remembered(plugin: Any) -> set[str]:
    """Return the tests whose passing the plugin wants to hear of: those it remembers as failed."""
    info = getattr(plugin, "cached_info", None)  # --sw since 8.4
    last = plugin.lastfailed if info is None else info.last_failed
    if isinstance(last, dict):
        return {str(key) for key in last}
    return set() if last is None else {str(last)}


def _forget_collected(lastfailed: dict[Any, bool], failing: set[str], nodeids: list[str]) -> None:
    """A file that could not be collected last time and can be now is no failure any more."""
    files = {nodeid.partition("::")[0] for nodeid in nodeids}
    for key in [key for key in lastfailed if str(key) in files and str(key) not in failing]:
        del lastfailed[key]


def _warning(one: dict[str, Any]) -> Any:
    nodeid = wire.text(one.get("nodeid", ""))
    return _compat.warning_report(wire.text(one["message"]), nodeid, wire.text(one["filename"]), one["lineno"])


def _raise_stop(session: Session, kind: str, reason: str, returncode: int) -> NoReturn:
    """Raise what pytest's own loop would have raised, so that pytest prints the line and chooses the status."""
    if kind == "exit":
        raise Exit(reason, returncode if returncode >= 0 else None)
    if kind == "interrupt":
        _raise_interrupt(reason)
    if kind == "fail":
        session.shouldfail = reason
        raise session.Failed(reason)
    if kind == "stop":
        raise session.Interrupted(reason)
    raise RuntimeError(reason)


def _raise_interrupt(reason: str) -> NoReturn:
    """Raise KeyboardInterrupt where the test was hit, if ``reason`` says so as ``path:line``: pytest shows the place."""
    place = _RAISED_AT.match(reason)
    if place is not None:
        source = "\n" * (int(place["line"]) - 1) + "raise KeyboardInterrupt"
        exec(compile(source, place["path"], "exec"), {})
    raise KeyboardInterrupt
