"""Developer tool: runs the sample projects under real pytest and records what it printed, and what it was told.

    python record.py            (any interpreter with pytest >= 9.2)

Each ``<name>.events`` holds one JSON object a line, in the shape of tach's run events; ``<name>.out`` is pytest's
whole output for them and ``<name>.xml`` its JUnit file. The tests feed the events to the reporters and compare.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "resources" / "golden"

TERMINAL = {
    "mixed": [],
    "mixed-colour": ["--color=yes"],
    "mixed-v": ["-v"],
    "mixed-vv-colour": ["-vv", "--color=yes"],
    "mixed-q": ["-q"],
    "mixed-count": ["-o", "console_output_style=count"],
    "mixed-classic": ["-o", "console_output_style=classic"],
    "mixed-first-failure": ["-x"],
    "mixed-selected": ["-k", "plain or skip_mark", "--color=yes"],
    "mixed-selected-q": ["-q", "-k", "plain or skip_mark"],
    "mixed-none": ["-k", "nothing"],
    "mixed-none-q": ["-q", "-k", "nothing"],
    "broken": [],
    "broken-go-on": ["--continue-on-collection-errors"],
}
JUNIT = {
    "mixed-junit": [],
    "mixed-junit-xunit1": ["-o", "junit_family=xunit1", "--junitprefix=pre"],
    "mixed-junit-call": ["-o", "junit_duration_report=call", "-o", "junit_logging=log"],
    "mixed-junit-failing": ["-o", "junit_log_passing_tests=false", "-o", "junit_logging=system-err"],
    "mixed-junit-no-logging": ["-o", "junit_logging=no"],
    "broken-junit": ["--continue-on-collection-errors"],
}


class Recorder:
    """A pytest plugin: notes what tach's supervisor would hear."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.events: list[dict] = []
        self.collect_reports: list[dict] = []
        self.reports: dict[str, list] = {}
        self.screen = io.StringIO()
        self.header = 0
        self.summary = 0

    def pytest_sessionstart(self, session) -> None:
        self.config = session.config
        self.terminal = self.config.pluginmanager.getplugin("terminalreporter")
        self.terminal._tw._file = self.screen

    def pytest_collection(self, session) -> None:
        self.header = self.screen.tell()

    def pytest_collectreport(self, report) -> None:
        if not report.passed:
            self.collect_reports.append(self.describe(report))

    def pytest_collection_finish(self, session) -> None:
        self.event(
            "collected",
            total=len(session.items),
            deselected=len(self.terminal.stats.get("deselected", ())),
            reports=self.collect_reports,
            nodeids=[item.nodeid for item in session.items],
        )

    def pytest_warning_recorded(self, warning_message, when, nodeid) -> None:
        self.event("warning", message=str(warning_message.message), nodeid=nodeid)

    def pytest_runtest_logreport(self, report) -> None:
        self.reports.setdefault(report.nodeid, []).append(report)
        if report.when == "teardown":
            self.finished(report.nodeid, self.reports.pop(report.nodeid))

    def finished(self, nodeid: str, reports: list) -> None:
        described = [self.describe(report) for report in reports]
        subtests = [hasattr(report, "context") for report in reports]
        categories = [d["category"] for d in described if d["category"] and not d["word"].startswith("SUB")]
        outcome = next((c for c in ("error", "failed") if c in categories), categories[0] if categories else "passed")
        phases = {phase: 0 for phase in ("setup", "call", "teardown")}
        for report in reports:
            phases[report.when] = round(report.duration * 1e9)
        self.event(
            "finished",
            nodeid=nodeid,
            outcome=outcome,
            phases=list(phases.values()),
            reports=[d for d, sub in zip(described, subtests) if sub or not self.is_plain(d)],
            properties=[[name, str(value)] for name, value in reports[-1].user_properties],
        )

    @staticmethod
    def is_plain(d: dict) -> bool:
        usual = (d["category"], d["letter"], d["word"]) in (("", "", ""), ("passed", ".", "PASSED"))
        return d["outcome"] == "passed" and usual and not d["sections"] and d["xfail"] is None

    def describe(self, report) -> dict:
        category, letter, word = self.config.hook.pytest_report_teststatus(report=report, config=self.config)
        markup: list[str] = []
        if isinstance(word, tuple):
            word, marks = word
            markup = [name for name, on in marks.items() if on]
        longrepr = report.longrepr
        message = ""
        if isinstance(longrepr, tuple):
            message = longrepr[2]
        elif hasattr(longrepr, "reprcrash") and longrepr.reprcrash is not None:
            message = longrepr.reprcrash.message
        return {
            "nodeid": report.nodeid,
            "when": report.when,
            "outcome": report.outcome,
            "category": category,
            "letter": letter,
            "word": word,
            "markup": markup,
            "duration": round(getattr(report, "duration", 0) * 1e9),
            "longrepr": "" if longrepr is None else str(longrepr),
            "message": message,
            "xfail": getattr(report, "wasxfail", None),
            "sections": [list(section) for section in report.sections],
            "location": list(report.location),
        }

    def event(self, event: str, **fields: object) -> None:
        self.events.append({"event": event, **fields})

    def pytest_unconfigure(self, config) -> None:
        text = self.screen.getvalue()
        junit = config.pluginmanager.getplugin("junitxml")
        session = {
            "event": "session",
            "header": text[: self.header],
            "verbosity": config.option.verbose,
            "markup": self.terminal._tw.hasmarkup,
            "progress": self.terminal._show_progress_info or "none",
            "junit": {
                "family": config.getini("junit_family"),
                "suite": config.getini("junit_suite_name"),
                "logging": config.getini("junit_logging"),
                "prefix": config.option.junitprefix or "",
                "log_passing": config.getini("junit_log_passing_tests"),
                "duration": config.getini("junit_duration_report"),
            },
        }
        assert junit is not None
        finished = {"event": "run_finished", "summary": brief(text[self.summary :]), "stop": self.stop}
        with open(self.target + ".events", "w", encoding="utf-8") as out:
            for event in [session, *self.events, finished]:
                out.write(json.dumps(event, ensure_ascii=False) + "\n")
        Path(self.target + ".out").write_text(text[: self.summary] + brief(text[self.summary :]), encoding="utf-8")

    def pytest_sessionfinish(self, session) -> None:
        self.summary = self.screen.tell()
        self.stop = str(session.shouldfail or session.shouldstop or "")


def brief(summary: str) -> str:
    """Returns the first and last lines: what lies between is only passed through."""
    lines = summary.splitlines(keepends=True)
    return summary if len(lines) < 6 else "".join(lines[:3] + lines[-1:])


Recorder.pytest_collection.__dict__["pytest_impl"] = {"tryfirst": True}
Recorder.pytest_sessionfinish.__dict__["pytest_impl"] = {"tryfirst": True}


def run_one(target: str, arguments: list[str]) -> None:
    """Runs pytest in this process and records it."""
    import pytest

    recorder = Recorder(target)
    recorder.pytest_sessionstart.__func__.__dict__["pytest_impl"] = {"tryfirst": True}
    pytest.main([*arguments, f"--junitxml={target}.xml"], plugins=[recorder])


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        for name, arguments in TERMINAL.items():
            record(Path(scratch), name, arguments, ".out")
        for name, arguments in JUNIT.items():
            record(Path(scratch), name, arguments, ".xml")


def record(scratch: Path, name: str, arguments: list[str], kind: str) -> None:
    """Runs pytest in a process of its own and keeps its events and one kind of its output."""
    root = scratch / "project"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(HERE / "projects" / name.partition("-")[0], root)
    env = {**os.environ, "COLUMNS": "80", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, __file__, str(scratch / name), *arguments]
    subprocess.run(command, cwd=root, env=env, stdout=subprocess.DEVNULL, check=False)
    for suffix in (".events", kind):
        text = (scratch / f"{name}{suffix}").read_text(encoding="utf-8")
        text = text.replace(str(root), "/project").replace(str(scratch), "/scratch")
        text = text.replace(sys.executable, "/usr/bin/python3")
        text = re.sub(r'(<testsuite .*?)time="[^"]*" timestamp="[^"]*" hostname="[^"]*"', r"\1", text)
        (TARGET / f"{name}{suffix}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run_one(sys.argv[1], sys.argv[2:])
    else:
        main()
