"""Worker: the reasons for which a session wants to end before its tests do."""

from __future__ import annotations

from typing import Any

from _pytest._code import ExceptionInfo
from _pytest.config import ExitCode
from _pytest.main import Session
from _pytest.outcomes import Exit

from tach_harness.base import _wire as wire
from tach_harness.reporting._reports import cut


class Stop(BaseException):
    """What MSG_STOPPING tells; raised where another process has told us, so pytest's hooks have run there."""

    def __init__(self, kind: str, reason: str, returncode: int) -> None:
        super().__init__(kind, reason, returncode)
        self.kind = kind
        self.reason = reason
        self.returncode = returncode

    def body(self) -> dict[str, Any]:
        """Return the body of MSG_STOPPING."""
        return {"kind": self.kind, "reason": self.reason, "returncode": self.returncode}

    @classmethod
    def of_body(cls, body: dict[str, Any]) -> Stop:
        """Read what :meth:`body` made in another process."""
        return cls(body["kind"], wire.text(body["reason"]), body["returncode"])


def announce(error: BaseException, config: Any) -> Stop:
    """Do what pytest's ``wrap_session`` does with an exception that ends the session, and say what it means."""
    if isinstance(error, Stop):
        return error
    if isinstance(error, Session.Failed):
        return Stop("fail", cut(error), ExitCode.TESTS_FAILED)
    info: Any = ExceptionInfo.from_exc_info((type(error), error, error.__traceback__))  # type: ignore[arg-type]
    if isinstance(error, (KeyboardInterrupt, Exit)):
        config.hook.pytest_keyboard_interrupt(excinfo=info)
        return _interrupted(error, info)
    stop = Stop("internal", cut(info.getrepr(style="native")), ExitCode.INTERNAL_ERROR)
    try:
        config.notify_exception(info, config.option)
    except Exit as e:
        stop.returncode = e.returncode if e.returncode is not None else stop.returncode
    return stop


def _interrupted(error: BaseException, info: ExceptionInfo[BaseException]) -> Stop:
    if isinstance(error, Exit):
        code = error.returncode if error.returncode is not None else ExitCode.INTERRUPTED
        return Stop("exit", cut(error.msg), int(code))
    if isinstance(error, Session.Interrupted):
        return Stop("stop", cut(error), ExitCode.INTERRUPTED)
    crash = getattr(info.getrepr(), "reprcrash", None)
    return Stop("interrupt", cut(crash or "KeyboardInterrupt"), ExitCode.INTERRUPTED)
