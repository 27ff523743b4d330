"""Worker and its forked tests: what a child says before it ends, and what its worker makes of that."""

from __future__ import annotations

from typing import Any

from tach_harness.base import _wire as wire
from tach_harness.isolation._mailbox import Mailbox
from tach_harness.isolation._parts import Parts
from tach_harness.reporting import _stop
from tach_harness.reporting._reports import Verdict, cut

_MOST_SECTIONS = 30
_LONG_TEXT, _SHORT_TEXT = 1 << 18, 1 << 13
"""Characters of a section that a child hands to its worker; the shorter if the message would become too long."""


class LastWords:
    """Of a test's process: what it came to, for a worker that goes on as if the test had run there."""

    def __init__(self, parts: Parts, mailbox: Mailbox) -> None:
        self._session = parts.session
        self._hooks = parts.hooks
        self._mailbox = mailbox
        self.sections: list[Any] = []
        """What the test has printed, where the report of its teardown is left to the worker."""
        self.details: dict[str, Any] = {}
        """What MSG_RESULT shall hold of every test of this process."""

    def compose(self, verdict: Verdict, failed: int, error: BaseException | None) -> dict[str, Any]:
        """In a child: put together what there is to say; ``failed`` is how many failures pytest has counted there."""
        return {
            "verdict": verdict.state(),
            "failed": failed,
            "shouldfail": _reason(self._session.shouldfail),
            "shouldstop": _reason(self._session.shouldstop),
            "stop": None if error is None else _stop.announce(error, self._session.config).body(),
            "leaked": self._hooks.leaks.after_test(),
            "details": self.details,
        }

    def leave(self, message: dict[str, Any], verdict: Verdict, item: Any) -> None:
        """In a child: leave them for the worker, without what makes them too long."""
        try:
            self._mailbox.put(message | {"sections": self._withheld_sections(item, _LONG_TEXT)})
        except wire.ProtocolError:
            verdict.properties = []
            shortened = {"verdict": verdict.state(), "sections": self._withheld_sections(item, _SHORT_TEXT)}
            self._mailbox.put(message | shortened)

    def _withheld_sections(self, item: Any, limit: int) -> list[list[str]]:
        """Return what the test has printed, if the worker is to tell of it."""
        sections = item._report_sections[-_MOST_SECTIONS:] if self._hooks.withheld else ()
        return [[cut(text, limit) for text in section] for section in sections]

    def take_in(self, message: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
        """Let the session know what it would know had the test run here; what MSG_RESULT holds beside the verdict."""
        verdict.load(message["verdict"])
        self.sections = [tuple(map(wire.text, section)) for section in message.get("sections", ())]
        self._session.testsfailed += message["failed"]
        for name in ("shouldfail", "shouldstop"):
            if message[name]:
                setattr(self._session, name, wire.text(message[name]))
        if message["stop"]:
            raise _stop.Stop.of_body(message["stop"])
        details = dict(message["details"])
        return details | ({"leaked": [wire.text(t) for t in message["leaked"]]} if message["leaked"] else {})


def _reason(value: object) -> str:
    return str(value) if value else ""
