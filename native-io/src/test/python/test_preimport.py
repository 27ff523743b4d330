"""What is imported before the first fork: what is seen in a rehearsal, what is chosen, and that a run knows no difference."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from fake_supervisor import FakeSupervisor, Run
from tach_harness.base import _processes as processes
from tach_harness.base import _wire as wire
from tach_harness.zygote import _preimport as preimport
from tach_harness.zygote._rehearsal import Rehearsal

SHARED = "tach_shared_"
"""Names of modules that only these tests have."""


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        path = directory / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def write_plan(root: Path, files: dict[str, list[str]]) -> None:
    """Write what the supervisor writes."""
    (root / ".tach").mkdir(exist_ok=True)
    lines = ["tach preimports 1", "\tfingerprint"]
    for path, names in files.items():
        found = os.stat(root / path)
        lines.append("\t".join([path, f"{found.st_size}@{found.st_mtime_ns // 1_000_000}", *names]))
    (root / ".tach" / "preimports").write_text("\n".join(lines) + "\n")


# --- choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preludes", "harmless", "enough", "expected"),
    [
        (["a b", "a b"], "a b", 2, "a b"),
        (["a b", "b a"], "a b", 2, "a b"),
        (["a b", "a"], "a b", 2, "a"),
        (["a", "a"], "a", 3, ""),
        (["a", "a", "a"], "a", 3, "a"),
        (["x a", "x a"], "a", 2, ""),
        (["x a", "a", "a"], "a", 2, "a"),
        (["json a", "antigravity a"], "a", 2, "a"),
        (["one a", "a", "two a"], "one two a", 2, ""),
        (["a a", "b"], "a b", 2, ""),
        ([], "a", 2, ""),
    ],
)
def test_choice(preludes: list[str], harmless: str, enough: int, expected: str) -> None:
    chosen = preimport.choose([prelude.split() for prelude in preludes], harmless.split().__contains__, enough)
    assert chosen == expected.split()


@pytest.mark.parametrize(
    ("workers", "cores", "files"), [(2, 1, 2), (2, 2, 4), (2, 64, 4), (4, 4, 9), (8, 2, 2), (8, 8, 18), (64, 2, 2)]
)
def test_a_module_must_be_wanted_by_nearly_every_worker_that_has_a_core(workers: int, cores: int, files: int) -> None:
    assert preimport.enough_files(workers, cores) == files


def test_what_comes_behind_a_changed_file_is_not_believed(tmp_path: Path) -> None:
    write(tmp_path, a="", b="", c="")
    stamps = [preimport.stamp_of(str(tmp_path / f"{name}.py")) for name in "abc"]
    record = [preimport.Rehearsed(name, "", [stamp]) for name, stamp in zip("abc", stamps, strict=True) if stamp]
    assert preimport.still_true(record) == record
    write(tmp_path, b="changed")
    assert [seen.name for seen in preimport.still_true(record)] == ["a"]


def test_a_record_of_another_interpreter_is_none(tmp_path: Path) -> None:
    (tmp_path / ".tach").mkdir()
    record = tmp_path / ".tach" / "rehearsed"
    line = preimport.Rehearsed("a", "", []).line()
    record.write_text(preimport.record_header() + line + '["b", "", [["half')
    assert [seen.name for seen in preimport.read_record(str(tmp_path))] == ["a"]
    record.write_text(json.dumps(["tach rehearsed 1", "/other/python", sys.version]) + "\n" + line)
    assert preimport.read_record(str(tmp_path)) == []


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that modules are imported from."""
    directory = tmp_path / "lib"
    directory.mkdir()
    monkeypatch.syspath_prepend(str(directory))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return directory


def make_known(root: Path, directory: Path, *names: str) -> None:
    seen = [preimport.Rehearsed(name, "", [preimport.stamp_of(str(directory / f"{name}.py"))]) for name in names]  # type: ignore[list-item]
    (root / ".tach").mkdir(exist_ok=True)
    (root / ".tach" / "rehearsed").write_text(preimport.record_header() + "".join(one.line() for one in seen))


def test_only_files_that_are_selected_and_unchanged_count(tmp_path: Path, on_path: Path) -> None:
    write(on_path, tach_shared_m="")
    write(tmp_path, t__test_a="", t__test_b="", t__test_c="")
    files = ["t/test_a.py", "t/test_b.py", "t/test_c.py"]
    write_plan(tmp_path, {path: ["tach_shared_m"] for path in files})
    make_known(tmp_path, on_path, "tach_shared_m")
    assert preimport.chosen_for(str(tmp_path), files, 2, 1) == ["tach_shared_m"]
    assert preimport.chosen_for(str(tmp_path), files, 1, 1) == []
    assert preimport.chosen_for(str(tmp_path), files[:1], 2, 1) == []
    assert preimport.chosen_for(str(tmp_path), [*files[:1], "t/other.py"], 2, 1) == []
    write(tmp_path, t__test_a="import other", t__test_b="import other")
    assert preimport.chosen_for(str(tmp_path), files, 2, 1) == []


@pytest.mark.parametrize("shadow", ["t/tach_shared_m.py", "tach_shared_m/x.txt", "t/tach_shared_m.so"])
def test_a_name_that_test_directories_have_too_is_left(tmp_path: Path, on_path: Path, shadow: str) -> None:
    write(on_path, tach_shared_m="")
    write(tmp_path, t__test_a="", t__test_b="")
    files = ["t/test_a.py", "t/test_b.py"]
    write_plan(tmp_path, {path: ["tach_shared_m"] for path in files})
    make_known(tmp_path, on_path, "tach_shared_m")
    (tmp_path / shadow).parent.mkdir(exist_ok=True)
    (tmp_path / shadow).write_text("")
    assert preimport.chosen_for(str(tmp_path), files, 2, 1) == []


def test_a_module_that_would_come_from_elsewhere_is_left(tmp_path: Path, on_path: Path) -> None:
    elsewhere = tmp_path / "else"
    write(elsewhere, tach_shared_m="")
    write(on_path, tach_shared_m="")
    write(tmp_path, t__test_a="", t__test_b="")
    files = ["t/test_a.py", "t/test_b.py"]
    write_plan(tmp_path, {path: ["tach_shared_m"] for path in files})
    make_known(tmp_path, elsewhere, "tach_shared_m")
    assert preimport.chosen_for(str(tmp_path), files, 2, 1) == []


def test_what_fails_leaves_nothing_behind(on_path: Path) -> None:
    write(on_path, tach_shared_p____init__="", tach_shared_p__half="import tach_shared_q\n1 / 0", tach_shared_q="")
    write(on_path, tach_shared_r="import warnings\nwarnings.warn('late')")
    warned: list[warnings.WarningMessage] = []
    done = preimport.import_all(["tach_shared_p", "tach_shared_p.half", "tach_shared_r"], warned.append)
    assert done == ["tach_shared_p", "tach_shared_r"]
    assert [str(warning.message) for warning in warned] == ["late"]
    assert not hasattr(sys.modules["tach_shared_p"], "half")
    assert {name for name in sys.modules if name.startswith(SHARED)} == {"tach_shared_p", "tach_shared_r"}


# --- rehearsing -------------------------------------------------------------------------------------------------------

HARM = {
    "raises ImportError": "raise ImportError('no')",
    "raises SystemExit": "raise SystemExit(3)",
    "ends the process": "import os; os._exit(3)",
    "warns (DeprecationWarning)": "import warnings; warnings.warn('old', DeprecationWarning)",
    "prints": "print('hello')",
    "starts a thread": "import _thread, time\ntry: _thread.start_new_thread(time.sleep, (9,))\nexcept PermissionError: raise",
    "does open": "try: open('written', 'w')\nexcept OSError: pass",
    "does os.mkdir": "import os\ntry: os.mkdir('made')\nexcept OSError: pass",
    "does os.putenv": "import os\ntry: os.environ['TACH_SHARED'] = '1'\nexcept OSError: pass",
    "does subprocess.Popen": "import subprocess\ntry: subprocess.run(['true'])\nexcept OSError: pass",
    "does socket.connect": "import socket\nwith socket.socket() as s:\n try: s.connect(('127.0.0.1', 9))\n except OSError: pass",
    "changes descriptors": "import os; kept = os.open('/dev/null', os.O_RDONLY)",
    "changes signal handlers": "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
    "changes sys.path": "import sys; sys.path.insert(0, '/nowhere')",
    "changes random numbers": "import random; random.random()",
    "changes warnings": "import warnings; warnings.simplefilter('ignore')",
    "changes builtins": "import builtins; builtins.tach_shared = 1",
    "replaces posixpath.join": "import os.path; os.path.join = lambda *a: ''",
    "replaces the module json": "import sys; sys.modules['json'] = sys",
    "asks for the process id": "from os import getpid; pid = getpid()",
    "asks for PYTEST_XDIST_WORKER": "import os; worker = os.getenv('PYTEST_XDIST_WORKER', 'master')",
    "reads the whole environment": "import os; copy = dict(os.environ)",
}


def rehearse(root: Path, *names: str, again: bool = False) -> list[preimport.Rehearsed]:
    """Rehearse in a process that is like a zygote's, and return what was seen."""
    if not again:
        write(root, test_a="", test_b="")
        write_plan(root, {path: list(names) for path in ("test_a.py", "test_b.py")})
    program = f"""
import json, os, select, sys
sys.path.insert(0, {str(Path(preimport.__file__).parents[2])!r})
from tach_harness.zygote._rehearsal import Rehearsal
rehearsal = Rehearsal({str(root)!r}, {str(root)!r})
rehearsal.start([{str(root)!r}], lambda: None)
if rehearsal._pid:
    select.select([os.pidfd_open(rehearsal._pid)], [], [], 60)
rehearsal.finish()
print(sorted(name for name in sys.modules if name.startswith({SHARED!r})))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    return preimport.read_record(str(root))


@pytest.mark.parametrize(("harm", "text"), HARM.items())
def test_harm_is_seen_and_does_not_happen(tmp_path: Path, harm: str, text: str) -> None:
    write(tmp_path, tach_shared_bad=text, tach_shared_good="import json")
    seen = rehearse(tmp_path, "tach_shared_bad", "tach_shared_good")
    found = {one.name: one.harm for one in seen}
    assert found["tach_shared_good"] == ""
    assert found["tach_shared_bad"] in (harm, "does _thread.start_new_thread", "raises PermissionError")
    assert not {"written", "made"} & set(os.listdir(tmp_path))


def test_harmless_imports_and_their_files_are_known(tmp_path: Path) -> None:
    write(tmp_path, tach_shared_a="import tach_shared_c", tach_shared_b="import tach_shared_c", tach_shared_c="")
    seen = rehearse(tmp_path, "tach_shared_a", "tach_shared_b", "json")
    files = {one.name: [Path(path).name for path, _, _ in one.files] for one in seen if not one.harm}
    assert files["tach_shared_a"] == ["tach_shared_c.py", "tach_shared_a.py"]
    assert files["tach_shared_b"] == ["tach_shared_b.py"]


def test_a_module_that_imports_harm_is_harmful_however_well_it_hides_that(tmp_path: Path) -> None:
    write(tmp_path, tach_shared_bad="open('written', 'w')")
    write(tmp_path, tach_shared_a="try: import tach_shared_bad\nexcept OSError: pass", tach_shared_b="import tach_shared_a")
    seen = rehearse(tmp_path, "tach_shared_bad", "tach_shared_a", "tach_shared_b")
    assert [bool(one.harm) for one in seen] == [True, True, True]


def test_only_what_has_changed_is_rehearsed_again(tmp_path: Path) -> None:
    write(tmp_path, tach_shared_a="", tach_shared_b="", tach_shared_c="")
    before = rehearse(tmp_path, "tach_shared_a", "tach_shared_b", "tach_shared_c")
    write(tmp_path, tach_shared_b="print('hello')")
    after = rehearse(tmp_path, again=True)
    assert after[0] == before[0]
    assert [(one.name, one.harm) for one in after[1:]] == [("tach_shared_b", "prints"), ("tach_shared_c", "")]
    assert rehearse(tmp_path, again=True) == after


def test_names_of_one_file_are_not_rehearsed(tmp_path: Path) -> None:
    write(tmp_path, tach_shared_a="", test_a="", test_b="")
    write_plan(tmp_path, {"test_a.py": ["tach_shared_a"], "test_b.py": ["json"]})
    rehearsal = Rehearsal(str(tmp_path), str(tmp_path))
    rehearsal.start([], lambda: None)
    rehearsal.finish()
    assert not (tmp_path / ".tach" / "rehearsed").exists()


# --- whole runs -------------------------------------------------------------------------------------------------------

GATE = "with open('gate') as gate: gate.read()\ndef test_gate(): pass\n"
"""Holds the zygote where it is until CMD_FORK waits for it."""
TEST = """
import os
import tach_shared_m

def test_shared():
    assert (tach_shared_m.importer == os.getppid()) is {ahead}
"""
IMPORTER = "with open('/proc/self/stat') as file: importer = int(file.read().split()[0])\n"
SHARING = [f"test_{number}.py" for number in range(1, 5)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


class Project:
    """Four test files that import the same module, behind one that does not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        write(path, conftest="", test_0=GATE, tach_shared_m=IMPORTER)
        (path / "pytest.ini").write_text("[pytest]\n")
        os.mkfifo(path / "gate")

    def expect(self, ahead: bool) -> None:
        """Let the tests pass only if the module was imported by the zygote, or only if it was not."""
        for file in SHARING:
            (self.path / file).write_text(TEST.format(ahead=ahead))
        write_plan(self.path, dict.fromkeys(SHARING, ["os", "tach_shared_m"]))

    def run(self, *args: str, workers: int = 2, tried: bool = False, order: bool = True, gate: Any = None) -> Run:
        with FakeSupervisor(self.path, ["-v", *args]) as supervisor:
            if tried:
                (supervisor.run_dir / "imported-ahead").touch()

            def open_gate() -> None:
                with open(self.path / "gate", "w"):
                    if gate is not None:
                        gate(supervisor)

            supervisor.order = {"preimport": order}
            supervisor.on_order = open_gate
            return supervisor.run(workers=workers)


def test_what_is_known_to_be_harmless_is_imported_before_the_fork(project: Project) -> None:
    project.expect(ahead=True)
    make_known(project.path, project.path, "tach_shared_m")
    run = project.run()
    assert set(run.outcomes.values()) == {"passed"}
    assert [note.partition(" (")[0] for note in run.notes] == [
        "1 module that many test files need was imported before the first fork"
    ]


@pytest.mark.parametrize(
    "options", [{"order": False}, {"tried": True}, {"workers": 1}], ids=["not wanted", "died of it", "one worker"]
)
def test_else_each_worker_imports(project: Project, options: dict[str, Any]) -> None:
    project.expect(ahead=False)
    make_known(project.path, project.path, "tach_shared_m")
    assert set(project.run(**options).outcomes.values()) == {"passed"}


def test_what_nobody_has_seen_is_left_to_workers(project: Project) -> None:
    project.expect(ahead=False)
    assert set(project.run().outcomes.values()) == {"passed"}


def test_an_import_that_fails_is_left_to_workers(project: Project) -> None:
    write(project.path, tach_shared_m=IMPORTER + "if not hasattr(__import__('sys'), 'tach_ready'): 1 / 0\n")
    write(project.path, test_1="import sys\nsys.tach_ready = True\n")
    project.expect(ahead=False)
    for file in SHARING:
        (project.path / file).write_text("import sys\nsys.tach_ready = True\n" + TEST.format(ahead=False))
    write_plan(project.path, dict.fromkeys(SHARING, ["tach_shared_m"]))
    make_known(project.path, project.path, "tach_shared_m")
    assert set(project.run().outcomes.values()) == {"passed"}


def test_a_zygote_rehearses_what_is_planned(project: Project) -> None:
    def await_driver(supervisor: FakeSupervisor) -> None:
        (driver,) = processes.children(supervisor.process.pid)
        select.select([os.pidfd_open(driver)], [], [], 60)

    project.expect(ahead=False)
    assert set(project.run(gate=await_driver).outcomes.values()) == {"passed"}
    project.expect(ahead=True)
    run = project.run()
    assert set(run.outcomes.values()) == {"passed"}
    assert run.bodies(wire.MSG_EXITED)[0].get("leaked") is None


def test_nothing_is_rehearsed_where_that_is_not_wanted(project: Project) -> None:
    def expect_no_driver(supervisor: FakeSupervisor) -> None:
        assert processes.children(supervisor.process.pid) == []

    project.expect(ahead=False)
    assert set(project.run("--no-preimport", gate=expect_no_driver).outcomes.values()) == {"passed"}
