#!/usr/bin/env python3
"""Is memory exact after very many rewinds? Runs a mix of tests under --verify-rewind until so many rewinds were compared.

    bench/soak.py [--rewinds 5000] [--python PATH] [--files 4] [--suite NAME]... [--workers 2] [--minutes LIMIT]

The mix is the suite of examples/quickstart and copies of soak_suite/test_mix.py, whose tests also look for what others left;
or published suites, in turn, as bench/suites.py runs them: then PATH is the interpreter of one of its environments.
After each run it prints the sums so far. Ends with 0 if every test passed and no byte was wrong, 1 otherwise.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from _cache import Cache, add_cache_option
from _suites import SUITES

ROOT = Path(__file__).resolve().parent.parent
MIX = "mix"
QUICKSTART = ROOT / "examples" / "quickstart"


@dataclass
class Sums:
    """What all runs came to."""

    runs: int = 0
    tests: int = 0
    failures: int = 0
    rewinds: int = 0
    moves: int = 0
    pages: int = 0
    wrong: int = 0
    discards: dict[str, int] = field(default_factory=dict)

    def add(self, events: list[dict]) -> None:
        """Take up a run."""
        self.runs += 1
        for event in events:
            if event["event"] == "test_finished":
                self.tests += 1
                self.failures += event["status"] not in ("pass", "skip")
            elif event["event"] == "isolation":
                self.rewinds += event["rewinds"]
                self.moves += event["moves"]
                self.pages += event["verified_pages"]
                self.wrong += event["wrong_bytes"]
                for reason, count in event.get("discards", {}).items():
                    self.discards[reason] = self.discards.get(reason, 0) + count

    def line(self, started: float) -> str:
        """Say it in a line."""
        return (
            f"{time.monotonic() - started:7.0f} s  {self.runs} runs, {self.tests:,} tests, {self.rewinds:,} rewinds, "
            f"{self.moves:,} checkpoints moved, {self.pages:,} pages compared, {self.wrong:,} wrong bytes, {self.failures} failures"
        )


def write_suite(directory: Path, files: int) -> None:
    """Put the mix together."""
    for name in ("src", "tests", "pyproject.toml"):
        source = QUICKSTART / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, directory / name)
    for number in range(files):
        shutil.copy(ROOT / "bench" / "soak_suite" / "test_mix.py", directory / "tests" / f"test_mix_{number:03}.py")


@dataclass(frozen=True)
class Tests:
    """What is run again and again."""

    name: str
    directory: Path
    args: tuple[str, ...] = ()


def mix_in(directory: Path, options: argparse.Namespace) -> list[Tests]:
    """Return what was asked for; the mix is written into the directory."""
    cache = Cache(options.cache)
    published = {suite.name: suite for suite in SUITES}
    chosen = []
    for name in options.suite or [MIX]:
        if name == MIX:
            write_suite(directory, options.files)
            chosen.append(Tests(MIX, directory))
        else:
            chosen.append(Tests(name, cache.source_tree(published[name].requirement), published[name].args))
    return chosen


def run(tests: Tests, options: argparse.Namespace) -> tuple[int, str, list[dict]]:
    """Run them once; return the exit code, what was said on standard error, and the events."""
    command = [str(ROOT / "bin" / "tach"), "--verify-rewind", "--isolation", "snapshot", "--format", "json"]
    command += ["--python", options.python, "-n", str(options.workers), "-p", "no:cacheprovider", "--no-history"]
    command += tests.args
    env = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # a thread would be a reason not to rewind
    done = subprocess.run(command, cwd=tests.directory, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr, [json.loads(line) for line in done.stdout.splitlines()]


def show_trouble(code: int, error: str, events: list[dict]) -> None:
    """Say what a run complained of."""
    print(f"exit code {code}\n{error}")
    failed = [e for e in events if e["event"] == "test_finished" and e["status"] not in ("pass", "skip")]
    others = [e for e in events if e["event"] in ("note", "worker_replaced", "isolation", "run_finished")]
    for event in failed[:10] + others:
        print(json.dumps(event)[:2000])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rewinds", type=int, default=5000, help="so many at least")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with pytest, and numpy if it shall take part")
    parser.add_argument("--files", type=int, default=4, help="copies of the mix in one run")
    suites = [MIX, *(suite.name for suite in SUITES)]
    parser.add_argument("--suite", action="append", choices=suites, help="not the mix alone: this, published")
    add_cache_option(parser)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1e9, help="start no run after this")
    options = parser.parse_args()
    sums, started = Sums(), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for tests in itertools.cycle(mix_in(Path(name), options)):
            if sums.rewinds >= options.rewinds or time.monotonic() - started >= options.minutes * 60:
                break
            before = sums.rewinds
            code, error, events = run(tests, options)
            sums.add(events)
            print(f"{tests.name:14} {sums.line(started)}", flush=True)
            if code != 0 or sums.wrong or sums.rewinds == before:
                show_trouble(code, error, events)
                return 1
    for reason, count in sorted(sums.discards.items(), key=lambda item: -item[1]):
        print(f"{count:6} processes thrown away: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
