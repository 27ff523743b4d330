"""Worker: the rest of a test's teardown. Its own part is torn down in its process, what is wider here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from _pytest.outcomes import Exit
from _pytest.reports import TestReport
from _pytest.runner import CallInfo

from tach_harness.base import _wire as wire
from tach_harness.base._compat import catch_test_warnings
from tach_harness.isolation._parts import Parts


def tear_down_rest(parts: Parts, item: Any, teardown: Callable[[], None], sections: list[Any]) -> None:
    """Tear down as a part of the item's teardown and report it; ``sections`` is what it has printed in its process."""
    parts.slot.phase(wire.PHASE_TEARDOWN)
    with catch_test_warnings(item):
        call: Any = CallInfo.from_call(
            partial(parts.capture.around, item, "teardown", teardown),
            when="teardown",
            reraise=(Exit, KeyboardInterrupt),
        )
    said = [section for section in item._report_sections if section[0] == "teardown"]
    item._report_sections = _joined(sections, said)
    report = _report(item, call)
    if call.excinfo is None:
        parts.hooks.pytest_runtest_logreport(report)
    else:
        item.ihook.pytest_runtest_logreport(report=report)


def _report(item: Any, call: Any) -> Any:
    """Let plugins make the report, or pytest alone if one misses what it noted when the item was set up, in the child."""
    try:
        return item.ihook.pytest_runtest_makereport(item=item, call=call)
    except Exception:
        return TestReport.from_item_and_call(item, call)


def _joined(sections: list[Any], more: list[Any]) -> list[Any]:
    """Return pytest's sections of an item, each kind of output of a phase once."""
    texts = {section[:2]: section[2] for section in sections}
    for when, kind, text in more:
        texts[when, kind] = texts.get((when, kind), "") + text
    return [(*key, text) for key, text in texts.items()]
