#!/usr/bin/env python3
"""Compares `tach list`, which starts no Python, with what pytest collects, on published suites; prints one line each.

    bench/listing.py [--suite NAME]... [--python 3.13.0] [--pytest 9.2.0] [--show 5]

Every id that tach calls static must be one of pytest's, and every id of pytest's must be static or belong to a test
that tach calls dynamic. Exit code 0 if that holds everywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from _cache import Cache, Environment, NotAvailable, add_environment_options, find_python, python_version
from _suites import SUITES, Suite, requirements
from compare import add_tach_options, fold, timed

ROW = "{:<15} {:>7} {:>7} {:>7} {:>6} {:>6} {:>8} {:>8} {:>6} {:>9} {:>8}"
HEAD = ROW.format(
    "suite", "pytest", "static", "agree", "wrong", "lost", "dynamic", "covered", "order", "pytest s", "tach s"
)
COLLECT = Path(__file__).resolve().parent.parent / "cli/src/main/python/tach_list.py"


@dataclass(frozen=True)
class Comparison:
    """What both say of a suite; ids in order."""

    collected: list[str]
    static: list[str]
    dynamic: list[str]

    @property
    def wrong(self) -> list[str]:
        """Ids that tach promised and pytest does not know."""
        known = set(self.collected)
        return [node for node in self.static if node not in known]

    @property
    def lost(self) -> list[str]:
        """Ids of pytest's that tach has not thought of."""
        static, open_tests = set(self.static), {bare(node) for node in self.dynamic}
        return [node for node in self.collected if node not in static and bare(node) not in open_tests]

    @property
    def covered(self) -> int:
        """Ids of pytest's that belong to tests called dynamic."""
        static = set(self.static)
        return sum(node not in static for node in self.collected) - len(self.lost)

    @property
    def agreed(self) -> int:
        """Ids that both know."""
        return len(self.static) - len(self.wrong)

    @property
    def same_order(self) -> bool:
        """True if the ids that both know come in the same order."""
        known, static = set(self.collected), set(self.static)
        return [n for n in self.collected if n in static] == [n for n in self.static if n in known]


def bare(node: str) -> str:
    """Return a node id without what stands in brackets."""
    return node.partition("[")[0]


def collect(environment: Environment, suite: Suite, tree: Path) -> tuple[list[str], float]:
    """Ask pytest, below the same command line."""
    python = environment.program("python")
    own = ["-p", "no:cacheprovider", "--continue-on-collection-errors"]
    command = [python, str(COLLECT), "--format", "plain", "--", *own, *suite.args]
    done, seconds = timed(command, tree, environment.variables())
    return [fold(line) for line in done.stdout.split("\n") if "::" in line], seconds


def discover(environment: Environment, tach: str, suite: Suite, tree: Path) -> tuple[list[str], list[str], float]:
    """Ask tach."""
    paths = [arg for arg in suite.args if not arg.startswith("-")]
    done, seconds = timed([tach, "list", "--format", "json", *paths], tree, environment.variables())
    static: list[str] = []
    dynamic: list[str] = []
    for line in done.stdout.split("\n"):
        if line.startswith("{"):
            test = json.loads(line)
            (dynamic if "dynamic" in test else static).append(fold(test["nodeid"]))
    return static, dynamic, seconds


def run_suite(suite: Suite, environment: Environment, options: argparse.Namespace) -> bool:
    """Compare one suite and print its line."""
    tree = Cache(options.cache).source_tree(suite.requirement)
    collected, pytest_seconds = collect(environment, suite, tree)
    static, dynamic, tach_seconds = discover(environment, options.tach, suite, tree)
    found = Comparison(collected, static, dynamic)
    counts = (len(collected), len(static), found.agreed, len(found.wrong), len(found.lost), len(dynamic), found.covered)
    order = "same" if found.same_order else "differs"
    print(ROW.format(suite.name, *counts, order, f"{pytest_seconds:.2f}", f"{tach_seconds:.2f}"), flush=True)
    for word, nodes in (("wrong", found.wrong), ("lost", found.lost)):
        for node in nodes[: options.show]:
            print(f"    {word}: {node}")
    return not found.wrong and not found.lost


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [suite.name for suite in SUITES]
    parser.add_argument("--suite", action="append", choices=names, help="only this one; may be repeated")
    add_environment_options(parser)
    add_tach_options(parser)
    return parser.parse_args()


def main() -> int:
    options = parse()
    python = find_python(options.python)
    version = python_version(python)
    equal = True
    try:
        environment = Cache(options.cache).environment(
            python, f"pytest-{options.pytest}", requirements(options.pytest, version)
        )
        print(HEAD)
        for suite in SUITES:
            if suite.minimum <= version[:2] and (not options.suite or suite.name in options.suite):
                equal &= run_suite(suite, environment, options)
    except NotAvailable as error:
        sys.exit(f"listing.py: {error}")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
