"""Zygote: plugins that keep in their process what tests came to.

Where later tests ask for that, all have to run in one process. Where only the end of the session does, a line says what is
missing there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tach_harness.base._foreign import foreign

_PLUGINS = (("pytest-dependency", ("dependency", "pytest_dependency"), "automark_dependency", b"dependency"),)
"""Name; names it is registered by; the setting that makes it work on all tests; the word without which it is not used."""

_UNTOLD = (
    ("syrupy", ("syrupy",), b"snapshot", (), "no report of snapshots and no look for unused ones; plain pytest has both"),
    ("inline-snapshot", ("inline_snapshot",), b"snapshot", ("inline_snapshot",),
     "no report of snapshots; --inline-snapshot=report runs plain pytest"),
    ("pytest-benchmark", ("benchmark", "pytest_benchmark"), b"benchmark", ("benchmark_disable", "benchmark_skip"),
     "no table of benchmarks, which disturb each other here; --benchmark-only runs plain pytest"),
)  # fmt: skip
"""Name; names it is registered by; the word without which it is not used; options that make it silent anyway; what it cannot say."""


def why_together(config: Any, files: Iterable[Path] | None) -> str:
    """Return why tests may not be isolated from each other nor spread over processes, or nothing.

    ``files`` are those that will be collected, None if they are not known yet.
    """
    for name, aliases, setting, word in _PLUGINS:
        if not any(map(config.pluginmanager.hasplugin, aliases)):
            continue
        if files is None or config.getini(setting) or _is_mentioned(word, [*files, *_conftests(config)]):
            return f"{name} keeps what tests came to in their process"
    return ""


def why_unisolated(config: Any) -> str:
    """Return which plugin follows tests from one to the next by hooks before and after each, or nothing.

    A test's setup hooks may run in the worker and its teardown hooks in a child, so what such a plugin (SQLAlchemy's own
    is one) remembers of classes or modules would be that of another process.
    """
    hooks = config.pluginmanager.hook
    begins = [implementation.plugin for implementation, _ in foreign(hooks.pytest_runtest_setup)]
    for implementation, name in foreign(hooks.pytest_runtest_teardown):
        if "nextitem" in implementation.argnames and implementation.plugin in begins:
            return f"{name} follows them from one to the next"
    return ""


def untold(config: Any, files: Iterable[Path] | None) -> list[str]:
    """Return a line for each plugin that says less at the end than it would in plain pytest."""
    if files is None:
        return []
    looked_at = [*files, *_conftests(config)]
    return [
        f"{name}: {loss}"
        for name, aliases, word, silencers, loss in _UNTOLD
        if any(map(config.pluginmanager.hasplugin, aliases))
        and not any(getattr(config.option, silencer, False) for silencer in silencers)
        and _is_mentioned(word, looked_at)
    ]


def _conftests(config: Any) -> list[Path]:
    paths = (Path(getattr(plugin, "__file__", None) or "") for plugin in config.pluginmanager.get_plugins())
    return [path for path in paths if path.name == "conftest.py"]


def _is_mentioned(word: bytes, files: Iterable[Path]) -> bool:
    return any(word in _content(path) for path in files)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # collecting it will say so
        return b""
