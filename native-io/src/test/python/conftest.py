"""The harness is imported from its source directory, as the zygote does."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "main" / "python"))

from worker_rig import WorkerRig, write


# Ignored where the tests were started in the background of a shell.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[..., WorkerRig]]:
    """Start a worker on ``test_it.py`` (and other files by keyword, ``conftest`` for conftest.py)."""
    with ExitStack() as stack:

        def start(source: str, *arguments: str, files: dict[str, str] | None = None, **order: Any) -> WorkerRig:
            write(tmp_path, {"test_it.py": dedent(source), **{k: dedent(v) for k, v in (files or {}).items()}})
            return stack.enter_context(WorkerRig(tmp_path, *arguments, **order))

        yield start


@pytest.fixture(scope="session")
def agent() -> str:
    """The C agent, built from its sources as they are."""
    module = Path(__file__).parents[3]
    out = module / "target" / "agent-for-tests"
    built = subprocess.run(
        [module / "src/build/agent", "make", "agent", out], capture_output=True, text=True, check=False
    )
    path = out / "_tach_agent.abi3.so"
    if not path.exists():
        pytest.skip(f"no C agent: {built.stdout}{built.stderr}")
    assert built.returncode == 0, built.stderr
    return str(path)


@pytest.fixture
def isolated(worker: Callable[..., WorkerRig], agent: str) -> Callable[..., WorkerRig]:
    """Start a worker of strategy ``snapshot``."""
    return partial(worker, strategy="snapshot", agent=agent)


@pytest.fixture(params=["none", "fork"])
def strategy(request: pytest.FixtureRequest) -> str:
    """Both ways to run a test."""
    value: str = request.param
    return value
