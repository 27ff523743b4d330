"""Worker: pytest's reports as frames, and the verdict that they add up to.

Whatever a report holds was made by somebody's test or plugin: texts of 30 MB, lone surrogates, objects whose
``__str__`` raises. None of it may cost the worker its life or the run its result.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tach_harness.base import _compat
from tach_harness.base import _wire as wire
from tach_harness.base._foreign import wants_reports
from tach_harness.base._isolate import monotonic_ns
from tach_harness.reporting._capture import LOG_BUFFER_SIZE, left_out

_SMALL_TEXT = 1 << 14
_DATA_BYTES = 4 << 20
_DATA_DEPTH = 40
_MOST_SECTIONS = 64

_RANKS = {"passed": 0, "skipped": 1, "xfailed": 2, "xpassed": 3, "failed": 4, "error": 5}
_STATUS = {
    "passed": wire.STATUS_PASS,
    "skipped": wire.STATUS_SKIP,
    "xfailed": wire.STATUS_SKIP,
    "xpassed": wire.STATUS_PASS,
    "failed": wire.STATUS_FAIL,
    "error": wire.STATUS_ERROR,
}
_PHASES = {"setup": 0, "call": 1, "teardown": 2}

_OWN = _compat.passed_report("", "call", 0.0).__dict__.keys()
"""What pytest itself puts on a report."""

_ANYTHING = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit)
"""What foreign ``__str__`` and ``__repr__`` have been seen to raise."""


def cut(value: Any, limit: int = LOG_BUFFER_SIZE) -> str:
    """Return a text of at most about ``limit`` characters, with a line that says how much of its middle is missing."""
    value = printable(value)
    if len(value) <= limit:
        return value
    half = limit // 2
    missing = value[half : len(value) - half]
    return value[:half] + left_out(len(missing.encode("utf-8", "surrogatepass"))) + value[len(value) - half :]


def printable(value: Any) -> str:
    """Return ``str(value)`` as a true ``str``, whatever that raises."""
    try:
        return str.__str__(value) if isinstance(value, str) else str.__str__(str(value))
    except _ANYTHING as e:
        return f"<{type(value).__name__}: its str() raised {type(e).__name__}>"


def plain(value: Any, limit: int = LOG_BUFFER_SIZE, depth: int = 0) -> Any:
    """Return a copy that can be encoded: foreign objects become text, long texts are cut."""
    if value is None or value is True or value is False or type(value) is float:
        return value
    if isinstance(value, int) and -(1 << 64) <= value < 1 << 64:
        return int(value)
    if depth >= _DATA_DEPTH:
        return cut(value, limit)
    if isinstance(value, dict):
        return {cut(k, limit): plain(v, limit, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v, limit, depth + 1) for v in value]
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return cut(value, limit)


def outcome_of(report: Any) -> str:
    """Return pytest's word for what a report means to its test."""
    if report.outcome == "failed":
        return "failed" if report.when == "call" else "error"
    if report.outcome == "skipped":
        return "xfailed" if hasattr(report, "wasxfail") else "skipped"
    return "xpassed" if hasattr(report, "wasxfail") else "passed"


class Verdict:
    """What a test's reports have added up to so far: the worst of them. To be made when the test begins."""

    __slots__ = ("begun_ns", "message", "outcome", "phases", "properties", "reported_ns", "reports", "test_id")

    def __init__(self, test_id: int) -> None:
        self.test_id = test_id
        self.outcome = "passed"
        self.message = ""
        self.phases = [0, 0, 0]
        self.properties: list[list[str]] = []
        self.reports = 0
        self.begun_ns = self.reported_ns = monotonic_ns()

    def add(self, report: Any) -> int:
        """Count one report in and return how many nanoseconds it stands for. A subtest's are part of its test's call."""
        self.reports += 1
        duration_ns = self._duration_ns(report)
        if not hasattr(report, "context"):
            self.phases[_PHASES.get(report.when, 1)] += duration_ns
            self.reported_ns = monotonic_ns()
        if report.user_properties:
            self.properties = properties_of(report)
        if report.outcome != "passed" or hasattr(report, "wasxfail"):
            self._worsen(report)
        return duration_ns

    def _duration_ns(self, report: Any) -> int:
        """Return pytest's duration if it can be true, else the time since the report before.

        pytest reads a clock that a test can stop or set: a fixture that does so makes forty years of its set-up, and of
        its teardown forty years less than nothing.
        """
        now_ns = monotonic_ns()
        try:
            duration_ns = int(report.duration * 1e9)
        except (ArithmeticError, ValueError):  # infinite, no number
            duration_ns = -1
        return duration_ns if 0 <= duration_ns <= now_ns - self.begun_ns else now_ns - self.reported_ns

    def _worsen(self, report: Any) -> None:
        outcome = outcome_of(report)
        if _RANKS[outcome] > _RANKS[self.outcome]:
            self.outcome = outcome
            self.message = message_of(report)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`load` takes in another process."""
        return {name: getattr(self, name) for name in self.__slots__}

    def load(self, state: dict[str, Any]) -> None:
        """Become what another process has seen of the same test."""
        for name in self.__slots__:
            setattr(self, name, state[name])
        self.message = wire.text(self.message)
        self.properties = [[wire.text(t) for t in pair] for pair in self.properties]

    def body(self) -> dict[str, Any]:
        """Return the body of MSG_RESULT; keys that hold their default are left out."""
        body: dict[str, Any] = {
            "test_id": self.test_id,
            "status": _STATUS[self.outcome],
            "duration_ns": sum(self.phases),
            "phases": self.phases,
        }
        if not self.reports:
            # A plugin took the test over and kept silent: pytest would not mention it, but nothing may get lost.
            body |= {"outcome": "skipped", "status": wire.STATUS_SKIP, "message": "nothing reported this test"}
        elif self.outcome != "passed":
            body |= {"outcome": self.outcome, "message": cut(self.message, _SMALL_TEXT)}
        if self.properties:
            body["properties"] = self.properties
        return body


def carries_more(report: Any) -> bool:
    """Say whether a hook has put something on the report that no other has, as Hypothesis does with its statistics."""
    if report.__dict__.keys() <= _OWN:
        return False
    try:
        return any(value for name, value in report.__dict__.items() if name not in _OWN)
    except _ANYTHING:  # raised by somebody's __bool__
        return True


def properties_of(report: Any) -> list[list[str]]:
    """Return ``user_properties`` as pairs of texts."""
    return [[cut(name, _SMALL_TEXT), cut(value, _SMALL_TEXT)] for name, value in report.user_properties]


def message_of(report: Any) -> str:
    """Return the line that says why: the reason of a skip, the crash message of a failure."""
    if report.outcome == "skipped":
        return cut(_skip_reason(report), _SMALL_TEXT)
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return cut(crash.message, _SMALL_TEXT)
    if hasattr(report, "wasxfail"):
        return cut(report.wasxfail, _SMALL_TEXT)
    return cut(longrepr_text(report, _SMALL_TEXT), _SMALL_TEXT)


def _skip_reason(report: Any) -> str:
    if hasattr(report, "wasxfail"):
        return printable(report.wasxfail)
    longrepr = report.longrepr
    reason = printable(longrepr[2] if isinstance(longrepr, tuple) and len(longrepr) == 3 else longrepr)
    return reason[len("Skipped: ") :] if reason.startswith("Skipped: ") else reason


def longrepr_text(report: Any, limit: int = LOG_BUFFER_SIZE) -> str:
    """Return a report's text as pytest prints it, without colours."""
    longrepr = report.longrepr
    if longrepr is None:
        return ""
    if isinstance(longrepr, tuple) and len(longrepr) == 3:
        if report.when == "collect":  # JUnit XML shows the tuple itself
            return cut(longrepr, limit)
        path, lineno, _ = longrepr
        return cut(f"{printable(path)}:{lineno}: {_skip_reason(report)}", limit)
    try:
        return cut(report.longreprtext, limit)
    except _ANYTHING as e:
        return f"<the report's text raised {type(e).__name__}>"


class ReportEncoder:
    """Turns reports into frames, with what this session's plugins and options ask for."""

    def __init__(self, config: Any) -> None:
        self._config = config
        self._foreign_status = _has_foreign_status(config.hook.pytest_report_teststatus)
        self._wants_passed = bool(set(str(config.getoption("reportchars", ""))) & set("pPA"))
        self._wants_all = wants_reports(config)
        self._wants_output = self._wants_passed or _logs_passed_to_junit(config)

    def settle(self, report: Any) -> None:
        """Let plugins change a report that they turn into another outcome when they are asked for its words.

        pytest's own subtests do so with a call that passed beside failed subtests.
        """
        self._status(report)

    def is_plain_pass(self, report: Any, outcome: str) -> bool:
        """Say whether nobody will miss more than the bit that this phase passed; ``outcome`` is the test's so far."""
        if report.outcome != "passed" or hasattr(report, "wasxfail") or hasattr(report, "context"):
            return False
        if self._wants_all or carries_more(report):
            return False
        if report.sections and self._wants_output:
            return False
        if report.when != "call":
            return outcome == "passed" or not any("teardown" in name for name, _ in report.sections)
        return not self._wants_passed and not (self._foreign_status and self._is_shown_differently(report))

    def _is_shown_differently(self, report: Any) -> bool:
        return self._status(report) != ("passed", ".", "PASSED", [])

    def _status(self, report: Any) -> tuple[str, str, str, list[str]]:
        category, letter, word = _compat.status_of(self._config, report)
        markup: list[str] = []
        if isinstance(word, tuple):
            word, flags = word
            markup = [printable(name) for name, on in dict(flags).items() if on]
        return printable(category), printable(letter), printable(word), markup

    def frame(self, report: Any, test_id: int | None, duration_ns: int = 0) -> bytes:
        """Return MSG_REPORT; one that would be longer than a frame goes without pytest's own form and is cut short."""
        try:
            return wire.encode_with_length(wire.MSG_REPORT, self.body(report, test_id, duration_ns))
        except wire.ProtocolError:
            body = self.body(report, test_id, duration_ns, _SMALL_TEXT)
            return wire.encode_with_length(wire.MSG_REPORT, body)

    def body(
        self, report: Any, test_id: int | None, duration_ns: int = 0, limit: int = LOG_BUFFER_SIZE
    ) -> dict[str, Any]:
        """Return the body of MSG_REPORT; ``test_id`` is None for a report that belongs to no test."""
        category, letter, word, markup = self._status(report)
        body: dict[str, Any] = {
            "nodeid": printable(report.nodeid),
            "when": report.when or "collect",
            "outcome": report.outcome,
            "category": category,
            "letter": letter,
            "word": word,
            "duration_ns": duration_ns,
            "longrepr": longrepr_text(report, limit),
        }
        if test_id is not None:
            body["test_id"] = test_id
        if report.outcome != "passed":
            body["message"] = message_of(report)
        if markup:
            body["markup"] = markup
        self._add_details(body, report, limit)
        return body

    def _add_details(self, body: dict[str, Any], report: Any, limit: int) -> None:
        if hasattr(report, "wasxfail"):
            body["xfail"] = cut(report.wasxfail, limit)
        if report.sections:
            body["sections"] = [[cut(n, limit), cut(t, limit)] for n, t in report.sections[:_MOST_SECTIONS]]
        if getattr(report, "user_properties", None):
            body["properties"] = properties_of(report)
        if getattr(report, "location", None):
            path, lineno, domain = report.location
            body["location"] = [printable(path), lineno, printable(domain)]
        data = self._data(report) if limit == LOG_BUFFER_SIZE else None
        if data is not None:
            body["data"] = data

    def _data(self, report: Any) -> bytes | None:
        """Return pytest's own form of a report as CBOR, None if it cannot be had."""
        try:
            form = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        except _ANYTHING:
            return None
        if form is None:
            return None
        if isinstance(form.get("longrepr"), str) and not isinstance(report.longrepr, str):
            form[_compat.SHOWN_ONLY] = True
        data = wire.encode(plain(form))
        if len(data) > _DATA_BYTES:
            form["longrepr"] = longrepr_text(report)
            data = wire.encode(plain(form, _DATA_BYTES // _MOST_SECTIONS))
        return data if len(data) <= _DATA_BYTES else None


def report_body(config: Any, report: Any) -> dict[str, Any]:
    """Return the map that stands for a report that belongs to no test, such as that of a failed collection."""
    return ReportEncoder(config).body(report, None)


def warning_body(warning: Any, when: str, nodeid: str) -> dict[str, Any]:
    """Return the body of MSG_WARNING; the message is the text of pytest's warnings summary, with its source line."""
    return {
        "message": cut(_warning_text(warning), _SMALL_TEXT),
        "category": warning.category.__name__,
        "filename": printable(warning.filename),
        "lineno": warning.lineno,
        "when": when,
        "nodeid": printable(nodeid),
    }


def _warning_text(warning: Any) -> str:
    from _pytest.warnings import warning_record_to_str

    try:
        return str(warning_record_to_str(warning))
    except _ANYTHING:
        return printable(warning.message)


def _has_foreign_status(hook: Any) -> bool:
    return any(not module.startswith(("_pytest.", "xdist.", "tach_harness.")) for module in _plugin_modules(hook))


def _plugin_modules(hook: Any) -> list[str]:
    return [getattr(impl.function, "__module__", "") or "" for impl in hook.get_hookimpls()]


def _logs_passed_to_junit(config: Any) -> bool:
    if not getattr(config.option, "xmlpath", None):
        return False
    getini: Callable[[str], Any] = config.getini
    return bool(getini("junit_log_passing_tests")) and getini("junit_logging") != "no"
