"""Worker and its forked tests: what the supervisor is told of one test, from its start to its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tach_harness.base import _wire as wire
from tach_harness.base._channel import Channel
from tach_harness.base._descriptors import StandardStreams
from tach_harness.base._queue import Planned
from tach_harness.base._slot import Slot
from tach_harness.reporting._hooks import WorkerHooks
from tach_harness.reporting._reports import Verdict


class Telling:
    """Says MSG_STARTED and MSG_RESULT, and keeps the slot; used by one process at a time."""

    def __init__(
        self,
        channel: Channel,
        slot: Slot,
        hooks: WorkerHooks,
        streams: StandardStreams,
        check_channel: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._slot = slot
        self._hooks = hooks
        self._streams = streams
        self.check_channel = check_channel
        """Ends this process if a test closed or replaced the descriptor of the channel."""
        self._begun = -1

    def begin(self, test: Planned) -> Verdict:
        """Say that a test starts; what was kept back before is said first."""
        verdict = self._hooks.verdict = Verdict(test.test_id)
        self._slot.start(test.test_id, test.unit)
        if test.test_id != self._begun:
            self._channel.send(wire.MSG_STARTED, {"test_id": test.test_id})
        return verdict

    def has_begun(self, test: Planned) -> None:
        """Take note that another process has said already that this test starts."""
        self._begun = test.test_id

    def tidy(self) -> None:
        """Mend what a test did to our descriptors; if it took the channel, this process ends."""
        self.check_channel()
        self._streams.repair()

    def end(self, body: dict[str, Any]) -> None:
        """Say the result; it leaves with the next frame."""
        self._channel.send(wire.MSG_RESULT, body, flush=False)
        self._hooks.verdict = None
