"""The battery's case 97, without a supervisor: as root, and as a user without any capability."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_rig import WorkerRig

from tach_harness.base import _wire as wire

SOURCE = Path(__file__).parents[4] / "fixtures/battery/state/test_state.py"
NOBODY = 65534
DISCARDED = {"filters", "landlock", "no_new_privileges", "session", "user", "namespace", "thread", "closed", "replaced", "socket_closed"}
"""Rows that no rewind takes back; every other row is put back."""


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A directory that any user reaches, as the base of ``tmp_path`` is not."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("uid", [pytest.param(0, id="as-it-is"), pytest.param(NOBODY, id="nobody")])
def test_every_row_is_put_back_or_costs_the_process(
    open_to_all: Path, agent: str, monkeypatch: pytest.MonkeyPatch, uid: int
) -> None:
    if uid and os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    monkeypatch.setenv("TMPDIR", str(open_to_all))
    shutil.copy(SOURCE, open_to_all)
    base = f"--basetemp={open_to_all / 'base'}"
    with WorkerRig(open_to_all, base, strategy="snapshot", agent=agent, uid=uid) as rig:
        rig.send(wire.CMD_COLLECT, units=[0])
        names = [wire.text(name) for name in rig.read_until(wire.MSG_COLLECTED)["nodeids"]]
        assert rig.run_all(len(names)) == 0, rig.output()
        wrong = {names[i]: body for i, body in rig.results().items() if body.get("outcome") not in _fine(uid)}
        assert wrong == {}
        toxic = {_row(names[i]) for i, body in rig.results().items() if body.get("toxic")}
        assert toxic == (DISCARDED if not uid else (DISCARDED | {"niceness"}) - {"user", "namespace"})


def _fine(uid: int) -> tuple[str | None, ...]:
    return (None, "passed", "skipped") if uid else (None, "passed")


def _row(nodeid: str) -> str:
    return nodeid.partition("[")[2].rpartition("-")[0]
