"""A supervisor written by hand, on real sockets: starts a zygote on a project and drives a whole run.

It makes the simplest decision everywhere (units and tests round robin, one thing after the other) and keeps every
frame, so a test can look at all that was said::

    with FakeSupervisor(project, ["-q"]) as supervisor:
        run = supervisor.run(workers=2)
    assert run.outcomes == {"test_a.py::test_one": "passed"}
    assert "1 passed" in run.summary
"""

from __future__ import annotations

import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import tach_harness
from tach_harness.base import _wire as wire

HARNESS = Path(tach_harness.__file__).parent
DEADLINE_S = 60.0
_NAMES = {value: name for name, value in vars(wire).items() if name.startswith(("CMD_", "MSG_"))}


class Frame(NamedTuple):
    """One received frame; ``source`` is "zygote" or the worker's number."""

    source: str | int
    command: int
    body: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.source}: {_NAMES.get(self.command, hex(self.command))} {str(self.body)[:300]}"


@dataclass
class Run:
    """What is known after a run."""

    frames: list[Frame] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    """Node id to pytest's word, for every test that reported."""
    workers_of: dict[str, int] = field(default_factory=dict)
    """Node id to the worker that ran it."""
    summary: str = ""
    exitstatus: int | None = None
    boot_failed: dict[str, Any] | None = None
    out: str = ""
    """What processes of the run wrote to the inherited stdout."""
    err: str = ""

    def bodies(self, command: int) -> list[dict[str, Any]]:
        """Return the bodies of all frames with this command, in the order they came."""
        return [frame.body for frame in self.frames if frame.command == command]

    def one(self, command: int) -> dict[str, Any]:
        """Return the body of the only frame with this command."""
        (body,) = self.bodies(command)
        return body

    @property
    def notes(self) -> list[str]:
        """All MSG_NOTE texts."""
        return [wire.text(body["text"]) for body in self.bodies(wire.MSG_NOTE)]


class Peer:
    """One connection: a socket and the bytes of a frame that is not complete."""

    def __init__(self, source: str | int, sock: socket.socket) -> None:
        self.source = source
        self.sock = sock
        self.buffer = bytearray()
        self.eof = False

    def fileno(self) -> int:
        return self.sock.fileno()

    def send(self, command: int, body: dict[str, Any] | None = None) -> None:
        self.sock.sendall(wire.encode_with_length(command, body or {}))

    def fill(self) -> list[Frame]:
        """Read what is there; the frames that are complete."""
        try:
            data = self.sock.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        self.eof = not data
        self.buffer += data
        frames = []
        while (decoded := wire.decode_with_length(self.buffer)) is not None:
            command, body, used = decoded
            del self.buffer[:used]
            frames.append(Frame(self.source, command, body))
        return frames


class Gone(AssertionError):
    """A peer's end of file came before what the test waited for."""


class FakeSupervisor:
    """Owns one zygote process, its run directory and its lifeline."""

    def __init__(
        self,
        project: Path,
        args: Iterable[str] = (),
        python: str = sys.executable,
        env: dict[str, str] | None = None,
        launcher: Callable[[list[str]], list[str]] = lambda command: command,
    ) -> None:
        self.project = project
        self.args = list(args)
        self.python = python
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))} | (env or {})
        self.launcher = launcher
        self.result = Run()
        self.workers: dict[int, Peer] = {}
        self.zygote: Peer | None = None
        self.nodeids: dict[int, list[str]] = {}
        self.exited: dict[int, dict[str, Any]] = {}
        self.order: dict[str, Any] = {}
        """What CMD_FORK has beside the usual."""
        self.on_order: Callable[[], None] = lambda: None
        """Called once, when the next CMD_FORK is sent."""
        self._unread: deque[Frame] = deque()

    # --- life ---------------------------------------------------------------------------------------------------------

    def __enter__(self) -> FakeSupervisor:
        self.run_dir = Path(tempfile.mkdtemp(prefix="tach-"))
        self._workers_listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._workers_listener.bind(str(self.run_dir / "workers.sock"))
        self._workers_listener.listen(64)
        read_end, self.lifeline = os.pipe()
        command = [self.python, str(HARNESS), "--run-dir", str(self.run_dir), "--", *self.args]
        with open(self.run_dir / "out", "wb") as out, open(self.run_dir / "err", "wb") as err:
            self.process = subprocess.Popen(
                self.launcher(command), cwd=self.project, env=self.env, stdin=read_end, stdout=out, stderr=err
            )
        os.close(read_end)
        self._pidfd = os.pidfd_open(self.process.pid)
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_lifeline()
        self.wait_for_exit()
        os.close(self._pidfd)
        for peer in [self.zygote, *self.workers.values()]:
            if peer is not None:
                peer.sock.close()
        self._workers_listener.close()
        self._read_output()
        shutil.rmtree(self.run_dir)

    def _read_output(self) -> None:
        self.result.out = (self.run_dir / "out").read_text(errors="replace")
        self.result.err = (self.run_dir / "err").read_text(errors="replace")

    def cut_lifeline(self) -> None:
        """Be gone, as far as the zygote can tell."""
        if self.lifeline >= 0:
            os.close(self.lifeline)
            self.lifeline = -1

    def wait_for_exit(self) -> int:
        """Wait for the zygote's end; its exit status as ``subprocess`` tells it."""
        return self.process.wait(DEADLINE_S)

    # --- talking ------------------------------------------------------------------------------------------------------

    def connect(self) -> Peer:
        """Connect as soon as the zygote listens."""
        if self.zygote is not None:
            return self.zygote
        while True:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                sock.connect(str(self.run_dir / "zygote.sock"))
            except (FileNotFoundError, ConnectionRefusedError):
                sock.close()
                if select.select([self._pidfd], [], [], 0.01)[0]:
                    self._read_output()
                    raise Gone(f"the zygote ended before it listened: {self.result.err}") from None
            else:
                self.zygote = Peer("zygote", sock)
                return self.zygote

    def pump(self, until: Callable[[Frame], bool]) -> Frame:
        """Receive from everybody until a frame matches; return it. Every frame is kept in ``result.frames``.

        Frames that came with it are looked at by the next call.
        """
        while True:
            while self._unread:
                frame = self._unread.popleft()
                self._keep(frame)
                if until(frame):
                    return frame
            self._receive()

    def _receive(self) -> None:
        alive = [peer for peer in [self.connect(), *self.workers.values()] if not peer.eof]
        ready = select.select(alive, [], [], DEADLINE_S)[0] if alive else []
        if not ready:
            self._read_output()
            raise Gone(f"nothing more came: {self.result.frames[-5:]} stderr={self.result.err[-3000:]}")
        for peer in ready:
            self._unread.extend(peer.fill())

    def wait_for(self, *commands: int) -> dict[str, Any]:
        """Return the body of the next frame with one of these commands."""
        return self.pump(lambda frame: frame.command in commands).body

    def _keep(self, frame: Frame) -> None:
        self.result.frames.append(frame)
        body = frame.body
        if frame.command == wire.MSG_COLLECTED:
            known = self.nodeids.setdefault(body["unit"], [])
            known.extend(wire.text(nodeid) for nodeid in body["nodeids"])
        elif frame.command == wire.MSG_EXITED:
            self.exited[body["worker"]] = body

    # --- steps --------------------------------------------------------------------------------------------------------

    def boot(self) -> bool:
        """Wait until the session is configured and its units are known; False if it could not boot."""
        while True:
            frame = self.pump(lambda f: f.command in (wire.MSG_UNITS, wire.MSG_BOOT_FAILED))
            if frame.command == wire.MSG_BOOT_FAILED:
                self.result.boot_failed = frame.body
                return False
            if frame.body.get("last", True):
                return True

    def fork(self, worker: int, workers: int, strategy: str = "none") -> Peer:
        """Have a worker forked, and accept its connection."""
        token = secrets.token_bytes(16)
        order = {"worker": worker, "token": token, "workers": workers, "strategy": strategy, **self.order}
        self.connect().send(wire.CMD_FORK, order)
        on_order, self.on_order = self.on_order, lambda: None  # once
        on_order()
        ended = (wire.MSG_FORKED, wire.MSG_BOOT_FAILED)
        frame = self.pump(lambda f: f.command in ended)
        if frame.command == wire.MSG_BOOT_FAILED:
            self.result.boot_failed = frame.body
            raise Gone("the session ended before it could fork")
        if not select.select([self._workers_listener], [], [], DEADLINE_S)[0]:
            raise Gone("the worker did not connect")
        peer = Peer(worker, self._workers_listener.accept()[0])
        self.workers[worker] = peer
        hello = self.wait_for(wire.MSG_WORKER_READY)
        assert hello["token"] == token
        return peer

    def units(self) -> list[str]:
        """Return the paths of the units by number, as last told."""
        frames = self.result.bodies(wire.MSG_UNITS)
        last_start = max(i for i, body in enumerate(frames) if not body["units"] or body["units"][0]["unit"] == 0)
        return [wire.text(unit["path"]) for body in frames[last_start:] for unit in body["units"]]

    def collect_rest(self) -> None:
        """Have every unit that nobody has collected yet collected by the workers."""
        owed = [unit for unit in range(len(self.units())) if unit not in self.nodeids]
        peers = list(self.workers.values())
        for place, peer in enumerate(peers):
            mine = owed[place :: len(peers)]
            if mine:
                peer.send(wire.CMD_COLLECT, {"units": mine})
        while len(self.nodeids) < len(self.units()):
            frame = self.pump(lambda f: f.command in (wire.MSG_COLLECTED, wire.MSG_STOPPING))
            if frame.command == wire.MSG_STOPPING:
                return

    def recollect(self, workers: int) -> None:
        """Drop what was collected, and the workers, and have the zygote collect everything."""
        self.leave_workers()
        self.nodeids.clear()
        start = len(self.result.frames)
        self.connect().send(wire.CMD_COLLECT_ALL)
        self.pump(lambda f: f.command == wire.MSG_UNITS and f.body.get("last", True))
        while len(self.nodeids) < len(self.units()):
            self.wait_for(wire.MSG_COLLECTED)
        self.collected_from = start
        for worker in range(workers):
            self.fork(workers + worker, workers)

    def run_tests(self) -> None:
        """Give every test to a worker, units round robin, and wait for all results."""
        peers = list(self.workers.values())
        self.plan = [(u, i) for u, ids in sorted(self.nodeids.items()) for i in range(len(ids))]
        for place, peer in enumerate(peers):
            mine = [
                {"test_id": number, "unit": unit, "index": index}
                for number, (unit, index) in enumerate(self.plan)
                if unit % len(peers) == place
            ]
            if mine:
                peer.send(wire.CMD_RUN_TEST, {"tests": mine})
            peer.send(wire.CMD_DRAIN)
        owed = len(self.plan)
        while owed:
            frame = self.pump(lambda f: f.command in (wire.MSG_RESULT, wire.MSG_STOPPING))
            if frame.command == wire.MSG_STOPPING:
                return
            nodeid = self.nodeid(frame.body["test_id"])
            self.result.outcomes[nodeid] = wire.text(frame.body.get("outcome", "passed"))
            self.result.workers_of[nodeid] = int(frame.source)
            owed -= 1

    def nodeid(self, test_id: int) -> str:
        """Return the node id of a test of the plan."""
        unit, index = self.plan[test_id]
        return self.nodeids[unit][index]

    def leave_workers(self) -> None:
        """Let every worker tear its session down and leave; wait until the zygote has reaped it."""
        for worker, peer in self.workers.items():
            if worker not in self.exited:
                peer.send(wire.CMD_EXIT)
        while any(worker not in self.exited for worker in self.workers):
            self.wait_for(wire.MSG_EXITED)
        for peer in self.workers.values():
            while not peer.eof:
                self._unread.extend(peer.fill())
            peer.sock.close()
        while self._unread:
            self._keep(self._unread.popleft())
        self.workers.clear()

    # --- the end ------------------------------------------------------------------------------------------------------

    def finish(self, duration: float = 1.25, **more: Any) -> None:
        """Send everything back, take the summary and end the zygote."""
        zygote = self.connect()
        zygote.send(wire.CMD_REPORTS, self.reports_body())
        zygote.send(wire.CMD_FINISH, {**self.finish_body(), "duration": duration, **more})
        text = ""
        while True:
            body = self.wait_for(wire.MSG_SUMMARY)
            text += wire.text(body["text"])
            if body["last"]:
                break
        self.result.summary, self.result.exitstatus = text, body["exitstatus"]
        zygote.send(wire.CMD_EXIT)
        self.wait_for_exit()

    def reports_body(self) -> dict[str, Any]:
        """Return CMD_REPORTS from what was received."""
        told = [body for body in self.result.bodies(wire.MSG_REPORT) if body["when"] != "collect"]
        return {
            "reports": [body if "data" not in body else {"data": body["data"]} for body in told],
            "collect_reports": [{"data": report["data"]} for report in self.collect_reports()],
            "warnings": self.result.bodies(wire.MSG_WARNING),
            "outcomes": [[nodeid, word] for nodeid, word in self.result.outcomes.items()],
            "nodeids": [nodeid for ids in self.nodeids.values() for nodeid in ids],
        }

    def collect_reports(self) -> list[dict[str, Any]]:
        """Return the collect reports that did not pass, of the collection that counts."""
        frames = self.result.frames[getattr(self, "collected_from", 0) :]
        return [r for f in frames if f.command == wire.MSG_COLLECTED for r in f.body.get("reports", ())]

    def finish_body(self) -> dict[str, Any]:
        """Return CMD_FINISH from what was received."""
        frames = self.result.frames[getattr(self, "collected_from", 0) :]
        deselected = sum(f.body.get("deselected", 0) for f in frames if f.command == wire.MSG_COLLECTED)
        collected = sum(map(len, self.nodeids.values())) + deselected
        body: dict[str, Any] = {
            "counts": {"passed": self._plain_passes()},
            "collected": collected,
            "deselected": deselected,
            "exitstatus": self._exitstatus(collected - deselected),
        }
        stop = self._stop()
        return {**body, "stop": stop} if stop else body

    def _plain_passes(self) -> int:
        shown = {b.get("test_id") for b in self.result.bodies(wire.MSG_REPORT) if b["when"] == "call"}
        results = self.result.bodies(wire.MSG_RESULT)
        return sum(1 for b in results if b["test_id"] not in shown and b["phases"][1])

    def _exitstatus(self, planned: int) -> int:
        if {"failed", "error"} & set(self.result.outcomes.values()):
            return 1
        return 0 if planned else 5

    def _stop(self) -> dict[str, Any] | None:
        stopping = self.result.bodies(wire.MSG_STOPPING)
        if stopping:
            return stopping[0]
        errors = sum(report["outcome"] == "failed" for report in self.collect_reports())
        if errors and not self.result.outcomes:
            return {"kind": "stop", "reason": f"{errors} error{'s' if errors > 1 else ''} during collection"}
        return None

    # --- all of it ----------------------------------------------------------------------------------------------------

    def run(self, workers: int = 1, strategy: str = "none") -> Run:
        """Drive a run from boot to the zygote's end."""
        if not self.boot():
            self.wait_for_exit()
            return self.result
        ready = self.result.one(wire.MSG_READY)
        try:
            for worker in range(workers):
                self.fork(worker, workers, strategy)
        except Gone:
            if self.result.boot_failed is None:
                raise
            self.wait_for_exit()
            return self.result
        self.collect_rest()
        if any(body.get("reordered_by") for body in self.result.bodies(wire.MSG_COLLECTED)):
            self.recollect(workers)
        failed = any(report["outcome"] == "failed" for report in self.collect_reports())
        stopped = bool(self.result.bodies(wire.MSG_STOPPING))
        if not stopped and (not failed or ready["continue_on_collection_errors"]):
            self.run_tests()
        self.leave_workers()
        self.finish()
        return self.result
