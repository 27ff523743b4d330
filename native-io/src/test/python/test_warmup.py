"""The throw-away test: it runs under the pytest that is installed, and nobody hears of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from worker_rig import WorkerRig

from tach_harness.base import _wire as wire
from tach_harness.isolation._warmup import ROUNDS

Start = Callable[..., WorkerRig]

IN_A_SESSION = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from _pytest.config import _prepareconfig
from _pytest.main import Session
from tach_harness.isolation._warmup import warm_up

config = _prepareconfig(["-p", "no:terminal"])
config._do_configure()
session = Session.from_config(config)
config.hook.pytest_sessionstart(session=session)
print(warm_up(session), len(session._setupstate.stack), session.testsfailed)
"""

CURIOUS = """
import pytest

SEEN = []

@pytest.fixture(autouse=True)
def everywhere(): SEEN.append("fixture")

def pytest_runtest_protocol(item): SEEN.append(item.name)
def pytest_runtest_logreport(report): SEEN.append(report.nodeid)
def pytest_itemcollected(item): SEEN.append(item.name)
"""


def test_throwaway_runs_under_this_pytest(tmp_path: Path) -> None:
    harness = str(Path(__file__).parents[2] / "main" / "python")
    command = [sys.executable, "-c", IN_A_SESSION, harness]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.split() == [str(ROUNDS), "0", "0"]


def test_nobody_hears_of_it(isolated: Start, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CURIOUS)
    rig = isolated("""
        import conftest

        COLLECTED, RUN = ["test_a", "test_b"], ["test_a", "fixture", "test_it.py::test_a"]

        def test_a(): assert conftest.SEEN == COLLECTED + RUN
        def test_b(): pass
    """)
    assert rig.run_all(2) == 0, rig.output()
    told = [(report["nodeid"], report["outcome"]) for report in rig.reports()]  # all, as CURIOUS listens to them
    assert told == [("test_it.py::test_a", "passed")] * 3 + [("test_it.py::test_b", "passed")] * 3
    assert [body["test_id"] for body in rig.of(wire.MSG_STARTED)] == [0, 1]


def test_worker_warms_up_all_that_a_test_goes_through(isolated: Start, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("""
import pytest
from tach_harness.isolation import _forked

rounds = []
warm_up = _forked.ForkedTests.warm_up
_forked.ForkedTests.warm_up = lambda self: rounds.append(warm_up(self))
""")
    rig = isolated(f"""
        import conftest

        def test_a(): assert conftest.rounds == [{ROUNDS}]
        def test_b(): pass
    """)
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed"]
