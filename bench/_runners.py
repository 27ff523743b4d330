"""The runners that are measured: how each is installed and called, and how to learn what its tests ended as."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from _cache import Environment
from compare import run_pytest, run_tach, timed

Command = Callable[[Environment, Sequence[str]], list[str]]
# How many nodes ended as under pytest, of a run with these arguments in this directory.
Agreement = Callable[[Environment, Sequence[str], Path, Mapping[str, str]], int]

JOBS = "2"


@dataclass(frozen=True)
class Runner:
    """A way to run a suite."""

    name: str
    requirements: tuple[str, ...]
    command: Command
    agreement: Agreement
    remark: str = ""


def runners(pytest: str, tach: str) -> list[Runner]:
    """Return the field: plain pytest first, against which the others are put."""
    base = f"pytest=={pytest}"
    xdist = (base, "pytest-xdist==3.8.0")
    return [
        _with_pytest("pytest", (base,)),
        _with_pytest("pytest -n 2", xdist, "-n", JOBS),
        _with_pytest("pytest --forked", FORKED, "--forked", remark="pytest 8.4.2; under 9 it fails every test"),
        Runner("karva", (base, "karva==0.0.1a13"), _karva, _karva_agreement, "functions only"),
        Runner("rustest", (base, "rustest==0.18.0"), _rustest, _rustest_agreement),
        _with_pytest("pytest-fast", (base, "pytest-fast==0.16.0"), *FAST, remark="resident daemon, warm"),
        _tach(base, tach, "none"),
        _tach(base, tach, "fork"),
        _tach(base, tach, "auto"),
    ]


FORKED = ("pytest==8.4.2", "pytest-forked==1.7.5")
# The daemon ends by itself a minute after the last run.
FAST = ("--fast", f"--fast-workers={JOBS}", "--fast-ttl=60")


def _with_pytest(name: str, requirements: tuple[str, ...], *options: str, remark: str = "") -> Runner:
    def command(environment: Environment, args: Sequence[str]) -> list[str]:
        return [environment.program("pytest"), "-q", "-p", "no:cacheprovider", *options, *args]

    def agreement(environment: Environment, args: Sequence[str], cwd: Path, expected: Mapping[str, str]) -> int:
        return equal_nodes(run_pytest(environment, [*options, *args], cwd).outcomes, expected)

    return Runner(name, requirements, command, agreement, remark)


def _tach(base: str, tach: str, isolation: str) -> Runner:
    own = ("-n", JOBS, "--isolation", isolation)

    def command(environment: Environment, args: Sequence[str]) -> list[str]:
        return [tach, *own, "-q", "-p", "no:cacheprovider", *args]

    def agreement(environment: Environment, args: Sequence[str], cwd: Path, expected: Mapping[str, str]) -> int:
        return equal_nodes(run_tach(environment, tach, [*own, *args], cwd).outcomes, expected)

    return Runner(f"tach -n {JOBS} {isolation}", (base,), command, agreement)


def equal_nodes(outcomes: Mapping[str, str], expected: Mapping[str, str]) -> int:
    """Count the nodes that ended as expected."""
    return sum(outcomes.get(node) == outcome for node, outcome in expected.items())


# --- runners that do not speak of pytest's node ids: matched by file and function, to their advantage ---------------

Function = tuple[str, str]


def equal_functions(outcomes: Counter[tuple[Function, str]], expected: Mapping[str, str]) -> int:
    """Count the expected nodes for which the same function of the same file ended so, no matter which parameters."""
    wanted = Counter((function_of(node), outcome) for node, outcome in expected.items())
    return (wanted & outcomes).total()


def function_of(node: str) -> Function:
    """Return file and function of a node id, without class and parameters."""
    path, _, rest = node.partition("::")
    return path, rest.partition("[")[0].rpartition("::")[2]


def _karva(environment: Environment, args: Sequence[str]) -> list[str]:
    return [environment.program("karva"), "test", "-n", JOBS, "--color", "never", "--status-level", "all", *args]


_KARVA_LINE = re.compile(r"^\s*(PASS|FAIL|SKIP)\s+\[[^\]]*\]\s+([\w.]+)::(\w+)", re.MULTILINE)
_KARVA_WORDS = {"PASS": "passed", "FAIL": "failed", "SKIP": "skipped"}


def _karva_agreement(environment: Environment, args: Sequence[str], cwd: Path, expected: Mapping[str, str]) -> int:
    done, _ = timed(_karva(environment, args), cwd, environment.variables())
    found = Counter(
        ((module.replace(".", "/") + ".py", function), _KARVA_WORDS[word])
        for word, module, function in _KARVA_LINE.findall(done.stdout)
    )
    return equal_functions(found, expected)


def _rustest(environment: Environment, args: Sequence[str]) -> list[str]:
    return [environment.program("rustest"), "--pytest-compat", "--color", "never", "-n", JOBS, *args]


_RUSTEST_PROGRAM = """\
import json, sys, rustest
report = rustest.run(paths=sys.argv[2:], pytest_compat=True, enable_codeblocks=False)
with open(sys.argv[1], "w") as file:
    json.dump([(result.path, result.name, result.status) for result in report.results], file)
"""


def _rustest_agreement(environment: Environment, args: Sequence[str], cwd: Path, expected: Mapping[str, str]) -> int:
    """Its command line names only failures; its Python interface names all."""
    with tempfile.TemporaryDirectory() as directory:
        record = Path(directory, "record.json")
        command = [environment.program("python"), "-c", _RUSTEST_PROGRAM, str(record), *args]
        timed(command, cwd, environment.variables())
        results = json.loads(record.read_text()) if record.exists() else []
    found = Counter((function_of(f"{path}::{name}"), status) for path, name, status in results)
    return equal_functions(found, expected)
