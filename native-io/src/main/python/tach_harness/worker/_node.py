"""Zygote: what plugins are shown of a worker before it is forked, in place of xdist's controller of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tach_harness.base._fork import ForkOrder


class Node:
    """A worker to be, as far as ``pytest_configure_node`` is wont to look at one."""

    def __init__(self, config: Any, order: ForkOrder) -> None:
        self.config = config
        self.workerinput = input_of(order)
        self.gateway = SimpleNamespace(id=self.workerinput["workerid"])


def input_of(order: ForkOrder) -> dict[str, Any]:
    """Return what xdist tells a worker of itself."""
    return {
        "workerid": f"gw{order.worker}",
        "workercount": order.workers,
        "testrunuid": order.run_uid,
        "mainargv": order.main_argv,
    }


def configured_input(config: Any, order: ForkOrder) -> tuple[dict[str, Any], str]:
    """Let plugins add to what the worker is told; return that, and what went wrong or nothing."""
    hook = getattr(config.hook, "pytest_configure_node", None)
    node = Node(config, order)
    if hook is None or not hook.get_hookimpls():
        return node.workerinput, ""
    try:
        hook(node=node)
    except Exception as e:
        return node.workerinput, f"pytest_configure_node: {type(e).__name__}: {e}"
    return node.workerinput, ""
