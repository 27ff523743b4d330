"""Zygote and worker: frames over one stream socket, blocking, with a buffer in each direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from tach_harness.base._descriptors import raised
from tach_harness.base._isolate import getpid, os_, select_, signal_, socket_
from tach_harness.base._wire import LENGTH_BYTES, Body, decode_with_length, encode_with_length, frame_length

EXIT_SUPERVISOR_GONE = 71
"""How a process of ours leaves when it finds that nobody is left to tell anything."""

_RECEIVE_BYTES = 65536

_ASYNCHRONOUS = frozenset(
    getattr(signal_, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2")
)
"""Signals whose Python handlers may raise (Ctrl-C, a timeout plugin): held back while a buffer and its bookkeeping
disagree, or half a frame would be lost or sent twice."""


def die_with_group() -> NoReturn:
    """Kill the process group we lead (ours and the tests' children) and leave; never returns.

    Only a group leader does that: a process that has not got its own group yet would kill its parent's.
    """
    if os_.getpgrp() == getpid():
        try:
            os_.killpg(0, signal_.SIGKILL)
        except OSError:
            pass
    os_._exit(EXIT_SUPERVISOR_GONE)


class Channel:
    """One end of a control socket, owned by one process and used by its main thread.

    A peer that is gone while we write ends this process (:func:`die_with_group`): what it would go on with is of no
    use to anyone. A process that a test forked and that returned into our code must not speak for its parent: it is
    ended silently. See :meth:`adopt` for the fork that we make ourselves.
    """

    __slots__ = ("_eof", "_fd", "_held", "_in", "_out", "_owner", "_poll", "_sock")

    def __init__(self, sock: Any) -> None:
        sock.setblocking(True)
        self._sock = sock
        self._fd = int(sock.fileno())
        self._in = bytearray()
        self._out = bytearray()
        self._eof = False
        self._held = False
        self._owner = getpid()
        self._poll = select_.poll()
        self._poll.register(self._fd, select_.POLLIN)

    def adopt(self) -> None:
        """Make this process the channel's owner: called in a child that we forked to speak for its parent."""
        self._owner = getpid()

    def hold(self) -> None:
        """Keep what is sent from now on: whether it will ever be said is not known yet."""
        self._held = True

    @property
    def is_holding(self) -> bool:
        """Say whether what is sent is kept."""
        return self._held

    def take_held(self) -> bytes:
        """Return what is kept, and neither keep nor hold any longer."""
        held = bytes(self._out)
        self._out.clear()
        self._held = False
        return held

    def release(self) -> None:
        """Say what was kept."""
        self._held = False
        self.flush()

    def fileno(self) -> int:
        """Return the socket's descriptor, for polling."""
        return self._fd

    def close(self) -> None:
        """Close our end; what is buffered is lost."""
        self._sock.close()

    def send(self, command: int, body: Mapping[str, Any], flush: bool = True) -> None:
        """Append one frame and, unless told otherwise, write all that is buffered."""
        self.send_encoded(encode_with_length(command, body), flush)

    def send_encoded(self, frame: bytes | bytearray, flush: bool = True) -> None:
        """Append a whole frame, made by :func:`encode_with_length` or a faster equal of it."""
        self._out += frame
        if flush:
            self.flush()

    def flush(self) -> None:
        """Write all that is buffered: one ``write`` unless the socket is full."""
        if not self._out or self._held:
            return
        self._check_owner()
        mask = signal_.pthread_sigmask(signal_.SIG_BLOCK, _ASYNCHRONOUS)
        try:
            self._write_all()
        finally:
            signal_.pthread_sigmask(signal_.SIG_SETMASK, mask)

    def _write_all(self) -> None:
        try:
            while self._out:
                del self._out[: os_.write(self._fd, self._out)]
        except (BrokenPipeError, ConnectionResetError):
            die_with_group()

    def receive(self) -> tuple[int, Body] | None:
        """Wait for one frame and return it; None at the end of the stream.

        :class:`ProtocolError` for a bad frame. What is left of a frame cut off by the end of the stream is dropped.
        """
        while True:
            frame = decode_with_length(self._in)
            if frame is not None:
                command, body, used = frame
                del self._in[:used]
                return command, body
            if self._eof:
                return None
            self._poll.poll()
            self._fill()

    def pending(self) -> bool:
        """Say, without waiting, whether :meth:`receive` would return at once."""
        while not self._has_frame():
            if self._eof:
                return True
            if not self._poll.poll(0):
                return False
            self._fill()
        return True

    def _has_frame(self) -> bool:
        length = frame_length(self._in)
        return length is not None and len(self._in) >= LENGTH_BYTES + length

    def _fill(self) -> None:
        """Take the bytes that :meth:`poll` has seen."""
        self._check_owner()
        mask = signal_.pthread_sigmask(signal_.SIG_BLOCK, _ASYNCHRONOUS)
        try:
            data = self._read()
            self._in += data
            self._eof = not data
        finally:
            signal_.pthread_sigmask(signal_.SIG_SETMASK, mask)

    def _read(self) -> bytes:
        try:
            data: bytes = os_.read(self._fd, _RECEIVE_BYTES)
        except ConnectionResetError:
            return b""
        return data

    def _check_owner(self) -> None:
        if getpid() != self._owner:
            os_._exit(0)


def connect(path: str) -> Channel:
    """Connect to a listening unix socket; its path may be longer than the 107 bytes that an address holds."""
    directory, name = os_.path.split(path)
    fd = os_.open(directory or ".", os_.O_PATH | os_.O_DIRECTORY | os_.O_CLOEXEC)
    try:
        sock = _unix_socket()
        sock.setblocking(True)  # a conftest may have set a default timeout
        sock.connect(f"/proc/self/fd/{fd}/{name}")
    finally:
        os_.close(fd)
    return Channel(sock)


def _unix_socket() -> Any:
    sock = socket_.socket(socket_.AF_UNIX, socket_.SOCK_STREAM)
    return socket_.socket(fileno=raised(sock.detach()))
