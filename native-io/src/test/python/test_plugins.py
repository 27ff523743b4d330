"""What single plugins of others are helped with in a worker."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pluggy
import pytest

from tach_harness.base._isolate import os_
from tach_harness.worker._plugins import welcome, write_only_what_is_told


def test_reruns_are_told_where_no_xdist_is_installed() -> None:
    plugin = SimpleNamespace(works_with_current_xdist=lambda: None)
    config = pytest.Config.fromdictargs({}, [])
    config.pluginmanager.unregister(name="rerunfailures")
    config.pluginmanager.register(plugin, "rerunfailures")
    welcome(config)
    assert plugin.works_with_current_xdist() is True


def test_nobody_to_help_is_no_trouble() -> None:
    welcome(SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda name: None)))


def test_fake_file_systems_leave_the_harness_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    patcher = SimpleNamespace(SKIPMODULES={None})
    monkeypatch.setitem(sys.modules, "pyfakefs.fake_filesystem_unittest", SimpleNamespace(Patcher=patcher))
    welcome(SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda name: None)))
    assert {sys.modules["tach_harness.worker._plugins"], sys.modules["tach_harness.base._isolate"]} <= patcher.SKIPMODULES
    assert os not in patcher.SKIPMODULES
    assert os_.__name__ != "os"


class AllureFileLogger:
    def __init__(self) -> None:
        self.written: list[str] = []

    @pluggy.HookimplMarker("allure")
    def report_result(self, result: str) -> None:
        self.written.append(result)


def test_allure_writes_only_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    manager, logger, muted = pluggy.PluginManager("allure"), AllureFileLogger(), False
    manager.register(logger)
    monkeypatch.setitem(sys.modules, "allure_commons", SimpleNamespace(plugin_manager=manager))
    write_only_what_is_told(lambda: muted)
    manager.hook.report_result(result="told")
    muted = True
    manager.hook.report_result(result="untold")
    assert logger.written == ["told"]
