"""Zygote and worker: the standard library as it was before any test could mock it.

A test may replace ``time.time``, ``os.write`` or ``builtins.open`` for as long as it runs, and our code runs in the
same process. So everything the harness needs while a test may be running is bound here, at import, and taken from
here only.
"""

from __future__ import annotations

import builtins
import gc
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import types
from typing import Any


def _frozen(module: types.ModuleType) -> Any:
    """Copy a module's namespace, so that ``mock.patch("os.write")`` changes theirs and not ours."""
    copy = types.ModuleType(module.__name__)
    copy.__dict__.update(module.__dict__)
    return copy


os_: Any = _frozen(os)
select_: Any = _frozen(select)
signal_: Any = _frozen(signal)
socket_: Any = _frozen(socket)
struct_: Any = _frozen(struct)
threading_: Any = _frozen(threading)

perf_counter_ns = time.perf_counter_ns
monotonic_ns = time.monotonic_ns
getpid = os.getpid
open_ = builtins.open
print_ = builtins.print
stderr = sys.__stderr__
gc_ = gc
