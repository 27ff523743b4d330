"""Worker: what is reported where a ``__repr__`` raised something that would end the session."""

from __future__ import annotations

import dis
from types import TracebackType
from typing import Any

_REPRS = ("__repr__", "__str__")


def is_raised_by_repr(excinfo: tuple[type[BaseException], BaseException, TracebackType]) -> bool:
    """Say whether this is a KeyboardInterrupt that a ``__repr__`` raises on its own account.

    The user's own interrupt may hit there too, but not in a ``raise``.
    """
    if not issubclass(excinfo[0], KeyboardInterrupt):
        return False
    last = excinfo[2]
    while last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code
    return code.co_name in _REPRS and dis.opname[code.co_code[last.tb_lasti]] == "RAISE_VARARGS"


def replacement_error(raised: BaseException) -> BaseException:
    """Make the error that the test fails with instead, at the same place."""
    error = AssertionError(f"(repr replaced: making it raised {type(raised).__name__})")
    return error.with_traceback(raised.__traceback__)


def replacement_report(item: Any, call: Any, raised: BaseException) -> Any:
    """Make the report of a failure whose own report could not be made, because a ``__repr__`` raised ``raised``."""
    from _pytest.reports import TestReport

    text = f"{call.excinfo.typename}\n(repr replaced: making it raised {type(raised).__name__})"
    keywords: Any = {name: 1 for name in item.keywords}
    sections = [(f"Captured {key} {when}", content) for when, key, content in item._report_sections]
    return TestReport(
        item.nodeid,
        item.location,
        keywords,
        "failed",
        text,
        call.when,
        sections,
        call.duration,
        user_properties=item.user_properties,
    )
