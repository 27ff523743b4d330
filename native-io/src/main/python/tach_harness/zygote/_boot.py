"""Zygote: from the first instruction of ours to the end of pytest's session."""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from typing import Any

from tach_harness.base import _wire as wire
from tach_harness.base._channel import Channel
from tach_harness.base._garbage import QuietCollector
from tach_harness.zygote._flags import strip_own
from tach_harness.zygote._lifeline import Lifeline

SOCKET = "zygote.sock"
NO_PREIMPORT = "--no-preimport"
USAGE_ERROR = 4
INTERNAL_ERROR = 3
_SECONDS_TO_LEAVE = 10


def main(run_dir: str, arguments: list[str]) -> int:
    """Run the zygote; the value is the exit status of the process."""
    reset_signals()
    _own_group()
    lifeline = Lifeline()
    lifeline.arm()
    listener = listen(run_dir)
    argv = strip_own(arguments)
    sys.argv = [os.path.join(os.path.dirname(sys.executable), "pytest"), *argv]
    reason = _import_pytest()
    if reason:
        return _refuse(listener, reason)
    return _run(run_dir, listener, lifeline, argv, NO_PREIMPORT not in arguments)


def reset_signals() -> None:
    """Undo what Java and bash pass on: a test must find what it finds under a pytest started from a shell.

    Java blocks SIGQUIT; bash ignores SIGINT and SIGQUIT in what it starts in the background. CPython itself ignores
    SIGPIPE and SIGXFSZ.
    """
    keep = {signal.SIGKILL, signal.SIGSTOP, signal.SIGPIPE, signal.SIGXFSZ}
    for number in signal.valid_signals() - keep:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _own_group() -> None:
    try:
        os.setpgid(0, 0)
    except PermissionError:  # a session leader has its own group already
        pass


def listen(run_dir: str) -> socket.socket:
    """Listen before anything slow is imported, so that the supervisor may connect at any moment.

    An address holds 107 bytes; going through the directory's descriptor any path will do.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    directory = os.open(run_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        listener.bind(f"/proc/self/fd/{directory}/{SOCKET}")
    finally:
        os.close(directory)
    listener.listen(1)
    return listener


def _import_pytest() -> str:
    """Return why this interpreter cannot run tests, or nothing."""
    try:
        from tach_harness.base import _compat
    except ModuleNotFoundError as e:
        if e.name not in ("_pytest", "pytest"):
            raise
        return f"pytest is not installed for {sys.executable}\n"
    if _compat.is_supported():
        return ""
    oldest = ".".join(map(str, _compat.OLDEST_PYTEST))
    return f"tach needs pytest {oldest} or newer, {sys.executable} has {_compat.version()}\n"


def _refuse(listener: socket.socket, reason: str) -> int:
    body = {"kind": "unsupported", "text": reason, "returncode": USAGE_ERROR}
    Channel(listener.accept()[0]).send(wire.MSG_BOOT_FAILED, body)
    return USAGE_ERROR


def _run(run_dir: str, listener: socket.socket, lifeline: Lifeline, argv: list[str], preimports: bool) -> int:
    from tach_harness.zygote._zygote import Zygote

    quiet = QuietCollector().__enter__()
    zygote = Zygote(run_dir, listener, lifeline, quiet, preimports)
    status = _session(zygote, argv)
    if zygote.finished:
        zygote.end(status)
    else:
        zygote.fail_boot(status)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_SECONDS_TO_LEAVE)  # the user's atexit functions and threads may not hold us for ever
    return status


def _session(zygote: Any, argv: list[str]) -> int:
    """Do what ``pytest.main()`` does; what it would print to stderr is kept in ``zygote.failure``."""
    from tach_harness.base import _compat
    from tach_harness.zygote._plugin import ZygotePlugin

    os.environ["PYTEST_VERSION"] = _compat.version()
    errors = _compat.Screen(sys.stderr)
    config = None
    try:
        config = _compat.prepare_config(argv, ZygotePlugin(zygote))
        with _compat.session_body(config, zygote.run_session, errors):
            status = int(config.hook.pytest_cmdline_main(config=config))
        kind = {INTERNAL_ERROR: "internal"}.get(status, "exit")
        zygote.failure = kind, errors.take()
    except BaseException as e:
        kind, text, status = describe(e)
        zygote.failure = kind, errors.take() + text
    finally:
        if config is not None:
            config._ensure_unconfigure()
    return status


def describe(error: BaseException) -> tuple[str, str, int]:
    """Return (kind, text, status) of what ends pytest before it has a session."""
    from tach_harness.base import _compat

    if isinstance(error, _compat.UsageError):
        return "usage", _compat.error_text(error), USAGE_ERROR
    if isinstance(error, _compat.ConftestImportFailure):
        return "conftest", _compat.error_text(error), USAGE_ERROR
    if _compat.is_import_failure(error):
        return "internal", _compat.error_text(error), INTERNAL_ERROR
    if isinstance(error, SystemExit):
        return ("exit", *_system_exit(error.code))
    return "internal", "".join(traceback.format_exception(type(error), error, error.__traceback__)), 1


def _system_exit(code: Any) -> tuple[str, int]:
    if code is None or isinstance(code, int):
        return "", code or 0
    return f"{code}\n", 1
