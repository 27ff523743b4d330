"""A pytest plugin: writes what every node ended as to the file that ``BENCH_RECORD`` names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from bench_words import stronger


def word(report: pytest.TestReport) -> str | None:
    """Return pytest's word for a report, None if it adds nothing to the call's."""
    if report.passed and report.when != "call":
        return None
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    if report.failed:
        return "failed" if report.when == "call" else "error"
    return report.outcome


class Recorder:
    """Listens in the process that reports; an xdist worker has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._words: dict[str, str] = {}

    def _add(self, nodeid: str, what: str | None) -> None:
        if what is not None:
            self._words[nodeid] = stronger(self._words.get(nodeid), what)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._add(report.nodeid, word(report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self._add(report.nodeid, "error" if report.failed else "skipped")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        self._path.write_text(json.dumps(self._words))


def pytest_configure(config: pytest.Config) -> None:
    path = os.environ.get("BENCH_RECORD")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(Path(path)), "bench-recorder")
