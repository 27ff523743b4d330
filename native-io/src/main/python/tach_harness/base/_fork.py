"""What a worker is told at its birth; written by the zygote before the fork, read by the worker after it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ForkOrder:
    """One CMD_FORK with what every worker of the run has in common."""

    worker: int
    """Number of the worker, unique in the run; its xdist name is ``gw<worker>``."""
    workers: int
    """How many workers the run has (``PYTEST_XDIST_WORKER_COUNT``)."""
    token: bytes
    """Sixteen bytes that the worker shows to the supervisor in MSG_WORKER_READY."""
    strategy: str
    """``none``, ``fork``, ``snapshot`` or ``auto``; what the worker can do of it, it finds out."""
    run_dir: str
    """The run's directory; the supervisor listens on ``workers.sock`` in it."""
    run_uid: str
    """The run's name for ``testrun_uid`` and ``PYTEST_XDIST_TESTRUNUID``."""
    main_argv: list[str]
    """``sys.argv`` of the zygote, for ``config.workerinput["mainargv"]``."""
    strict: bool = False
    """Whether a test that passes only without isolation has failed (``--strict-isolation``)."""
    verify: bool = False
    """Whether every rewind is compared with its checkpoint, byte for byte (``--verify-rewind``)."""
    seed: int | None = None
    """What random numbers start from after every rewind (``--seed``); None: from the system's."""
    together: bool = False
    """Whether tests run in the worker itself, whatever the strategy: a plugin keeps something in there from test to test."""
    workerinput: dict[str, Any] = field(default_factory=dict)
    """``config.workerinput``, with what plugins have added to it; empty if they were not asked."""
