"""Zygote: the single-threaded loop that forks workers, reaps them and, at the end, writes pytest's summary.

::

    boot -> collecting (until the first CMD_FORK, or the end) -> serving -> finishing -> leaving
              user code runs: lifeline armed            polled        pytest's session ends
"""

from __future__ import annotations

import os
import select
import socket
import sys
import uuid
from dataclasses import replace
from time import perf_counter
from typing import Any, NoReturn

from tach_harness.base import _processes as processes
from tach_harness.base import _wire as wire
from tach_harness.base._child import fork
from tach_harness.base._fork import ForkOrder
from tach_harness.base._garbage import QuietCollector, retire_all
from tach_harness.collecting._collect import Collection
from tach_harness.collecting._options import verbosity
from tach_harness.collecting._ready import JUNIT_PLUGIN, global_reason, ready_body
from tach_harness.isolation._warmup import warm_up
from tach_harness.worker._node import configured_input
from tach_harness.zygote._brood import Brood
from tach_harness.zygote._control import ControlChannel
from tach_harness.zygote._lifeline import Lifeline
from tach_harness.zygote._preimport import chosen_for, directory_on_path, import_all
from tach_harness.zygote._rehearsal import Rehearsal
from tach_harness.zygote._summary import Finish
from tach_harness.zygote._together import untold, why_together, why_unisolated

IMPORTED_AHEAD = "imported-ahead"
"""The file in the run's directory that says that a zygote has imported before its first fork, or died of it."""
UNITS_A_FRAME = 10_000
SUMMARY_CHARS = 1 << 20
_FORK_FAILED = 71 << 8


class Zygote:
    """Owns the control channel, the lifeline and the workers; used by the main thread only."""

    def __init__(
        self, run_dir: str, listener: socket.socket, lifeline: Lifeline, quiet: QuietCollector, preimports: bool = True
    ) -> None:
        self._preimports = preimports
        self._run_dir = run_dir
        self.control = ControlChannel(run_dir, listener)
        self._lifeline = lifeline
        self._quiet = quiet
        self._note_at_end = ""
        self._run_uid = uuid.uuid4().hex
        self._brood = Brood(self._run_uid)
        self._forked = False
        self._leaving = False
        self._rehearsal: Rehearsal | None = None
        self._finish = Finish()
        self._finished = False
        self.plugin: Any = None
        self._header = ""
        self._together = ""
        self._untold: list[str] = []
        self.config: Any = None
        self.failure = ("exit", "")
        """Why pytest's session ended before CMD_FINISH: kind and what went to stderr."""

    # --- the session --------------------------------------------------------------------------------------------------

    def fail_boot(self, status: int) -> None:
        """Say that the session has ended before anybody asked it to, in pytest's words, and end what is left."""
        self._lifeline.disarm()
        self._await_supervisor()
        kind, text = self.failure
        printed = self._header + self.plugin.screen.take() if self.plugin is not None else ""
        self.control.say(wire.MSG_BOOT_FAILED, {"kind": kind, "text": printed + text, "returncode": status})
        self._end_workers()

    def _await_supervisor(self) -> None:
        """Wait until the supervisor has connected, or is gone."""
        self.control.accept()
        while not self.control.is_open:
            self._wait()
            if self._lifeline.cut():
                self.leave_everything()
            self.control.accept()

    def session_started(self, session: Any) -> None:
        """Keep pytest's header and put our collection in place of pytest's."""
        self._header = self.plugin.screen.take()
        self._collection = Collection(session)
        self._collection.on_file = self.control.importing
        self._collection.on_note = self.control.note
        session.config.pluginmanager.register(self._collection, "tach-collection")
        session.perform_collect = self._perform_collect

    def _perform_collect(self) -> list[Any]:
        """Stand in for ``Session.perform_collect``: called by pytest's own ``pytest_collection``."""
        collection, config = self._collection, self.config
        del collection.session.perform_collect
        reason = global_reason(config)
        if not reason:
            collection.walk()
            reason = global_reason(config)  # the walk may have loaded conftests
        self._say_ready(reason)
        if reason:
            self._collect_all()
        else:
            self._say_units("distributed")
        return collection.session.items

    def _say_ready(self, reason: str) -> None:
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        body = ready_body(self.config, reporter, self._header, self.plugin.wanted_of_xdist)
        body.update(mode="global" if reason else "distributed", mode_reason=reason)
        body["units"] = 0 if reason else len(self._collection.units)
        files = None if reason else self._collection.files()
        self._together, self._untold = why_together(self.config, files), untold(self.config, files)
        body["serial"] = body["serial"] or self._together
        if self.plugin.junit is not None:
            body["junit"] = self.plugin.junit
            self.config.pluginmanager.getplugin(JUNIT_PLUGIN).handed_over = True
        self._header = ""
        self.control.say(wire.MSG_READY, body)

    def _collect_all(self) -> None:
        self._collection.collect_all()
        self._say_units("global")
        for body in self._collection.frames():
            self.control.say(wire.MSG_COLLECTED, body)

    def _say_units(self, mode: str) -> None:
        units = [{"unit": number, "path": unit.path} for number, unit in enumerate(self._collection.units)]
        for begin in range(0, max(len(units), 1), UNITS_A_FRAME):
            last = begin + UNITS_A_FRAME >= len(units)
            lines = self._lines_after_collection() if last else []
            body = {"units": units[begin : begin + UNITS_A_FRAME], "mode": mode, "last": last}
            self.control.say(wire.MSG_UNITS, {**body, "lines": lines} if lines else body)

    def _lines_after_collection(self) -> list[str]:
        """Return what plugins say below "collected N items", as ``--lf`` does; forget what pytest itself says."""
        lines = self.plugin.screen.take().splitlines()
        if verbosity(self.config) < 0:  # pytest itself says nothing then
            return lines
        starts = [number for number, line in enumerate(lines) if "collected " in line]
        return lines[starts[-1] + 1 :] if starts else []

    def run_session(self, config: Any, session: Any) -> int:
        """Be the body of pytest's session: collect, serve, and return the exit status of CMD_FINISH.

        What ended the run comes out as the exception that pytest itself would have raised.
        """
        config.hook.pytest_collection(session=session)
        self._prepare_workers()
        if self._collection.mode == "distributed":
            self._rehearse()
            self._collect_ahead()
        self._lifeline.disarm()
        while not self._finished:
            self._serve_once()
        self._lifeline.arm()
        return self._finish.close_session(session, self.plugin.screen)

    def _collect_ahead(self) -> None:
        """Collect unit after unit until the supervisor is there and wants a worker.

        The first is always collected here: what all files import is then imported once, and what pytest refuses when
        it selects tests (an impossible ``-k``) is refused here.
        """
        for unit in range(len(self._collection.units)):
            self.control.accept()
            while unit > 0 and self.control.pending():
                self._handle_next()
            if self._forked or self._finished or self._collection.mode == "global":
                return
            self.control.say(wire.MSG_COLLECTED, self._collection.collect(unit))

    def _rehearse(self) -> None:
        """Find out, in a process of its own, what may be imported before the first fork of the next run."""
        units = self._collection.units
        if self._preimports and len(units) > 1:
            prepends = self.config.getoption("importmode") == "prepend"
            paths = [directory_on_path(str(units[0].node.path))] if prepends and units[0].node is not None else []
            self._rehearsal = Rehearsal(str(self.config.rootpath), self._run_dir)
            self._rehearsal.start(paths, self._drop_connections)

    def _import_ahead(self, workers: int) -> None:
        """Import what files that are not collected yet have in common; once in a run, whatever becomes of it."""
        left = [unit.path for unit in self._collection.units if unit.items is None]
        names = chosen_for(str(self.config.rootpath), left, workers, len(os.sched_getaffinity(0)))
        if not names or not self._is_first_try():
            return
        started = perf_counter()
        self._lifeline.arm()
        done = import_all(names, lambda warning: self.control.warn(warning, "collect", ""))
        self._lifeline.disarm()
        if verbosity(self.config) > 0:
            what = "1 module that many test files need was" if len(done) == 1 else f"{len(done)} modules that many test files need were"
            self._note_at_end = (f"{what} imported before the first fork ({(perf_counter() - started) * 1e3:.0f} ms)")

    def _is_first_try(self) -> bool:
        """Say whether no zygote of this run has tried before: it may have died of it."""
        try:
            os.close(os.open(f"{self._run_dir}/{IMPORTED_AHEAD}", os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
        except FileExistsError:
            return False
        return True

    def end(self, status: int) -> None:
        """After pytest's session: send what it printed, wait for CMD_EXIT, and end what is left."""
        self._lifeline.disarm()
        text = self._header + self.plugin.screen.take() + self.failure[1]
        for begin in range(0, max(len(text), 1), SUMMARY_CHARS):
            part = text[begin : begin + SUMMARY_CHARS]
            last = begin + SUMMARY_CHARS >= len(text)
            self.control.say(wire.MSG_SUMMARY, {"text": part, "last": last, **({"exitstatus": status} if last else {})})
        while not self._leaving:
            self._serve_once()

    @property
    def finished(self) -> bool:
        """Whether the supervisor has asked for the summary: only then the session's end is the run's."""
        return self._finished

    # --- the loop -----------------------------------------------------------------------------------------------------

    def _serve_once(self) -> None:
        """Wait for a frame, a death or the end of the supervisor, and handle what there is."""
        self.control.accept()
        if self.control.pending():
            self._handle_next()
            return
        self._wait()
        if self._lifeline.cut():
            self.leave_everything()
        for body in self._brood.reap():
            self.control.say(wire.MSG_EXITED, body)

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._lifeline.fileno(), select.POLLIN)
        poll.register(self.control.fileno(), select.POLLIN)
        poll.poll(self._brood.watch(poll))

    def _handle_next(self) -> None:
        frame = self.control.receive()
        if frame is None:
            self.leave_everything()
        self._handle(*frame)

    def _handle(self, command: int, body: dict[str, Any]) -> None:
        if command == wire.CMD_FORK:
            self._fork(body)
        elif command == wire.CMD_KILL:
            self._brood.signal(body["worker"], body["signal"], bool(body.get("group")))
        elif command == wire.CMD_COLLECT_ALL:
            self._recollect()
        elif command == wire.CMD_REPORTS:
            self._finish.add(body)
        elif command == wire.CMD_FINISH:
            if self._note_at_end:
                self.control.note(self._note_at_end)
            self._finish.close(body)
            self._finished = True
        elif command == wire.CMD_EXIT:
            self._exit()
        else:
            raise wire.ProtocolError(f"not a command for a zygote: {command:#04x}")

    def _recollect(self) -> None:
        if self._collection.mode == "global":
            return
        self._lifeline.arm()
        before = set(processes.children(os.getpid()))
        self.plugin.screen.take()  # what plugins said of files one by one is not true of the session
        self._collect_all()
        self._brood.know_children(before)
        self._lifeline.disarm()

    def _exit(self) -> None:
        """CMD_EXIT: without CMD_FINISH nobody wants the end of the session, so nothing of it runs."""
        if not self._finished:
            self.leave_everything()
        self._end_workers()
        if self._rehearsal is not None:
            self._rehearsal.finish()
        self._leaving = True

    # --- workers ------------------------------------------------------------------------------------------------------

    def _fork(self, body: dict[str, Any]) -> None:
        unisolated = self._together or why_unisolated(self.config)
        order = ForkOrder(
            worker=body["worker"],
            workers=body["workers"],
            token=body["token"],
            strategy=wire.text(body["strategy"]),
            run_dir=self._run_dir,
            run_uid=self._run_uid,
            main_argv=list(sys.argv),
            strict=bool(body.get("strict")),
            verify=bool(body.get("verify")),
            seed=body.get("seed"),
            together=bool(unisolated),
        )
        if not self._forked:
            if body.get("preimport") and self._collection.mode == "distributed":
                self._import_ahead(order.workers)
            self._prepare_first_fork()
            if order.together and order.strategy != "none":
                self.control.note(f"tests are not isolated: {unisolated}")
            for line in self._untold:
                self.control.note(line)
        order = self._configured(order)
        try:
            pid = fork()
        except OSError as e:
            self.control.note(f"cannot fork worker gw{order.worker}: {e.strerror}")
            self.control.say(wire.MSG_EXITED, {"worker": order.worker, "pid": 0, "status": _FORK_FAILED})
            return
        if pid == 0:
            self._become_worker(order)
        self._brood.adopt(order.worker, pid)
        self.control.say(wire.MSG_FORKED, {"worker": order.worker, "pid": pid})

    def _configured(self, order: ForkOrder) -> ForkOrder:
        """Let plugins tell the worker what they would tell one of xdist's."""
        self._lifeline.arm()
        workerinput, trouble = configured_input(self.config, order)
        self._lifeline.disarm()
        if trouble:
            self.control.note(trouble)
        return replace(order, workerinput=workerinput)

    def _prepare_workers(self) -> None:
        """Do once what all workers need, while the supervisor is still starting."""
        from tach_harness.worker import _worker  # noqa: F401 - imported for the workers' sake

        processes.become_subreaper()
        warm_up(self._collection.session)
        factory = getattr(self.config, "_tmp_path_factory", None)
        if factory is not None:
            factory.getbasetemp()

    def _prepare_first_fork(self) -> None:
        """Note whom the user's code has started, and let no worker look at garbage that is shared by all."""
        self._forked = True
        self._brood.know_children()
        sys.stdout.flush()
        sys.stderr.flush()
        retire_all()
        self._quiet.__exit__()

    def _become_worker(self, order: ForkOrder) -> NoReturn:
        """Drop what is the zygote's and never come back."""
        from tach_harness.worker._worker import run_worker

        os.setpgid(0, 0)
        self._brood.forget()
        self._drop_connections()
        self._collection.on_file = self._collection.on_note = lambda _: None
        self.config.pluginmanager.unregister(self.plugin)
        run_worker(self._collection.session, self._collection, order)
        os._exit(70)

    def _drop_connections(self) -> None:
        """In a child: forget what connects the zygote with the supervisor."""
        self._lifeline.close()
        self.control.close()

    def _end_workers(self) -> None:
        for body in self._brood.end():
            self.control.say(wire.MSG_EXITED, body)

    def leave_everything(self) -> NoReturn:
        """The supervisor is gone or wants no end of session: kill every process below us and leave."""
        self._brood.kill_at_once()
        os._exit(0)
