#!/usr/bin/env python3
"""How long is it until the first test starts, in a project of 1,000 test files?

    bench/first_test.py [--files 1000] [--heavy 100] [--rounds 5]

The tests themselves write down when they start. Every tenth file imports a module of its own that takes some milliseconds.
Contenders run in turn: pytest, pytest-xdist, tach without anything known (``.tach`` deleted), and tach after a run. Printed are
medians, and the medians of pytest's time divided by the contender's within each round.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from _cache import Cache, Environment, NotAvailable, add_environment_options, find_python
from compare import add_tach_options

MARK = '''
import os
import time


def started():
    """Write the time down, if this is the first test."""
    now = time.monotonic()
    try:
        fd = os.open(os.environ["FIRST_TEST"], os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return
    os.write(fd, repr(now).encode())
    os.close(fd)
'''
HEAVY = '''
from dataclasses import make_dataclass

FIELDS = [("number", int), ("name", str), ("price", float), ("parts", list)]
CLASSES = [make_dataclass(f"Record{i}", FIELDS, order=True, frozen=True) for i in range(10)]
'''
TEST = '''import pytest

import mark
{imports}

@pytest.fixture
def number():
    return {number}


@pytest.mark.parametrize("other", [1, 2, 3])
def test_sum(number, other):
    mark.started()
    assert number + other > number


class TestMore:
    def test_plain(self, number):
        mark.started()
        assert number == {number}

    def test_path(self, tmp_path):
        mark.started()
        assert tmp_path.is_dir()
'''


def make_project(directory: Path, files: int, heavy: int) -> Path:
    """Write the suite: five tests a file, fifty files a directory."""
    directory.mkdir()
    (directory / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (directory / "conftest.py").write_text("")
    (directory / "mark.py").write_text(MARK)
    every = max(1, files // heavy) if heavy else files + 1
    for number in range(files):
        area = directory / "tests" / f"area{number // 50:02}"
        area.mkdir(parents=True, exist_ok=True)
        imports = ""
        if number % every == every - 1:
            (directory / f"heavy{number}.py").write_text(HEAVY)
            imports = f"import heavy{number}\n"
        (area / f"test_file{number:04}.py").write_text(TEST.format(number=number, imports=imports))
    return directory


def until_first_test(command: Sequence[str], project: Path, environment: Environment) -> float:
    """Return the seconds from the launch to the first test of a run that passes."""
    mark = project / "first-test"
    mark.unlink(missing_ok=True)
    launched = time.monotonic()
    done = subprocess.run(
        command,
        cwd=project,
        env=environment.variables({"FIRST_TEST": str(mark)}),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise NotAvailable(f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return float(mark.read_text()) - launched


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000, help="test files (%(default)s)")
    parser.add_argument("--heavy", type=int, default=100, help="how many of them import something heavy (%(default)s)")
    parser.add_argument("-n", type=int, default=2, help="workers (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of all contenders (%(default)s)")
    add_environment_options(parser)
    add_tach_options(parser)
    return parser.parse_args()


def measure(options: argparse.Namespace, project: Path) -> dict[str, list[float]]:
    """Return the seconds of each contender, round by round; the first round does not count."""
    requirements = [f"pytest=={options.pytest}", "pytest-xdist==3.8.0"]
    environment = Cache(options.cache).runner(find_python(options.python), requirements)
    pytest = [environment.program("pytest"), "-q"]
    tach = [options.tach, "--python", environment.program("python"), "-n", str(options.n), "-q"]
    seconds: dict[str, list[float]] = {}
    for number in range(options.rounds + 1):
        shutil.rmtree(project / ".tach", ignore_errors=True)
        commands = {
            "pytest": [*pytest, "-p", "no:xdist"],
            f"pytest-xdist -n {options.n}": [*pytest, "-n", str(options.n)],
            "tach, nothing known": tach,
            "tach, after a run": tach,
        }
        for contender, command in commands.items():
            taken = until_first_test(command, project, environment)
            if number > 0:
                seconds.setdefault(contender, []).append(taken)
    return seconds


def main() -> None:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="tach-bench-") as directory:
        project = make_project(Path(directory) / "project", options.files, options.heavy)
        try:
            seconds = measure(options, project)
        except NotAvailable as error:
            sys.exit(f"first_test.py: {error}")
    print(f"{options.files} files, {options.rounds} rounds: until the first test starts")
    for name, own in seconds.items():
        sooner = statistics.median(first / mine for first, mine in zip(seconds["pytest"], own, strict=True))
        print(f"{name:<20} {statistics.median(own):6.2f} s   {sooner:5.2f} times as soon as pytest")


if __name__ == "__main__":
    main()
