"""A pytest plugin: measures a bare fork of the process that has collected, into the file ``BENCH_FORK_PROBE`` names.

It is the floor below every strategy that forks a process per test.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

FORKS = 500


def pytest_collection_finish() -> None:
    """Write the median seconds of fork, ``_exit`` and wait."""
    seconds = sorted(_one_fork() for _ in range(FORKS))
    Path(os.environ["BENCH_FORK_PROBE"]).write_text(str(seconds[FORKS // 2]))


def _one_fork() -> float:
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return time.perf_counter() - start
