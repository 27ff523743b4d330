"""Zygote: options of plugins that suites carry in their addopts, whether or not the plugin is installed.

xdist stays dormant (tach is the one that distributes), coverage is not there yet, and pytest-timeout's options mean
something to the supervisor even when nobody installed the plugin.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from _pytest.config import Config, UsageError

_XDIST: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("-n", "--numprocesses"), {"dest": "numprocesses", "default": None}),
    (("--maxprocesses",), {"dest": "maxprocesses", "type": int, "default": None}),
    (("--max-worker-restart",), {"dest": "maxworkerrestart", "default": None}),
    (("--dist",), {"dest": "dist", "default": "no"}),
    (("--loadscope-reorder",), {"dest": "loadscopereorder", "action": "store_true", "default": True}),
    (("--no-loadscope-reorder",), {"dest": "loadscopereorder", "action": "store_false"}),
    (("--tx",), {"dest": "tx", "action": "append", "default": []}),
    (("--px",), {"dest": "px", "action": "append", "default": []}),
    (("-d",), {"dest": "distload", "action": "store_true", "default": False}),
    (("--rsyncdir",), {"dest": "rsyncdir", "action": "append", "default": []}),
    (("--rsyncignore",), {"dest": "rsyncignore", "action": "append", "default": []}),
    (("--testrunuid",), {"dest": "testrunuid", "default": None}),
    (("--maxschedchunk",), {"dest": "maxschedchunk", "type": int, "default": None}),
)
_TIMEOUT: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--timeout",), {"dest": "timeout", "type": float, "default": None}),
    (("--timeout-method", "--timeout_method"), {"dest": "timeout_method", "default": None}),
    (("--timeout-disable-debugger-detection",), {"dest": "timeout_no_debugger", "action": "store_true"}),
    (("--session-timeout",), {"dest": "session_timeout", "type": float, "default": None}),
)
_COVERAGE: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--cov",), {"dest": "cov_source", "action": "append", "nargs": "?", "const": True, "default": []}),
    (("--cov-report",), {"dest": "cov_report", "action": "append", "default": []}),
    (("--cov-config",), {"dest": "cov_config", "default": ".coveragerc"}),
    (("--cov-fail-under",), {"dest": "cov_fail_under", "type": float, "default": None}),
    (("--cov-context",), {"dest": "cov_context", "default": None}),
    (("--cov-precision",), {"dest": "cov_precision", "type": int, "default": None}),
    (("--cov-append",), {"dest": "cov_append", "action": "store_true"}),
    (("--cov-branch",), {"dest": "cov_branch", "action": "store_true"}),
    (("--cov-reset",), {"dest": "cov_reset", "action": "store_true"}),
    (("--no-cov",), {"dest": "no_cov", "action": "store_true"}),
    (("--no-cov-on-fail",), {"dest": "no_cov_on_fail", "action": "store_true"}),
)
_TIMEOUT_INI = ("timeout", "timeout_method", "timeout_func_only", "timeout_disable_debugger_detection", "session_timeout")

COVERAGE_NOTE = "coverage is not measured yet: --cov is ignored, no report is written, --cov-fail-under fails nothing"
OTHERS_COVERAGE_NOTE = "coverage is not measured yet: it was started here by others (COVERAGE_PROCESS_START?) and sees no test"


def add_missing(config: Config, parser: Any) -> None:
    """Register the options whose plugins are absent; called when every plugin and initial conftest has its own."""
    manager = config.pluginmanager
    if not manager.hasplugin("xdist"):
        _add(parser, _XDIST)
        from tach_harness.collecting import _fixtures

        manager.register(_fixtures, "tach-xdist-fixtures")
    if not has_timeout_plugin(config):
        _add(parser, _TIMEOUT)
        for name in _TIMEOUT_INI:
            _add_ini(parser, name)
    if not manager.hasplugin("pytest_cov"):
        _add(parser, _COVERAGE)


def _add(parser: Any, options: tuple[tuple[tuple[str, ...], dict[str, Any]], ...]) -> None:
    group = parser.getgroup("tach", "accepted for plugins that are not installed")
    taken = {name for part in [*parser._groups, parser._anonymous] for option in part.options for name in option.names()}
    for names, settings in options:
        if not taken.intersection(names):  # else a conftest has an option of that name: it is the one that is meant
            group._addoption(*names, help="see the plugin that defines it", **settings)


def _add_ini(parser: Any, name: str) -> None:
    if name not in parser._inidict:
        parser.addini(name, "see pytest-timeout", default="")


def add_missing_markers(config: Config) -> None:
    """Register the markers that suites use with ``--strict-markers``."""
    if not config.pluginmanager.hasplugin("xdist"):
        config.addinivalue_line("markers", "xdist_group: tests of one group run in the same worker.")
    if not has_timeout_plugin(config):
        config.addinivalue_line("markers", "timeout(timeout, method=None, func_only=False): time limit of the test.")
    config.addinivalue_line("markers", "tach_toxic(reason): the test leaves behind what no rewind undoes; (False): not.")


def timeout_plugin(config: Config) -> Any:
    """Return pytest-timeout, which watches the tests itself; None if it is not there."""
    manager = config.pluginmanager
    return manager.getplugin("timeout") or manager.getplugin("pytest_timeout")


def has_timeout_plugin(config: Config) -> bool:
    """Say whether pytest-timeout watches the tests itself."""
    return timeout_plugin(config) is not None


def default_timeout(config: Config) -> float:
    """Return the seconds of ``--timeout`` or the ini value in the absence of the plugin; 0 for none."""
    if has_timeout_plugin(config):
        return 0.0
    value = getattr(config.option, "timeout", None)
    if value is None and "timeout" in config._parser._inidict:
        value = config.getini("timeout")
    return seconds(value)


def seconds(value: Any) -> float:
    """Return a limit as pytest-timeout reads it, a number or its text; 0 for anything else."""
    try:
        return max(0.0, float(value))
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):  # empty, or a conftest's own meaning of the word
        return 0.0


def silence_coverage(early_config: Config) -> bool:
    """Keep pytest-cov from starting its tracer; say whether somebody had asked for coverage."""
    known = early_config.known_args_namespace
    wanted = bool(getattr(known, "cov_source", None))
    if wanted:
        known.cov_source = []
    return wanted and not getattr(known, "no_cov", False)


def others_measure_coverage() -> bool:
    """Say whether something else than pytest-cov (an environment variable, a conftest) has started coverage here.

    Its data are written by exit handlers: the process that collects has one, those that run the tests end without.
    """
    coverage = sys.modules.get("coverage")
    current = getattr(getattr(coverage, "Coverage", None), "current", None)
    return callable(current) and current() is not None


def put_xdist_to_sleep(config: Config) -> tuple[str, str]:
    """Return (numprocesses, dist) as the suite asked for them, and take them from xdist."""
    option: Any = config.option
    wanted = getattr(option, "numprocesses", None)
    dist = "load" if getattr(option, "distload", False) else str(getattr(option, "dist", "no"))
    if config.pluginmanager.hasplugin("xdist"):
        option.numprocesses, option.dist, option.distload, option.tx = None, "no", False, []
    return "" if wanted is None else str(wanted), dist


def refuse_debugger(config: Config) -> None:
    """Say that a debugger in a worker has no terminal yet."""
    for flag, name in (("--pdb", "usepdb"), ("--trace", "trace")):
        if getattr(config.option, name, False):
            raise UsageError(f"{flag} is not there yet under tach: run the test with pytest itself")


def verbosity(config: Config) -> int:
    """Return how much ``-v`` and ``-q`` come to; nobody asks for them with ``-p no:terminal``."""
    return int(config.getoption("verbose", 0))


def capture_method(config: Config) -> str:
    """Return the value of ``--capture``; with ``-p no:capture`` nothing is captured."""
    return str(config.getoption("capture", "no"))
