"""Worker: what single plugins of others need beyond what they know of an xdist worker."""

from __future__ import annotations

from typing import Any


def welcome(config: Any) -> None:
    """Let plugins that were configured in the zygote be at home in a worker."""
    _let_reruns_be_told(config.pluginmanager.get_plugin("rerunfailures"))


def _let_reruns_be_told(plugin: Any) -> None:
    """pytest-rerunfailures tells of no rerun in a worker of an xdist before 1.20; without any xdist it takes ours for one."""
    if hasattr(plugin, "works_with_current_xdist"):
        plugin.works_with_current_xdist = lambda: True
