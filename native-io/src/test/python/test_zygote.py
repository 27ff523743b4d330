"""Whole runs of small projects: a real zygote, real workers, and a supervisor written by hand."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_supervisor import FakeSupervisor, Gone, Run
import tach_harness
from tach_harness.base import _wire as wire

GREEN = "def test_one(): pass\ndef test_two(): pass\n"
FAILING = """
import warnings
import pytest

def test_fine():
    warnings.warn("look at this")

def test_broken():
    print("said before")
    assert [1, 2] == [1, 3]

@pytest.fixture
def bad():
    raise RuntimeError("no fixture today")

def test_error(bad):
    pass

@pytest.mark.skip(reason="not now")
def test_skipped():
    pass

@pytest.mark.xfail(reason="known")
def test_xfailed():
    assert 0
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


class Project:
    """A directory with test files, and the ways to run it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("pytest.ini", "[pytest]\n")

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def supervisor(self, *args: str, **options: Any) -> FakeSupervisor:
        return FakeSupervisor(self.path, args, **options)

    def run(self, *args: str, workers: int = 2) -> Run:
        with self.supervisor(*args) as supervisor:
            return supervisor.run(workers=workers)

    def pytest(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run plain pytest, as the reference."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
        command = [str(Path(sys.executable).with_name("pytest")), *args]
        return subprocess.run(command, cwd=self.path, env=env, capture_output=True, text=True, check=False)


def same_but_for_time(text: str) -> list[str]:
    """Return the lines, durations blotted out, without the '=' whose number depends on them."""
    text = re.sub(r"in \d+\.\d+s(?: \(\d:\d\d:\d\d\))?", "in 0.00s", text)
    return [re.sub("^=+ (.*?) =+$", r"= \1 =", line) for line in text.strip().splitlines()]


def tail_of(output: str) -> str:
    """Return what pytest prints after its last progress line."""
    return output.rpartition("%]\n")[2]


def test_green(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("test_b.py", GREEN)
    run = project.run()
    assert set(run.outcomes.values()) == {"passed"}
    assert sorted(run.outcomes) == sorted(f"test_{f}.py::test_{t}" for f in "ab" for t in ("one", "two"))
    assert "4 passed in 1.25s" in run.summary
    assert run.exitstatus == 0
    assert run.err == ""


def test_ready_tells_of_the_session(project: Project) -> None:
    project.write("test_a.py", GREEN)
    ready = project.run("-v", "--maxfail=3", "--durations=5").one(wire.MSG_READY)
    assert ready["protocol"] == 1
    assert ready["rootdir"] == str(project.path)
    assert ready["header"].splitlines()[0].strip("=") == " test session starts "
    assert (ready["verbose"], ready["maxfail"], ready["durations"]) == (1, 3, 5)
    assert (ready["mode"], ready["units"], ready["markup"]) == ("distributed", 1, False)


def test_summary_is_pytests_own(project: Project) -> None:
    project.write("test_a.py", FAILING)
    run = project.run("-ra", "-p", "no:cacheprovider")
    reference = project.pytest("-ra", "-p", "no:cacheprovider")
    assert same_but_for_time(run.summary) == same_but_for_time(tail_of(reference.stdout))
    assert run.exitstatus == reference.returncode == 1


def test_collection_error(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("test_b.py", "import nothing_of_that_name\n")
    run = project.run("-p", "no:cacheprovider")
    reference = project.pytest("-p", "no:cacheprovider")
    tail = reference.stdout.partition("/ 1 error\n")[2]
    assert same_but_for_time(run.summary) == same_but_for_time(tail)
    assert run.exitstatus == reference.returncode == 2
    assert run.outcomes == {}


def test_collection_error_does_not_stop_the_willing(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("test_b.py", "import nothing_of_that_name\n")
    run = project.run("--continue-on-collection-errors")
    assert set(run.outcomes) == {"test_a.py::test_one", "test_a.py::test_two"}
    assert "2 passed, 1 error in" in run.summary


@pytest.mark.parametrize("arguments", [["--no-such-option"], ["no_such_file.py"]])
def test_usage_error(project: Project, arguments: list[str]) -> None:
    project.write("test_a.py", GREEN)
    run = project.run(*arguments)
    reference = project.pytest(*arguments)
    assert run.boot_failed is not None
    assert run.boot_failed["kind"] == "usage"
    assert run.boot_failed["returncode"] == reference.returncode == 4
    assert reference.stderr[reference.stderr.index("ERROR: ") :] in run.boot_failed["text"]
    assert (run.err == "") == reference.stderr.startswith("ERROR: ")


def test_conftest_error(project: Project) -> None:
    project.write("conftest.py", "1 / 0\n")
    run = project.run()
    reference = project.pytest()
    said = reference.stderr[reference.stderr.index("ImportError while loading") :]  # pluggy warns of old pytests
    assert run.boot_failed == {"kind": "conftest", "text": said, "returncode": reference.returncode}
    assert (run.err == "") == (said == reference.stderr)


def test_conftest_error_below(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("sub/conftest.py", "1 / 0\n")
    project.write("sub/test_b.py", GREEN)
    run = project.run("-p", "no:cacheprovider")
    reference = project.pytest("-p", "no:cacheprovider")
    if run.boot_failed is not None:  # before 8.0 pytest itself gave up
        assert run.boot_failed["returncode"] == reference.returncode
    else:
        assert "1 error" in run.summary
        assert run.exitstatus == reference.returncode


def test_interrupt_at_import_ends_the_session_in_the_zygote(project: Project) -> None:
    project.write("test_a.py", "raise KeyboardInterrupt\n")
    reference = project.pytest()
    with project.supervisor() as supervisor:
        supervisor.boot()
        failed = supervisor.wait_for(wire.MSG_BOOT_FAILED)
    assert (failed["kind"], failed["returncode"]) == ("exit", reference.returncode)
    assert "KeyboardInterrupt" in failed["text"]


def test_interrupt_at_import_ends_the_session_in_a_worker(project: Project) -> None:
    project.write("test_a.py", "def test_one(): pass\n")
    project.write("test_b.py", "raise KeyboardInterrupt\n")
    reference = project.pytest()
    os.mkfifo(project.path / "gate")
    project.write("test_a.py", "open('gate').close()\ndef test_one(): pass\n")
    with project.supervisor() as supervisor:
        supervisor.on_order = lambda: os.close(os.open(project.path / "gate", os.O_WRONLY))  # the zygote goes no further
        assert supervisor.run(workers=2).exitstatus == reference.returncode


def test_exit_at_import_is_an_error_of_that_file(project: Project) -> None:
    project.write("test_a.py", "import sys\nsys.exit(5)\n")
    project.write("test_b.py", "def test_one(): pass\n")
    run = project.run()
    assert "ERROR collecting test_a.py" in run.summary
    assert "sys.exit(5) was called" in run.summary
    assert run.exitstatus == pytest.ExitCode.INTERRUPTED


def test_what_is_imported_is_in_a_file_until_somebody_listens(project: Project) -> None:
    project.write("conftest.py", "import os\nos._exit(0)\n")
    with project.supervisor() as supervisor:
        supervisor.wait_for_exit()
        assert (supervisor.run_dir / "importing").read_text() == "conftest.py"


OTHER_FILES = {
    "import package.lazy\n": ["passed", "failed", "passed"],
    "import package.lazy, os; os._exit(3)\n": ["failed", "failed", "passed"],
    "import package.lazy, sys; sys.exit(3)\n": ["passed", "failed", "passed"],
    "import package.lazy, pytest; pytest.exit('enough')\n": ["passed", "failed", "passed"],
}


@pytest.mark.parametrize("other", OTHER_FILES)
def test_failure_is_looked_into_where_all_files_are_imported(project: Project, other: str) -> None:
    os.mkfifo(project.path / "gate")
    project.write("package/__init__.py", "")
    project.write("package/lazy.py", "")
    project.write("test_0.py", "open('gate').close()\n")
    project.write("test_a.py", "import package\ndef test_a(): package.lazy\ndef test_b(): assert 0\ndef test_c(): pass\n")
    project.write("test_b.py", other)
    with project.supervisor() as supervisor:
        supervisor.boot()
        supervisor.on_order = lambda: os.close(os.open(project.path / "gate", os.O_WRONLY))  # the zygote goes no further
        worker = supervisor.fork(0, 2, "fork")
        worker.send(wire.CMD_COLLECT, {"units": [1]})
        supervisor.pump(lambda frame: frame.command == wire.MSG_COLLECTED and frame.body["unit"] == 1)
        worker.send(wire.CMD_RUN_TEST, {"tests": [{"test_id": i, "unit": 1, "index": i} for i in range(3)]})
        worker.send(wire.CMD_DRAIN)
        supervisor.pump(lambda frame: frame.command == wire.MSG_RESULT and frame.body["test_id"] == 2)
    results = supervisor.result.bodies(wire.MSG_RESULT)
    assert [body.get("outcome", "passed") for body in results] == OTHER_FILES[other]
    assert [body.get("diagnosis", "") for body in results] == [
        "order-dependent" if word == "passed" else "" for word in OTHER_FILES[other][:1]
    ] + ["", ""]


def test_exit_in_configure(project: Project) -> None:
    project.write("conftest.py", "import pytest\ndef pytest_configure():\n    pytest.exit('no way', returncode=9)\n")
    run = project.run()
    assert run.boot_failed is not None
    assert run.boot_failed["returncode"] == 9
    assert "Exit: no way\n" in run.boot_failed["text"]
    assert run.err == ""


def test_selection(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    project.write("test_a.py", "import pytest\n" + GREEN + "@pytest.mark.slow\ndef test_three(): pass\n")
    run = project.run("-k", "not two", "-m", "not slow")
    assert list(run.outcomes) == ["test_a.py::test_one"]
    assert "1 passed, 2 deselected in" in run.summary
    run = project.run("--deselect", "test_a.py::test_one")
    assert list(run.outcomes) == ["test_a.py::test_two", "test_a.py::test_three"]
    assert run.one(wire.MSG_READY)["mode"] == "distributed"


def test_last_failed(project: Project) -> None:
    project.write("test_a.py", GREEN + "def test_three(): assert 0\n")
    project.write("test_b.py", GREEN)
    assert project.run().exitstatus == 1
    again = project.run("--lf")
    assert again.outcomes == {"test_a.py::test_three": "failed"}
    assert again.one(wire.MSG_READY)["mode"] == "global"
    assert again.one(wire.MSG_UNITS)["lines"] == ["run-last-failure: rerun previous 1 failure (skipped 1 file)"]
    project.write("test_a.py", GREEN + "def test_three(): pass\n")
    assert project.run("--lf").outcomes == {"test_a.py::test_three": "passed"}
    assert len(project.run("--lf").outcomes) == 5


def test_last_failed_remembers_files_that_could_not_be_collected(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("test_b.py", "1 / 0\n")
    project.run()
    project.write("test_b.py", GREEN)
    assert {nodeid.partition("::")[0] for nodeid in project.run("--lf").outcomes} == {"test_b.py"}
    assert len(project.run("--lf").outcomes) == 4


def test_new_first_knows_what_ran(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.run()
    project.write("test_0.py", GREEN)
    run = project.run("--nf", workers=1)
    assert [nodeid.partition("::")[0] for nodeid in run.outcomes] == ["test_0.py"] * 2 + ["test_a.py"] * 2
    cached = (project.path / ".pytest_cache/v/cache/nodeids").read_text()
    assert "test_a.py::test_one" in cached and "test_0.py::test_one" in cached


REVERSING = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"


def test_reordering_conftest_makes_it_global(project: Project) -> None:
    conftest = project.write("conftest.py", REVERSING)
    project.write("test_a.py", GREEN)
    project.write("test_b.py", GREEN)
    run = project.run(workers=1)
    blamed = [body["reordered_by"] for body in run.bodies(wire.MSG_COLLECTED) if "reordered_by" in body]
    assert set(blamed) == {str(conftest)}
    assert list(run.outcomes) == [f"test_{f}.py::test_{t}" for f in "ba" for t in ("two", "one")]
    assert "4 passed in" in run.summary


def test_what_a_plugin_says_of_files_one_by_one_is_forgotten(project: Project) -> None:
    hook = "def pytest_collection_modifyitems(config, items):\n    items.reverse()\n"
    line = "    config.get_terminal_writer().line(f'reversed {len(items)}')\n"
    project.write("conftest.py", hook + line)
    project.write("test_a.py", GREEN)
    project.write("test_b.py", GREEN)
    run = project.run()
    said = [*run.summary.splitlines(), *(line for body in run.bodies(wire.MSG_UNITS) for line in body.get("lines", ()))]
    assert "reversed 2" not in said


def test_marking_conftest_stays_distributed(project: Project) -> None:
    marking = """
import pytest
def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xfail)
    items[:] = [item for item in items if item]
"""
    project.write("conftest.py", marking)
    project.write("test_a.py", GREEN)
    run = project.run()
    assert set(run.outcomes.values()) == {"xpassed"}
    assert not any("reordered_by" in body for body in run.bodies(wire.MSG_COLLECTED))


def test_collection_finish_in_a_conftest_sees_the_whole_session_once(project: Project) -> None:
    counting = "def pytest_collection_finish(session):\n    print('items', len(session.items))\n"
    project.write("sub/conftest.py", counting)
    project.write("sub/test_a.py", GREEN)
    project.write("test_b.py", GREEN)
    run = project.run("-s")
    assert run.one(wire.MSG_READY)["mode"] == "global"
    assert run.out.count("items ") == 1
    assert "items 4" in run.out


@pytest.mark.parametrize("arguments", [[], ["-q"]], ids=["default", "quiet"])
def test_lines_of_a_conftest_after_the_collection(project: Project, arguments: list[str]) -> None:
    counting = "def pytest_report_collectionfinish(items): return ['first', f'items {len(items)}']\n"
    project.write("conftest.py", counting)
    project.write("test_a.py", GREEN)
    project.write("test_b.py", GREEN)
    run = project.run(*arguments)
    assert run.one(wire.MSG_READY)["mode"] == "global"
    assert run.one(wire.MSG_UNITS)["lines"] == ["first", "items 4"]


def test_arguments_that_name_tests(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("test_b.py", GREEN)
    run = project.run("test_b.py::test_two", "test_a.py::test_one", workers=1)
    assert list(run.outcomes) == ["test_b.py::test_two", "test_a.py::test_one"]
    assert run.one(wire.MSG_READY)["mode_reason"] == "an argument names a test"


def test_file_given_twice(project: Project) -> None:
    project.write("test_a.py", GREEN)
    assert list(project.run("test_a.py", "test_a.py", workers=1).outcomes) == [
        "test_a.py::test_one",
        "test_a.py::test_two",
    ]


def test_module_skip(project: Project) -> None:
    project.write("test_a.py", "import pytest\npytest.skip('not here', allow_module_level=True)\n")
    project.write("test_b.py", GREEN)
    run = project.run("-rs", "-p", "no:cacheprovider")
    reference = project.pytest("-rs", "-p", "no:cacheprovider")
    assert same_but_for_time(run.summary) == same_but_for_time(tail_of(reference.stdout))


def test_ids_that_are_not_unicode(project: Project) -> None:
    escaping = "disable_test_id_escaping_and_forfeit_all_rights_to_community_support"
    project.write("pytest.ini", f"[pytest]\n{escaping} = true\n")
    body = "import pytest\n@pytest.mark.parametrize('x', [1], ids=['\\udc80'])\ndef test_x(x): assert 0\n"
    (project.path / os.fsdecode(b"test_\xff.py")).write_text(body)
    run = project.run("--import-mode=importlib", "-p", "no:cacheprovider")
    assert run.outcomes == {"test_\udcff.py::test_x[\udc80]": "failed"}
    assert "FAILED test_\udcff.py::test_x[\udc80] - assert 0\n" in run.summary


def test_nothing_collected(project: Project) -> None:
    run = project.run("-p", "no:cacheprovider")
    reference = project.pytest("-p", "no:cacheprovider")
    assert run.exitstatus == reference.returncode == 5
    assert "no tests ran in" in run.summary


def test_exit_while_importing_names_the_file(project: Project) -> None:
    project.write("test_a.py", GREEN)
    project.write("test_b.py", "import os\nos._exit(0)\n")
    with project.supervisor() as supervisor:
        supervisor.boot()
        with pytest.raises(Gone):
            while True:
                supervisor.wait_for(wire.MSG_SUMMARY)
    collecting = supervisor.result.bodies(wire.MSG_COLLECTING)
    assert collecting[-1] == {"path": "test_b.py"}


def test_junit_is_left_to_the_supervisor(project: Project) -> None:
    project.write("test_a.py", GREEN)
    run = project.run("--junitxml=out.xml", "--junit-prefix=p")
    assert run.one(wire.MSG_READY)["junit"]["path"] == str(project.path / "out.xml")
    assert run.one(wire.MSG_READY)["junit"]["prefix"] == "p"
    assert not (project.path / "out.xml").exists()


def test_stepwise(project: Project) -> None:
    project.write("test_a.py", GREEN + "def test_three(): assert 0\ndef test_four(): pass\n")
    run = project.run("--sw", workers=1)
    assert run.one(wire.MSG_READY)["serial"]
    assert (run.exitstatus, len(run.outcomes)) == (2, 3)
    assert "Interrupted: Test failed, continuing from this test next run." in run.summary
    project.write("test_a.py", GREEN + "def test_three(): pass\ndef test_four(): pass\n")
    assert list(project.run("--sw", workers=1).outcomes) == ["test_a.py::test_three", "test_a.py::test_four"]
    assert len(project.run("--sw", workers=1).outcomes) == 4


def test_xdist_stays_asleep(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\naddopts = -n auto --dist=worksteal\n")
    project.write("test_a.py", GREEN)
    run = project.run()
    ready = run.one(wire.MSG_READY)
    assert (ready["numprocesses"], ready["dist"], ready["mode"]) == ("auto", "worksteal", "distributed")
    assert "2 passed in" in run.summary


def test_hooks_of_xdist_configure_workers(project: Project) -> None:
    conftest = """
def pytest_configure_node(node):
    node.workerinput["port"] = 80
    node.config.nodes = [*getattr(node.config, "nodes", []), (node.gateway.id, node.workerinput["workerid"])]
"""
    project.write("conftest.py", conftest)
    check = "assert pytestconfig.workerinput['port'] == 80 and pytestconfig.nodes[-1] == (worker_id, worker_id)"
    project.write("test_a.py", f"def test_t(pytestconfig, worker_id): {check}\n")
    assert set(project.run().outcomes.values()) == {"passed"}


def test_hook_of_xdist_that_wants_more_than_there_is_is_named(project: Project) -> None:
    project.write("conftest.py", "def pytest_configure_node(node): node.gateway.remote_exec('1')\n")
    project.write("test_a.py", GREEN)
    run = project.run()
    assert set(run.outcomes.values()) == {"passed"}
    assert any("pytest_configure_node" in note and "remote_exec" in note for note in run.notes)


def test_option_of_a_conftest_with_the_name_of_a_plugins(project: Project) -> None:
    project.write("conftest.py", "def pytest_addoption(parser):\n    parser.addoption('--dist', default='mine')\n")
    project.write("test_a.py", "def test_t(pytestconfig): assert pytestconfig.getoption('dist') == 'mine'\n")
    assert set(project.run("-p", "no:xdist").outcomes.values()) == {"passed"}


def test_flags_of_absent_plugins_in_addopts(project: Project) -> None:
    addopts = "-n 3 --dist loadfile --timeout=7 --cov=src --cov-report=term-missing -p no:xdist -p no:timeout"
    project.write("pytest.ini", f"[pytest]\naddopts = {addopts} --strict-markers --strict-config\ntimeout = 5\n")
    marks = "@pytest.mark.timeout(2)\n@pytest.mark.xdist_group('g')\n@pytest.mark.tach_toxic('a thread')\n"
    marked = f"import pytest\n{marks}def test_m(worker_id, testrun_uid):\n"
    project.write("test_a.py", GREEN + marked + "    assert worker_id == 'gw0' and testrun_uid\n")
    run = project.run(workers=1)
    ready = run.one(wire.MSG_READY)
    assert (ready["numprocesses"], ready["dist"], ready["timeout"]) == ("3", "loadfile", 7.0)
    assert set(run.outcomes.values()) == {"passed"}
    (collected,) = run.bodies(wire.MSG_COLLECTED)
    assert collected["timeouts"] == {0: 7.0, 1: 7.0, 2: 2.0}
    assert collected["groups"] == {2: "g"}
    assert any("coverage is not measured yet" in note for note in run.notes)


def test_no_cov_asks_for_no_coverage_and_is_not_told_that_there_is_none(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\naddopts = --cov=src\n")
    project.write("test_a.py", GREEN)
    run = project.run("--no-cov")
    assert set(run.outcomes.values()) == {"passed"} and not run.notes


def test_coverage_that_others_have_started_is_named(project: Project) -> None:
    started = "class Coverage:\n    @classmethod\n    def current(cls): return 'measures'\n"
    project.write("coverage.py", started)
    project.write("conftest.py", "import coverage\n")
    project.write("test_a.py", GREEN)
    run = project.run()
    assert set(run.outcomes.values()) == {"passed"}
    assert any("coverage is not measured yet" in note for note in run.notes)


def test_time_limits_may_be_any_number_or_its_text(project: Project) -> None:
    limits = ("10**400", "float('inf')", "float('nan')", "-1", "0", "'2.5'", "'soon'", "None")
    tests = [f"@pytest.mark.timeout({limit})\ndef test_{n}(): pass\n" for n, limit in enumerate(limits)]
    project.write("test_a.py", "import pytest\n" + "".join(tests))
    run = project.run("-p", "no:timeout", workers=1)
    (collected,) = run.bodies(wire.MSG_COLLECTED)
    assert collected["timeouts"] == {0: 1e9, 1: 1e9, 5: 2.5}
    assert set(run.outcomes.values()) == {"passed"}


def test_tachs_own_flags_never_reach_pytest(project: Project) -> None:
    project.write("test_a.py", GREEN)
    run = project.run("-n4", "--timeout=3", "--isolation", "fork", "--no-isolation", "test_a.py")
    assert len(run.outcomes) == 2


def test_debugger_is_refused(project: Project) -> None:
    project.write("test_a.py", GREEN)
    run = project.run("--pdb")
    assert run.boot_failed is not None
    assert (run.boot_failed["kind"], run.boot_failed["returncode"]) == ("usage", 4)


def test_sessions_that_plugins_and_tests_start_are_pytests_own(project: Project) -> None:
    starts = "pytest.main(['-q', '--noconftest', '-c', os.devnull, '--rootdir', 'inner', 'inner'])"
    project.write("conftest.py", f"import os, pytest\ndef pytest_configure(config): config.before = {starts}\n")
    project.write("inner/test_inner.py", "def test_inner(): print('from within'); assert 0\n")
    project.write(
        "test_a.py",
        f"import os, pytest\ndef test_one(capfd): assert {starts} == 1; assert 'from within' in capfd.readouterr().out\n"
        "def test_two(pytestconfig): assert pytestconfig.before == 1\n",
    )
    run = project.run("test_a.py")
    assert run.outcomes == {"test_a.py::test_one": "passed", "test_a.py::test_two": "passed"}


def test_session_hooks_of_plugins_hear_of_all_tests(project: Project) -> None:
    plugin = """
def pytest_runtest_makereport(item, call):
    item.user_properties[:] = [('phase', call.when)]
def pytest_runtest_logreport(report):
    HEARD.append((report.nodeid, report.when, report.outcome, report.capstdout, report.duration > 0, report.user_properties))
HEARD = []
def pytest_sessionfinish(session):
    if not hasattr(session.config, 'workerinput'):
        with open('heard', 'w') as f:
            f.write('\\n'.join(map(repr, sorted(HEARD))))
"""
    project.write("conftest.py", plugin)
    project.write("test_a.py", "def test_one(): print('said')\ndef test_two(): assert 0\n")
    run = project.run()
    assert (project.path / "heard").read_text().splitlines() == [
        repr((f"test_a.py::{name}", when, outcome, printed, True, [("phase", when)]))
        for name, when, outcome, printed in [
            ("test_one", "call", "passed", "said\n"),
            ("test_one", "setup", "passed", ""),
            ("test_one", "teardown", "passed", "said\n"),
            ("test_two", "call", "failed", ""),
            ("test_two", "setup", "passed", ""),
            ("test_two", "teardown", "passed", ""),
        ]
    ]
    assert "1 failed, 1 passed in" in run.summary


def test_what_hooks_put_on_reports_of_passes_is_there_in_the_summary(project: Project) -> None:
    plugin = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.nothing = []
    if call.when == 'teardown':
        report.statistics = 'examples of ' + item.name
def pytest_terminal_summary(terminalreporter):
    for reports in terminalreporter.stats.values():
        for report in reports:
            terminalreporter.write_line(getattr(report, 'statistics', ''))
"""
    project.write("conftest.py", plugin)
    project.write("test_a.py", GREEN)
    run = project.run()
    assert {"examples of test_one", "examples of test_two"} <= set(run.summary.splitlines())
    assert {report["when"] for report in run.bodies(wire.MSG_REPORT)} == {"teardown"}


def test_reporter_that_shows_failures_at_once_shows_them_at_the_end(project: Project) -> None:
    plugin = """
import pytest
from _pytest.terminal import TerminalReporter
class Instantly(TerminalReporter):
    def summary_failures(self): pass
    def summary_errors(self): pass
@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.unregister(name='terminalreporter')
    config.pluginmanager.register(Instantly(config), 'terminalreporter')
"""
    project.write("conftest.py", plugin)
    project.write("test_a.py", "def test_t(): assert 0, 'the reason'\ndef test_e(nothing): pass\n")
    summary = project.run().summary
    assert "E   AssertionError: the reason" in summary
    assert "fixture 'nothing' not found" in summary


DEPENDENCY = "def pytest_addoption(parser): parser.addini('automark_dependency', '', type='bool', default=False)\n"


@pytest.mark.parametrize("arguments", [[], ["test_a.py::test_one", "test_a.py::test_two"]])
def test_tests_that_depend_on_each_other_run_in_one_process(project: Project, arguments: list[str]) -> None:
    project.write("pytest_dependency.py", DEPENDENCY)
    project.write("conftest.py", "pytest_plugins = ['pytest_dependency']\n")
    project.write("test_a.py", "SEEN = []  # a dependency\ndef test_one(): SEEN.append(1)\ndef test_two(): assert SEEN\n")
    with project.supervisor(*arguments) as supervisor:
        run = supervisor.run(strategy="fork")
    assert "pytest-dependency" in run.one(wire.MSG_READY)["serial"]
    assert set(run.outcomes.values()) == {"passed"}
    assert any("tests are not isolated: pytest-dependency" in note for note in run.notes)


def test_what_a_plugin_cannot_say_of_all_tests_is_said(project: Project) -> None:
    project.write("pytest_benchmark.py", "")
    project.write("conftest.py", "pytest_plugins = ['pytest_' + 'bench' + 'mark']\n")
    project.write("test_a.py", GREEN)
    assert project.run().notes == []
    project.write("test_a.py", GREEN + "# a benchmark\n")
    assert [note.partition(":")[0] for note in project.run().notes] == ["pytest-benchmark"]


def test_tests_that_a_plugin_follows_are_not_isolated(project: Project) -> None:
    """SQLAlchemy's sets a class up before its first test and is done with it after its last."""
    plugin = """
import pytest
current = None
def pytest_runtest_setup(item):
    global current
    if current is None:
        current = item.cls
        item.cls.started = True
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item, nextitem):
    global current
    yield
    if nextitem is None or nextitem.cls is not current:
        current = None
"""
    classes = """
import pytest
class Base:
    @pytest.fixture(autouse=True, scope='class')
    def wide(self): yield
    def test_one(self): assert self.started
    def test_two(self): assert self.started
class TestA(Base): pass
class TestB(Base): pass
"""
    project.write("conftest.py", plugin)
    project.write("test_a.py", classes)
    with project.supervisor() as supervisor:
        run = supervisor.run(strategy="fork")
    assert set(run.outcomes.values()) == {"passed"}
    assert run.one(wire.MSG_READY)["serial"] == ""
    assert any("tests are not isolated: " in note and "conftest.py follows them" in note for note in run.notes)


def test_plugin_for_dependencies_that_nobody_uses_changes_nothing(project: Project) -> None:
    project.write("pytest_dependency.py", DEPENDENCY)
    project.write("test_a.py", GREEN)
    project.write("conftest.py", "pytest_plugins = ['pytest_' + 'depend' + 'ency']\n")
    assert project.run().one(wire.MSG_READY)["serial"] == ""


SHARING = """
import logging
import warnings
import pytest

@pytest.fixture(scope="module")
def shared():
    print("set up for all")
    logging.warning("logged for all")
    warnings.warn("warned for all")
    yield
    print("torn down for all")
    logging.warning("logged at the end")

@pytest.fixture
def own():
    print("set up")
    yield
    print("torn down")

def test_first(shared, own): assert 0
def test_second(shared): assert 0
def test_third(shared, own): assert 0

class TestClass:
    def test_speaks(self): print("said by the test")
    @classmethod
    def teardown_class(cls):
        print("said by the class")
        raise RuntimeError("no end")
"""


@pytest.mark.parametrize("arguments", [[], ["-rA"]], ids=["failures", "all"])
def test_what_shared_fixtures_say_is_shown_where_pytest_shows_it(project: Project, arguments: list[str]) -> None:
    project.write("test_a.py", SHARING)
    arguments = [*arguments, "-p", "no:cacheprovider"]
    with project.supervisor(*arguments) as supervisor:
        run = supervisor.run(strategy="fork")
    reference = project.pytest(*arguments)
    assert same_but_for_time(run.summary) == same_but_for_time(tail_of(reference.stdout))


@pytest.mark.parametrize("name", ["terminal", "capture", "logging", "monkeypatch", "warnings"])
def test_plugins_of_pytests_may_be_absent(project: Project, name: str) -> None:
    project.write("test_a.py", GREEN + "def test_three(): assert 0\n")
    with project.supervisor("-p", f"no:{name}") as supervisor:
        run = supervisor.run(strategy="fork")
    assert run.outcomes == dict(zip((f"test_a.py::test_{n}" for n in ("one", "two", "three")), ["passed"] * 2 + ["failed"]))
    assert run.exitstatus == 1
    assert "INTERNALERROR" not in run.summary


def test_temporary_directories_have_one_base(project: Project) -> None:
    project.write("test_a.py", "def test_t(tmp_path): assert tmp_path.parent.name.startswith('popen-gw'), tmp_path\n")
    assert set(project.run().outcomes.values()) == {"passed"}


def test_threads_started_by_an_import_are_named(project: Project) -> None:
    thread = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True, name='tick').start()\n"
    project.write("test_a.py", thread + GREEN)
    with project.supervisor() as supervisor:
        supervisor.boot()
        note = supervisor.wait_for(wire.MSG_NOTE)["text"]
    assert "test_a.py started a thread (tick)" in note


def wait_until_gone(pid: int) -> None:
    """Wait for the death of a process that is not our child."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([pidfd], [], [], 20)[0], f"{pid} lives on"
    os.close(pidfd)


def test_leaked_processes_are_killed_and_named(project: Project) -> None:
    leaking = """
import os, subprocess, pathlib
def test_leak():
    between = os.fork()
    if not between:
        os.setsid()
        pathlib.Path('pid').write_text(str(subprocess.Popen(['sleep', '1000']).pid))  # returns when it is a sleep
        os._exit(0)
    os.waitpid(between, 0)
def test_group():
    subprocess.Popen(['sleep', '1001'])
"""
    project.write("test_a.py", leaking)
    project.write("test_b.py", GREEN)
    run = project.run()
    leaked = [name for body in run.bodies(wire.MSG_EXITED) for name in body.get("leaked", ())]
    assert sum(name.startswith("sleep (") for name in leaked) == 2
    wait_until_gone(int((project.path / "pid").read_text()))


@pytest.mark.parametrize("place", ["conftest", "import"])
def test_lifeline_while_user_code_runs(project: Project, place: str) -> None:
    endless = "import os, time\nprint('here', flush=True)\nopen('fifo', 'w').close()\ntime.sleep(1000)\n"
    project.write("conftest.py" if place == "conftest" else "test_a.py", endless)
    os.mkfifo(project.path / "fifo")
    with project.supervisor("-s") as supervisor:
        supervisor.connect()
        (project.path / "fifo").open().close()
        supervisor.cut_lifeline()
        assert supervisor.wait_for_exit() == -signal.SIGKILL


def test_lifeline_takes_the_workers_along(project: Project) -> None:
    project.write("test_a.py", GREEN)
    with project.supervisor() as supervisor:
        supervisor.boot()
        supervisor.fork(0, 1)
        supervisor.fork(1, 2)
        pids = [body["pid"] for body in supervisor.result.bodies(wire.MSG_FORKED)]
        supervisor.cut_lifeline()
        assert supervisor.wait_for_exit() == 0
        for pid in pids:
            wait_until_gone(pid)


def test_raw_status_of_a_killed_worker(project: Project) -> None:
    project.write("test_a.py", GREEN)
    with project.supervisor() as supervisor:
        supervisor.boot()
        supervisor.fork(3, 1)
        supervisor.connect().send(wire.CMD_KILL, {"worker": 3, "signal": int(signal.SIGSEGV), "group": True})
        status = supervisor.wait_for(wire.MSG_EXITED)["status"]
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSEGV


def test_exit_without_finish_leaves_at_once(project: Project) -> None:
    project.write("conftest.py", "def pytest_sessionfinish():\n    open('finished', 'w').close()\n")
    project.write("test_a.py", GREEN)
    with project.supervisor() as supervisor:
        supervisor.boot()
        supervisor.connect().send(wire.CMD_EXIT)
        assert supervisor.wait_for_exit() == 0
    assert not (project.path / "finished").exists()


SIGNALS = """
import signal
def test_signals():
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
"""


def test_inherited_signal_state_is_reset(project: Project) -> None:
    project.write("test_a.py", SIGNALS)
    change = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGQUIT]); os.execv(sys.argv[1], sys.argv[1:])"
    )
    with project.supervisor(launcher=lambda command: [sys.executable, "-c", change, *command]) as supervisor:
        assert supervisor.run(workers=1).outcomes == {"test_a.py::test_signals": "passed"}


STOPS = [
    ({"kind": "interrupt", "reason": "test_a.py:2: KeyboardInterrupt"}, 2, "! KeyboardInterrupt !"),
    ({"kind": "exit", "reason": "bye", "returncode": 7}, 7, "! _pytest.outcomes.Exit: bye !"),
    ({"kind": "exit", "reason": "bye"}, 2, "! _pytest.outcomes.Exit: bye !"),
    ({"kind": "fail", "reason": "stopping after 1 failures"}, 1, "! stopping after 1 failures !"),
    ({"kind": "stop", "reason": "enough"}, 2, "! Interrupted: enough !"),
]


@pytest.mark.parametrize(("stop", "status", "line"), STOPS)
def test_how_a_stopped_run_ends(project: Project, stop: dict[str, Any], status: int, line: str) -> None:
    project.write("test_a.py", GREEN)
    with project.supervisor() as supervisor:
        supervisor.boot()
        supervisor.finish(duration=3.5, counts={"passed": 2}, collected=3, stop=stop)
    run = supervisor.result
    assert line in run.summary
    assert "2 passed in 3.50s" in run.summary
    assert run.exitstatus == status


def test_reports_made_by_the_supervisor(project: Project) -> None:
    project.write("test_a.py", GREEN)
    crash = {
        "nodeid": "test_a.py::test_two",
        "when": "call",
        "outcome": "failed",
        "longrepr": "the worker died: SIGSEGV",
        "sections": [["Captured stdout call", "said before\n"]],
        "location": ["test_a.py", 1, "test_two"],
        "category": "failed",
    }
    with project.supervisor() as supervisor:
        supervisor.boot()
        supervisor.finish(counts={"passed": 1}, reports=[crash], exitstatus=1)
    summary = supervisor.result.summary
    assert "_ test_two _" in summary
    assert "the worker died: SIGSEGV" in summary
    assert "said before" in summary
    assert "FAILED test_a.py::test_two" in summary
    assert "1 failed, 1 passed in" in summary


def test_durations_of_plain_passes(project: Project) -> None:
    project.write("test_a.py", GREEN)
    with project.supervisor("--durations=2") as supervisor:
        supervisor.boot()
        rows = [["test_a.py::test_one", "call", 2.5], ["test_a.py::test_two", "setup", 0.75]]
        supervisor.finish(counts={"passed": 2}, durations=rows)
    assert re.search(r"2\.50s call +test_a.py::test_one\n0\.75s setup +test_a.py::test_two", supervisor.result.summary)


def test_run_dir_with_a_long_path(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("test_a.py", GREEN)
    deep = project.path / ("d" * 120)
    deep.mkdir()
    read_end, write_end = os.pipe()
    harness = Path(tach_harness.__file__).parent
    command = [sys.executable, str(harness), "--run-dir", str(deep), "--", "--collect-only-typo"]
    with subprocess.Popen(command, cwd=project.path, stdin=read_end) as process:
        os.close(read_end)
        pidfd = os.pidfd_open(process.pid)
        while not (deep / "zygote.sock").exists():
            assert not select.select([pidfd], [], [], 0.01)[0], "ended before it listened"
        os.close(pidfd)
        os.close(write_end)
        process.wait(20)


def test_command_line_names_the_agent(project: Project) -> None:
    project.write("conftest.py", "import sys\nopen('seen', 'w').write(sys.modules['tach_harness.base._agent'].path)\n")
    project.write("test_a.py", GREEN)

    def with_agent(command: list[str]) -> list[str]:
        end = command.index("--")
        return [*command[:end], "--agent", "/some/agent.so", *command[end:]]

    with project.supervisor(launcher=with_agent) as supervisor:
        supervisor.boot()
        supervisor.finish(counts={"passed": 2})
    assert (project.path / "seen").read_text() == "/some/agent.so"
