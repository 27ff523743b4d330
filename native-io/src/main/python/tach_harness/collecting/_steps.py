"""Zygote and worker: tests that are steps, as in pytest's recipe for incremental testing.

A conftest remembers in ``pytest_runtest_makereport`` which class has had a failure, and expects in
``pytest_runtest_setup`` that the rest of the class fails. So the class stays in one process and runs there as in pytest.
"""

from __future__ import annotations

from typing import Any

from tach_harness.base._foreign import foreign

_MARK = "incremental"


def steps_of(item: Any) -> str:
    """Return the node id of what the item is a step of, or nothing."""
    return item.parent.nodeid if _MARK in item.keywords and _is_remembered(item.config.hook) else ""


def _is_remembered(hooks: Any) -> bool:
    reporting = {name for _, name in foreign(hooks.pytest_runtest_makereport)}
    return any(name in reporting for _, name in foreign(hooks.pytest_runtest_setup))
