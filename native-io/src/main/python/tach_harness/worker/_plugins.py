"""Worker: what single plugins of others need beyond what they know of an xdist worker."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def welcome(config: Any) -> None:
    """Let plugins that were configured in the zygote be at home in a worker."""
    _let_reruns_be_told(config.pluginmanager.get_plugin("rerunfailures"))
    _stay_in_the_real_file_system(sys.modules.get("pyfakefs.fake_filesystem_unittest"))


def _let_reruns_be_told(plugin: Any) -> None:
    """pytest-rerunfailures tells of no rerun in a worker of an xdist before 1.20; without any xdist it takes ours for one."""
    if hasattr(plugin, "works_with_current_xdist"):
        plugin.works_with_current_xdist = lambda: True


def _stay_in_the_real_file_system(pyfakefs: Any) -> None:
    """pyfakefs replaces ``os`` wherever it is imported while a test has a fake file system: our channel is no file there."""
    if hasattr(pyfakefs, "Patcher"):
        ours = (module for name, module in sys.modules.copy().items() if name.partition(".")[0] == "tach_harness")
        pyfakefs.Patcher.SKIPMODULES.update(ours)


def write_only_what_is_told(is_muted: Callable[[], bool]) -> None:
    """allure-pytest writes a file for each test that it sees: keep it from those that run, or unwind, untold."""
    allure = sys.modules.get("allure_commons")
    manager = getattr(allure, "plugin_manager", None)
    for plugin in manager.get_plugins() if manager is not None else ():
        if type(plugin).__name__ == "AllureFileLogger":
            _mute(manager, plugin, is_muted)


def _mute(manager: Any, plugin: Any, is_muted: Callable[[], bool]) -> None:
    for caller in manager.get_hookcallers(plugin) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin is plugin:
                implementation.function = _unless(is_muted, implementation.function)


def _unless(is_muted: Callable[[], bool], function: Callable[..., Any]) -> Callable[..., Any]:
    def spoken(*arguments: Any) -> Any:
        return None if is_muted() else function(*arguments)

    return spoken
