"""Worker: the tests it has been given and may start."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tach_harness.base._wire import ProtocolError

ANY_INDEX = 0xFFFFFFFF
"""The index of a test in a unit of which no items are known yet."""


@dataclass(frozen=True)
class Planned:
    """One test of CMD_RUN_TEST."""

    test_id: int
    unit: int
    index: int
    is_toxic: bool = False
    """Whether the process it runs in is known to be of no use afterwards."""

    @classmethod
    def of_payload(cls, payload: dict[str, Any]) -> Planned:
        """Read a payload; what else it holds says nothing that this process does not know."""
        try:
            return cls(payload["test_id"], payload["unit"], payload["index"], bool(payload.get("is_toxic")))
        except (KeyError, TypeError) as e:
            raise ProtocolError(f"payload without {e}") from None


class Queue:
    """First in, first out. The last test waits for its successor, or for the word that there is none.

    pytest tears down after a test what the next one does not need, so it has to know the next one.
    """

    def __init__(self) -> None:
        self._tests: deque[Planned] = deque()
        self._draining = False
        self._coming: list[Planned] = []

    def extend(self, payloads: Sequence[dict[str, Any]]) -> None:
        """Append the tests of a CMD_RUN_TEST; an earlier CMD_DRAIN is void, since something does follow."""
        self._tests.extend(map(Planned.of_payload, payloads))
        self._draining = False

    def is_empty(self) -> bool:
        """Say whether there is no test to run."""
        return not self._tests

    def drain(self) -> None:
        """Take note of CMD_DRAIN: the last test need not wait."""
        self._draining = True

    def expect(self, unit: int) -> None:
        """Take note that tests of a unit will follow which is yet to be collected here."""
        self._coming.append(Planned(0, unit, ANY_INDEX))

    def take_expected(self) -> list[int]:
        """Forget the units that are expected and return their numbers."""
        units = [test.unit for test in self._coming]
        self._coming.clear()
        return units

    def _expected(self) -> Planned | None:
        return self._coming[0] if self._coming else None

    def startable(self) -> bool:
        """Say whether the first test may start now."""
        knows_what_follows = self._draining or bool(self._coming)
        return len(self._tests) > 1 or (knows_what_follows and bool(self._tests))

    def take(self) -> tuple[Planned, Planned | None]:
        """Remove the first test and return it with the one that will follow it."""
        first = self._tests.popleft()
        return first, self._tests[0] if self._tests else self._expected()

    def ahead(self) -> tuple[Planned, Planned | None] | None:
        """Return the first test and what follows it, leaving them here; None if it may not start yet."""
        if not self.startable():
            return None
        return self._tests[0], self._tests[1] if len(self._tests) > 1 else self._expected()

    def put_back(self, tests: Sequence[Planned]) -> None:
        """Put tests in front again that were taken and have not run."""
        self._tests.extendleft(reversed(tests))

    def hand_back(self) -> list[int]:
        """Empty the queue; the ids of what was in it."""
        ids = [test.test_id for test in self._tests]
        self._tests.clear()
        self._coming.clear()
        return ids
