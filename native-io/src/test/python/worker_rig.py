"""A supervisor for tests: starts a worker on a small project and plays the supervisor's side of the channel."""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tach_harness.base import _wire as wire
from tach_harness.base._channel import Channel

PATIENCE_SECONDS = 30
Frame = tuple[int, dict[str, Any]]


class WorkerRig:
    """One worker process and what it has said so far."""

    def __init__(self, project: Path, *arguments: str, strategy: str = "none", number: int = 0, **order: Any) -> None:
        self.run_dir = project / "run"
        self.run_dir.mkdir(exist_ok=True)
        self.frames: list[Frame] = []
        self._listener = _listen(self.run_dir / "workers.sock")
        fork_order = {"worker": number, "workers": 2, "strategy": strategy, **order}
        script = Path(__file__).with_name("session_process.py")
        base = ["-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(project)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(self.run_dir), json.dumps(fork_order), "--", *base, *arguments],
            cwd=project,
            env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.channel = self._accept()
        self.ready = self.read_until(wire.MSG_WORKER_READY)
        self.pid: int = self.ready["pid"]
        self.fds = {name: self._open(number) for name, number in self.ready["fds"].items()}
        self.slot = mmap.mmap(self.fds["slot"], wire.SLOT_BYTES)

    def _accept(self) -> Channel:
        self._listener.settimeout(PATIENCE_SECONDS)
        try:
            return Channel(self._listener.accept()[0])
        except TimeoutError:
            self.process.kill()
            raise AssertionError(self.process.communicate()[0].decode()) from None

    def _open(self, number: int) -> int:
        return os.open(f"/proc/{self.pid}/fd/{number}", os.O_RDWR)

    def __enter__(self) -> WorkerRig:
        return self

    def __exit__(self, *_: object) -> None:
        for pid in (self.pid, self.process.pid):
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass
        self.process.communicate()
        self.channel.close()
        self._listener.close()
        for fd in self.fds.values():
            os.close(fd)

    # --- commands

    def send(self, command: int, **body: Any) -> None:
        self.channel.send(command, body)

    def run(self, *tests: int, unit: int = 0) -> None:
        """Order tests of one unit; the id of test ``i`` of unit ``u`` is ``100 u + i``."""
        payloads = [{"test_id": 100 * unit + i, "unit": unit, "index": i} for i in tests]
        self.send(wire.CMD_RUN_TEST, tests=payloads)

    def await_heard(self) -> None:
        """Return when the worker has read all that was sent to it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while struct.unpack("i", fcntl.ioctl(self.channel.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0]:
            assert time.monotonic() < deadline, self.output()

    def finish(self) -> int:
        """Let the worker run what it has, leave, and return its exit status."""
        self.send(wire.CMD_DRAIN)
        self.send(wire.CMD_EXIT)
        while self.read() is not None:
            pass
        return self.process.wait(PATIENCE_SECONDS)

    def run_all(self, count: int, unit: int = 0) -> int:
        """Run the first ``count`` tests of a unit, wait for their results, and finish."""
        return self.run_units({unit: count})

    def run_units(self, counts: dict[int, int]) -> int:
        """Run so many of the first tests of each unit, wait for their results, and finish."""
        for unit, count in counts.items():
            self.run(*range(count), unit=unit)
        self.send(wire.CMD_DRAIN)
        wanted = {100 * unit + i for unit, count in counts.items() for i in range(count)}
        while wanted - self.settled():
            assert self.read() is not None, self.output()
        return self.finish()

    # --- frames

    def read(self) -> Frame | None:
        if not self.channel.pending():
            ready = select.select([self.channel.fileno()], [], [], PATIENCE_SECONDS)[0]
            assert ready, f"silence after {self.frames[-3:]}"
        frame = self.channel.receive()
        if frame is not None:
            self.frames.append(frame)
        return frame

    def read_until(self, command: int, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        while True:
            frame = self.read()
            assert frame is not None, f"no {command:#04x} in {self.frames}\n{self.output()}"
            if frame[0] == command and wanted(frame[1]):
                return frame[1]

    def of(self, command: int) -> list[dict[str, Any]]:
        """All bodies of one kind so far."""
        return [body for kind, body in self.frames if kind == command]

    def settled(self) -> set[int]:
        done = {body["test_id"] for body in self.of(wire.MSG_RESULT)}
        return done.union(*(body["tests"] for body in self.of(wire.MSG_NOT_RUN)))

    def results(self) -> dict[int, dict[str, Any]]:
        return {body["test_id"]: body for body in self.of(wire.MSG_RESULT)}

    def outcomes(self) -> list[str]:
        """Outcomes in the order of the results."""
        return [body.get("outcome", "passed") for body in self.of(wire.MSG_RESULT)]

    def rewinds(self, name: str) -> int:
        """The sum of what MSG_REWINDS has said of one thing."""
        return sum(body[name] for body in self.of(wire.MSG_REWINDS) if name in body)

    def reports(self) -> list[dict[str, Any]]:
        return self.of(wire.MSG_REPORT)

    def order(self) -> list[str]:
        """What was said of tests, as words such as ``started 0``."""
        words = {wire.MSG_STARTED: "started", wire.MSG_RESULT: "result", wire.MSG_REPORT: "report"}
        return [f"{words[kind]} {body['test_id']}" for kind, body in self.frames if kind in words]

    # --- shared memory

    def text(self, name: str) -> str:
        """What is in one of the worker's memory files."""
        fd = self.fds[name]
        return os.pread(fd, os.fstat(fd).st_size, 0).decode("utf-8", "replace")

    def stop(self) -> None:
        self.slot[wire.SLOT_STOP] = 1

    def phase(self) -> int:
        return self.slot[wire.SLOT_PHASE]

    def child(self) -> int:
        pid: int = struct.unpack_from("<I", self.slot, wire.SLOT_CHILD_PID)[0]
        return pid

    def output(self) -> str:
        return self.text("log") if hasattr(self, "fds") else ""


def isolation(rig: WorkerRig) -> list[str]:
    return [body.get("isolation", "") for body in rig.of(wire.MSG_RESULT)]


def sections(report: dict[str, Any]) -> dict[str, str]:
    return {name: text for name, text in report.get("sections", [])}


def write(project: Path, files: dict[str, str] | Iterable[tuple[str, str]]) -> None:
    for name, text in dict(files).items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    directory = os.open(path.parent, os.O_PATH)
    listener.bind(f"/proc/self/fd/{directory}/{path.name}")
    os.close(directory)
    listener.listen(1)
    return listener
