"""Suites made at random, the same for the same seed: fixtures of every scope, tests that fail, leave things, need others.

What they do is what pytest can say the outcome of: nothing dies, nothing depends on time, no teardown of a wide fixture
fails (each process that tears it down would say so), and nothing fails because of what another test has left.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CONFTEST = """\
import pytest

@pytest.fixture(scope="session")
def wide():
    print("session up")
    yield [7]
    print("session down")

@pytest.fixture(scope="package")
def packaged(): return [1]

@pytest.fixture(scope="module")
def hidden(): return 8

@pytest.fixture
def narrow(): yield 1

@pytest.fixture
def bad_teardown():
    yield 1
    assert 0, "teardown"

@pytest.fixture
def bad_setup(): raise RuntimeError("setup")
"""
HEAD = """\
import gc, logging, os, re, signal, string, subprocess, sys, threading, unittest, warnings
import pytest

STATE = []
FILES = []
"""
PACKAGE_CONFTEST = """\
import pytest

@pytest.fixture(scope="package", autouse=True)
def of_package():
    print("package up")
    yield
    print("package down")

@pytest.fixture
def narrow(narrow): return narrow + 1
"""
MARKS = ('pytest.mark.usefixtures("narrow")', 'pytest.mark.skip(reason="all")')
LAZY = ("colorsys", "mailbox", "plistlib", "sched", "wave", "zipapp")
SOMETIMES = 0.3


@dataclass
class Body:
    """What a test does, and what it asks for to do so."""

    lines: list[str]
    arguments: list[str] = field(default_factory=list)
    decorators: list[str] = field(default_factory=list)


Draw = random.Random
BODIES: tuple[tuple[int, Callable[[Draw], Body]], ...] = (
    (10, lambda draw: Body(["pass"])),
    (5, lambda draw: Body([f"number = {draw.randint(1, 99)}", 'assert number == 0, "no"'])),
    (1, lambda draw: Body(['raise ValueError("bad")'])),
    (2, lambda draw: Body(['pytest.skip("because")'])),
    (1, lambda draw: Body(["assert 0"], decorators=['@pytest.mark.xfail(reason="known")'])),
    (1, lambda draw: Body(["pass"], decorators=[f"@pytest.mark.xfail(strict={draw.random() < 0.5})"])),
    # what others may live on
    (6, lambda draw: Body(["STATE.append(1)"])),
    (2, lambda draw: Body(["global STATE", "STATE = STATE + [2]"])),
    (1, lambda draw: Body(["STATE.append(bytearray(3 << 20))", "assert STATE"])),
    (3, lambda draw: Body(['assert STATE, "needs state"'])),
    # what is left behind
    (1, lambda draw: Body(["threading.Thread(target=threading.Event().wait, daemon=True).start()"])),
    (1, lambda draw: Body(['subprocess.Popen(["true"])'])),
    (1, lambda draw: Body(['os.environ["LEFT"] = "1"'])),
    (1, lambda draw: Body(['FILES.append(open("/dev/null"))'])),
    (1, lambda draw: Body(["signal.signal(signal.SIGUSR1, lambda *_: None)"])),
    (1, lambda draw: Body(["string.left = 1"])),
    (2, lambda draw: Body([f"import {draw.choice(LAZY)}"])),
    (1, lambda draw: Body([f'assert re.match("a+b*c?{draw.randint(0, 9)}", "no") is None'])),
    (1, lambda draw: Body(["gc.collect()"])),
    # what is told
    (3, lambda draw: Body(['print("out of", __name__)', 'print("error", file=sys.stderr)', *maybe_fail(draw)])),
    (1, lambda draw: Body(['logging.getLogger("random").warning("careful")', *maybe_fail(draw)])),
    (2, lambda draw: Body(['warnings.warn("careful")'])),
    (1, lambda draw: Body(['print("x")', 'assert capsys.readouterr().out == "x\\n"'], ["capsys"])),
    (1, lambda draw: Body(['(tmp_path / "f").touch()', 'assert os.listdir(tmp_path) == ["f"]'], ["tmp_path"])),
    (1, lambda draw: Body([f'assert request.getfixturevalue("hidden") == {draw.choice((8, 8, 9))}'], ["request"])),
)
METHODS = (
    "pass",
    "self.assertEqual(1, 2)",
    "self.assertTrue(self.up)",
    'self.skipTest("because")',
    "STATE.append(1)",
    "self.assertTrue(STATE)",
)


def maybe_fail(draw: Draw) -> list[str]:
    """Return a line that fails, or none."""
    return ["assert 0"] if draw.random() < SOMETIMES else []


class TestFile:
    """One file, written from above."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._lines = [HEAD]
        self._fixtures = ["wide", "narrow", "packaged"]
        self._count = 0

    def text(self) -> str:
        """Write it."""
        draw = self._draw
        self._fixtures += [name for name, chance in (("bad_teardown", 0.15), ("bad_setup", 0.1)) if draw.random() < chance]
        if draw.random() < 0.45:
            self._module_fixture()
        if draw.random() < 0.2:
            self._lines += ["def setup_module(module): module.UP = 1", "def teardown_module(module): module.UP = 0"]
        if draw.random() < 0.1:
            self._lines.append(f"pytestmark = {draw.choice(MARKS)}")
        for number in range(draw.randint(1, 4)):
            draw.choice((self._functions, self._functions, self._class, self._test_case, self._indirect))(number)
        return "\n".join(self._lines) + "\n"

    def _module_fixture(self) -> None:
        draw = self._draw
        has_parameters = draw.random() < 0.2
        options = f"autouse={draw.random() < 0.6}" + (', params=["a", "b"]' if has_parameters else "")
        self._lines += [f'@pytest.fixture(scope="module", {options})', f"def shared({'request' if has_parameters else ''}):"]
        self._lines += ['    raise RuntimeError("shared setup")'] if draw.random() < 0.07 else []
        self._lines += ['    print("shared up")', "    STATE.clear()", "    yield STATE", '    print("shared down")']
        self._fixtures.append("shared")

    def _functions(self, _: int) -> None:
        self._tests("", [], self._fixtures)

    def _class(self, number: int) -> None:
        draw, fixtures = self._draw, self._fixtures
        self._lines.append(f"class TestPlain{number}:")
        kind = draw.random()
        if kind < 0.4:
            self._set_up_class("setup_class", "teardown_class")
        elif kind < 0.7:
            self._lines += [f'    @pytest.fixture(scope="class", autouse={draw.random() < 0.5})', "    def of_class(self):"]
            self._lines += ['        print("class up")', "        yield 5", '        print("class down")']
            fixtures = [*fixtures, "of_class"]
        self._tests("    ", ["self"], fixtures)
        if draw.random() < 0.15:
            self._lines.append("    class TestInner:")
            self._tests("        ", ["self"], fixtures)
        if draw.random() < 0.15:
            self._lines.append(f"class TestHeir{number}(TestPlain{number}): pass")

    def _indirect(self, number: int) -> None:
        scope = self._draw.choice(("function", "class", "module"))
        self._lines += [f'@pytest.fixture(scope="{scope}")', f"def given_{number}(request):", '    print("given", request.param)']
        self._lines += ["    return [request.param]"]
        for _ in range(self._draw.randint(1, 3)):
            values = self._draw.sample(("a", "b", "c"), 2)
            self._lines.append(f'@pytest.mark.parametrize("given_{number}", {values}, indirect=True)')
            self._lines.append(f"def test_{self._next()}(given_{number}):")
            wanted = [[value] for value in self._draw.sample(values, self._draw.randint(1, 2))]
            self._lines.append(f"    assert given_{number} in {wanted}")

    def _test_case(self, number: int) -> None:
        self._lines.append(f"class TestCase{number}(unittest.TestCase):")
        self._set_up_class("setUpClass", "tearDownClass")
        for _ in range(self._draw.randint(1, 4)):
            self._lines += [f"    def test_{self._next()}(self):", f"        {self._draw.choice(METHODS)}"]

    def _set_up_class(self, up: str, down: str) -> None:
        failure = ['        assert 0, "class"'] if self._draw.random() < 0.07 else []
        self._lines += ["    @classmethod", f"    def {up}(cls):", *failure, "        cls.up = [1]"]
        self._lines += ["    @classmethod", f"    def {down}(cls):", "        cls.up = []"]

    def _tests(self, indent: str, first: list[str], fixtures: list[str]) -> None:
        draw = self._draw
        for _ in range(draw.randint(1, 5)):
            body: Body = draw.choices([make for _, make in BODIES], [weight for weight, _ in BODIES])[0](draw)
            arguments = [*first, *body.arguments, *(name for name in fixtures if draw.random() < SOMETIMES)]
            if draw.random() < 0.12:
                body.decorators.append(f'@pytest.mark.parametrize("n", range({draw.randint(2, 4)}))')
                arguments.append("n")
            self._lines += [indent + line for line in body.decorators]
            self._lines.append(f"{indent}def test_{self._next()}({', '.join(arguments)}):")
            self._lines += [f"{indent}    {line}" for line in body.lines]

    def _next(self) -> int:
        self._count += 1
        return self._count


def write_suite(directory: Path, seed: int) -> None:
    """Write the suite of a seed into an empty directory."""
    draw = Draw(seed)
    (directory / "pytest.ini").write_text("[pytest]\n")
    (directory / "conftest.py").write_text(CONFTEST)
    package = directory / "package"
    for number in range(draw.randint(3, 7)):
        place = directory
        if draw.random() < 0.2:
            place = package
            package.mkdir(exist_ok=True)
            (package / "__init__.py").touch()
            (package / "conftest.py").write_text(PACKAGE_CONFTEST)
        (place / f"test_{number}.py").write_text(TestFile(draw).text())
