#!/usr/bin/env python3
"""Makes suites at random and compares what pytest and tach say of them, down to the text of each failure.

    bench/random_suites.py [--seeds 0-20] [--venv VENV] [--isolation auto] [--workers 2] [--keep DIR]

What is compared: the JUnit files of both (each test's failures, errors and skips with their messages and tracebacks), the exit
code, and the counts of the last line but for warnings, which fixtures give once more where they are set up once more. A suite
that differs is kept in DIR with what both have printed. Exit code 0 if none differs.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from _cache import Environment, NotAvailable
from _random_suite import write_suite
from compare import ADDRESS, add_tach_options, timed

Words = dict[tuple[str, str], list[list[tuple[str, str, str]]]]
"""Class and name to the cases of a test, of a test's failure and of its teardown's: kind, message and text of each."""


@dataclass(frozen=True)
class Said:
    """What one of both has said of a suite."""

    exit_code: int
    counts: str
    words: Words
    output: str


def folded(text: str | None) -> str:
    """Return a text without what differs from process to process."""
    return ADDRESS.sub("0x", text or "").strip()


def words_of(file: Path) -> Words:
    """Read a JUnit file; properties are tach's own."""
    words: Words = {}
    if not file.exists():
        return words
    for case in ElementTree.parse(file).iter("testcase"):
        details = [
            (detail.tag, folded(detail.get("message")), folded(detail.text)) for detail in case if detail.tag != "properties"
        ]
        words.setdefault((case.get("classname", ""), case.get("name", "")), []).append(sorted(details))
    return words


def counts_of(output: str) -> str:
    """Return the last line without its time and its warnings."""
    lines = [line for line in output.splitlines() if line.startswith("=")]
    return re.sub(r", \d+ warnings?| in [\d.]+s.*", "", lines[-1]).strip("= ") if lines else ""


def ask(command: list[str], suite: Path, environment: Environment) -> Said:
    """Run one of both in the suite."""
    with tempfile.TemporaryDirectory() as directory:
        junit = Path(directory, "junit.xml")
        done, _ = timed([*command, "-p", "no:cacheprovider", f"--junitxml={junit}"], suite, environment.variables())
        return Said(done.returncode, counts_of(done.stdout), words_of(junit), done.stdout + done.stderr)


def differences(pytest: Said, tach: Said) -> Iterator[str]:
    """Yield what differs, in words."""
    if pytest.exit_code != tach.exit_code:
        yield f"exit code: pytest {pytest.exit_code}, tach {tach.exit_code}"
    if pytest.counts != tach.counts:
        yield f"pytest: {pytest.counts}\ntach:   {tach.counts}"
    for test in sorted({*pytest.words, *tach.words}):
        if pytest.words.get(test) != tach.words.get(test):
            yield f"{'::'.join(test)}\n  pytest: {pytest.words.get(test)}\n  tach:   {tach.words.get(test)}"


def keep(suite: Path, seed: int, directory: Path, pytest: Said, tach: Said) -> None:
    """Keep a suite that differs."""
    kept = directory / str(seed)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(suite, kept / "suite", ignore=shutil.ignore_patterns("__pycache__"))
    (kept / "pytest.txt").write_text(pytest.output)
    (kept / "tach.txt").write_text(tach.output)


def agrees(seed: int, options: argparse.Namespace) -> bool:
    """Compare both on the suite of a seed, and print what differs."""
    environment = Environment(options.venv.absolute())
    own = ["-n", str(options.workers), "--isolation", options.isolation, "--no-history"]
    with tempfile.TemporaryDirectory(prefix="tach-random-") as name:
        suite = Path(name)
        write_suite(suite, seed)
        pytest = ask([environment.program("pytest")], suite, environment)
        tach = ask([options.tach, *own], suite, environment)
        found = list(differences(pytest, tach))
        if found and options.keep:
            keep(suite, seed, options.keep, pytest, tach)
    for text in found[: options.show]:
        print(f"seed {seed}: {text}", flush=True)
    return not found


def seeds(text: str) -> range:
    """Parse ``3-7``, both included."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=seeds, default=seeds("0-20"), help="first and last (0-20)")
    parser.add_argument("--venv", type=Path, default=Path(sys.prefix), help="environment with pytest (%(default)s)")
    parser.add_argument("--isolation", default="auto", help="tach's strategy (%(default)s)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="where suites that differ are kept")
    add_tach_options(parser)
    options = parser.parse_args()
    try:
        agreed = sum(agrees(seed, options) for seed in options.seeds)
    except NotAvailable as error:
        sys.exit(f"random_suites.py: {error}")
    print(f"{agreed} suites agree, {len(options.seeds) - agreed} differ")
    return 0 if agreed == len(options.seeds) else 1


if __name__ == "__main__":
    sys.exit(main())
