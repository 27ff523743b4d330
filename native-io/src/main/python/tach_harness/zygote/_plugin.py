"""Zygote: the pytest plugin that turns a pytest session into a zygote. Hooks only; each delegates.

Written with old-style hook wrappers, which every pluggy that pytest 7.2 to 9 accepts understands.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from tach_harness.base import _compat
from tach_harness.base._garbage import collect_for_the_last_time
from tach_harness.collecting import _options
from tach_harness.collecting._ready import take_junit

if TYPE_CHECKING:
    from tach_harness.zygote._zygote import Zygote


class ZygotePlugin:
    """Lives in the zygote from before the first option is parsed; workers unregister it after the fork."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote = zygote
        zygote.plugin = self
        self.screen = _compat.Screen(sys.stdout)
        """What pytest's terminal reporter writes."""
        self.wanted_of_xdist = ("", "no")
        self.junit: dict[str, Any] | None = None

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: Any, parser: Any) -> Generator[None, Any, None]:
        """Add the options of absent plugins when all others have registered theirs."""
        if _options.silence_coverage(early_config):
            self._zygote.control.note(_options.COVERAGE_NOTE)
        _compat.announce_conftests(early_config, self._zygote.control.importing)
        outcome = yield
        if outcome.excinfo is None:  # (raising here would make pluggy warn about us)
            _options.add_missing(early_config, parser)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_cmdline_main(self, config: Any) -> Generator[None, Any, None]:
        """Look at the parsed options before any plugin acts on them."""
        self._zygote.config = config
        if getattr(config.option, "cov_source", None):
            config.option.cov_source = []
            if not getattr(config.option, "no_cov", False):
                self._zygote.control.note(_options.COVERAGE_NOTE)
        _options.refuse_debugger(config)
        self.wanted_of_xdist = _options.put_xdist_to_sleep(config)
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: Any) -> None:
        """Register the markers of absent plugins before anything is collected."""
        _options.add_missing_markers(config)

    def pytest_plugin_registered(self, plugin: Any, manager: Any) -> None:
        """Take the terminal from whoever reports to it."""
        if manager.get_name(plugin) == "terminalreporter" and hasattr(plugin, "_tw"):
            _compat.redirect(plugin, self.screen)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionstart(self, session: Any) -> Generator[None, Any, None]:
        """Prepare the collection; what the reporter has written at the end of this is pytest's header."""
        self.junit = take_junit(session.config)
        outcome = yield
        if _options.others_measure_coverage():
            self._zygote.control.note(_options.OTHERS_COVERAGE_NOTE)
        if outcome.excinfo is None:
            self._zygote.session_started(session)

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage, when: Any, nodeid: str) -> None:
        """Tell the supervisor; it brings all warnings back for the summary."""
        self._zygote.control.warn(warning_message, when, nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """All that the user's plugins do at the end is done."""
        collect_for_the_last_time()
