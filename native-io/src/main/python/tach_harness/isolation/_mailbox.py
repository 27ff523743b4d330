"""Worker: how a forked test's last words reach its parent, whatever it did to its descriptors."""

from __future__ import annotations

import mmap
import struct
from typing import Any

from tach_harness.base import _wire as wire

_LENGTH = struct.Struct("<I")
_COUNTS = struct.Struct("<II")
_BYTES = 1 << 20


class Mailbox:
    """One message in memory shared by the worker and its forked tests; the length is written last."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _BYTES)

    def clear(self) -> None:
        """Empty it: before a fork."""
        _LENGTH.pack_into(self._memory, 0, 0)

    def put(self, message: dict[str, Any]) -> None:
        """Leave a message; :class:`~tach_harness.base._wire.ProtocolError` if it is longer than a mebibyte."""
        raw = wire.encode(message)
        end = _LENGTH.size + len(raw)
        if end > _BYTES:
            raise wire.ProtocolError(f"message too long: {len(raw)}")
        self._memory[_LENGTH.size : end] = raw
        _LENGTH.pack_into(self._memory, 0, len(raw))

    def take(self) -> dict[str, Any] | None:
        """Return the message, None if the child died before it had left one."""
        length: int = _LENGTH.unpack_from(self._memory)[0]
        if not length:
            return None
        message: dict[str, Any] = wire.decode(self._memory[_LENGTH.size : _LENGTH.size + length])
        return message


class Progress:
    """What a child with many tests has come to, in memory that it shares with the worker; no rewind touches it."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _COUNTS.size)

    def clear(self) -> None:
        """Start anew: before a fork."""
        _COUNTS.pack_into(self._memory, 0, 0, 0)

    def add(self, told: int, failed: int) -> None:
        """Count results that the supervisor has been sent, and failures among the reports."""
        was_told, had_failed = _COUNTS.unpack_from(self._memory)
        _COUNTS.pack_into(self._memory, 0, was_told + told, had_failed + failed)

    @property
    def told(self) -> int:
        """How many results the supervisor has been sent."""
        return int(_COUNTS.unpack_from(self._memory)[0])

    @property
    def failed(self) -> int:
        """How many failures ``Session.testsfailed`` would have counted."""
        return int(_COUNTS.unpack_from(self._memory)[1])
