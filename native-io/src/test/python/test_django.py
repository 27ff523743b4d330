"""pytest-django: its databases are made once for each worker, and tests stay in its order. A stand-in has its fixtures."""

from __future__ import annotations

from pathlib import Path

from fake_supervisor import FakeSupervisor, Run

from tach_harness.base import _wire as wire

CONFTEST = """
import pathlib, pytest
import pytest_django.lazy_django

MADE = pathlib.Path(__file__).with_name("made.log")

@pytest.fixture(scope="session")
def django_db_setup():
    with MADE.open("a") as log:
        log.write("made\\n")
    yield
    with MADE.open("a") as log:
        log.write("gone\\n")

@pytest.fixture
def _django_db_helper(django_db_setup):
    pass

@pytest.fixture(autouse=True)
def _django_db_marker(request):
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")

@pytest.fixture(autouse=True, scope="class")
def _django_setup_unittest(request):
    if getattr(request.cls, "databases", None):
        request.getfixturevalue("django_db_setup")
"""
CASE = "import unittest\nclass {name}(unittest.TestCase):\n    databases = {{'default'}}\n    _pre_setup = None\n"
METHODS = "    def test_one(self): pass\n    def test_two(self): pass\n"


def run(project: Path, test: str, strategy: str, settings: bool = True) -> Run:
    """Run a file of tests in one worker, in a project in which Django has settings or has none."""
    plugin = project / "pytest_django"
    plugin.mkdir()
    (plugin / "__init__.py").touch()
    (plugin / "lazy_django.py").write_text(f"def django_settings_is_configured(): return {settings}\n")
    (project / "pytest.ini").write_text("[pytest]\npythonpath = .\nmarkers = django_db\n")
    (project / "conftest.py").write_text(CONFTEST)
    (project / "test_a.py").write_text(test)
    with FakeSupervisor(project) as supervisor:
        return supervisor.run(strategy=strategy)


def made(project: Path) -> list[str]:
    """Return what has happened to the databases."""
    log = project / "made.log"
    return log.read_text().split() if log.exists() else []


def test_mark_has_databases_made_once(tmp_path: Path, strategy: str) -> None:
    marked = "import pytest\n@pytest.mark.django_db\n@pytest.mark.parametrize('n', range(5))\ndef test_t(n): pass\n"
    result = run(tmp_path, marked, strategy)
    assert list(result.outcomes.values()) == ["passed"] * 5
    assert made(tmp_path) == ["made", "gone"]


def test_test_cases_have_databases_made_once(tmp_path: Path, strategy: str) -> None:
    result = run(tmp_path, CASE.format(name="A") + METHODS + CASE.format(name="B") + METHODS, strategy)
    assert list(result.outcomes.values()) == ["passed"] * 4
    assert made(tmp_path) == ["made", "gone"]


def test_who_wants_no_databases_has_none_made(tmp_path: Path, strategy: str) -> None:
    result = run(tmp_path, "def test_t(): pass\ndef test_u(): pass\n", strategy)
    assert list(result.outcomes.values()) == ["passed"] * 2
    assert made(tmp_path) == []


def test_sessions_with_settings_are_collected_whole(tmp_path: Path) -> None:
    ready = run(tmp_path, "def test_t(): pass\n", "none").one(wire.MSG_READY)
    assert (ready["mode"], ready["mode_reason"]) == ("global", "pytest-django orders the session")


def test_sessions_without_are_not(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_t(): pass\n", "none", settings=False).one(wire.MSG_READY)["mode"] == "distributed"
