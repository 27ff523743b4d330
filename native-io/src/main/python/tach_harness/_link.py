"""Zygote: the control channel, from a listening socket to the supervisor's connection."""

from __future__ import annotations

import socket
from typing import Any

from tach_harness import _wire as wire
from tach_harness._channel import Channel


class Link:
    """Talks to the supervisor, and keeps what there is to say until it has connected."""

    def __init__(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        self._listener: socket.socket | None = listener
        self._channel: Channel | None = None
        self._unsent: list[tuple[int, dict[str, Any]]] = []
        self._notes: set[str] = set()

    def connected(self) -> bool:
        """Say whether the supervisor has connected, accepting its connection if it is there. Never waits."""
        if self._channel is None:
            self._accept()
        return self._channel is not None

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            connection = self._listener.accept()[0]
        except BlockingIOError:
            return
        self._listener.close()
        self._listener = None
        self._channel = Channel(connection)
        for command, body in self._unsent:
            self._channel.send(command, body, flush=False)
        self._unsent.clear()
        self._channel.flush()

    def say(self, command: int, body: dict[str, Any]) -> None:
        """Send a frame, or keep it until the supervisor has connected."""
        if self.connected():
            assert self._channel is not None
            self._channel.send(command, body)
        else:
            self._unsent.append((command, body))

    def note(self, text: str) -> None:
        """Tell the user one line, once."""
        if text not in self._notes:
            self._notes.add(text)
            self.say(wire.MSG_NOTE, {"text": text})

    def pending(self) -> bool:
        """Say, without waiting, whether :meth:`receive` has a frame or the end of the stream."""
        return self.connected() and self._channel is not None and self._channel.pending()

    def receive(self) -> tuple[int, dict[str, Any]] | None:
        """Return the next frame, None at the end of the stream; only if it is :meth:`pending`."""
        assert self._channel is not None
        return self._channel.receive()

    def fileno(self) -> int:
        """Return the descriptor whose readability means that there is something to do."""
        connection = self._channel or self._listener
        assert connection is not None
        return connection.fileno()

    def close(self) -> None:
        """Close our descriptors: in a worker, right after its fork."""
        for connection in (self._channel, self._listener):
            if connection is not None:
                connection.close()
