"""Worker: xdist's fixtures, for suites that use them where xdist is not installed."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The id of the worker, such as ``gw0``."""
    return str(request.config.workerinput["workerid"])  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def testrun_uid(request: pytest.FixtureRequest) -> str:
    """The unique id of the run, the same in all workers."""
    return str(request.config.workerinput["testrunuid"])  # type: ignore[attr-defined]
