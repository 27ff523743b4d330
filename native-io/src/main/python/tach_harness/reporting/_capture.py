"""Worker: pytest's own global capture, with files that are this worker's and that the supervisor can read.

The zygote's capture files are shared by everything forked from it, so each worker needs its own. They are memory
files, so what a test had printed outlives a ``SIGKILL``. And a phase that printed a gigabyte is not read into memory:
head and tail are kept.

Only the global capture is touched; ``capsys``, ``capfd`` and their kin are pytest's.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from _pytest import capture as pytest_capture

from tach_harness.base import _compat
from tach_harness.base._isolate import os_

LOG_BUFFER_SIZE = 1 << 20
"""Bytes of output kept of one phase and stream."""


def left_out(count: int) -> str:
    """Return the line that stands where output was cut."""
    return f"\n[... {count} bytes left out ...]\n"


class OwnFile:
    """The memory file behind one stream of the global capture."""

    def __init__(self, capture: Any, fd: int) -> None:
        self._capture = capture
        self._fd = fd
        self._is_fd_capture = hasattr(capture, "targetfd")

    def install(self, log: int) -> None:
        """Make the capture write to this file, and outside of capture to ``log``.

        The stream stays the same object where it can: a conftest may have given it to a logging handler.
        """
        if self._is_fd_capture and not self._capture.tmpfile.closed:
            os_.dup2(self._fd, self._capture.tmpfile.fileno(), False)
        else:
            self._reopen()
        self._capture.snap = self.snap
        if self._is_fd_capture:
            os_.dup2(log, self._capture.targetfd_save, False)
            if self._capture._state == "started":
                os_.dup2(self._fd, self._capture.targetfd)

    def snap(self) -> str:
        """Take what was written since the last time; pytest calls this after each phase."""
        if self._capture.tmpfile.closed:  # a test closed its sys.stdout; the next one shall have one again
            self._reopen()
        size = os_.fstat(self._fd).st_size
        if not size:
            return ""
        taken = _read_bounded(self._fd, size)
        os_.lseek(self._fd, 0, 0)
        os_.ftruncate(self._fd, 0)
        return taken

    def text(self) -> str:
        """Return what was written since the last time, and leave it there."""
        size = os_.fstat(self._fd).st_size
        return _read_bounded(self._fd, size) if size else ""

    def write(self, text: str) -> None:
        """Write behind what is there."""
        os_.write(self._fd, text.encode("utf-8", "replace"))

    def _reopen(self) -> None:
        capture = self._capture
        if self._is_fd_capture:
            capture.tmpfile = capture.syscapture.tmpfile = _encoded_file(self._fd)
            name, state = capture.syscapture.name, capture.syscapture._state
        else:
            capture.tmpfile = _system_file(self._fd, capture.tmpfile)
            name, state = capture.name, capture._state
        if state == "started":
            setattr(sys, name, capture.tmpfile)


def _encoded_file(fd: int) -> Any:
    raw: Any = io.FileIO(fd, "rb+", closefd=False)
    return pytest_capture.EncodedFile(raw, encoding="utf-8", errors="replace", newline="", write_through=True)


class _NumberlessFile(io.FileIO):
    """With ``--capture=sys``, ``sys.stdout`` has no descriptor, and programs ask."""

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


class _SystemFile(pytest_capture.CaptureIO):
    """``sys.stdout`` under ``--capture=sys``."""

    def __init__(self, fd: int) -> None:
        raw: Any = _NumberlessFile(fd, "rb+", closefd=False)
        io.TextIOWrapper.__init__(self, raw, encoding="UTF-8", newline="", write_through=True)
        self._fd = fd

    def getvalue(self) -> str:
        """Return what this phase printed, as some tests ask ``sys.stdout`` for it."""
        return _read_bounded(self._fd, os_.fstat(self._fd).st_size)


class _TeeFile(_SystemFile):
    """``sys.stdout`` under ``--capture=tee-sys``."""

    def __init__(self, fd: int, other: Any) -> None:
        self._other = other
        super().__init__(fd)

    def write(self, s: str) -> int:
        super().write(s)
        written: int = self._other.write(s)
        return written


def _system_file(fd: int, before: Any) -> Any:
    if isinstance(before, (pytest_capture.TeeCaptureIO, _TeeFile)):
        return _TeeFile(fd, before._other)
    return _SystemFile(fd)


def _read_bounded(fd: int, size: int) -> str:
    if size <= LOG_BUFFER_SIZE:
        return _decoded(os_.pread(fd, size, 0))
    half = LOG_BUFFER_SIZE // 2
    head, tail = os_.pread(fd, half, 0), os_.pread(fd, half, size - half)
    return _decoded(head) + left_out(size - 2 * half) + _decoded(tail)


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


class WorkerCapture:
    """What the worker does with pytest's capture manager, if there is one."""

    def __init__(self, config: Any) -> None:
        self._manager = config.pluginmanager.getplugin("capturemanager")
        self._files: list[tuple[str, OwnFile]] = []
        logging = config.pluginmanager.getplugin("logging-plugin")
        self._log: Any = logging and logging.report_handler

    def install(self, out: int, err: int, sources: tuple[int, ...]) -> None:
        """Give the global capture its own files; ``sources`` stand behind 0, 1 and 2 outside of capture."""
        streams = self._manager and self._manager._global_capturing
        if not streams:
            return
        if hasattr(streams.in_, "targetfd_save"):  # --capture=sys leaves descriptor 0 alone
            os_.dup2(sources[0], streams.in_.targetfd_save, False)
        for name, capture, fd, source in (
            ("stdout", streams.out, out, sources[1]),
            ("stderr", streams.err, err, sources[2]),
        ):
            if capture is not None:
                file = OwnFile(capture, fd)
                file.install(source)
                self._files.append((name, file))

    def take(self, when: str) -> list[list[str]]:
        """Take what is there as report sections: the words of a test whose process has died."""
        taken = ((name, file.snap()) for name, file in self._files)
        return [[f"Captured {name} {when}", text] for name, text in taken if text]

    def so_far(self) -> list[str]:
        """Return what this phase has printed and logged up to now, for :meth:`say_again`."""
        return [file.text() for _, file in self._files] + [self._log.stream.getvalue() if self._log else ""]

    def say_again(self, texts: list[str]) -> None:
        """Print and log in this phase what another process has in its own."""
        *printed, logged = texts
        for (_, file), text in zip(self._files, printed):
            file.write(text)
        if self._log:
            self._log.stream.write(logged)

    def around(self, item: Any, when: str, action: Callable[[], None]) -> None:
        """Do something of a test outside of pytest's protocol; its output becomes a section of the item's report."""
        __tracebackhide__ = True
        error = None
        capturing = self._manager.item_capture(when, item) if self._manager else nullcontext()
        with _compat.catch_test_logs(item, when), capturing:
            try:
                action()
            except BaseException as e:  # before pytest 8 what was printed is only kept if nothing comes out here
                error = e.with_traceback(e.__traceback__ and e.__traceback__.tb_next)
        if error is not None:
            raise error

    def suspend(self) -> None:
        """Stop capturing, if the death of a test's process left it on."""
        if self._manager:
            self._manager.suspend_global_capture(in_=False)
