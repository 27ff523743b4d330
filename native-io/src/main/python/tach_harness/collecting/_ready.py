"""Zygote: what MSG_READY says of the configured session, and which way it is collected."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from _pytest.config import Config

from tach_harness.base import _compat
from tach_harness.base._foreign import foreign
from tach_harness.base._wire import PROTOCOL_VERSION
from tach_harness.collecting._options import capture_method, default_timeout, has_timeout_plugin, verbosity

JUNIT_PLUGIN = "tach-junit"


def global_reason(config: Config) -> str:
    """Return why the session must be collected whole, or nothing."""
    if _has_databases_of_django():
        return "pytest-django orders the session"  # (engine: every worker keeps that order)
    if any("::" in argument for argument in config.args):
        return "an argument names a test"
    for name, flag in (("lf", "--lf"), ("failedfirst", "--ff"), ("newfirst", "--nf"), ("stepwise", "--sw")):
        if getattr(config.option, name, False):
            return flag
    if getattr(config.option, "splits", None):
        return "pytest-split takes a part of the session"
    if config.pluginmanager.hasplugin("randomly"):
        return "pytest-randomly orders the session"
    hooks: Any = config.pluginmanager.hook  # before pytest 8 config.hook hides what hooks with paths are made of
    for hook in (hooks.pytest_collection_finish, hooks.pytest_report_collectionfinish, hooks.pytest_collection):
        for _, name in foreign(hook):
            return f"{hook.name} in {name}"
    return ""


def _has_databases_of_django() -> bool:
    """Say whether pytest-django is at work.

    It sorts the tests by what they do to databases, and makes those that any test of the session needs.
    """
    is_configured = getattr(sys.modules.get("pytest_django.lazy_django"), "django_settings_is_configured", None)
    return is_configured is not None and bool(is_configured())


def serial_reason(config: Config) -> str:
    """Return why one worker must run everything, or nothing."""
    if getattr(config.option, "stepwise", False):
        return "--sw goes from test to test"
    return ""


def ready_body(config: Config, reporter: Any, header: str, wanted: tuple[str, str]) -> dict[str, Any]:
    """Return MSG_READY without ``mode``, ``mode_reason``, ``units`` and ``junit``.

    ``wanted`` is what the suite asked of xdist: (numprocesses, dist).
    """
    option: Any = config.option
    chars = getattr(reporter, "reportchars", "") or ""
    writer = getattr(reporter, "_tw", None)
    return {
        "protocol": PROTOCOL_VERSION,
        "pid": os.getpid(),
        "python": platform.python_version(),
        "pytest": _compat.version(),
        "rootdir": str(config.rootpath),
        "header": header,
        "markup": bool(getattr(writer, "hasmarkup", False)),
        "width": int(getattr(writer, "fullwidth", 80)),
        "verbose": verbosity(config),
        "progress": _compat.progress_kind(reporter),
        "maxfail": int(option.maxfail or 0),
        "numprocesses": wanted[0],
        "dist": wanted[1],
        "continue_on_collection_errors": bool(option.continue_on_collection_errors),
        "capture": capture_method(config),
        "serial": serial_reason(config),
        "timeout_plugin": has_timeout_plugin(config),
        "timeout": default_timeout(config),
        "durations": -1 if option.durations is None else int(option.durations),
        "wants_passed": "P" in chars or "p" in chars,
        "cache": wants_outcomes(config),
    }


def wants_outcomes(config: Config) -> bool:
    """Say whether the cache plugin is to hear of every outcome at the end."""
    manager = config.pluginmanager
    return any(manager.hasplugin(name) for name in ("lfplugin", "nfplugin", "stepwiseplugin"))


def take_junit(config: Config) -> dict[str, Any] | None:
    """Take pytest's own JUnit writer out of the session; return what it was told, None if there is none."""
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == "LogXML" and type(plugin).__module__ == "_pytest.junitxml":
            config.pluginmanager.unregister(plugin)
            _stand_in(config, plugin)
            return _junit_body(plugin)
    return None


class _JunitStandIn:
    """Stays where pytest's JUnit writer was: hears of no test, since the supervisor writes the file once it knows of it.

    The summary names the file, and fixtures such as ``record_property`` warn, in pytest's own words. What
    ``record_xml_attribute`` and ``record_testsuite_property`` are told goes nowhere, as under xdist.
    """

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self.handed_over = False
        """Whether the supervisor knows what to write and where."""
        self.pytest_terminal_summary = writer.pytest_terminal_summary
        self.family = writer.family
        self.node_reporter = writer.node_reporter
        self.add_global_property = writer.add_global_property

    def pytest_sessionfinish(self) -> None:
        """Write the file of a session that ended before it was ready: it is empty, but a CI service looks for it."""
        if not self.handed_over:
            self._writer.pytest_sessionfinish()


def _stand_in(config: Config, writer: Any) -> None:
    from _pytest.junitxml import xml_key

    stand_in: Any = _JunitStandIn(writer)
    config.pluginmanager.register(stand_in, JUNIT_PLUGIN)
    config.stash[xml_key] = stand_in


def _junit_body(plugin: Any) -> dict[str, Any]:
    return {
        "path": str(plugin.logfile),
        "family": str(plugin.family),
        "suite": str(plugin.suite_name),
        "logging": str(plugin.logging),
        "prefix": str(plugin.prefix or ""),
        "log_passing": bool(plugin.log_passing_tests),
        "duration": str(plugin.report_duration),
    }
