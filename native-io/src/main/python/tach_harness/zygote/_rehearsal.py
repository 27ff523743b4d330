"""Rehearsal: a throw-away child of the zygote that imports what might be imported before the next run's first fork.

It finds out which imports do nothing but import. What would reach beyond the process (files that are written, connections,
processes, threads) is *refused* by an audit hook, so tests that run at the same time see nothing of it; and a comparison
before and after finds what is different in the process. Whatever an import does beside importing makes it one that is left
to workers. It is forked before the first test file is imported, so that nothing counts as seen that only other test files
had imported.

::

    zygote ── driver ── attempt: imports one name after the other, ends with the first that does harm
                    └── attempt: goes on behind that, with nothing imported yet
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from tach_harness.base import _processes as processes
from tach_harness.base._child import fork
from tach_harness.zygote._preimport import (
    MEMORY,
    RECORD,
    FileStamp,
    Rehearsed,
    parse,
    read_plan,
    read_record,
    record_header,
    stamp_of,
    still_true,
)

if TYPE_CHECKING:
    from tach_harness.zygote._surroundings import Surroundings, Watch

_ATTEMPTS = 8
_SECONDS = 60
_NICENESS = 10
_SCRATCH = "rehearsal"


class Rehearsal:
    """The zygote's end of it."""

    def __init__(self, root: str, run_dir: str) -> None:
        self._root = root
        self._scratch = os.path.join(run_dir, _SCRATCH)
        self._pid = 0
        self._believed = 0

    def start(self, paths: list[str], drop: Callable[[], None]) -> None:
        """Fork, unless all is known. ``paths`` are put before ``sys.path`` there; ``drop`` closes what is the zygote's."""
        believed = still_true(read_record(self._root))
        known = {one.name for one in believed} | sys.modules.keys()
        new = [name for name in _wanted(self._root) if name not in known]
        self._believed = len(believed)
        if new:
            try:
                self._pid = fork()
            except OSError:  # whoever has no process to spare has none for this
                return
            if self._pid == 0:
                sys.path[:0] = paths
                _drive(self._scratch, believed, new, drop)

    def finish(self) -> None:
        """End what is not done, and keep what is known by now."""
        if self._pid:
            processes.kill(self._pid)
            processes.reap(self._pid)
            self._pid = 0
            self._publish()

    def _publish(self) -> None:
        directory = os.path.join(self._root, MEMORY)
        half = os.path.join(directory, f"{RECORD}.{os.getpid()}")
        try:
            with open(self._scratch, encoding="utf-8") as file:
                text = file.read()
            if text.count("\n") <= self._believed + 1:  # it was ended before it knew more than the header and these
                return
            with open(half, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(half, os.path.join(directory, RECORD))
        except OSError:  # there is nothing to be kept, or nowhere to keep it
            return


def _wanted(root: str) -> list[str]:
    """Return names that several files import, in the order of their first import."""
    counts = Counter(name for _, names in read_plan(root).values() for name in set(names))
    order = dict.fromkeys(name for _, names in read_plan(root).values() for name in names)
    return [name for name in order if counts[name] > 1]


# --- the driver -------------------------------------------------------------------------------------------------------


def _drive(scratch: str, believed: list[Rehearsed], names: list[str], drop: Callable[[], None]) -> NoReturn:
    """Be the child: have attempts made until every name was tried."""
    try:
        drop()
        processes.die_with_parent()
        os.nice(_NICENESS)
        sys.dont_write_bytecode = True  # a file that is written would be taken for the module's doing
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_SECONDS)
        with open(scratch, "w", encoding="utf-8") as out:
            out.write(record_header())
            out.writelines(seen.line() for seen in believed)
            out.flush()
            for _ in range(_ATTEMPTS):
                for seen in _attempt(names):
                    out.write(seen.line())
                    out.flush()
                    names = names[1:]
    finally:
        os._exit(0)


def _attempt(names: list[str]) -> Iterator[Rehearsed]:
    """Have a process import names; the last that it did, or died of, may be one that does harm."""
    if not names:
        return
    told, tell = os.pipe()
    pid = fork()
    if pid == 0:
        os.close(told)
        _make(names, os.fdopen(tell, "w", encoding="utf-8"))
    os.close(tell)
    count, harm = 0, ""
    with os.fdopen(told, encoding="utf-8") as lines:
        for seen in parse(lines):
            yield seen
            count, harm = count + 1, seen.harm
    processes.reap(pid)
    if count < len(names) and not harm:
        yield Rehearsed(names[count], "ends the process", [])


# --- an attempt -------------------------------------------------------------------------------------------------------


def _make(names: list[str], out: Any) -> NoReturn:
    from tach_harness.zygote._surroundings import Surroundings, Watch  # not in the zygote: it imports what a test may look for

    try:
        processes.die_with_parent()
        watch = Watch()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            watch.begin()
            surroundings = Surroundings()
            for name in names:
                seen = _rehearse(name, watch, surroundings, caught)
                out.write(seen.line())
                out.flush()
                if seen.harm:
                    break
    finally:
        os._exit(0)


def _rehearse(
    name: str, watch: Watch, surroundings: Surroundings, caught: list[warnings.WarningMessage]
) -> Rehearsed:
    failure = _import(name)
    harm = failure or _warning(caught) or watch.take() or surroundings.difference()
    return Rehearsed(name, harm, _files([*surroundings.take_new(), name]))


def _import(name: str) -> str:
    """Return why it cannot be imported, or nothing."""
    try:
        importlib.import_module(name)
    except BaseException as e:
        return f"raises {type(e).__name__}"
    return ""


def _warning(caught: list[warnings.WarningMessage]) -> str:
    return f"warns ({caught[0].category.__name__})" if caught else ""


def _files(modules: list[str]) -> list[FileStamp]:
    stamps = (stamp_of(origin) for module in dict.fromkeys(modules) if (origin := _origin(module)))
    return [stamp for stamp in stamps if stamp is not None]


def _origin(name: str) -> str:
    """Return the file of a module, also of one that could not be imported."""
    try:
        spec = getattr(sys.modules.get(name), "__spec__", None) or importlib.util.find_spec(name)
    except Exception:
        return ""
    return str(spec.origin or "") if spec is not None and spec.has_location else ""
