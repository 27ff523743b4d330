"""A stand-in for the zygote: boots pytest, collects everything, forks one worker and waits for it.

``python session_process.py RUN_DIR ORDER_JSON -- PYTEST_ARGUMENTS``; exits with the worker's own status.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "main" / "python"))

from _pytest.config import _prepareconfig
from _pytest.main import Session

from tach_harness.base import _agent
from tach_harness.base._fork import ForkOrder
from tach_harness.collecting._collect import Collection
from tach_harness.worker._worker import run_worker


PR_SET_DUMPABLE = 4


class WholeCollection:
    """All items of the session, one unit a file."""

    def __init__(self, session: Any) -> None:
        by_file = groupby(session.items, key=lambda item: str(item.nodeid).partition("::")[0])
        self._units = [list(items) for _, items in by_file]

    def collect(self, unit: int) -> dict[str, Any]:
        return {"unit": unit, "nodeids": [str(item.nodeid) for item in self._units[unit]], "duration_ns": 0}

    def items(self, unit: int) -> list[Any]:
        return self._units[unit]

    def collected(self) -> frozenset[int]:
        return frozenset(range(len(self._units)))

    def has(self, unit: int) -> bool:
        return True

    def file(self, unit: int) -> Any:
        return None

    def collect_rest(self) -> Iterable[None]:
        return ()


class HiddenCollection(WholeCollection):
    """Forgets the items that conftests would be told of, so that collection can misbehave."""

    def collect(self, unit: int) -> dict[str, Any]:
        import pytest

        pytest.exit("collected enough", returncode=9)


def _collected(session: Any, kind: str) -> Any:
    """Collect what a worker is to inherit; ``late``: nothing, so that it collects what it is told to."""
    if kind == "late":
        collection = Collection(session)
        session.config.pluginmanager.register(collection)
        collection.walk()
        return collection
    session.config.hook.pytest_collection(session=session)
    return HiddenCollection(session) if kind == "hidden" else WholeCollection(session)


def _become(uid: int) -> None:
    """Give up what root may do, once all is imported, and keep what is in the project."""
    if not uid:
        return
    for path in [Path.cwd(), *Path.cwd().rglob("*")]:
        os.chown(path, uid, uid)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # as a process that was started by that user is


def main(run_dir: str, order: dict[str, Any], arguments: list[str]) -> int:
    _agent.path = order.pop("agent", "")
    config = _prepareconfig(arguments)
    session = Session.from_config(config)
    config._do_configure()
    config.hook.pytest_sessionstart(session=session)
    collection = _collected(session, order.pop("collection", ""))
    if getattr(config, "_tmp_path_factory", None) is not None:
        config._tmp_path_factory.getbasetemp()
    _become(order.pop("uid", 0))
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        fork_order = ForkOrder(
            token=b"0123456789abcdef", run_dir=run_dir, run_uid="run-uid", main_argv=["pytest"], **order
        )
        run_worker(session, collection, fork_order)
    status = os.waitpid(pid, 0)[1]
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    separator = sys.argv.index("--")
    main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[separator + 1 :])
