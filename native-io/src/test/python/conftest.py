"""The harness is imported from its source directory, as the zygote does."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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


@pytest.fixture(params=["none", "fork"])
def strategy(request: pytest.FixtureRequest) -> str:
    """Both ways to run a test."""
    value: str = request.param
    return value
