"""What hooks do around a test before its process is forked: it fails there, is torn down there, has a time limit from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from worker_rig import WorkerRig, isolation

Start = Callable[..., WorkerRig]


@pytest.fixture(params=["fork", "snapshot"])
def split(request: pytest.FixtureRequest, worker: Start, agent: str) -> Start:
    """Start a worker whose first test of a module is forked in the middle of pytest's protocol."""

    def start(source: str, **more: Any) -> WorkerRig:
        return worker(source, strategy=request.param, agent=agent, **more)

    return start


def failed_in(rig: WorkerRig) -> list[str]:
    return [report["when"] for report in rig.reports() if report["outcome"] == "failed"]


def test_failure_of_a_hook_is_told(split: Start) -> None:
    conftest = """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(item):
            if item.name == "test_a":
                pytest.fail("not this one")
    """
    rig = split(
        """
        import pytest

        @pytest.fixture(scope="module")
        def database(): return 1

        def test_a(database): pass
        def test_b(database): pass
        """,
        files={"conftest.py": conftest},
    )
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["error", "passed"]
    assert failed_in(rig) == ["setup"]
    assert "not this one" in rig.reports()[0]["longrepr"]


def test_hook_that_fails_only_without_the_tests_before_it_has_passed(split: Start) -> None:
    conftest = """
        import pytest

        SEEN = []

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(item):
            SEEN.append(item.name)
            assert item.name != "test_b" or "test_a" in SEEN

        def pytest_runtest_teardown(item):
            SEEN.append(item.name)
    """
    rig = split(
        """
        import pytest

        @pytest.fixture(scope="module")
        def database(): return 1

        def test_a(): pass
        def test_b(database): pass
        """,
        files={"conftest.py": conftest},
    )
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed", "passed"]
    assert rig.results()[1]["diagnosis"] == "order-dependent"


def test_failing_teardown_of_a_wide_fixture_is_told_with_a_skipped_test(split: Start) -> None:
    rig = split("""
        import pytest

        @pytest.fixture(scope="module")
        def database(): yield; raise RuntimeError("cannot drop")

        def test_a(database): pass
        @pytest.mark.skip
        def test_b(database): pass
    """)
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed", "error"]
    assert failed_in(rig) == ["teardown"]


def test_failing_hook_after_a_skipped_test_is_told_once(split: Start) -> None:
    conftest = """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_teardown(item):
            raise RuntimeError("not let go")
    """
    rig = split(
        """
        import pytest

        @pytest.mark.skip
        def test_a(): pass
        """,
        files={"conftest.py": conftest},
    )
    assert rig.run_all(1) == 0, rig.output()
    assert rig.outcomes() == ["error"]
    assert [(report["when"], report["outcome"]) for report in rig.reports()] == [
        ("setup", "skipped"),
        ("teardown", "failed"),
    ]


ALARM = """
    import pytest, signal

    def too_long(number, frame):
        pytest.fail("took too long")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(item):
        signal.signal(signal.SIGALRM, too_long)
        signal.setitimer(signal.ITIMER_REAL, 0.5 if item.name == "test_a" else 20)
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)
"""


def test_time_limit_of_a_hook_goes_along(split: Start) -> None:
    rig = split(
        """
        import pytest, threading

        @pytest.fixture(scope="module")
        def database(): return 1

        def test_a(database): threading.Event().wait(60)
        def test_b(database): pass
        """,
        files={"conftest.py": ALARM},
    )
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["failed", "passed"]
    assert failed_in(rig) == ["call"]
    assert "took too long" in rig.reports()[0]["longrepr"]


def test_time_limit_of_a_hook_does_not_keep_tests_together(split: Start) -> None:
    rig = split(
        """
        import pytest, signal

        SEEN = []

        @pytest.fixture(scope="module")
        def database(): return 1

        def test_b(database): SEEN.append(1)
        def test_c(database): assert not SEEN and signal.getitimer(signal.ITIMER_REAL)[0] > 0
        def test_d(database): assert not SEEN and signal.getitimer(signal.ITIMER_REAL)[0] > 0
        """,
        files={"conftest.py": ALARM},
        strict=True,
    )
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert all(result["isolation"] != "none" for result in rig.results().values() if "isolation" in result)


STACKS = "[pytest]\nfaulthandler_timeout = {seconds}\n"


def test_waiting_to_show_stacks_does_not_keep_tests_together(split: Start) -> None:
    rig = split(
        """
        import pytest

        SEEN = []

        @pytest.fixture(scope="module")
        def database(): return 1

        def test_b(database): SEEN.append(1)
        def test_c(database): assert not SEEN
        def test_d(database): assert not SEEN
        """,
        files={"pytest.ini": STACKS.format(seconds=60)},
        strict=True,
    )
    assert rig.run_all(3) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 3
    assert isolation(rig)[0] != "none"


def test_stacks_are_shown_of_the_process_of_the_test(split: Start) -> None:
    rig = split(
        """
        import pytest, time

        @pytest.fixture(scope="module")
        def database(): return 1

        def test_slow(database): time.sleep(1.5)
        def test_last(database): pass
        """,
        files={"pytest.ini": STACKS.format(seconds=0.5)},
    )
    assert rig.run_all(2) == 0, rig.output()
    assert rig.outcomes() == ["passed"] * 2
    assert "in test_slow" in rig.output()
