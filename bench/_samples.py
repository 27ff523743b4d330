"""Suites written for the stopwatch: nothing in them takes time, so what is measured is the runner."""

from __future__ import annotations

from pathlib import Path

FILES = 40
TESTS = 2_000

_CONFTEST = '''\
import pytest


@pytest.fixture
def number():
    return 1
'''
_TEST = '''

def test_{index}(number):
    assert number == 1
'''
_PARAMETRISED = '''\
import pytest


@pytest.mark.parametrize("number", range({count}))
def test_number(number):
    assert number >= 0
'''
_MODULE = '''\
import pytest


@pytest.fixture(scope="module", autouse=True)
def resource():
    yield [1]
'''
_IN_MODULE = '''

def test_{index}(resource):
    resource.append(1)
    assert resource[0] == 1
'''
_CASE = '''\
import unittest


class TestCase{number}(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.resource = [1]
'''
_IN_CASE = '''
    def test_{index}(self):
        self.resource.append(1)
        assert self.resource[0] == 1
'''


def trivial(directory: Path, tests: int = TESTS, files: int = FILES) -> Path:
    """Write ``tests`` tests in ``files`` files, all with one fixture; return the project's directory."""
    _project(directory)
    (directory / "tests" / "conftest.py").write_text(_CONFTEST)
    for number in range(files):
        indices = range(number, tests, files)
        text = "".join(_TEST.format(index=index) for index in indices)
        (directory / "tests" / f"test_file_{number:02}.py").write_text(text.lstrip("\n"))
    return directory


def modules(directory: Path, count: int, each: int) -> Path:
    """Write ``count`` modules with a fixture of their own and ``each`` tests; return the project's directory."""
    _project(directory)
    tests = "".join(_IN_MODULE.format(index=index) for index in range(each))
    for number in range(count):
        (directory / "tests" / f"test_module_{number:03}.py").write_text(_MODULE + tests)
    return directory


def cases(directory: Path, count: int, each: int) -> Path:
    """Write ``count`` files, each a ``TestCase`` with a ``setUpClass`` and ``each`` tests; return the project's directory."""
    _project(directory)
    tests = "".join(_IN_CASE.format(index=index) for index in range(each))
    for number in range(count):
        text = _CASE.format(number=number) + tests
        (directory / "tests" / f"test_case_{number:03}.py").write_text(text)
    return directory


def parametrised(directory: Path, count: int) -> Path:
    """Write one test with ``count`` parameters; return the project's directory."""
    _project(directory)
    (directory / "tests" / "test_many.py").write_text(_PARAMETRISED.format(count=count))
    return directory


def _project(directory: Path) -> None:
    (directory / "tests").mkdir(parents=True)
    (directory / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
