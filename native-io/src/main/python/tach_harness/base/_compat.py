"""Zygote and worker: every place where pytest 7.2 to 9 differ, and every private name of pytest that we lean on."""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TextIO

import _pytest
import _pytest._code
import _pytest.config
import _pytest.main
import _pytest.nodes
import _pytest.python
from _pytest._code.code import TerminalRepr
from _pytest.config import Config, ConftestImportFailure, UsageError
from _pytest.logging import caplog_handler_key, caplog_records_key
from _pytest.main import Session
from _pytest.reports import CollectErrorRepr, CollectReport, TestReport
from _pytest.runner import pytest_make_collect_report
from _pytest.terminal import TerminalReporter, WarningReport
from _pytest.warnings import catch_warnings_for_item

OLDEST_PYTEST = (7, 2)


class Screen(io.StringIO):
    """Stands for a stream of ours: keeps the text, and answers as the stream would whether it is a terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    def isatty(self) -> bool:
        """Return the stream's own answer, so that pytest colours as it would there."""
        return self._stream is not None and self._stream.isatty()

    def take(self) -> str:
        """Return the text since the last time and forget it."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


def version() -> str:
    """Return pytest's version."""
    return str(_pytest.__version__)


def is_supported() -> bool:
    """Say whether this pytest is not older than the oldest that we know."""
    major, minor = version().split(".")[:2]
    return (int(major), int("".join(c for c in minor if c.isdigit()) or 0)) >= OLDEST_PYTEST


# --- starting pytest --------------------------------------------------------------------------------------------------


def prepare_config(arguments: list[str], plugin: object) -> Config:
    """Do the first half of ``pytest.main()``: parse, load plugins and initial conftests."""
    prepare = _pytest.config._prepareconfig
    if "prog" in inspect.signature(prepare).parameters:  # since 9.1
        return prepare(arguments, [plugin], prog="pytest")
    return prepare(arguments, [plugin])


def announce_conftests(config: Any, announce: Callable[[str], None]) -> None:
    """Have each conftest's path, relative to the root, announced before it is imported, and nothing after it was."""
    manager = config.pluginmanager
    load = manager._importconftest

    def announced(conftestpath: Any, *args: Any, **kwargs: Any) -> Any:
        if manager.has_plugin(str(conftestpath)):
            return load(conftestpath, *args, **kwargs)
        announce(os.path.relpath(str(conftestpath), str(config.rootpath)))
        try:
            return load(conftestpath, *args, **kwargs)
        finally:
            announce("")

    manager._importconftest = announced


def exit_as_error(collector: Any, error: SystemExit) -> CollectReport:
    """Report a ``sys.exit`` at import as an error of that file; pytest would end with an internal error that names none."""

    def refuse() -> list[Any]:
        raise collector.CollectError(f"sys.exit({error.code!r}) was called while this file was imported") from error

    collector.collect = refuse
    return pytest_make_collect_report(collector)


def error_text(error: BaseException) -> str:
    """Return what ``pytest.main()`` prints for a UsageError or a conftest (9.2: a plugin) that cannot be imported."""
    screen = Screen(sys.stderr)
    if isinstance(error, UsageError):
        writer = _pytest.config.TerminalWriter(screen)
        for message in error.args:
            writer.line(f"ERROR: {message}\n", red=True)
    elif isinstance(error, ConftestImportFailure):
        _write_import_error(f"ImportError while loading conftest '{error.path}'.", _cause(error), screen)
    else:
        _write_import_error(f'Error while loading plugin "{error}".', error.__cause__ or error, screen)
    return screen.take()


def _cause(error: Any) -> BaseException:
    if hasattr(error, "cause"):  # since 8.1
        return error.cause
    return error.excinfo[1]


def _write_import_error(header: str, cause: BaseException, screen: Screen) -> None:
    writer = _pytest.config.TerminalWriter(screen)
    writer.line(header, red=True)
    info = _pytest._code.ExceptionInfo.from_exc_info((type(cause), cause, cause.__traceback__))  # type: ignore[arg-type]
    info.traceback = info.traceback.filter(_pytest_import_filter())
    shown = info.getrepr(style="short", chain=False) if info.traceback else info.exconly()
    for line in str(shown).splitlines():
        writer.line(line.rstrip(), red=True)


def _pytest_import_filter() -> Any:
    for name in ("filter_traceback_for_import_failure", "filter_traceback_for_conftest_import_failure"):
        if hasattr(_pytest.config, name):
            return getattr(_pytest.config, name)
    return _pytest.config.filter_traceback


def is_import_failure(error: BaseException) -> bool:
    """Say whether pytest could not import a conftest or (9.2) a plugin."""
    return isinstance(error, ConftestImportFailure) or type(error).__name__ == "PluginImportFailure"


@contextmanager
def session_body(config: Config, body: Callable[[Config, Session], int], errors: TextIO) -> Iterator[None]:
    """Let ``pytest_cmdline_main`` run ``body(config, session)`` in place of pytest's collection and test loop.

    What pytest's ``wrap_session`` writes to stderr goes to ``errors``. Both are for this session alone: what a test or a
    plugin starts by ``pytest.main()``, as ``pytester`` does, is a session of pytest's.
    """
    module: Any = _pytest.main
    pytests_own = module._main, module.sys

    def main(started: Config, session: Session) -> int | None:
        if started is not config:
            status: int | None = pytests_own[0](started, session)
            return status
        with _put(module, *pytests_own):
            return body(started, session)

    with _put(module, main, _Sys(errors)):
        yield


@contextmanager
def _put(module: Any, main: Any, sys_: Any) -> Iterator[None]:
    saved = module._main, module.sys
    module._main, module.sys = main, sys_
    try:
        yield
    finally:
        module._main, module.sys = saved


class _Sys:
    """``sys`` with another ``stderr``, for one module of pytest."""

    def __init__(self, stderr: TextIO) -> None:
        self.stderr = stderr

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def unseen(function: Any) -> Any:
    """Keep a function of ours that stands in pytest's own stack out of its tracebacks: code without a file is left out."""
    function.__code__ = function.__code__.replace(co_filename="<tach>")
    return function


# --- the session ------------------------------------------------------------------------------------------------------


def is_file(node: object) -> bool:
    """Say whether the node stands for one file; before 8.0 a package was a kind of module."""
    return isinstance(node, _pytest.nodes.File) and not isinstance(node, _pytest.python.Package)


def package_directory(package: Any) -> Path:
    """Return where a package is; before pytest 8 its path was that of its ``__init__.py``."""
    path: Path = package.path
    return path.parent if path.name == "__init__.py" else path


def forget_failures(session: Session) -> None:
    """Make collection go on after failures: the supervisor counts them, over all processes."""
    session.testsfailed = 0
    state: Any = session
    state.__dict__["_shouldfail" if "_shouldfail" in state.__dict__ else "shouldfail"] = False


def fixtures_of_pytest(session: Any, name: str) -> Any:
    """Return the first definition of a fixture as everybody sees it, pytest's own, in a list; empty if there is none."""
    return fixtures_named(session, name)[:1]


def fixtures_named(node: Any, name: str) -> Any:
    """Return the definitions of a fixture as a node sees them, the nearest last; empty if there is none."""
    manager = node.session._fixturemanager
    seen_by = node if _are_found_by_node(manager.__class__) else node.nodeid
    return manager.getfixturedefs(name, seen_by) or ()


@lru_cache
def _are_found_by_node(manager: type[Any]) -> bool:
    return "node" in inspect.signature(manager.getfixturedefs).parameters  # since 8


def node_key(nodeid: str) -> Any:
    """Return what the cache plugins know a node by: the text, since 9.2 a ``NodeId``."""
    module = sys.modules.get("_pytest.nodeid")
    return module.NodeId.parse(nodeid) if module is not None else nodeid


def catch_collect_warnings(config: Config) -> Any:
    """Return the context in which pytest collects."""
    if not config.pluginmanager.hasplugin("warnings"):  # -p no:warnings
        return nullcontext()
    return catch_warnings_for_item(config=config, ihook=config.hook, when="collect", item=None)


def catch_test_warnings(item: Any) -> Any:
    """Return the context in which pytest runs a test."""
    if not item.config.pluginmanager.hasplugin("warnings"):
        return nullcontext()
    return catch_warnings_for_item(config=item.config, ihook=item.ihook, when="runtest", item=item)


@contextmanager
def catch_test_logs(item: Any, when: str) -> Iterator[None]:
    """Enclose a part of a test that runs outside of pytest's protocol: what is logged becomes a section of its report."""
    plugin = item.config.pluginmanager.getplugin("logging-plugin")
    if plugin is None:
        yield
        return
    item.stash[caplog_records_key] = {}  # pytest makes it in the setup and deletes both in the teardown
    catching = plugin._runtest_for
    try:
        with catching(item, when) if hasattr(catching, "__wrapped__") else contextmanager(catching)(item, when):
            yield
    finally:
        del item.stash[caplog_records_key]
        item.stash.setdefault(caplog_handler_key, None)
        del item.stash[caplog_handler_key]


def location_of(nodeid: str) -> tuple[str, int | None, str]:
    """Return a location for a report whose item is not at hand."""
    path, _, domain = nodeid.partition("::")
    return path, None, domain.replace("::", ".")


def passed_report(nodeid: str, when: str, seconds: float) -> TestReport:
    """Return the report of a phase that passed, as far as anybody told."""
    return TestReport(nodeid, location_of(nodeid), {}, "passed", None, when, (), seconds)  # type: ignore[arg-type]


def force_exception(outcome: Any, error: BaseException) -> None:
    """Make a hook that was wrapped in the old style raise ``error`` instead."""
    if hasattr(outcome, "force_exception"):  # pluggy since 1.1
        outcome.force_exception(error)
    else:
        outcome._excinfo = type(error), error, error.__traceback__


# --- the terminal reporter --------------------------------------------------------------------------------------------


def redirect(reporter: Any, screen: Screen) -> None:
    """Let the reporter write to ``screen``; its markup and width stay those of the real stdout."""
    reporter._tw._file = screen


def progress_kind(reporter: TerminalReporter) -> str:
    """Return what stands beside the dots: progress, count, times or none."""
    return str(getattr(reporter, "_show_progress_info", False) or "none")


def set_duration(reporter: Any, seconds: float) -> None:
    """Make the last line of the summary say ``seconds``."""
    if hasattr(reporter, "_session_start"):  # since 8.4
        reporter._session_start = _Elapsed(seconds)
    else:
        reporter._sessionstarttime = _Since(seconds)


class _Elapsed:
    """In place of ``_pytest.timing.Instant``: its duration is known."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def elapsed(self) -> _Elapsed:
        return self


class _Since(float):
    """In place of a start time: ``now - this`` is the duration that was given."""

    def __rsub__(self, now: float) -> float:
        return float(self)


def status_of(config: Any, report: Any) -> tuple[str, str, Any]:
    """Return category, letter and word of a report; its outcome if no plugin knows it, as with ``-p no:terminal``."""
    return config.hook.pytest_report_teststatus(report=report, config=config) or (report.outcome, "", "")


def add_stats(reporter: Any, category: str, items: list[Any]) -> None:
    """Put reports under a category and let the reporter choose its colour anew."""
    reporter._add_stats(category, items)


def show_failures_at_the_end(reporter: Any) -> None:
    """Give a reporter that shows failures at once (pytest-instafail, pytest-sugar) pytest's summary: nobody saw the former."""
    for name in ("summary_failures", "summary_errors"):
        pytests_own = getattr(TerminalReporter, name)
        if isinstance(reporter, TerminalReporter) and getattr(type(reporter), name) is not pytests_own:
            setattr(reporter, name, partial(pytests_own, reporter))


def warning_report(message: str, nodeid: str, filename: str, lineno: int) -> WarningReport:
    """Return what the reporter keeps of a warning."""
    return WarningReport(message=message, nodeid=nodeid, fslocation=(filename, lineno))


SHOWN_ONLY = "tach.shown-only"
"""Set in a serialised report whose ``longrepr`` was an object that pytest itself serialises as its text only."""


class _Shown(TerminalRepr):
    """In place of such an object: it has a text for the terminal, but no line for the short summary."""

    def __init__(self, text: str) -> None:
        self._text = text

    def toterminal(self, tw: Any) -> None:
        """Write the text."""
        tw.line(self._text)


def _restore_context(report: Any, form: dict[str, Any]) -> None:
    """Undo that pytest 9.1 takes the ``repr`` of a subtest's values once more at each restoring."""
    if hasattr(report, "context") and isinstance(form, dict):
        object.__setattr__(report.context, "kwargs", form.get("kwargs") or {})


def rebuilt_report(config: Config, form: dict[str, Any]) -> Any:
    """Return the report whose serialised form this is, with the tuples that CBOR and JSON do not know."""
    context = form.get("_subtest.context")
    is_shown_only = form.pop(SHOWN_ONLY, False)
    report = config.hook.pytest_report_from_serializable(config=config, data=form)
    if context is not None:
        _restore_context(report, context)
    if is_shown_only:
        report.longrepr = _Shown(report.longrepr)
    elif isinstance(report.longrepr, list):
        report.longrepr = tuple(report.longrepr)
    elif isinstance(report, CollectReport) and isinstance(report.longrepr, str):
        report.longrepr = CollectErrorRepr(report.longrepr)
    for name in ("sections", "user_properties"):
        if hasattr(report, name):
            setattr(report, name, [tuple(pair) for pair in getattr(report, name)])
    if getattr(report, "location", None) is not None and isinstance(report, TestReport):
        report.location = tuple(report.location)  # type: ignore[assignment]
    return report


def synthetic_report(body: dict[str, Any]) -> TestReport | CollectReport:
    """Return the report that the supervisor made for a test whose process could not."""
    sections = [tuple(section) for section in body.get("sections") or ()]
    nodeid, outcome, longrepr = body["nodeid"], body["outcome"], body.get("longrepr") or None
    if body["when"] == "collect":
        return CollectReport(nodeid, outcome, CollectErrorRepr(longrepr or ""), [], sections)
    location = tuple(body.get("location") or location_of(nodeid))
    if outcome == "skipped":
        longrepr = (location[0], location[1] or 0, longrepr or "")
    return TestReport(nodeid, location, {}, outcome, longrepr, body["when"], sections)


@contextmanager
def lookups_kept(request: Any) -> Iterator[None]:
    """Have a request look up a fixture anew that could not be set up; before 8.1 it takes the next look for a recursion."""
    indexes = getattr(request, "_arg2index", {})
    before = dict(indexes)
    try:
        yield
    except BaseException:
        indexes.clear()
        indexes.update(before)
        raise


def fixture_definitions(item: Any) -> Iterator[Any]:
    """Return all definitions of all fixtures that the item is known to need, of any scope."""
    info = getattr(item, "_fixtureinfo", None)
    return (d for found in info.name2fixturedefs.values() for d in found) if info else iter(())


def stderr_of_faulthandler(config: Any) -> int | None:
    """Return the descriptor that pytest's own plugin keeps for ``faulthandler_timeout``; None without that plugin."""
    from _pytest import faulthandler as plugin

    key: Any = getattr(plugin, "fault_handler_stderr_fd_key", None)  # since 7.3
    if key is not None:
        fd: int | None = config.stash.get(key, None)
        return fd
    stream = config.stash.get(plugin.fault_handler_stderr_key, None)  # type: ignore[attr-defined]
    return None if stream is None else stream.fileno()
