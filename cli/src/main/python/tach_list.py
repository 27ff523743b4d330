"""``tach list``: print what the user's own pytest collects, and nothing else, on standard output.

Run by the launcher as ``PYTHON tach_list.py --format plain|json|tree -- PYTEST ARGUMENTS``.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, TextIO

# pytest's exit status -> tach's exit code
EXIT_CODES = {0: 0, 1: 1, 2: 3, 3: 4, 4: 2, 5: 5}
USAGE = 2


class Listing:
    """A pytest plugin that keeps the collected items and sees to it that nothing runs."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def pytest_collection_finish(self, session: Any) -> None:
        self.items = list(session.items)


def plain(items: list[Any]) -> Iterator[str]:
    """One node id a line."""
    for item in items:
        yield item.nodeid


def as_json(items: list[Any]) -> Iterator[str]:
    """One object a line; ``line`` counts from 1 and is null where pytest does not know it."""
    for item in items:
        path, line, _ = item.location
        marks = sorted({mark.name for mark in item.iter_markers()})
        yield json.dumps(
            {"nodeid": item.nodeid, "path": path, "line": None if line is None else line + 1, "markers": marks}
        )


def tree(items: list[Any]) -> Iterator[str]:
    """The collectors above the items, indented, each printed once."""
    shown: list[Any] = []
    for item in items:
        chain = item.listchain()[1:]
        same = 0
        while same < min(len(shown), len(chain)) and shown[same] is chain[same]:
            same += 1
        for depth in range(same, len(chain)):
            yield "  " * depth + chain[depth].name
        shown = chain


FORMATS: dict[str, Callable[[list[Any]], Iterator[str]]] = {"plain": plain, "json": as_json, "tree": tree}


def collect(arguments: list[str]) -> tuple[int, list[Any]]:
    """Run pytest up to the end of collection; what it prints goes to standard error if it failed."""
    import pytest

    listing = Listing()
    sys.stdout.flush()
    stdout = os.dup(1)
    with tempfile.TemporaryFile() as printed:
        os.dup2(printed.fileno(), 1)
        try:
            status = int(pytest.main(["--collect-only", *arguments], plugins=[listing]))
        finally:
            sys.stdout.flush()
            os.dup2(stdout, 1)
            os.close(stdout)
        if status not in (0, 5):
            printed.seek(0)
            sys.stderr.write(printed.read().decode("utf-8", "replace"))
    return status, listing.items


def write(lines: Iterator[str], out: TextIO) -> None:
    """Write lines for a reader that may go away (``| head``)."""
    try:
        for line in lines:
            out.write(line + "\n")
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def main(argv: list[str]) -> int:
    """Return tach's exit code."""
    name, arguments = argv[1], argv[3:]
    if name not in FORMATS:
        sys.stderr.write(f"tach: --format: expected one of {', '.join(FORMATS)}, got \"{name}\"\n")
        return USAGE
    # As the console script pytest: neither this file's directory nor the working directory is on sys.path.
    del sys.path[0]
    try:
        status, items = collect(arguments)
    except ImportError as error:
        sys.stderr.write(f"tach: {sys.executable} has no pytest: {error}\n")
        return USAGE
    write(FORMATS[name](items), sys.stdout)
    return EXIT_CODES.get(status, status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
