"""Worker: what changes after the fork, so that plugins see what they know as an xdist worker."""

from __future__ import annotations

import contextlib
import faulthandler
import os
from pathlib import Path
from typing import Any

from tach_harness.base import _compat
from tach_harness.base import _wire as wire
from tach_harness.base._descriptors import WorkerFiles
from tach_harness.base._fork import ForkOrder
from tach_harness.base._isolate import os_
from tach_harness.worker._node import input_of
from tach_harness.worker._plugins import welcome


def assume(config: Any, order: ForkOrder) -> None:
    """Turn the zygote's config into that of worker ``gw<n>``."""
    name = f"gw{order.worker}"
    config.workerinput = order.workerinput or input_of(order)
    config.workeroutput = {}
    os.environ["PYTEST_XDIST_WORKER"] = name
    os.environ["PYTEST_XDIST_WORKER_COUNT"] = str(order.workers)
    os.environ["PYTEST_XDIST_TESTRUNUID"] = order.run_uid
    _leave_to_zygote(config)
    _own_temporary_directory(config, name)
    welcome(config)


def _leave_to_zygote(config: Any) -> None:
    """Unregister what speaks to the user: that is done once, by the zygote."""
    plugins = config.pluginmanager
    terminal = plugins.get_plugin("terminalreporter")
    if terminal is not None:
        plugins.unregister(terminal)
        plugins.register(SilentReporter(terminal), "terminalreporter")
    _silence_live_log(plugins.get_plugin("logging-plugin"))


class SilentReporter:
    """In place of the terminal reporter: hears no hooks, but ``config.get_terminal_writer()`` and plugins find it.

    (pytest 8 asks for the writer to explain an assertion.) Nobody reads what it writes.
    """

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter
        reporter._tw._file = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open as long as the worker

    def __getattr__(self, name: str) -> Any:
        if name.startswith("pytest_"):
            raise AttributeError(name)
        return getattr(self._reporter, name)


def _silence_live_log(plugin: Any) -> None:
    if plugin is None:
        return
    from _pytest.logging import _LiveLoggingNullHandler

    plugin.log_cli_handler = _LiveLoggingNullHandler()


def _own_temporary_directory(config: Any, name: str) -> None:
    """Put ``tmp_path`` under ``<the zygote's base>/popen-gw<n>``, where xdist has it; made when first needed."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is None:
        return
    factory._given_basetemp = Path(factory.getbasetemp(), f"popen-{name}")
    factory._basetemp = None
    if hasattr(factory, "_exit_stack"):  # pytest 9.1: what is in there removes the zygote's directory
        factory._exit_stack = contextlib.ExitStack()


def watch_for_crashes(config: Any, files: WorkerFiles) -> None:
    """Send the stacks of a crash to the log, and all stacks to their own file when the supervisor asks."""
    stderr = _compat.stderr_of_faulthandler(config)
    if stderr is not None:
        os_.dup2(files.log, stderr, False)
    faulthandler.enable(file=files.log)
    faulthandler.register(wire.SIGNAL_STACKS, file=files.stacks, all_threads=True)
