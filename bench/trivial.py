#!/usr/bin/env python3
"""Measures runners on suites whose tests take no time. Prints ratios: seconds differ from machine to machine.

    bench/trivial.py runners      2,000 tests in 40 files: pytest, its plugins, other runners, tach
    bench/trivial.py agreement    which of them end networkx's algorithm tests as pytest does
    bench/trivial.py start        one test: the whole run, and where tach's start-up goes
    bench/trivial.py many         50,000 parametrised tests: time, and the supervisor's heap
    bench/trivial.py fork         strategy fork: its cost per test, beside strategy none and a bare fork
    bench/trivial.py wide         200 modules with a fixture of their own, and 200 classes with setUpClass, five tests each
    bench/trivial.py networkx     networkx: pytest, pytest-xdist, tach
    bench/trivial.py all          everything

Each runner is installed from the package registry into an environment of its own, once.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import _samples
from _cache import Cache, Environment, NotAvailable, add_environment_options, find_python, say
from _runners import Runner, runners
from _suites import PINS, SUITES
from _timing import Measured, paired
from compare import add_tach_options, run_pytest, timed

NETWORKX = next(suite for suite in SUITES if suite.name == "networkx")
MANY = 50_000
WIDE, WIDE_TESTS = 200, 5
SMALL_HEAP = "-Xmx256m"


class Bench:
    """What the measurements share: environments, the field of runners and a directory for samples."""

    def __init__(self, options: argparse.Namespace, samples: Path) -> None:
        self.rounds: int = options.rounds
        self.tach: str = options.tach
        self.tests: int = options.tests
        self.samples = samples
        self.cache = Cache(options.cache)
        self._python = find_python(options.python)
        self._field = runners(options.pytest, options.tach)
        self._only: list[str] | None = options.runner

    def field(self) -> list[Runner]:
        """Return the runners that were asked for; pytest is always the first."""
        first, *others = self._field
        return [first, *(runner for runner in others if self._only is None or runner.name in self._only)]

    def named(self, *names: str) -> list[Runner]:
        """Return these runners."""
        return [runner for runner in self._field if runner.name in names]

    def environment(self, runner: Runner) -> Environment:
        """Return a runner's environment; it holds what networkx's tests need too."""
        needs = [f"{need}=={PINS[need]}" for need in NETWORKX.needs]
        return self.cache.runner(self._python, runner.requirements, needs)

    def run(self, runner: Runner, cwd: Path, args: Sequence[str]) -> Callable[[], None]:
        """Return the action that runs a suite once and insists that it passes."""
        environment = self.environment(runner)
        command = runner.command(environment, args)
        return partial(run_once, command, cwd, environment)


def run_once(command: Sequence[str], cwd: Path, environment: Environment) -> None:
    """Run a suite whose tests all pass; NotAvailable if they do not, as a time without tests would mislead."""
    done, _ = timed(command, cwd, environment.variables())
    if done.returncode != 0:
        raise NotAvailable(f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")


def print_measured(measured: dict[str, Measured], remarks: dict[str, str]) -> None:
    """Print a line for each contender."""
    print(f"{'runner':<18} {'ratio':>6} {'seconds':>8}   of {len(next(iter(measured.values())).rounds)} paired rounds")
    for name, value in measured.items():
        print(f"{name:<18} {value.ratio:>6.2f} {value.seconds:>8.2f}   {remarks.get(name, '')}".rstrip())


def measure(bench: Bench, field: Sequence[Runner], cwd: Path, args: Sequence[str] = ()) -> None:
    """Measure runners on one suite and print the lines; one that cannot run it is named and left out."""
    first, *others = field
    contenders = {first.name: bench.run(first, cwd, args)}
    for runner in others:
        try:
            action = bench.run(runner, cwd, args)
            action()
            contenders[runner.name] = action
        except NotAvailable as error:
            say(f"{runner.name} is left out: {error}")
    print_measured(paired(contenders, bench.rounds), {runner.name: runner.remark for runner in field})


def bench_runners(bench: Bench) -> None:
    """2,000 trivial tests."""
    measure(bench, bench.field(), _samples.trivial(bench.samples / "trivial", bench.tests), ["tests"])


def bench_agreement(bench: Bench) -> None:
    """How many of networkx's algorithm tests end as under pytest."""
    tree = bench.cache.source_tree(NETWORKX.requirement)
    args = ["networkx/algorithms/tests"]
    first, *others = bench.field()
    expected = run_pytest(bench.environment(first), args, tree).outcomes
    print(f"{'runner':<18} {'agree':>7} of {len(expected)} nodes")
    for runner in others:
        agreed = runner.agreement(bench.environment(runner), args, tree, expected)
        print(f"{runner.name:<18} {agreed:>7} {agreed / len(expected):>7.1%}", flush=True)


TRACE_LINE = re.compile(r"^startup (\S+) ([0-9.]+)$", re.MULTILINE)


def bench_start(bench: Bench) -> None:
    """One test from a cold start, then where the time goes."""
    project = _samples.trivial(bench.samples / "single", tests=1, files=1)
    field = bench.named("pytest", "tach -n 2 none")
    measure(bench, field, project, ["tests"])
    tach = field[-1]
    environment = bench.environment(tach)
    steps: dict[str, list[float]] = {}
    for _ in range(bench.rounds):
        variables = environment.variables({"TACH_TRACE_STARTUP": "1"})
        done, _ = timed(tach.command(environment, ["tests"]), project, variables)
        for name, since in TRACE_LINE.findall(done.stderr):
            steps.setdefault(name, []).append(float(since))
    print(f"\n{'start-up step':<28} {'ms since launch':>15}")
    for name, values in sorted(steps.items(), key=lambda step: statistics.median(step[1])):
        print(f"{name:<28} {statistics.median(values):>15.1f}")


GC_LINE = re.compile(r"Pause .*? (\d+)M->(\d+)M\(\d+M\)")


def bench_many(bench: Bench) -> None:
    """50,000 tests of one parametrised function."""
    project = _samples.parametrised(bench.samples / "many", MANY)
    field = bench.named("pytest", "tach -n 2 none")
    measure(bench, field, project, ["tests"])
    tach = field[-1]
    environment = bench.environment(tach)
    log = bench.samples / "gc.log"
    variables = environment.variables({"TACH_JAVA_OPTS": f"{SMALL_HEAP} -Xlog:gc:file={log}"})
    done, _ = timed(tach.command(environment, ["tests"]), project, variables)
    pauses = [tuple(map(int, pause)) for pause in GC_LINE.findall(log.read_text() if log.exists() else "")]
    print(f"supervisor with {SMALL_HEAP}: exit code {done.returncode}, {heap_words(pauses)}")


def heap_words(pauses: Sequence[tuple[int, ...]]) -> str:
    """Say how full the heap was before and after its collections, in megabytes."""
    if not pauses:
        return "heap never full"
    peak, live = (max(values) for values in zip(*pauses, strict=True))
    return f"heap {peak} MB at most, {live} MB after a collection at most"


def bench_fork(bench: Bench) -> None:
    """What the fork strategy costs per test; one worker, so that nothing overlaps."""
    project = _samples.trivial(bench.samples / "forked", bench.tests)
    pytest, tach = bench.named("pytest", "tach -n 2 none")
    environment = bench.environment(tach)
    contenders = {
        isolation: partial(
            run_once, [bench.tach, "-n", "1", "--isolation", isolation, "-q", "tests"], project, environment
        )
        for isolation in ("none", "fork")
    }
    measured = paired(contenders, bench.rounds)
    differences = [fork - none for none, fork in zip(measured["none"].rounds, measured["fork"].rounds, strict=True)]
    per_test = statistics.median(differences) / bench.tests
    bare = bare_fork(bench, pytest, project)
    print_measured(measured, {})
    print(f"fork costs {per_test * 1e3:.2f} ms a test more than none; a bare fork of the same process {bare * 1e3:.2f} ms")
    print(f"ratio {per_test / bare:.2f}")


def bare_fork(bench: Bench, pytest: Runner, project: Path) -> float:
    """Return the seconds of fork, ``_exit`` and wait in a pytest that has collected the project."""
    environment = bench.environment(pytest)
    record = bench.samples / "fork-seconds"
    command = [environment.program("pytest"), "-q", "--collect-only", "-p", "bench_fork_probe", "tests"]
    timed(command, project, environment.variables({"BENCH_FORK_PROBE": str(record)}))
    return float(record.read_text())


def bench_wide(bench: Bench) -> None:
    """Fixtures wider than a test, few tests for each; every strategy."""
    field = bench.named("pytest", "pytest -n 2", "tach -n 2 none", "tach -n 2 fork", "tach -n 2 auto")
    for name, sample in (("modules", _samples.modules), ("classes", _samples.cases)):
        print(f"## {name}")
        measure(bench, field, sample(bench.samples / name, WIDE, WIDE_TESTS), ["tests"])


def bench_networkx(bench: Bench) -> None:
    """A real suite of 6,500 tests."""
    tree = bench.cache.source_tree(NETWORKX.requirement)
    measure(bench, bench.named("pytest", "pytest -n 2", "tach -n 2 none"), tree, NETWORKX.args)


MEASUREMENTS: dict[str, Callable[[Bench], None]] = {
    "runners": bench_runners,
    "agreement": bench_agreement,
    "start": bench_start,
    "many": bench_many,
    "fork": bench_fork,
    "wide": bench_wide,
    "networkx": bench_networkx,
}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measurement", choices=[*MEASUREMENTS, "all"])
    parser.add_argument("--rounds", type=int, default=7, help="paired rounds (%(default)s)")
    parser.add_argument("--tests", type=int, default=_samples.TESTS, help="trivial tests (%(default)s)")
    parser.add_argument("--runner", action="append", help="only this one beside pytest; may be repeated")
    add_environment_options(parser)
    add_tach_options(parser)
    return parser.parse_args()


def main() -> None:
    options = parse()
    chosen = MEASUREMENTS if options.measurement == "all" else {options.measurement: MEASUREMENTS[options.measurement]}
    with tempfile.TemporaryDirectory(prefix="tach-bench-") as samples:
        for name, measurement in chosen.items():
            print(f"# {name}")
            try:
                measurement(Bench(options, Path(samples)))
            except NotAvailable as error:
                sys.exit(f"trivial.py: {error}")
            print()


if __name__ == "__main__":
    main()
