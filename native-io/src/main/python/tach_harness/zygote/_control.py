"""Zygote: the control channel, to a supervisor that may not have connected yet.

::

    kept (nobody is there) -- the supervisor connects --> sent
"""

from __future__ import annotations

import os
import socket
import warnings
from typing import Any

from tach_harness.base import _wire as wire
from tach_harness.base._channel import Channel
from tach_harness.reporting._reports import warning_body

IMPORTING = "importing"
"""The file in the run's directory that names what is being imported."""


class ControlChannel:
    """Frames to and from the supervisor; used by the zygote's main thread only."""

    def __init__(self, run_dir: str, listener: socket.socket) -> None:
        self._pid = os.getpid()
        self._run_dir = run_dir
        self._listener: socket.socket | None = listener
        self._channel: Channel | None = None
        self._unsent: list[tuple[int, dict[str, Any]]] = []
        self._notes: set[str] = set()

    # --- connecting ---------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the supervisor has connected."""
        return self._channel is not None

    def accept(self) -> None:
        """Let the supervisor in, if it is waiting, and send it what was kept."""
        if self._listener is None:
            return
        self._listener.setblocking(False)
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

    def fileno(self) -> int:
        """Return what is readable when there is a frame, or somebody who wants to connect."""
        end: Any = self._channel or self._listener
        number: int = end.fileno()
        return number

    def close(self) -> None:
        """In a child: forget both ends."""
        for end in (self._channel, self._listener):
            if end is not None:
                end.close()

    # --- hearing ------------------------------------------------------------------------------------------------------

    def pending(self) -> bool:
        """Say, without waiting, whether there is a frame, or the end, to receive."""
        return self._channel is not None and self._channel.pending()

    def receive(self) -> tuple[int, dict[str, Any]] | None:
        """Return the next frame; None if the supervisor is gone. There must be a connection."""
        assert self._channel is not None
        return self._channel.receive()

    # --- talking ------------------------------------------------------------------------------------------------------

    def say(self, command: int, body: dict[str, Any]) -> None:
        """Send a frame, or keep it until the supervisor has connected. Never waits for the supervisor to connect."""
        self.accept()
        if self._channel is None:
            self._unsent.append((command, body))
        else:
            self._channel.send(command, body)

    def note(self, text: str) -> None:
        """Tell the user one line, once."""
        if text not in self._notes:
            self._notes.add(text)
            self.say(wire.MSG_NOTE, {"text": text})

    def warn(self, message: warnings.WarningMessage, when: str, nodeid: str) -> None:
        """Tell of a warning that pytest recorded here."""
        self.say(wire.MSG_WARNING, warning_body(message, when, nodeid))

    def importing(self, path: str) -> None:
        """Tell which file is about to be imported, or with an empty path that it was: it may be the last that we do.

        While the supervisor has not been let in, a frame would die with us; so the path is in a file as well.
        """
        if os.getpid() != self._pid:
            return
        self.say(wire.MSG_COLLECTING, {"path": path})
        if self._channel is None:
            with open(f"{self._run_dir}/{IMPORTING}", "w", encoding="utf-8", errors="surrogatepass") as file:
                file.write(path)
