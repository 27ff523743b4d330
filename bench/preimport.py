#!/usr/bin/env python3
"""What do pre-imports save? A suite of 60 files that share 40 modules, each of them some milliseconds of import.

    bench/preimport.py [--files 60] [--modules 40] [--ms 25] [-n 2] [--rounds 5]

Runs pytest, pytest-xdist, and tach with and without pre-imports in turn, and prints medians of the wall time and of the
processor time of all processes, and their ratios to tach without, within each round. Runs beforehand, which do not
count, teach tach what it may import.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from _cache import Cache, Environment, NotAvailable, add_environment_options, find_python
from compare import add_tach_options

MODULE = '''"""A module that takes about {ms:g} ms of processor time to import, as one full of classes does."""

from dataclasses import make_dataclass

FIELDS = [("number", int), ("name", str), ("price", float), ("weight", float), ("parts", list), ("flags", int)]
CLASSES = [make_dataclass(f"Record{{i}}", FIELDS, order=True, frozen=True) for i in range({classes})]


def answer():
    return {number}
'''
TEST = '''{imports}


def test_answers():
    assert {answers} == {total}


def test_nothing():
    assert True
'''
MODULES_A_FILE = 8
MOST_LESSONS = 30
CLASSES_A_MS = 1.8


class Cost(NamedTuple):
    """What a run took, in seconds."""

    wall: float
    cpu: float


def make_project(directory: Path, files: int, modules: int, ms: float) -> Path:
    """Write the suite; each file imports eight modules, others than its neighbour."""
    package = directory / "shared"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for number in range(modules):
        text = MODULE.format(number=number, ms=ms, classes=max(1, int(ms * CLASSES_A_MS)))
        (package / f"module{number:02}.py").write_text(text)
    (directory / "tests").mkdir()
    (directory / "conftest.py").write_text("")
    (directory / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    for number in range(files):
        mine = sorted({(number * 3 + step * 5) % modules for step in range(MODULES_A_FILE)})
        imports = "\n".join(f"import shared.module{m:02}" for m in mine)
        answers = " + ".join(f"shared.module{m:02}.answer()" for m in mine)
        text = TEST.format(imports=imports, answers=answers, total=sum(mine))
        (directory / "tests" / f"test_file{number:02}.py").write_text(text)
    return directory


def run(command: Sequence[str], project: Path, environment: Environment) -> Cost:
    """Run a suite that passes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=project, env=environment.variables(), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise NotAvailable(f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(commands: dict[str, list[str]], project: Path, environment: Environment, rounds: int) -> dict[str, list[Cost]]:
    """Run each command once a round, another one first each time."""
    names = list(commands)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            costs[name].append(run(commands[name], project, environment))
    return costs


def teach(tach: list[str], project: Path, environment: Environment, modules: int) -> None:
    """Run until tach has seen that all modules are harmless; what it has no time for in one run it does in the next."""
    record = project / ".tach" / "rehearsed"
    for number in range(2, MOST_LESSONS):
        run(tach, project, environment)
        known = record.read_text().count("\n") - 1 if record.exists() else 0
        if known >= modules:
            print(f"taught in {number - 1} runs", flush=True)
            return
    raise NotAvailable(f"after {MOST_LESSONS} runs, {known} of {modules} modules are known")


def print_costs(costs: dict[str, list[Cost]], base: str) -> None:
    """Print a line for each contender."""
    print(f"{'':<24} {'wall s':>7} {'ratio':>6} {'CPU s':>7} {'ratio':>6}")
    for name, own in costs.items():
        cells = []
        for kind in ("wall", "cpu"):
            pairs = zip(own, costs[base], strict=True)
            ratio = statistics.median(getattr(mine, kind) / getattr(theirs, kind) for mine, theirs in pairs)
            cells.append(f"{statistics.median(getattr(cost, kind) for cost in own):>7.2f} {ratio:>6.2f}")
        print(f"{name:<24} {' '.join(cells)}")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=60, help="test files (%(default)s)")
    parser.add_argument("--modules", type=int, default=40, help="modules that they share (%(default)s)")
    parser.add_argument("--ms", type=float, default=25, help="about what an import takes (%(default)s)")
    parser.add_argument("-n", type=int, default=2, help="workers (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of all contenders (%(default)s)")
    add_environment_options(parser)
    add_tach_options(parser)
    return parser.parse_args()


def main() -> None:
    options = parse()
    try:
        requirements = [f"pytest=={options.pytest}", "pytest-xdist==3.8.0"]
        environment = Cache(options.cache).runner(find_python(options.python), requirements)
        tach = [options.tach, "--python", environment.program("python"), "-n", str(options.n), "-q"]
        with tempfile.TemporaryDirectory(prefix="tach-bench-") as directory:
            project = make_project(Path(directory) / "project", options.files, options.modules, options.ms)
            teach(tach, project, environment, options.modules)
            commands = {
                "tach --no-preimport": [*tach, "--no-preimport"],
                "tach": tach,
                "pytest": [environment.program("pytest"), "-q", "-p", "no:xdist"],
                f"pytest-xdist -n {options.n}": [environment.program("pytest"), "-q", "-n", str(options.n)],
            }
            costs = measure(commands, project, environment, options.rounds)
    except NotAvailable as error:
        sys.exit(f"preimport.py: {error}")
    print(f"{options.files} files, {options.modules} modules of about {options.ms:g} ms, -n {options.n}, {options.rounds} rounds")
    print_costs(costs, "tach --no-preimport")


if __name__ == "__main__":
    os.environ.pop("PYTEST_ADDOPTS", None)
    main()
