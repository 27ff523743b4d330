#!/usr/bin/env python3
"""Runs published suites under pytest and under tach and prints one line each: do all nodes agree, and the times.

    bench/suites.py [--suite NAME]... [--python 3.13.0]... [--pytest 9.2.0]... [--isolation none]... [--jobs 2]

Suites and what they need are fetched from the package registry, once. Exit code 0 if everything agrees.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from _cache import Cache, Environment, NotAvailable, add_cache_option, find_python, python_version, say
from _suites import SUITES, Suite, requirements
from compare import Run, add_tach_options, compare, print_differences, run_pytest, run_tach, timed

ROW = "{:<15} {:>8} {:>7} {:<9} {:>7} {:>7} {:>6}  {:<7} {:>9} {:>9} {:>6}"
HEAD = ROW.format(
    "suite", "python", "pytest", "isolation", "nodes", "agree", "differ", "exit", "pytest s", "tach s", "ratio"
)


def environments(cache: Cache, options: argparse.Namespace) -> Iterator[tuple[str, str, Environment]]:
    """Yield every environment that was asked for, with its two versions."""
    for wanted in options.python:
        python = find_python(wanted)
        version = python_version(python)
        for pytest in options.pytest:
            environment = cache.environment(python, f"pytest-{pytest}", requirements(pytest, version))
            yield ".".join(map(str, version)), pytest, environment


def suites_for(options: argparse.Namespace, python: str) -> Iterator[Suite]:
    """Yield the suites that were asked for and that this interpreter can run."""
    version = tuple(map(int, python.split(".")[:2]))
    for suite in SUITES:
        if options.suite and suite.name not in options.suite:
            continue
        if version < suite.minimum:
            say(f"{suite.name} needs Python {'.'.join(map(str, suite.minimum))}")
            continue
        yield suite


def run_suite(suite: Suite, python: str, pytest: str, environment: Environment, options: argparse.Namespace) -> bool:
    """Run one suite under pytest and each strategy; print its lines."""
    tree = Cache(options.cache).source_tree(suite.requirement)
    reference = run_pytest(environment, suite.args, tree)
    if options.reference_only:
        print_reference(suite, python, pytest, reference)
        return True
    agreed = True
    for isolation in options.isolation or ["none", "fork"]:
        own = ["-n", str(options.jobs), "--isolation", isolation]
        tach = run_tach(environment, options.tach, [*own, *suite.args], tree)
        comparison = compare(reference, tach)
        exits = "/".join(map(str, comparison.exit_codes))
        counts = (len(reference.outcomes), comparison.agreed, len(comparison.differences))
        times = (f"{reference.seconds:.2f}", f"{tach.seconds:.2f}", f"{tach.seconds / reference.seconds:.2f}")
        print(ROW.format(suite.name, python, pytest, isolation, *counts, exits, *times), flush=True)
        print_differences(comparison, tach, options.show)
        agreed &= comparison.equal
    return agreed


def print_reference(suite: Suite, python: str, pytest: str, reference: Run) -> None:
    """Print what plain pytest says."""
    time = f"{reference.seconds:.2f}"
    nodes = len(reference.outcomes)
    print(ROW.format(suite.name, python, pytest, "-", nodes, "-", "-", reference.exit_code, time, "-", "-"), flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [suite.name for suite in SUITES]
    parser.add_argument("--suite", action="append", choices=names, help="only this one; may be repeated")
    parser.add_argument("--python", action="append", help="a version or a path; may be repeated")
    parser.add_argument("--pytest", action="append", help="a version; may be repeated (9.2.0)")
    parser.add_argument("--isolation", action="append", choices=["none", "fork", "snapshot", "auto"], help="only this strategy")
    parser.add_argument("--jobs", type=int, default=2, help="workers (%(default)s)")
    add_cache_option(parser)
    parser.add_argument("--prepare", action="store_true", help="fetch and install everything, run nothing")
    parser.add_argument("--reference-only", action="store_true", help="run pytest alone")
    add_tach_options(parser)
    options = parser.parse_args()
    options.python = options.python or [sys.executable]
    options.pytest = options.pytest or ["9.2.0"]
    return options


def main() -> int:
    options = parse()
    cache = Cache(options.cache)
    agreed = True
    try:
        if not options.prepare:
            if not options.reference_only:
                timed([options.tach, "version"], Path.cwd(), dict(os.environ))  # a fresh checkout builds itself
            print(HEAD)
        for python, pytest, environment in environments(cache, options):
            for suite in suites_for(options, python):
                if options.prepare:
                    cache.source_tree(suite.requirement)
                else:
                    agreed &= run_suite(suite, python, pytest, environment, options)
    except NotAvailable as error:
        sys.exit(f"suites.py: {error}")
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
