"""Strategy ``snapshot``: cells that rewind, what they do not rewind, and what is said when isolation and pytest differ."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worker_rig import WorkerRig, isolation

from tach_harness.base import _wire as wire

Start = Callable[..., WorkerRig]
FAULTS = ["open", "register", "protect", "clone", "ledger", "layout", "scan", "read"]

POLLUTING = """
    import os, sys

    SEEN = []

    def test_a(): SEEN.append(1); os.environ["A"] = "1"; os.umask(0)
    def test_b(): assert SEEN == [] and "A" not in os.environ and os.umask(0o22) != 0
    def test_c(): sys.modules["c"] = sys; os.chdir("/")
    def test_d(): assert "c" not in sys.modules and os.getcwd() != "/"
    def test_e(): pass
"""


def notes(rig: WorkerRig) -> str:
    return "\n".join(body["text"] for body in rig.of(wire.MSG_NOTE))


def test_nothing_of_a_test_reaches_the_next(isolated: Start) -> None:
    rig = isolated(POLLUTING)
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 5
    assert isolation(rig) == ["snapshot"] * 5
    assert rig.rewinds("checkpoints") == 1
    assert rig.rewinds("rewinds") >= 4


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="collects step by step, never all at once")
def test_garbage_of_a_test_alone_is_no_reason_to_visit_all_there_is(isolated: Start) -> None:
    rig = isolated("""
        import gc

        def full_collections():
            return gc.get_stats()[2]["collections"]

        def test_a():
            before = full_collections()
            for _ in range(120_000):
                cycle = []
                cycle.append(cycle)
            assert full_collections() == before

        test_b = test_a
    """)
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 2, rig.reports()
    assert isolation(rig) == ["snapshot"] * 2


def test_patterns_that_tests_keep_compiling_are_compiled_before_the_checkpoint(isolated: Start) -> None:
    rig = isolated("""
        import re, pytest

        PATTERNS = [f"a{n}" for n in range(60)]

        @pytest.mark.parametrize("n", range(6))
        def test_all(n):
            known = sum((str, text, 0) in re._cache for text in PATTERNS)
            for text in PATTERNS:
                re.compile(text)
            assert known == (60 if n > 1 else 0)
    """)
    assert rig.run_all(6) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 6
    assert isolation(rig) == ["snapshot"] * 6
    assert not any("diagnosis" in body for body in rig.of(wire.MSG_RESULT))
    assert rig.rewinds("checkpoints") == 2


def test_openssl_has_begun_its_numbers_before_the_checkpoint(isolated: Start) -> None:
    rig = isolated("""
        import ssl

        SEEDED = []
        ssl.RAND_add = lambda *_: SEEDED.append(1)

        def test_a(): assert len(SEEDED) == 1
        def test_b(): assert len(SEEDED) == 2
        def test_c(): assert len(SEEDED) == 2
    """)
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert not any("diagnosis" in body for body in rig.of(wire.MSG_RESULT))


def test_each_test_is_told_once_and_in_order(isolated: Start) -> None:
    rig = isolated(POLLUTING)
    rig.run_all(5)
    assert [f"{word} {i}" for i in range(5) for word in ("started", "result")] == rig.order()


def test_every_rewind_is_looked_at(isolated: Start) -> None:
    rig = isolated(POLLUTING, verify=True)
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 5
    assert rig.rewinds("verified_pages") > 100
    assert rig.rewinds("wrong_bytes") == 0


def test_failure_is_told_once_by_whoever_ran_the_test_plainly(isolated: Start) -> None:
    rig = isolated("""
        import pytest

        def test_a(): pass
        def test_b(): print("said"); assert 1 == 2
        def test_c(): pass
        @pytest.fixture
        def broken(): yield; raise RuntimeError("teardown")
        def test_d(broken): pass
        def test_e(): pass
    """)
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed", "error", "passed"]
    assert [report["test_id"] for report in rig.reports() if report["outcome"] == "failed"] == [1, 3]
    assert isolation(rig)[1] == isolation(rig)[3] == "none"
    assert "diagnosis" not in rig.results()[1]


def test_what_passes_only_after_others_has_passed(isolated: Start) -> None:
    rig = isolated(ORDERED)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert [rig.results()[i].get("diagnosis", "") for i in range(4)] == ["", "order-dependent", "", "order-dependent"]
    assert [report for report in rig.reports() if report["outcome"] == "failed"] == []


def test_strictly_it_has_failed(isolated: Start) -> None:
    rig = isolated(ORDERED, strict=True)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed", "failed"]
    assert [rig.results()[i].get("diagnosis", "") for i in range(4)] == ["", "order-dependent", "", "order-dependent"]
    assert isolation(rig) == ["snapshot"] * 4
    assert [report["test_id"] for report in rig.reports() if report["outcome"] == "failed"] == [1, 3]
    assert all("assert [] ==" in report["longrepr"] for report in rig.reports())  # as it was seen isolated


def test_strictly_what_fails_both_ways_needs_no_diagnosis(isolated: Start) -> None:
    rig = isolated("""
        import pytest

        def test_a(): pass
        def test_b(): assert 0
        def test_c(): pass
        @pytest.fixture
        def broken(): yield; raise RuntimeError("teardown")
        def test_d(broken): pass
    """, strict=True)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed", "error"]
    assert not any("diagnosis" in body for body in rig.results().values())
    assert [report["test_id"] for report in rig.reports() if report["outcome"] == "failed"] == [1, 3]


def test_strictly_a_death_that_happens_only_isolated_is_named(isolated: Start) -> None:
    rig = isolated(DEADLY_ONCE, strict=True)
    assert rig.run_all(3) == 0, rig.output()
    assert os.WEXITSTATUS(rig.results()[1]["died"]) == 5
    assert rig.results()[1]["diagnosis"] == "needs no isolation"
    assert rig.results()[1]["toxic"] == "the process died"


def test_forks_are_diagnosed_too(worker: Start) -> None:
    rig = worker(ORDERED, strategy="fork", strict=True)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed", "failed"]
    assert [rig.results()[i].get("diagnosis", "") for i in range(4)] == ["", "order-dependent", "", "order-dependent"]


def test_all_that_is_run_again_has_the_time_of_a_test(isolated: Start) -> None:
    rig = isolated("""
        def test_a(): pass
        def test_b(): pass
        def test_c(): assert 0
        def test_d(): pass
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert [body["test_id"] for body in rig.of(wire.MSG_AGAIN)] == [2, 2, 2]


def test_a_death_in_the_plain_run_is_told_after_a_failure_isolated(isolated: Start) -> None:
    rig = isolated("""
        import os

        STATE = []

        def test_a(): pass
        def test_b(): assert 0
        def test_c(): STATE.append(1)
        def test_d():
            if STATE:
                os._exit(3)
            assert 0
        def test_e(): pass
    """)
    assert rig.run_all(5) == 0, rig.output()
    assert os.WEXITSTATUS(rig.results()[3]["died"]) == 3
    assert [rig.results()[i].get("outcome", "passed") for i in (0, 1, 2, 4)] == ["passed", "failed", "passed", "passed"]


DEADLY_ONCE = """
    import os, pathlib

    def test_a(): pass
    def test_b():
        log = pathlib.Path("log")
        if not log.exists():
            log.touch()
            os._exit(5)
    def test_c(): pass
"""
ORDERED = """
    STATE = []

    def test_a(): STATE.append(1)
    def test_b(): assert STATE == [1]; STATE.append(2)
    def test_c(): pass
    def test_d(): assert STATE == [1, 2]
"""


def test_process_with_a_thread_is_replaced(isolated: Start) -> None:
    rig = isolated("""
        import threading

        def test_a(): pass
        def test_b(): threading.Thread(target=threading.Event().wait, daemon=True, name="poller").start()
        def test_c(): assert threading.active_count() == 1
        def test_d(): pass
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert rig.results()[1]["leaked"] == ["thread 'poller'"]
    assert rig.results()[1]["toxic"] == "thread 'poller'"
    assert rig.rewinds("checkpoints") == 2


def test_death_is_of_one_test(isolated: Start) -> None:
    rig = isolated("""
        import os, signal

        def test_a(): pass
        def test_b(): os._exit(0)
        def test_c(): pass
        def test_d(): os.kill(os.getpid(), signal.SIGKILL)
        def test_e(): pass
    """)
    assert rig.run_all(5) == 0, rig.output()
    assert [i for i, body in rig.results().items() if "died" in body] == [1, 3]
    assert os.WTERMSIG(rig.results()[3]["died"]) == 9
    assert [rig.results()[i].get("outcome", "passed") for i in (0, 2, 4)] == ["passed"] * 3


def test_death_that_happens_only_isolated_is_named(isolated: Start) -> None:
    rig = isolated("""
        import os

        STATE = []

        def test_a(): STATE.append(1)
        def test_b():
            if not STATE:
                os._exit(5)
        def test_c(): pass
    """)
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert rig.results()[1]["diagnosis"] == "order-dependent"
    assert rig.results()[1]["toxic"] == "the process died"


def test_failure_that_writes_what_it_missed_is_believed(isolated: Start, tmp_path: Path) -> None:
    """So pytest-regressions does: a second run would compare the file with itself."""
    rig = isolated(f"""
        import pathlib

        import pytest

        EXPECTED = pathlib.Path({str(tmp_path)!r}, "expected")

        def regression():
            def check(text):
                if not EXPECTED.exists():
                    EXPECTED.write_text(text)
                    pytest.fail("created")
            return check

        regression.__module__ = "pytest_regressions.plugin"
        regression = pytest.fixture(regression)

        def test_a(regression): regression("new")
        def test_b(regression): regression("new")
    """)
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["failed", "passed"]
    assert "diagnosis" not in rig.results()[0]


def test_what_dies_only_isolated_needs_no_test_before_it(isolated: Start) -> None:
    rig = isolated(DEADLY_ONCE)
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert rig.results()[1]["diagnosis"] == "needs no isolation"
    assert rig.results()[1]["toxic"] == "the process died"


def test_wide_fixtures_are_set_up_and_torn_down_once(isolated: Start, tmp_path: Path) -> None:
    rig = isolated("""
        import pathlib, pytest

        LOG = pathlib.Path("steps.log")

        def note(line):
            with LOG.open("a") as log:
                log.write(line + "\\n")

        @pytest.fixture(scope="module", params=[1, 2])
        def module(request): note(f"setup {request.param}"); yield [request.param]; note("teardown")

        @pytest.fixture(scope="class", autouse=True)
        def of_class(): note("setup class"); yield; note("teardown class")

        class TestOne:
            def test_a(self, module): module.append(1); note(f"a {module}")
            def test_b(self, module): note(f"b {module}")

        def test_c(module): note(f"c {module}")
    """)
    assert rig.run_all(6) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 6
    one = "setup class\na [{0}, 1]\nb [{0}]\nteardown class\nsetup class\nc [{0}]\nteardown class\n"
    expected = "".join(f"setup {number}\n{one.format(number)}teardown\n" for number in (1, 2))
    seen = (tmp_path / "steps.log").read_text()
    assert sorted(seen.splitlines()) == sorted(expected.splitlines())


def test_fixture_with_a_thread_makes_its_tests_run_as_in_pytest(isolated: Start) -> None:
    rig = isolated("""
        import pytest, threading

        SEEN = []

        @pytest.fixture(scope="module")
        def server():
            stop = threading.Event()
            thread = threading.Thread(target=stop.wait, name="server")
            thread.start()
            yield thread
            stop.set()
            thread.join()

        def test_a(server): SEEN.append(1)
        def test_b(server): assert SEEN == [1] and server.is_alive()
        def test_c(server): assert not server.is_alive()
        def test_d(server): pass
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed", "failed", "passed"]
    assert isolation(rig) == ["none"] * 4
    assert [report["outcome"] for report in rig.reports()] == ["failed"]
    assert "while their fixtures hold thread 'server'" in notes(rig)


def test_process_of_a_fixture_is_waited_for_by_its_parent(isolated: Start) -> None:
    rig = isolated("""
        import pytest, subprocess

        @pytest.fixture(scope="class")
        def server():
            with subprocess.Popen(["sleep", "1000"]) as process:
                yield process
                process.kill()

        class TestServer:
            def test_a(self, server): assert server.poll() is None
            def test_b(self, server): assert server.poll() is None

        def test_c(): pass
        def test_d(): pass
        def test_e(): pass
    """)
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 5
    assert isolation(rig) == ["none"] * 2 + ["snapshot"] * 3
    assert "while their fixtures hold process 'sleep'" in notes(rig)


def test_lock_of_a_fixture_is_held_by_the_process_of_its_tests(isolated: Start) -> None:
    rig = isolated("""
        import fcntl, pytest

        @pytest.fixture(scope="class", params=["process", "file"])
        def locked(request, tmp_path_factory):
            path = tmp_path_factory.mktemp("locked") / "file"
            with path.open("w") as file:
                (fcntl.lockf if request.param == "process" else fcntl.flock)(file, fcntl.LOCK_EX)
                yield path, request.param

        class TestLocked:
            def test_a(self, locked): pass
            def test_b(self, locked):
                path, kind = locked
                with path.open("w") as file:
                    if kind == "process":
                        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert isolation(rig) == ["none"] * 2 + ["fork"] * 2, rig.reports()
    assert "[POSIX lock]" in notes(rig)


def test_numbers_that_a_wide_fixture_has_seeded_are_those_of_the_plain_run(isolated: Start) -> None:
    rig = isolated("""
        import pytest, random

        @pytest.fixture(scope="module", autouse=True)
        def seeded(): random.seed(5)

        def test_a(): assert random.random() == random.Random(5).random()
        def test_b(): pass
    """)
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 2


@pytest.mark.parametrize("strategy", ["snapshot", "fork", "none"])
def test_shared_memory_that_a_test_forgets_is_unlinked(
    worker: Start, agent: str, tmp_path: Path, strategy: str
) -> None:
    rig = worker(
        """
        import pathlib
        from multiprocessing.shared_memory import SharedMemory

        def forget():
            memory = SharedMemory(create=True, size=1)
            with pathlib.Path("names").open("a") as names: names.write(memory.name + "\\n")
            memory.close()

        def test_a(): forget()
        def test_b(): forget()
        def test_c(): pass
        """,
        strategy=strategy,
        agent=agent,
    )
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert strategy == "none" or [body.get("leaked") for body in rig.of(wire.MSG_RESULT)] == [None] * 3
    names = (tmp_path / "names").read_text().split()
    assert len(names) == 2
    assert not any(Path("/dev/shm", name).exists() for name in names)


@pytest.mark.parametrize("strategy", ["snapshot", "fork", "none"])
def test_the_directory_of_multiprocessing_is_removed(worker: Start, agent: str, tmp_path: Path, strategy: str) -> None:
    rig = worker(
        """
        import multiprocessing.util, pathlib, tempfile

        tempfile.tempdir = "."

        def use(): assert pathlib.Path(multiprocessing.util.get_temp_dir()).is_dir()
        def test_a(): use()
        def test_b(): use()
        def test_c(): use(); assert 0
        """,
        strategy=strategy,
        agent=agent,
    )
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed", "failed"]
    assert list(tmp_path.glob("pymp-*")) == []


@pytest.mark.parametrize("ends_at_a_fork", [True, False])
def test_native_thread_matters_only_if_it_outlives_a_fork(isolated: Start, ends_at_a_fork: bool) -> None:
    rig = isolated(f"""
        import ctypes, os
        import pytest

        libc = ctypes.CDLL(None)
        thread = ctypes.c_ulong()

        def end():
            if thread.value and {ends_at_a_fork}:
                libc.pthread_cancel(thread)
                libc.pthread_join(thread, None)
                thread.value = 0

        @pytest.fixture(scope="module")
        def library():
            libc.pthread_create(ctypes.byref(thread), None, ctypes.cast(libc.pause, ctypes.c_void_p), None)
            os.register_at_fork(before=end)

        def test_a(library): pass
        def test_b(library): pass
        def test_c(library): pass
    """)
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert set(isolation(rig)) == ({"snapshot"} if ends_at_a_fork else {"none"})


def test_the_only_listener_of_a_fixture_is_seen(isolated: Start) -> None:
    rig = isolated("""
        import pytest, socket

        @pytest.fixture(scope="module")
        def listener():
            with socket.create_server(("127.0.0.1", 0)) as listener: yield listener

        def test_a(listener): pass
        def test_b(listener):
            address = listener.getsockname()
            listener.close()
            socket.create_server(address).close()
    """)
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 2
    assert "[listening socket]" in notes(rig)


def test_who_closes_what_a_fixture_opened_has_closed_it(isolated: Start) -> None:
    rig = isolated("""
        import os, pytest

        @pytest.fixture(scope="module")
        def pipe(): return os.pipe()

        def test_a(pipe): pass
        def test_b(pipe): os.close(pipe[1]); assert os.read(pipe[0], 1) == b""
        def test_c(): pass
    """)
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert "[pipe]" in notes(rig)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_twin_that_may_not_be_signalled_goes_too(isolated: Start) -> None:
    rig = isolated("""
        import os

        def test_a(): pass
        def test_b(): os.setresuid(65534, 65534, 65534)
        def test_c(): assert os.getuid() == 0
        def test_d(): pass
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert rig.results()[1]["toxic"] == "credentials"


def test_a_signal_reaches_the_cell(isolated: Start) -> None:
    rig = isolated("""
        import time

        def test_a(): pass
        def test_b(): time.sleep(60)
        def test_c(): pass
        def test_d(): pass
    """)
    rig.run(*range(4))
    rig.send(wire.CMD_DRAIN)
    rig.read_until(wire.MSG_STARTED, lambda body: body["test_id"] == 1)
    while rig.phase() != wire.PHASE_CALL:
        pass
    assert rig.child() not in (0, rig.pid)
    rig.send(wire.CMD_SIGNAL_TEST, test_id=1, signal=9)
    while len(rig.results()) < 4:
        rig.read()
    assert rig.finish() == 0
    assert [i for i, body in rig.results().items() if "died" in body] == [1]


def test_tests_that_come_while_a_failure_is_looked_into_are_run(isolated: Start, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    rig = isolated("""
        import pathlib

        def test_a(): pass
        def test_b():
            log = pathlib.Path("log")
            if log.exists():
                open("gate").read()
            log.touch()
            assert 0
        def test_c(): pass
        def test_d(): pass
        def test_e(): pass
    """)
    rig.run(0, 1, 2)
    gate = os.open(tmp_path / "gate", os.O_WRONLY)  # returns when the shadow is there
    rig.run(3, 4)
    rig.send(wire.CMD_DRAIN)
    rig.await_heard()
    os.close(gate)
    while len(rig.results()) < 5:
        rig.read()
    assert rig.finish() == 0
    assert rig.outcomes() == ["passed", "failed", "passed", "passed", "passed"]


def test_what_ended_its_process_is_not_run_before_others(isolated: Start, tmp_path: Path) -> None:
    rig = isolated("""
        import os, pathlib

        STATE = []
        LOG = pathlib.Path("log")

        def test_a(): STATE.append(1)
        def test_b():
            with LOG.open("a") as log:
                log.write("died ")
            os._exit(1)
        def test_c(): assert STATE == [1]
        def test_d(): pass
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.results()[2]["diagnosis"] == "order-dependent"
    assert (tmp_path / "log").read_text().split() == ["died"] * 2  # isolated and plainly, for itself


def test_plain_run_leaves_a_wide_fixture_with_another_parameter_alone(isolated: Start, tmp_path: Path) -> None:
    rig = isolated("""
        import pathlib, pytest, tempfile

        @pytest.fixture(scope="module", params=["a", "b"])
        def place(request):
            path = pathlib.Path(tempfile.mkdtemp(prefix="place", dir="."))
            yield path
            path.rmdir()

        def test_there(place): assert place.is_dir()
        def test_there_too(place): assert place.is_dir()
        def test_fails(): assert 0
    """)
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4 + ["failed"]
    assert list(tmp_path.glob("place*")) == []


def test_what_only_a_plain_run_has_set_up_is_torn_down_when_it_is_over(isolated: Start, tmp_path: Path) -> None:
    rig = isolated("""
        import pathlib, pytest, tempfile

        @pytest.fixture(scope="module")
        def place():
            path = pathlib.Path(tempfile.mkdtemp(prefix="place", dir="."))
            yield path
            print("removed", flush=True)
            path.rmdir()

        def test_before(request): assert request.getfixturevalue("place").is_dir()
        def test_fails(request): assert not request.getfixturevalue("place").is_dir()
        def test_passes(): pass
        def test_fails_too(request): assert not request.getfixturevalue("place").is_dir()
    """)
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed", "failed"]
    assert list(tmp_path.glob("place*")) == []
    assert "removed" not in rig.output()


def test_failing_teardown_of_a_wide_fixture_is_told(isolated: Start) -> None:
    rig = isolated("""
        import pytest

        @pytest.fixture(scope="module")
        def database(): yield; raise RuntimeError("cannot drop")

        def test_a(database): pass
        def test_b(database): pass
        def test_c(database): pass
    """)
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed", "error"]
    assert [report["when"] for report in rig.reports() if report["outcome"] == "failed"] == ["teardown"]


REPORTING = """
    import pytest

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(item, call):
        outcome = yield
        if call.when == "setup":
            item.phases = []
        item.phases.append(outcome.get_result().when)
"""


@pytest.mark.parametrize(("ending", "outcome"), [("pass", "passed"), ("raise RuntimeError('cannot drop')", "error")])
def test_hooks_that_keep_notes_since_the_setup_make_the_reports(isolated: Start, ending: str, outcome: str) -> None:
    rig = isolated(f"""
        import pytest

        @pytest.fixture(scope="module")
        def database(): yield; {ending}

        def test_a(database): pass
    """, files={"conftest.py": REPORTING})
    assert rig.run_all(1) == 0, rig.output()
    assert rig.outcomes() == [outcome]


def test_shadow_is_nobodys_leak(isolated: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACH_FAULT", "open")
    rig = isolated("""
        import pytest

        def test_a(): assert 0
        @pytest.mark.skip
        def test_b(): pass
        def test_c(): pass
    """)
    assert rig.run_all(3) == 0, rig.output()
    assert not any("leaked" in body for body in rig.results().values())


def test_nothing_starts_once_enough_have_failed(isolated: Start) -> None:
    source = "def test_a(): pass\ndef test_b(): assert 0\n" + "".join(f"def test_{c}(): pass\n" for c in "cdefg")
    rig = isolated(source, "--maxfail=1")
    assert rig.run_all(7) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed"]
    assert [body["tests"] for body in rig.of(wire.MSG_NOT_RUN)] == [[2, 3, 4, 5, 6]]
    assert rig.of(wire.MSG_STOPPING)


def test_toxic_tests_have_a_process_of_their_own(isolated: Start) -> None:
    rig = isolated(POLLUTING)
    tests: list[dict[str, Any]] = [{"test_id": i, "unit": 0, "index": i, "is_toxic": i == 2} for i in range(5)]
    rig.send(wire.CMD_RUN_TEST, tests=tests)
    rig.send(wire.CMD_DRAIN)
    while len(rig.results()) < 5:
        rig.read()
    assert rig.finish() == 0
    assert rig.outcomes() == ["passed"] * 5
    assert [rig.results()[i]["isolation"] for i in range(3)] == ["snapshot", "snapshot", "fork"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_agent_loses_no_verdict(isolated: Start, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setenv("TACH_FAULT", fault)
    rig = isolated("""
        SEEN = []

        def test_a(): SEEN.append(1)
        def test_b(): assert SEEN == []
        def test_c(): assert SEEN is None
        def test_d(): SEEN.append(2)
        def test_e(): assert SEEN == []
        def test_f(): pass
    """)
    assert rig.run_all(6) == 0, rig.output()
    assert [rig.results()[i].get("outcome", "passed") for i in range(6)] == ["passed"] * 2 + ["failed"] + ["passed"] * 3
    assert len(rig.of(wire.MSG_RESULT)) == 6
    assert [report["outcome"] for report in rig.reports()] == ["failed"]


def test_no_process_is_left(isolated: Start) -> None:
    rig = isolated(POLLUTING)
    assert rig.run_all(5) == 0, rig.output()
    marker = str(rig.run_dir).encode()
    left = [pid for pid in os.listdir("/proc") if pid.isdigit() and marker in _command_line(pid)]
    assert left == []


def _command_line(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "cmdline").read_bytes()
    except OSError:
        return b""
