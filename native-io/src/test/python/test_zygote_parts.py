"""The zygote's parts on their own: flags, the list that notices changes, the lifeline, /proc, refusals."""

from __future__ import annotations

import gc
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_supervisor import HARNESS, FakeSupervisor
from tach_harness.base import _processes as processes
from tach_harness.base import _wire as wire
from tach_harness.base._garbage import QuietCollector, collect_for_the_last_time
from tach_harness.collecting._watched import WatchedItems
from tach_harness.zygote._flags import own_flags, strip_own

# --- flags ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "kept"),
    [
        (["-n", "4", "-q"], ["-q"]),
        (["-n4", "-nauto", "tests"], ["tests"]),
        (["--timeout=3", "--timeout", "5", "-x"], ["-x"]),
        (["--no-isolation", "tests"], ["tests"]),
        (["-d", "--dist=loadfile", "tests"], ["-d", "--dist=loadfile", "tests"]),
        (["--numprocesses"], []),
        (["--timeout-method=thread", "-nope", "--no-isolation=1"], ["--timeout-method=thread", "--no-isolation=1"]),
        (["-q", "--", "-n", "4"], ["-q", "--", "-n", "4"]),
        (["-k", "a and b"], ["-k", "a and b"]),
    ],
)
def test_own_flags_are_taken_out(argv: list[str], kept: list[str]) -> None:
    assert strip_own(argv) == kept


def test_table_has_zero_or_one_value_a_flag() -> None:
    flags = own_flags()
    assert flags["--isolation"] == 1
    assert set(flags.values()) <= {0, 1}


# --- the list that notices --------------------------------------------------------------------------------------------

CHANGES: list[Callable[[list[Any]], Any]] = [
    lambda items: items.reverse(),
    lambda items: items.sort(key=lambda item: -item),
    lambda items: items.pop(),
    lambda items: items.remove(1),
    lambda items: items.clear(),
    lambda items: items.insert(0, 9),
    lambda items: random.Random(1).shuffle(items),
    lambda items: items.__setitem__(slice(None), items[1:]),
    lambda items: items.__delitem__(0),
]


def call_like_pluggy(hook: Callable[[list[Any]], Any], items: list[Any]) -> None:
    def _multicall() -> None:
        hook(items)

    _multicall()


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_blamed_on_the_hook(change: Callable[[list[Any]], Any]) -> None:
    items = WatchedItems([1, 2, 3])
    call_like_pluggy(change, items)
    assert items.changed_by == __name__


@pytest.mark.parametrize(
    "change", [lambda items: items.sort(), lambda items: items.__setitem__(slice(None), list(items))]
)
def test_change_without_effect_is_none(change: Callable[[list[Any]], Any]) -> None:
    items = WatchedItems([1, 2, 3])
    call_like_pluggy(change, items)
    assert items.changed_by == ""


def test_pytest_itself_may_change() -> None:
    namespace: dict[str, Any] = {"__name__": "_pytest.mark"}
    exec("def hook(items): items.pop()", namespace)
    items = WatchedItems([1, 2, 3])
    call_like_pluggy(namespace["hook"], items)
    assert (items, items.changed_by) == ([1, 2], "")


# --- the collector ----------------------------------------------------------------------------------------------------


def test_collector_is_quiet_and_then_as_it_was() -> None:
    before = gc.get_threshold()
    with QuietCollector():
        assert gc.get_threshold()[0] == 0
    assert gc.get_threshold() == before


class Loop:
    """Garbage that only the cyclic collector finds."""

    ended = 0

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Loop.ended += 1


def test_last_collection_finds_garbage_and_leaves_nothing_to_look_at() -> None:
    before = Loop.ended
    Loop()
    try:
        collect_for_the_last_time()
        assert Loop.ended == before + 1
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_threshold_of_the_users_code_stays() -> None:
    before = gc.get_threshold()
    try:
        with QuietCollector():
            gc.set_threshold(12345)
        assert gc.get_threshold()[0] == 12345
    finally:
        gc.set_threshold(*before)


# --- /proc ------------------------------------------------------------------------------------------------------------


def test_process_with_an_ugly_name(tmp_path: Path) -> None:
    program = tmp_path / "a) R (b"
    program.symlink_to("/bin/cat")
    pipe = subprocess.PIPE
    with subprocess.Popen([str(program)], env={"MARK": "yes"}, stdin=pipe, stdout=pipe, bufsize=0) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b"up?")
        assert process.stdout.read(3) == b"up?"
        found = processes.read(process.pid)
        assert found is not None
        assert (found.name, found.parent) == ("a) R (b", os.getpid())
        assert process.pid in processes.children(os.getpid())
        assert b"MARK=yes" in processes.environment(process.pid)
    assert processes.read(process.pid) is None


def test_orphans_are_killed_by_their_mark() -> None:
    def start(**marks: str) -> subprocess.Popen[bytes]:
        code = "import os, time; os.write(1, b'up'); time.sleep(1000)"
        command = [sys.executable, "-c", code]
        process = subprocess.Popen(command, env={**os.environ, **marks}, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.read(2) == b"up"
        process.stdout.close()
        return process

    ours, theirs = start(), start(WORKER="gw1")
    try:
        (killed,) = processes.kill_orphans(frozenset(), frozenset([b"WORKER=gw1"]))
        assert killed.endswith(f"({theirs.pid})")
        assert processes.read(theirs.pid) is None
        assert ours.poll() is None
    finally:
        ours.kill()
        ours.wait()
        theirs.returncode = -signal.SIGKILL  # reaped by kill_orphans


# --- the lifeline -----------------------------------------------------------------------------------------------------

LIFELINE = """
import os, sys, time
sys.path.insert(0, {path!r})
os.setpgid(0, 0)
from tach_harness.zygote._lifeline import Lifeline
lifeline = Lifeline()
assert os.fstat(0) == os.stat(os.devnull) and not os.get_inheritable(lifeline.fileno())
lifeline.arm()
{disarm}
os.write(1, b"ready")
time.sleep(1000) if {sleeps} else None
while not lifeline.cut(): time.sleep(0.001)
os._exit(3)
"""


def start_with_lifeline(disarm: bool) -> tuple[subprocess.Popen[bytes], int]:
    read_end, write_end = os.pipe()
    code = LIFELINE.format(path=str(HARNESS.parent), disarm="lifeline.disarm()" if disarm else "", sleeps=not disarm)
    process = subprocess.Popen([sys.executable, "-c", code], stdin=read_end, stdout=subprocess.PIPE)
    os.close(read_end)
    assert process.stdout is not None
    assert process.stdout.read(5) == b"ready"
    process.stdout.close()
    return process, write_end


def test_armed_lifeline_kills_while_nobody_looks() -> None:
    process, write_end = start_with_lifeline(disarm=False)
    os.close(write_end)
    assert process.wait(20) == -signal.SIGKILL


def test_disarmed_lifeline_only_tells() -> None:
    process, write_end = start_with_lifeline(disarm=True)
    os.close(write_end)
    assert process.wait(20) == 3


# --- refusals ---------------------------------------------------------------------------------------------------------

OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 9, 1)
sys.argv = sys.argv[1:]
sys.path.insert(0, sys.argv[0])
runpy.run_path(sys.argv[0] + "/__main__.py", run_name="__main__")
"""


def test_old_python_is_told_so(tmp_path: Path) -> None:
    def launcher(command: list[str]) -> list[str]:
        return [command[0], "-c", OLD_PYTHON, *command[1:]]

    with FakeSupervisor(tmp_path, launcher=launcher) as supervisor:
        body = supervisor.wait_for(wire.MSG_BOOT_FAILED)
        assert supervisor.wait_for_exit() == 4
    assert (body["kind"], body["returncode"]) == ("unsupported", 4)
    assert body["text"].startswith("tach needs Python 3.10 or newer, this is ")


@pytest.mark.parametrize(
    ("version", "text"), [("7.1.3", "tach needs pytest 7.2 or newer"), (None, "pytest is not installed for ")]
)
def test_unusable_pytest_is_told_so(tmp_path: Path, version: str | None, text: str) -> None:
    """A ``_pytest`` that says it is old, or that cannot be found, stands before the real one."""
    if version is None:
        code = "import sys; sys.modules['_pytest'] = None"
    else:
        code = f"import _pytest; _pytest.__version__ = {version!r}"
    prepare = f"{code}\nimport runpy, sys\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    with FakeSupervisor(tmp_path, launcher=lambda c: [c[0], "-c", prepare, *c[1:]]) as supervisor:
        body = supervisor.wait_for(wire.MSG_BOOT_FAILED)
    assert (body["kind"], body["returncode"]) == ("unsupported", 4)
    assert body["text"].startswith(text)


def test_first_lines_parse_on_old_pythons() -> None:
    versions = Path.home() / ".pyenv/versions"
    pythons = [python for v in ("2.7.18", "3.6.15", "3.8.18") if (python := versions / v / "bin/python").exists()]
    if not pythons:
        pytest.skip("no old Python in ~/.pyenv/versions")
    for python in pythons:
        code = f"compile(open({str(HARNESS / '__main__.py')!r}).read(), 'main', 'exec')"
        subprocess.run([str(python), "-c", code], check=True)
