"""Zygote and worker: the standard library as it was before any test could mock it.

A test may replace ``time.time``, ``os.write`` or ``builtins.open`` for as long as it runs, and our code runs in the
same process. So what the harness needs while a test may be running is bound here, at import, and taken from here.
Some libraries that stop the clock (freezegun) look for its functions in all modules, so here it is none of them.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import threading
import time
import types
from functools import partial
from typing import TYPE_CHECKING, Any


def _frozen(module: types.ModuleType) -> Any:
    """Copy a module's namespace, so that ``mock.patch("os.write")`` changes theirs and not ours.

    pyfakefs looks for modules by their name, so the copy has another.
    """
    copy = types.ModuleType(module.__name__)
    copy.__dict__.update(module.__dict__)
    copy.__name__ = f"tach_harness.{module.__name__}"
    return copy


if TYPE_CHECKING:
    fcntl_ = fcntl
    os_ = os
    select_ = select
    signal_ = signal
    socket_ = socket
    threading_ = threading
else:
    fcntl_ = _frozen(fcntl)
    os_ = _frozen(os)
    select_ = _frozen(select)
    signal_ = _frozen(signal)
    socket_ = _frozen(socket)
    threading_ = _frozen(threading)

getpid = os.getpid
monotonic_ns = partial(time.clock_gettime_ns, time.CLOCK_MONOTONIC)
