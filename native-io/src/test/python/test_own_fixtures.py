"""Cells that set up fixtures of modules and classes themselves: how often, for whom, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worker_rig import WorkerRig, isolation

from tach_harness.base import _wire as wire

Start = Callable[..., WorkerRig]

COUNTED = """
    import os, pathlib, pytest

    LOG = pathlib.Path(__file__).with_name("log")
    STATE = []

    def log(text):
        with LOG.open("a") as file:
            file.write(text + "\\n")

    @pytest.fixture(scope="module", autouse=True)
    def resource():
        log("up")
        yield STATE
        {down}
        log("down")
"""


def counted(tests: str, down: str = "pass") -> str:
    return COUNTED.format(down=down) + tests


PLAIN = """
    @pytest.mark.parametrize("n", range(3))
    def test_it(n):
        assert STATE == []
        STATE.append(n)
"""


def log_of(path: Path) -> list[str]:
    return (path / "log").read_text().split()


def diagnoses(rig: WorkerRig) -> list[str]:
    return [body["diagnosis"] for body in rig.of(wire.MSG_RESULT) if "diagnosis" in body]


def told_once(rig: WorkerRig) -> bool:
    started = [body["test_id"] for body in rig.of(wire.MSG_STARTED)]
    results = [body["test_id"] for body in rig.of(wire.MSG_RESULT)]
    return started == results == sorted(set(results))


def test_one_cell_serves_many_modules(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(counted(PLAIN), files={"test_b.py": counted(PLAIN), "test_c.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3, 2: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 9
    assert isolation(rig) == ["snapshot"] * 9
    assert not diagnoses(rig)
    assert told_once(rig)
    assert log_of(tmp_path) == ["up", "down"] * 3
    assert rig.rewinds("checkpoints") <= 2  # a second cell if something was learnt


def test_every_rewind_is_looked_at(isolated: Start) -> None:
    rig = isolated(counted(PLAIN), files={"test_m.py": counted(PLAIN)}, verify=True)
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 6
    assert isolation(rig) == ["snapshot"] * 6
    assert rig.rewinds("verified_pages") > 1000
    assert rig.rewinds("wrong_bytes") == 0
    assert rig.rewinds("moves") >= 2
    assert rig.rewinds("checkpoints") <= 2  # it looks at checkpoints that are moved


def test_a_module_of_one_test(isolated: Start, tmp_path: Path) -> None:
    one = counted("\n    def test_one(): pass\n")
    rig = isolated(one, files={"test_b.py": one, "test_c.py": one})
    assert rig.run_units({0: 1, 1: 1, 2: 1}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert told_once(rig)
    assert log_of(tmp_path) == ["up", "down"] * 3
    assert rig.rewinds("checkpoints") <= 2  # a second cell if something was learnt


def test_classes_in_a_module(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(
        counted("""
    import unittest

    class TestOne(unittest.TestCase):
        @classmethod
        def setUpClass(cls): log("one"); cls.seen = []
        @classmethod
        def tearDownClass(cls): log("/one")
        def test_a(self): self.seen.append(1); assert self.seen == [1]
        def test_b(self): self.seen.append(1); assert self.seen == [1]

    class TestTwo:
        @pytest.fixture(scope="class", autouse=True)
        def two(self, resource): log("two"); yield; log("/two")
        def test_a(self): STATE.append(1); assert STATE == [1]
        def test_b(self): STATE.append(1); assert STATE == [1]

    def test_last(): assert STATE == []
    """)
    )
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 5
    assert isolation(rig) == ["snapshot"] * 5
    assert not diagnoses(rig)
    assert log_of(tmp_path) == ["up", "one", "/one", "two", "/two", "down"]
    assert rig.rewinds("checkpoints") <= 2  # a second cell if something was learnt


def test_parameters_of_a_module(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(
        counted("""
    @pytest.fixture(scope="module", params=["x", "y"])
    def kind(request): log(request.param); yield request.param; log("/" + request.param)

    def test_a(kind): STATE.append(1); assert STATE == [1]
    def test_b(kind): STATE.append(1); assert STATE == [1]
    """)
    )
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert log_of(tmp_path) == ["up", "x", "/x", "y", "/y", "down"]


@pytest.mark.parametrize("last", [False, True])
def test_failing_teardown_is_told_with_the_last_test(isolated: Start, last: bool) -> None:
    broken, whole = counted(PLAIN, "raise RuntimeError('not let go')"), counted(PLAIN)
    rig = isolated(whole if last else broken, files={"test_m.py": broken if last else whole})
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    expected = ["passed", "passed", "error"]
    assert rig.outcomes() == (["passed"] * 3 + expected if last else expected + ["passed"] * 3)
    (report,) = (body for body in rig.reports() if body["outcome"] == "failed")
    assert report["when"] == "teardown"
    assert "not let go" in str(report)
    assert told_once(rig)


def test_failing_setup_is_every_tests(isolated: Start) -> None:
    broken = """
        import pytest

        @pytest.fixture(scope="module", autouse=True)
        def resource(): raise RuntimeError("not there")

        def test_a(): pass
        def test_b(): pass
        def test_c(): pass
    """
    rig = isolated(broken, files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["error"] * 3 + ["passed"] * 3
    assert [body["when"] for body in rig.reports()] == ["setup"] * 3
    assert told_once(rig)


@pytest.mark.parametrize("failing", range(3))
def test_failure_is_told_once_by_whoever_ran_the_test_plainly(isolated: Start, tmp_path: Path, failing: int) -> None:
    tests = f"""
    @pytest.mark.parametrize("n", range(3))
    def test_it(n):
        if n == {failing}:
            log("failing")
        assert n != {failing}
    """
    rig = isolated(counted(tests), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["failed" if n == failing else "passed" for n in range(6)]
    assert [body["test_id"] for body in rig.reports()] == [failing]
    assert not diagnoses(rig)
    assert told_once(rig)
    log = log_of(tmp_path)
    assert log.count("failing") == 2  # isolated, and plainly
    log = [word for word in log if word != "failing"]
    assert log == ["up", "down"] * (len(log) // 2)  # never two at a time


ACROSS = """
    import pathlib, pytest

    STATE = []

    def log(*words):
        with pathlib.Path(__file__).with_name("log").open("a") as file:
            print(*words, file=file)

    @pytest.fixture(scope="module")
    def resource():
        log("resource", "up")
        STATE.clear()
        yield
        log("resource", "down")

    class TestOne:
        @classmethod
        def setup_class(cls): log("one", "up")
        @classmethod
        def teardown_class(cls): log("one", "down")
        def test_a(self, resource): STATE.append(1)

    def test_b(): pass

    class TestTwo:
        @classmethod
        def setup_class(cls): log("two", "up")
        @classmethod
        def teardown_class(cls):
            log("two", "down")
            {down}
        def test_c(self): pass
        @pytest.mark.parametrize("n", range({times}))
        def test_d(self, n): assert {needed}
"""


def is_never_up_twice(log: list[str]) -> bool:
    """Say whether what is set up is torn down before it is set up again, and in the end."""
    up: set[str] = set()
    for name, what in zip(log[::2], log[1::2]):
        if (name in up) == (what == "up"):
            return False
        up ^= {name}
    return not up


def test_what_passes_only_after_another_class_has_passed(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(ACROSS.format(down="pass", needed="STATE", times=1))
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert isolation(rig) == ["snapshot"] * 3 + ["none"]
    assert diagnoses(rig) == ["order-dependent"]
    assert told_once(rig)
    assert is_never_up_twice(log_of(tmp_path)), log_of(tmp_path)


def test_failing_teardown_is_of_what_passes_only_after_others(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(ACROSS.format(down="assert 0", needed="STATE", times=1))
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3 + ["error"]
    assert is_never_up_twice(log_of(tmp_path)), log_of(tmp_path)


def test_what_fails_after_another_class_passes_apart_from_it(isolated: Start) -> None:
    rig = isolated(ACROSS.format(down="pass", needed="not STATE", times=1))
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    assert not diagnoses(rig)


@pytest.mark.parametrize("reds", [1, 5])
def test_failures_after_another_class(isolated: Start, tmp_path: Path, reds: int) -> None:
    rig = isolated(ACROSS.format(down="pass", needed="0", times=reds))
    assert rig.run_all(3 + reds) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3 + ["failed"] * reds
    assert told_once(rig)
    assert is_never_up_twice(log_of(tmp_path)), log_of(tmp_path)


def test_failing_teardown_before_its_file_is_started_again_is_told(isolated: Start) -> None:
    tests = ACROSS.format(down="assert 0, 'not let go'", needed="0", times=1).replace("def test_c(self)", "def test_c(self, wider)")
    rig = isolated(tests + """
    @pytest.fixture(scope="session")
    def wider(): return 1
    def test_last(): pass
""")
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3 + ["error", "passed"]
    assert [(body["test_id"], body["when"]) for body in rig.reports()] == [(3, "call"), (3, "teardown")]
    assert "not let go" in str(rig.reports()[-1])


@pytest.mark.parametrize("needed", ["STATE", "0"])
def test_what_the_worker_has_set_up_is_torn_down_before_its_file_is_started_again(
    isolated: Start, tmp_path: Path, needed: str
) -> None:
    tests = ACROSS.format(down="pass", needed=needed, times=2).replace("def test_c(self)", "def test_c(self, wider)")
    rig = isolated(tests + """
    @pytest.fixture(scope="session")
    def wider(): return 1
""")
    assert rig.run_all(5) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3 + ["passed" if needed == "STATE" else "failed"] * 2
    assert told_once(rig)
    assert is_never_up_twice(log_of(tmp_path)), log_of(tmp_path)


def test_cell_leaves_the_plain_process_to_its_worker(isolated: Start) -> None:
    rig = isolated("""
    import threading

    def test_red(): assert 0
    def test_thread(): threading.Thread(target=threading.Event().wait, daemon=True).start()

    class Base:
        @classmethod
        def setup_class(cls): cls.up = True
        def test_a(self): assert self.up
        def test_b(self): assert self.up
    class TestOne(Base): pass
    class TestTwo(Base): pass

    def test_last(): pass
    def test_late(): assert 0
""")
    assert rig.run_all(8) == 0, rig.output()
    assert not rig.of(wire.MSG_STOPPING)
    assert rig.outcomes() == ["failed", *["passed"] * 6, "failed"]
    assert told_once(rig)


def test_what_passes_only_after_others_has_passed(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(counted("\n    def test_a(): STATE.append(1)\n    def test_b(): assert STATE\n    def test_c(): pass\n"))
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert diagnoses(rig) == ["order-dependent"]
    assert told_once(rig)


@pytest.mark.parametrize("at", range(4))
def test_process_that_cannot_be_rewound_is_replaced(isolated: Start, tmp_path: Path, at: int) -> None:
    tests = f"""
    import threading
    STOP = threading.Event()

    @pytest.mark.parametrize("n", range(4))
    def test_it(n):
        assert STATE == []
        STATE.append(n)
        if n == {at}:
            threading.Thread(target=STOP.wait, name="poller", daemon=True).start()
    """
    rig = isolated(counted(tests), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 4, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 7
    assert not diagnoses(rig)
    assert rig.results()[at].get("toxic", rig.results()[at]["leaked"][0]) == "thread 'poller'"
    assert sum("leaked" in body for body in rig.of(wire.MSG_RESULT)) == 1
    assert told_once(rig)
    log = log_of(tmp_path)
    assert log == ["up", "down"] * (len(log) // 2)


@pytest.mark.parametrize("at", range(3))
def test_death_is_of_one_test(isolated: Start, at: int) -> None:
    tests = f"""
    @pytest.mark.parametrize("n", range(3))
    def test_it(n):
        if n == {at}:
            os._exit(3)
    """
    rig = isolated(counted(tests), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    assert [n for n, body in sorted(rig.results().items()) if body.get("outcome", "passed") != "passed"] == [at]
    assert "died" in rig.results()[at]
    assert told_once(rig)


def test_fixture_with_a_thread_makes_its_tests_run_as_in_pytest(isolated: Start, tmp_path: Path) -> None:
    entangled = counted("""
    import threading

    @pytest.fixture(scope="module")
    def poller():
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait, name="poller")
        thread.start()
        yield thread
        stop.set()
        thread.join()

    @pytest.mark.parametrize("n", range(3))
    def test_it(n, poller):
        assert poller.is_alive()
        assert len(STATE) == n
        STATE.append(n)
    """)
    rig = isolated(counted(PLAIN), files={"test_b.py": entangled, "test_c.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3, 2: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 9
    by_unit = isolation(rig)
    assert sorted((by_unit[:3], by_unit[3:6], by_unit[6:])) == [["none"] * 3, ["snapshot"] * 3, ["snapshot"] * 3]
    assert log_of(tmp_path) == ["up", "down"] * 3
    assert told_once(rig)


def test_directory_of_multiprocessing_stays_as_long_as_its_fixture(isolated: Start, tmp_path: Path) -> None:
    tests = """
    import multiprocessing.util

    @pytest.fixture(scope="module")
    def directory():
        path = multiprocessing.util.get_temp_dir()
        log(path)
        yield path

    @pytest.mark.parametrize("n", range(3))
    def test_it(directory, n): assert os.path.isdir(directory) and multiprocessing.util.get_temp_dir() == directory
    """
    rig = isolated(counted(PLAIN), files={"test_m.py": counted(tests), "test_n.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3, 2: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 9
    assert isolation(rig) == ["snapshot"] * 9
    (path,) = (word for word in log_of(tmp_path) if word.startswith("/"))
    assert not Path(path).exists()


def test_shared_memory_that_a_fixture_forgets_is_unlinked(isolated: Start, tmp_path: Path) -> None:
    tests = """
    from multiprocessing.shared_memory import SharedMemory

    @pytest.fixture(scope="module")
    def shared():
        memory = SharedMemory(create=True, size=100)
        log("/dev/shm/" + memory.name)
        yield memory
        memory.close()

    @pytest.mark.parametrize("n", range(3))
    def test_it(shared, n): assert shared.size >= 100
    """
    rig = isolated(counted(PLAIN), files={"test_m.py": counted(tests), "test_n.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3, 2: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 9
    (path,) = (word for word in log_of(tmp_path) if word.startswith("/"))
    assert not Path(path).exists()


def test_session_fixtures_are_the_workers(isolated: Start, tmp_path: Path) -> None:
    conftest = """
        import pathlib, pytest

        @pytest.fixture(scope="session")
        def database():
            log = pathlib.Path(__file__).with_name("log")
            log.open("a").write("create\\n")
            yield []
            log.open("a").write("drop\\n")
    """
    tests = """
    @pytest.fixture(scope="module")
    def table(database): log("table"); yield database; log("/table")

    def test_a(table): table.append(1); assert table == [1]
    def test_b(table): table.append(1); assert table == [1]
    """
    rig = isolated(counted(tests), files={"conftest.py": conftest, "test_m.py": counted(tests)})
    assert rig.run_units({0: 2, 1: 2}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 4
    log = log_of(tmp_path)
    assert (log.count("create"), log.count("drop"), log[-1]) == (1, 1, "drop")
    assert (log.count("table"), log.count("/table")) == (2, 2)


def test_what_the_worker_has_set_up_stays_the_workers(isolated: Start, tmp_path: Path) -> None:
    """The first test needs the session's fixture too, so the worker sets up all that it needs."""
    tests = """
    @pytest.fixture(scope="session")
    def database(): yield

    @pytest.fixture(scope="module", params=["x", "y"])
    def kind(request): log(request.param); yield request.param; log("/" + request.param)

    @pytest.fixture(scope="module")
    def more(): log("more"); yield; log("/more")

    def test_a(database, kind): STATE.append(1); assert STATE == [1]
    def test_b(kind): STATE.append(1); assert STATE == [1]
    def test_c(kind): STATE.append(1); assert STATE == [1]
    def test_d(more): STATE.append(1); assert STATE == [1]
    def test_e(more): STATE.append(1); assert STATE == [1]
    """
    rig = isolated(counted(tests), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 8, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 11
    log = log_of(tmp_path)
    assert log[:6] == ["up", "x", "/x", "y", "more", "/more"]
    assert sorted(log[6:8]) == ["/y", "down"]  # one way round in pytest 7.2, the other later
    assert log[8:] == ["up", "down"]


def test_wider_fixture_that_only_code_asks_for_is_torn_down(isolated: Start, tmp_path: Path) -> None:
    tests = """
    @pytest.fixture(scope="session")
    def hidden(): log("hidden"); yield 7; log("/hidden")

    @pytest.fixture(scope="module")
    def table(request): yield request.getfixturevalue("hidden")

    def test_a(table): assert table == 7
    def test_b(table): assert table == 7
    """
    rig = isolated(counted(tests), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 2, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 5
    log = log_of(tmp_path)
    assert log.count("hidden") == log.count("/hidden") == 1


def test_failure_with_a_wider_fixture_that_only_the_test_asks_for(isolated: Start) -> None:
    tests = """
        import pytest

        @pytest.fixture(scope="module")
        def hidden(): yield 7

        def test_a(): pass
        def test_b(request): assert request.getfixturevalue("hidden") == 8
        def test_c(): pass
        def test_d(): pass
    """
    rig = isolated(tests, files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 4, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed", "passed"] + ["passed"] * 3
    assert told_once(rig)


@pytest.mark.parametrize("skipped", range(3))
def test_skipped_tests_need_no_fixture(isolated: Start, tmp_path: Path, skipped: int) -> None:
    tests = f"""
    @pytest.mark.parametrize("n", [pytest.param(n, marks=[pytest.mark.skip] * (n == {skipped})) for n in range(3)])
    def test_it(n): pass
    """
    rig = isolated(counted(tests), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    assert rig.outcomes() == ["skipped" if n == skipped else "passed" for n in range(6)]
    assert log_of(tmp_path) == ["up", "down"] * 2
    assert told_once(rig)


def test_nothing_starts_once_enough_have_failed(isolated: Start, tmp_path: Path) -> None:
    tests = "\n    @pytest.mark.parametrize('n', range(4))\n    def test_it(n): assert n != 1\n"
    rig = isolated(counted(tests), "-x", files={"test_m.py": counted(PLAIN)})
    rig.run(*range(4))
    rig.run(*range(3), unit=1)
    rig.send(wire.CMD_DRAIN)
    rig.read_until(wire.MSG_STOPPING)
    assert set(rig.results()) == {0, 1}
    rig.finish()
    log = log_of(tmp_path)
    assert log == ["up", "down"] * (len(log) // 2)


def test_exit_in_a_test_ends_the_session(isolated: Start, tmp_path: Path) -> None:
    tests = "\n    @pytest.mark.parametrize('n', range(4))\n    def test_it(n):\n        if n == 2: pytest.exit('bye', 7)\n"
    rig = isolated(counted(tests))
    rig.run(*range(4))
    rig.send(wire.CMD_DRAIN)
    stopping: dict[str, Any] = rig.read_until(wire.MSG_STOPPING)
    assert (stopping["kind"], stopping["returncode"]) == ("exit", 7)
    assert {0, 1} <= set(rig.results())


def test_module_goes_on_while_its_worker_is_to_collect_another_file(isolated: Start, tmp_path: Path) -> None:
    """So it is where a file comes from another worker: the end of this one's waits for its follower, which is not collected."""
    rig = isolated(counted(PLAIN), files={"test_m.py": counted(PLAIN)})
    rig.run(0, 1)
    rig.read_until(wire.MSG_RESULT)
    rig.send(wire.CMD_COLLECT, units=[1])
    rig.run(2)
    rig.run(0, 1, 2, unit=1)
    rig.send(wire.CMD_DRAIN)
    while len(rig.results()) < 6:
        assert rig.read() is not None
    assert rig.finish() == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 6
    assert [body["unit"] for body in rig.of(wire.MSG_COLLECTED)] == [1]
    assert log_of(tmp_path) == ["up", "down"] * 2
    assert told_once(rig)


@pytest.mark.parametrize("at", range(3))
def test_failing_teardown_is_told_though_the_process_is_done_for(isolated: Start, at: int) -> None:
    tests = f"""
    import threading
    STOP = threading.Event()

    @pytest.mark.parametrize("n", range(3))
    def test_it(n):
        if n == {at}:
            threading.Thread(target=STOP.wait, name="poller", daemon=True).start()
    """
    rig = isolated(counted(tests, "raise RuntimeError('not let go')"), files={"test_m.py": counted(PLAIN)})
    assert rig.run_units({0: 3, 1: 3}) == 0, rig.output()
    assert {n for n, body in rig.results().items() if body.get("outcome", "passed") == "error"} == {at, 2}
    assert {body["when"] for body in rig.reports()} == {"teardown"}
    assert told_once(rig)


@pytest.mark.parametrize("where", ["up", "down"])
@pytest.mark.parametrize("how", ["pytest.exit('bye', 7)", "raise KeyboardInterrupt"])
def test_exit_in_a_fixture_ends_the_session(isolated: Start, where: str, how: str) -> None:
    fixture = f"""
    @pytest.fixture(scope="module", autouse=True)
    def leaving():
        {how if where == "up" else "pass"}
        yield
        {how if where == "down" else "pass"}
    """
    rig = isolated(counted(PLAIN), files={"test_m.py": counted(fixture + PLAIN), "test_n.py": counted(PLAIN)})
    for unit in range(3):
        rig.run(*range(3), unit=unit)
    rig.send(wire.CMD_DRAIN)
    stopping: dict[str, Any] = rig.read_until(wire.MSG_STOPPING)
    assert stopping["kind"] == ("exit" if "exit" in how else "interrupt")
    assert set(rig.results()) <= set(range(3)) | {100, 101, 102}
    assert {0, 1, 2} <= set(rig.results())


def test_output_of_a_fixture_is_the_first_tests(isolated: Start) -> None:
    tests = """
    import sys, warnings

    @pytest.fixture(scope="module")
    def loud():
        print("from the fixture")
        warnings.warn("mind the fixture")

    def test_a(loud): print("from the test"); assert 0
    def test_b(loud): assert 0
    """
    rig = isolated(counted(PLAIN), files={"test_m.py": counted(tests)})
    assert rig.run_units({0: 3, 1: 2}) == 0, rig.output()
    first, second = (str(body.get("sections")) for body in rig.reports())
    assert "from the fixture" in first and "from the test" in first
    assert "from the fixture" not in second
    assert "mind the fixture" in str(rig.of(wire.MSG_WARNING))


def test_output_after_that_of_a_fixture_begins_at_its_beginning(isolated: Start) -> None:
    rig = isolated("""
    import pytest

    class TestOne:
        @classmethod
        def setup_class(cls): print("class up")
        @classmethod
        def teardown_class(cls): print("class down"); assert 0
        def test_a(self): pass
        def test_b(self): print("b")
        def test_c(self): print("c")
""")
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed", "error"]
    (report,) = rig.reports()
    assert report["sections"] == [["Captured stdout call", "c\n"], ["Captured stdout teardown", "class down\n"]]


@pytest.mark.parametrize("thread", ["", "threading.Thread(target=threading.Event().wait, daemon=True).start()"])
def test_failing_teardown_of_another_parameter_is_the_next_tests(isolated: Start, thread: str) -> None:
    rig = isolated(f"""
    import pytest, threading

    @pytest.fixture(scope="module", params=["a", "b"])
    def kind(request):
        {thread}
        yield request.param
        assert request.param == "b", "not let go"

    def test_a(kind): pass
    def test_b(kind): pass
""")
    assert rig.run_all(4) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed", "error", "passed"]
    assert "not let go" in str(rig.reports()[0])
    assert told_once(rig)


def test_strictly_failures_are_told_as_they_were_isolated(isolated: Start) -> None:
    rig = isolated(
        counted("\n    def test_a(): STATE.append(1)\n    def test_b(): assert STATE\n    def test_c(): pass\n"), strict=True
    )
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", "passed"]
    assert diagnoses(rig) == ["order-dependent"]
    assert told_once(rig)


def test_process_in_which_the_worker_tries_failures_again_is_not_the_cells_to_end(isolated: Start, tmp_path: Path) -> None:
    rig = isolated(
        """
    import threading, time

    def test_a(): pass
    def test_fails(): assert 0
    def test_leaves_a_thread(): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    def test_d(): pass
    """,
        files={"test_y.py": counted(PLAIN), "test_z.py": counted(PLAIN)},
    )
    assert rig.run_units({0: 4, 1: 3, 2: 3}) == 0, rig.output()
    assert rig.outcomes() == ["passed", "failed", *["passed"] * 8]
    assert log_of(tmp_path) == ["up", "down"] * 2
