"""Zygote and worker: hooks of plugins that we do not know."""

from __future__ import annotations

from typing import Any

from _pytest.config import Config

KNOWN = ("_pytest.", "tach_harness.", "xdist.", "pytest_cov.", "pytest_timeout.", "pytest_asyncio.", "anyio.",
         "pytest_mock.", "pytest_django.", "pytest_rerunfailures.", "_hypothesis_pytestplugin.", "hypothesis.")  # fmt: skip
"""Plugins whose session-wide hooks are known to be content with what a zygote sees."""


def foreign(hook: Any) -> list[tuple[Any, str]]:
    """Return the implementations of a hook outside :data:`KNOWN`, each with its module; a conftest by its file."""
    found = []
    for implementation in hook.get_hookimpls():
        module = getattr(implementation.function, "__module__", "") or ""
        if not (module + ".").startswith(KNOWN):
            code = getattr(implementation.function, "__code__", None)
            is_conftest = module.rpartition(".")[2] == "conftest"
            found.append((implementation, code.co_filename if is_conftest and code is not None else module))
    return found


def wants_reports(config: Config) -> bool:
    """Say whether a plugin that we do not know is to hear of every report at the end."""
    return bool(foreign(config.hook.pytest_runtest_logreport))
