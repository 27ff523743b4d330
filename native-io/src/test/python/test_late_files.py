"""Files that a worker imports while it runs tests: they are to find what they would have found before the first one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from worker_rig import WorkerRig

from tach_harness.base import _wire as wire

FILES = {
    "lib.py": "",
    "test_second.py": """
        import sys
        import lib

        def test_same(): assert sys.modules["lib"] is lib
    """,
}
WITHOUT_LIB = """
    import sys
    import lib

    class TestWithoutLib:
        @classmethod
        def setup_class(cls): cls.kept = sys.modules.pop("lib")
        @classmethod
        def teardown_class(cls): sys.modules["lib"] = cls.kept
        def test_a(self): assert "lib" not in sys.modules
        def test_b(self): assert "lib" not in sys.modules
"""


@pytest.fixture(params=["none", "fork", "snapshot"])
def rig(request: pytest.FixtureRequest, worker: Callable[..., WorkerRig], agent: str) -> WorkerRig:
    """A worker that has collected the first of two files."""
    options: dict[str, Any] = {"agent": agent} if request.param == "snapshot" else {}
    started = worker(WITHOUT_LIB, files=FILES, strategy=request.param, collection="late", **options)
    started.send(wire.CMD_COLLECT, units=[0])
    started.read_until(wire.MSG_COLLECTED)
    return started


def test_file_to_collect_waits_for_the_teardown_of_a_class(rig: WorkerRig) -> None:
    rig.run(0, 1)
    rig.read_until(wire.MSG_RESULT, lambda body: body["test_id"] == 0)
    rig.send(wire.CMD_COLLECT, units=[1])
    rig.read_until(wire.MSG_COLLECTED, lambda body: body["unit"] == 1)
    assert rig.run_all(1, unit=1) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3, rig.reports()


def test_file_of_the_test_that_follows_waits_too(rig: WorkerRig) -> None:
    rig.run(0, 1)
    rig.read_until(wire.MSG_RESULT, lambda body: body["test_id"] == 0)
    assert rig.run_all(1, unit=1) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3, rig.reports()


def test_file_is_collected_at_once_if_nothing_is_set_up(rig: WorkerRig) -> None:
    rig.send(wire.CMD_COLLECT, units=[1])
    rig.read_until(wire.MSG_COLLECTED, lambda body: body["unit"] == 1)
    assert rig.run_units({1: 1, 0: 2}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3, rig.reports()
