"""Rehearsal: what an import does beside importing, by an audit hook and by comparison."""

from __future__ import annotations

import builtins
import gc
import locale
import logging
import os
import random
import signal
import socket
import sys
import threading
import time
import types
import warnings
from collections.abc import Iterator
from typing import Any

_REFUSED = (
    "_thread.", "fcntl.flock", "fcntl.lockf", "ftplib.", "http.client.", "imaplib.", "nntplib.", "os.chdir", "os.chflags",
    "os.chmod", "os.chown", "os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.link", "os.lockf", "os.mkdir",
    "os.posix_spawn", "os.putenv", "os.remove", "os.removexattr", "os.rename", "os.rmdir", "os.setxattr", "os.spawn",
    "os.symlink", "os.system", "os.truncate", "os.unsetenv", "os.utime", "poplib.", "pty.", "resource.setrlimit", "shutil.",
    "signal.", "smtplib.", "socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendmsg", "socket.sendto",
    "socket.sethostname", "sqlite3.", "subprocess.", "sys.addaudithook", "sys.setprofile", "sys.settrace", "syslog.",
    "telnetlib.", "tempfile.", "urllib.", "webbrowser.",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_BYTECODE = "__pycache__"
_OF_WORKERS = ("PYTEST_XDIST_", "PYTEST_CURRENT_TEST")
"""What is in a worker's environment and not in the zygote's."""


class Watch:
    """Refuses what reaches beyond the process, and notes that and what would be different in a worker.

    It cannot be undone: for processes that end soon. Their output goes nowhere.
    """

    def __init__(self) -> None:
        self._noted = ""
        self._is_on = False
        self._output = os.memfd_create("rehearsal")
        for fd, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, self._output), (2, self._output)):
            os.dup2(source, fd)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - as long as the process lives
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115

    def begin(self) -> None:
        """Watch from now on."""
        self._watch_environment()
        getpid = os.getpid
        os.getpid = lambda: self._saw("asks for the process id", getpid())
        sys.addaudithook(self._audit)
        self._is_on = True

    def take(self) -> str:
        """Return what was noted first, or nothing."""
        sys.stdout.flush()
        sys.stderr.flush()
        noted = self._noted or ("prints" if os.fstat(self._output).st_size else "") or self._threads()
        self._noted = ""
        return noted

    def _threads(self) -> str:
        """Threads of native code that end before a fork, as OpenBLAS's do, are nobody's concern."""
        if _count_threads() > 1:
            self._is_on = False
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitpid(pid, 0)
            self._is_on = True
        return "starts a thread" if _count_threads() > 1 else ""

    def _saw(self, what: str, result: Any) -> Any:
        self._noted = self._noted or what
        return result

    def _watch_environment(self) -> None:
        kind: Any = type(os.environ)
        get, iterate = kind.__getitem__, kind.__iter__

        def watched(environ: Any, name: str) -> str:
            if isinstance(name, str) and name.startswith(_OF_WORKERS):
                self._saw(f"asks for {name}", None)
            value: str = get(environ, name)
            return value

        def watched_all(environ: Any) -> Iterator[str]:
            self._saw("reads the whole environment", None)
            names: Iterator[str] = iterate(environ)
            return names

        kind.__getitem__, kind.__iter__ = watched, watched_all

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._is_on and _reaches_out(event, arguments):
            self._saw(f"does {event}", None)
            raise PermissionError(f"{event} is left to a worker")


def _reaches_out(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        path, _, flags = arguments
        return bool(flags & _WRITING) and path != os.devnull and not _is_bytecode(arguments)
    if event == "socket.bind":
        address = arguments[1]
        return not (isinstance(address, tuple) and address[1] == 0)
    return event.startswith(_REFUSED) and not _is_bytecode(arguments)


def _is_bytecode(arguments: tuple[Any, ...]) -> bool:
    return any(isinstance(argument, str) and _BYTECODE in argument for argument in arguments)


def _count_threads() -> int:
    return len(os.listdir("/proc/self/task"))


class Surroundings:
    """What of a process an import may change: as it was at first, with the modules that have come since."""

    def __init__(self) -> None:
        self._modules: dict[str, Any] = {}
        self._functions: dict[str, dict[str, Any]] = {}
        self.take_new()
        self._state = _state()

    def take_new(self) -> list[str]:
        """Take the modules in that are new, and return their names."""
        new = {name: module for name, module in list(sys.modules.items()) if name not in self._modules}
        self._modules |= new
        self._functions |= {name: functions for name, module in new.items() if (functions := _functions(module))}
        return list(new)

    def difference(self) -> str:
        """Return what is different, or nothing."""
        now = _state()
        for what, before in self._state.items():
            if now[what] != before:
                return f"changes {what}"
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                return f"replaces the module {name}"
        for name, functions in self._functions.items():
            members = vars(self._modules[name])
            for function, before in functions.items():
                if members.get(function) is not before:
                    return f"replaces {name}.{function}"
        return ""


def _functions(module: Any) -> dict[str, Any]:
    """Return the functions and classes of a module: what is replaced by whoever patches it."""
    if not isinstance(module, types.ModuleType):
        return {}
    members = list(vars(module).items())
    return {name: value for name, value in members if callable(value) and not name.startswith("__")}


def _state() -> dict[str, Any]:
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "signal handlers": [signal.getsignal(number) for number in signal.valid_signals()],
        "blocked signals": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "timers": [signal.getitimer(which) for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)],
        "the environment": dict(os.environ._data),  # type: ignore[attr-defined]
        "the working directory": os.getcwd(),
        "the file mode mask": _umask(),
        "sys.path": [list(sys.path), list(sys.path_hooks), list(sys.meta_path)],
        "sys.argv": list(sys.argv),
        "hooks of the interpreter": [sys.excepthook, sys.displayhook, sys.unraisablehook, sys.breakpointhook],
        "hooks of threads": [threading.excepthook, sys.gettrace(), sys.getprofile()],
        "standard streams": [id(sys.stdin), id(sys.stdout), id(sys.stderr)],
        "limits of the interpreter": [sys.getrecursionlimit(), sys.getswitchinterval(), sys.dont_write_bytecode],
        "builtins": {name: id(value) for name, value in vars(builtins).items() if name != "_"},
        "warnings": [list(warnings.filters), warnings.showwarning, warnings.formatwarning],
        "garbage collection": [gc.isenabled(), gc.get_threshold(), list(gc.callbacks), gc.get_debug()],
        "the locale": locale.setlocale(locale.LC_ALL),
        "the time zone": time.tzname,
        "random numbers": random.getstate(),
        "logging": [list(logging.root.handlers), logging.root.level, logging.root.manager.disable],
        "socket.setdefaulttimeout": socket.getdefaulttimeout(),
    }


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
