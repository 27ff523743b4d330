"""Cell: what it has set up itself, beyond what its worker had: fixtures of modules and classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _pytest.scope import Scope

from tach_harness.isolation import _collectors, _wide


class OwnFixtures:
    """Made in the cell before it has set up anything."""

    def __init__(self, session: Any, teardown: Callable[[Any], None]) -> None:
        self._state = session._setupstate
        self._teardown = teardown
        self._inherited = _collectors.held(self._state)
        self.outermost: Any = self._inherited[-1] if self._inherited else session
        """The innermost collector of which something is set up in the worker."""
        self._late = _wide.LateFixtures(Scope.Module)
        self._late.recording = True
        session.config.pluginmanager.register(self._late, "tach-cell-fixtures")

    def is_up(self) -> bool:
        """Say whether there is something that the worker does not have."""
        return len(_collectors.held(self._state)) > len(self._inherited)

    def is_left_for(self, nextitem: Any) -> bool:
        """Say whether some of it, which is up, has to be torn down before the next item."""
        return not _collectors.keeps(self._state, nextitem)

    def tear_down(self) -> str:
        """Tear down all of it where no test can tell how that went; what went wrong, or nothing."""
        failures: list[BaseException] = []
        try:
            self._teardown(self.outermost)
        except _wide.SETUP_FAILURES as e:
            failures.append(e)
        failures += self._late.finish()
        return "; ".join(f"{type(e).__name__}: {e}" for e in failures)
