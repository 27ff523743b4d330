"""Zygote and worker: the C agent, which rewinds the memory of this process."""

from __future__ import annotations

from typing import Any

path = ""
"""The shared object, as the command line of the zygote names it; empty where it was not built."""

_NEEDED = ("userfaultfd", "wp_async", "pagemap_scan", "process_vm_readv", "pidfd")


def load() -> Any:
    """Return the module ``_tach_agent``; ImportError says why there is none."""
    if not path:
        raise ImportError("the agent was not built (no C compiler at set-up)")
    from importlib.machinery import ExtensionFileLoader
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("_tach_agent", path, loader=ExtensionFileLoader("_tach_agent", path))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def why_not(agent: Any) -> str:
    """Say what this process lacks for rewinding, or nothing."""
    answers = agent.probe()
    return next((f"{name}: {answers[name]}" for name in _NEEDED if answers[name]), "")
