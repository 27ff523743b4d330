#!/usr/bin/env python3
"""Runs a suite under pytest and under tach and compares them node by node.

    bench/compare.py --venv VENV [--tach-args "-n 2"] [--cwd DIR] [-- PYTEST_ARGS...]

Every node id and its outcome, in pytest's words, must agree; so must the exit codes, where tach has 3 for a session with
files that could not be collected and 2 for a mistake of the user's. What pytest says comes from a plugin, what tach says
from its `--format json` events. Exit code 0 if both agree.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _cache import BENCH, Environment, NotAvailable

sys.path.insert(0, str(BENCH / "plugins"))
from bench_words import stronger  # noqa: E402  (pytest must find it by itself, hence a directory of its own)

DEFAULT_TACH = str(BENCH.parent / "bin" / "tach")
HANGS_AFTER_SECONDS = 3_600
EXIT_TIMEOUT = 124
EXIT_USAGE, EXIT_COLLECTION = 2, 3
PYTEST_EXIT_USAGE = 4
# An object's address in a parametrised id differs in every process.
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


@dataclass(frozen=True)
class Run:
    """One finished run: node id to outcome, and what it took."""

    outcomes: dict[str, str]
    exit_code: int
    seconds: float
    output: str


@dataclass(frozen=True)
class Difference:
    """A node that ended differently; None stands for a node that one side does not know."""

    node: str
    pytest: str | None
    tach: str | None


@dataclass(frozen=True)
class Comparison:
    """What two runs say of the same suite."""

    agreed: int
    differences: tuple[Difference, ...]
    exit_codes: tuple[int, int]
    expected_exit: int
    """What tach exits with where pytest ends as it did."""

    @property
    def equal(self) -> bool:
        """True if nothing differs."""
        return not self.differences and self.exit_codes[1] == self.expected_exit


def fold(node: str) -> str:
    """Return a node id without what differs from process to process."""
    return ADDRESS.sub("0x", node)


def timed(command: Sequence[str], cwd: Path, variables: dict[str, str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run a command to its end with nothing to read; its output is decoded leniently.

    One that hangs is killed and has the exit code of timeout(1).
    """
    null, pipe = subprocess.DEVNULL, subprocess.PIPE
    lenient: dict[str, Any] = {"text": True, "errors": "replace", "timeout": HANGS_AFTER_SECONDS}
    start = time.perf_counter()
    try:
        done = subprocess.run(command, cwd=cwd, env=variables, stdin=null, stdout=pipe, stderr=pipe, **lenient)
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, EXIT_TIMEOUT, "", f"hung for {HANGS_AFTER_SECONDS} s")
    except OSError as error:
        raise NotAvailable(f"cannot run {command[0]}: {error.strerror}") from error
    return done, time.perf_counter() - start


def run_pytest(environment: Environment, args: Sequence[str], cwd: Path) -> Run:
    """Run pytest, or a plugin that reports in the same process, as its console script."""
    with tempfile.TemporaryDirectory() as directory:
        record = Path(directory, "record.json")
        command = [environment.program("pytest"), "-p", "bench_recorder", "-p", "no:cacheprovider", "-q", *args]
        done, seconds = timed(command, cwd, environment.variables({"BENCH_RECORD": str(record)}))
        outcomes = json.loads(record.read_text()) if record.exists() else {}
    folded = {fold(node): outcome for node, outcome in outcomes.items()}
    return Run(folded, done.returncode, seconds, done.stdout + done.stderr)


def run_tach(environment: Environment, tach: str, args: Sequence[str], cwd: Path) -> Run:
    """Run tach and read its events."""
    command = [tach, "--format", "json", *args, "-p", "no:cacheprovider"]
    done, seconds = timed(command, cwd, environment.variables())
    return Run(read_events(done.stdout.splitlines()), done.returncode, seconds, done.stderr)


def read_events(lines: Iterable[str]) -> dict[str, str]:
    """Return node id to outcome of a stream of tach's events; lines that are none are passed over."""
    outcomes: dict[str, str] = {}
    for line in lines:
        if not line.startswith("{"):
            continue
        event = json.loads(line)
        if event["event"] == "test_finished":
            node, outcome = event["test"], event["outcome"]
        elif event["event"] in ("collect_error", "collect_skipped"):
            node, outcome = event["node"], "error" if event["event"] == "collect_error" else "skipped"
        else:
            continue
        outcomes[fold(node)] = stronger(outcomes.get(fold(node)), outcome)
    return outcomes


def compare(pytest: Run, tach: Run) -> Comparison:
    """Compare two runs."""
    nodes = dict.fromkeys([*pytest.outcomes, *tach.outcomes])
    differences = tuple(
        Difference(node, pytest.outcomes.get(node), tach.outcomes.get(node))
        for node in nodes
        if pytest.outcomes.get(node) != tach.outcomes.get(node)
    )
    exit_codes = pytest.exit_code, tach.exit_code
    return Comparison(len(nodes) - len(differences), differences, exit_codes, expected_exit(pytest))


def expected_exit(pytest: Run) -> int:
    """Return tach's exit code for what pytest said."""
    if any(outcome == "error" and "::" not in node for node, outcome in pytest.outcomes.items()):
        return EXIT_COLLECTION
    return EXIT_USAGE if pytest.exit_code == PYTEST_EXIT_USAGE else pytest.exit_code


def print_differences(comparison: Comparison, tach: Run, limit: int) -> None:
    """Print what differs, and what tach said if it ended as pytest did not."""
    for difference in comparison.differences[:limit]:
        print(f"  {difference.node}: pytest {difference.pytest or '-'}, tach {difference.tach or '-'}")
    if len(comparison.differences) > limit:
        print(f"  ... and {len(comparison.differences) - limit} more")
    if comparison.exit_codes[1] != comparison.expected_exit:
        print(f"  exit codes: pytest {comparison.exit_codes[0]}, tach {comparison.exit_codes[1]}")
        print("".join(f"  | {line}\n" for line in tach.output.splitlines()[-limit:]), end="")


def add_tach_options(parser: argparse.ArgumentParser) -> None:
    """Add what every program here that runs tach takes."""
    parser.add_argument("--tach", default=os.environ.get("TACH", DEFAULT_TACH), help="the program (%(default)s)")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print (%(default)s)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=Path, default=Path(sys.prefix), help="environment of the suite (%(default)s)")
    parser.add_argument("--cwd", type=Path, default=Path.cwd(), help="where both are run")
    parser.add_argument("--tach-args", type=shlex.split, default=[], help="options for tach alone")
    add_tach_options(parser)
    parser.add_argument("args", nargs="*", help="arguments for both")
    options = parser.parse_args()

    environment = Environment(options.venv.absolute())
    try:
        reference = run_pytest(environment, options.args, options.cwd)
        tach = run_tach(environment, options.tach, [*options.tach_args, *options.args], options.cwd)
    except NotAvailable as error:
        sys.exit(f"compare.py: {error}")
    comparison = compare(reference, tach)
    print_differences(comparison, tach, options.show)
    print(f"{comparison.agreed} nodes agree, {len(comparison.differences)} differ")
    print(f"pytest {reference.seconds:.2f} s, tach {tach.seconds:.2f} s, ratio {tach.seconds / reference.seconds:.2f}")
    return 0 if comparison.equal else 1


if __name__ == "__main__":
    sys.exit(main())
