#!/usr/bin/env python3
"""How long does `tach list` take to find 10,000 tests in 500 files: nothing known, nothing changed, one file changed?

    bench/discovery.py [--files 500] [--tests 20] [--runs 5] [--directory DIR]

Prints the time from the first line of the discovery to its last in fresh JVMs (their start is not part of it).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from _cache import NotAvailable
from compare import DEFAULT_TACH

HEAD = '''"""Tests of part {n}."""

import os
from dataclasses import dataclass

import pytest


@dataclass
class Part:
    number: int = {n}
    name: str = "part"

    def total(self, *others):
        return self.number + sum(others)


@pytest.fixture(scope="module")
def part():
    return Part()

'''
PLAIN = '''
def test_{i}(part, tmp_path):
    """One that uses two fixtures."""
    path = tmp_path / "file.txt"
    path.write_text(f"{{part.name}} {{part.total(1, 2)}}")
    assert path.exists() and os.path.getsize(path) > 0

'''
CASES = '''
@pytest.mark.parametrize(("a", "expected"), [(1, "one"), (2, "two"), pytest.param(3, "three", id="last")])
def test_{i}(part, a, expected):
    assert part.total(a) >= len(expected) - 10

'''


def make_project(directory: Path, files: int, tests: int) -> int:
    """Write a suite; return its number of node ids."""
    for n in range(files):
        package = directory / "tests" / f"area{n % 20}"
        package.mkdir(parents=True, exist_ok=True)
        body = "".join((CASES if i == 0 else PLAIN).format(i=i) for i in range(tests - 2))
        (package / f"test_part{n}.py").write_text(HEAD.format(n=n) + body)
    (directory / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (directory / "tests" / "conftest.py").write_text(
        "import pytest\n\n\n@pytest.fixture\ndef part():\n    return None\n"
    )
    for path in directory.rglob("*.py"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return files * tests


def edit(file: Path) -> None:
    """Change a file, a while ago."""
    with file.open("a") as text:
        text.write("# changed\n")
    os.utime(file, (1_700_000_000, 1_700_000_000))


def discover(tach: str, project: Path, tests: int) -> float:
    """Return the milliseconds of one discovery in a fresh JVM."""
    environment = {**os.environ, "TACH_TRACE_STARTUP": "1"}
    done = subprocess.run(
        [tach, "list"], cwd=project, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.stdout.count("\n") != tests:
        raise NotAvailable(f"{tach} list found {done.stdout.count(chr(10))} tests instead of {tests}:\n{done.stderr}")
    times = {name: int(ms) for name, ms in re.findall(r"startup (discovery begins|discovered) (\d+)", done.stderr)}
    return times["discovered"] - times["discovery begins"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--tests", type=int, default=20, help="of each file (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of each kind (%(default)s)")
    parser.add_argument("--tach", default=os.environ.get("TACH", DEFAULT_TACH), help="the program (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory)
        tests = make_project(project, options.files, options.tests)
        cold, warm, edited = [], [], []
        try:
            for _ in range(options.runs):
                shutil.rmtree(project / ".tach", ignore_errors=True)
                cold.append(discover(options.tach, project, tests))
                warm.append(discover(options.tach, project, tests))
                edit(project / "tests" / "area0" / "test_part0.py")
                edited.append(discover(options.tach, project, tests))
        except NotAvailable as error:
            sys.exit(f"discovery.py: {error}")
    print(f"{tests} tests in {options.files} files")
    for name, times in (("cold", cold), ("warm", warm), ("one file changed", edited)):
        print(f"{name}: median {statistics.median(times):.0f} ms, best {min(times):.0f} ms of {len(times)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
