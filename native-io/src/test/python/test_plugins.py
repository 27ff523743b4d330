"""What single plugins of others are helped with in a worker."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tach_harness._plugins import welcome


def test_reruns_are_told_where_no_xdist_is_installed() -> None:
    plugin = SimpleNamespace(works_with_current_xdist=lambda: None)
    config = pytest.Config.fromdictargs({}, [])
    config.pluginmanager.unregister(name="rerunfailures")
    config.pluginmanager.register(plugin, "rerunfailures")
    welcome(config)
    assert plugin.works_with_current_xdist() is True


def test_nobody_to_help_is_no_trouble() -> None:
    welcome(SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda name: None)))
