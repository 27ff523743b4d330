"""Zygote: importing, before the first fork, what many test files import first thing, so that not every worker does.

Two files in the project's memory say what:

- ``.tach/preimports``, which the supervisor writes from the sources: by test file the names that it imports before it does
  anything else, in their order.
- ``.tach/rehearsed``, which we write (``_rehearsal.py``): which of these imports were seen to do nothing but import, and
  from which files. An import that nobody has seen is left to the workers.

What is chosen, pytest would have imported before the first test in any case: files that are selected import it, at their
very beginning. Whatever has changed since it was seen is left out, and so is what a file imports behind something that is
not chosen, since that would come out of order.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

MEMORY = ".tach"
PLAN = "preimports"
RECORD = "rehearsed"
_PLAN_HEADER = "tach preimports 1"
_FEWEST_FILES = 2
_NEARLY_ALL = 0.9

Plan = dict[str, tuple[str, list[str]]]
"""By path of a test file: its stamp, and what it imports first thing."""
FileStamp = tuple[str, int, int]
"""Path, size and time (ns) of a file that an import reads."""


class Rehearsed(NamedTuple):
    """One import that was seen; ``harm`` says what else it did, or is empty."""

    name: str
    harm: str
    files: list[FileStamp]

    def line(self) -> str:
        """Return the text form."""
        return json.dumps(self) + "\n"


def read_plan(root: str) -> Plan:
    """Return what the supervisor has written; nothing if that is something else."""
    lines = _read(root, PLAN).split("\n")
    plan: Plan = {}
    if lines[0] != _PLAN_HEADER:
        return plan
    for line in lines[1:]:
        path, *fields = line.split("\t")
        if path and len(fields) > 1 and "\\" not in line:
            plan[path] = fields[0], fields[1:]
    return plan


def record_header() -> str:
    """Return what a record must begin with: what was seen holds for this interpreter only."""
    return json.dumps(["tach rehearsed 1", sys.executable, sys.version]) + "\n"


def read_record(root: str) -> list[Rehearsed]:
    """Return what was seen, in its order; of a broken file what is whole."""
    header, *lines = _read(root, RECORD).splitlines(keepends=True) or [""]
    return list(parse(lines)) if header == record_header() else []


def parse(lines: Iterable[str]) -> Iterator[Rehearsed]:
    """Return what lines say, up to the first that is broken."""
    for line in lines:
        try:
            name, harm, files = json.loads(line)
            yield Rehearsed(name, harm, [(path, size, time_ns) for path, size, time_ns in files])
        except (ValueError, TypeError):
            return


def _read(root: str, name: str) -> str:
    try:
        with open(os.path.join(root, MEMORY, name), encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def still_true(record: Iterable[Rehearsed]) -> list[Rehearsed]:
    """Return the beginning of a record up to the first import that reads a changed file.

    What comes behind it may import it, and was not seen with the file as it is.
    """
    believed = []
    for seen in record:
        if any(stamp_of(path) != (path, size, time_ns) for path, size, time_ns in seen.files):
            break
        believed.append(seen)
    return believed


def stamp_of(path: str) -> FileStamp | None:
    """Return by what a file is known again; None if it is not there."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return path, found.st_size, found.st_mtime_ns


def is_as_planned(root: str, path: str, stamp: str) -> bool:
    """Say whether a test file is the one that the supervisor has read."""
    found = stamp_of(os.path.join(root, path))
    return found is not None and f"{found[1]}@{found[2] // 1_000_000}" == stamp


def enough_files(workers: int, cores: int) -> int:
    """Return how many files must want a module, so that importing it for all makes nobody wait.

    While the zygote imports, no worker does. Of ``k`` files, dealt out by chance, some are with ``n (1 - (1 - 1/n)^k)`` of
    ``n`` workers, all of which would import the module, so many at a time as there are cores.
    """
    files = _FEWEST_FILES
    while workers * (1 - (1 - 1 / workers) ** files) < _NEARLY_ALL * min(workers, cores):
        files += 1
    return files


def choose(preludes: Collection[list[str]], may: Callable[[str], bool], enough: int) -> list[str]:
    """Return what is worth importing, in the order in which pytest would come to it: what so many files want.

    A name counts for a file if everything before it is chosen as well, or of the standard library, which is indifferent to
    order.
    """
    chosen = {name for names in preludes for name in names if may(name)}
    while True:
        counts = Counter(name for names in preludes for name in _leading(names, chosen))
        kept = {name for name in chosen if counts[name] >= enough}
        if kept == chosen:
            return [name for name in counts if name in chosen]
        chosen = kept


def _leading(names: list[str], chosen: Collection[str]) -> Iterable[str]:
    for name in dict.fromkeys(names):
        if name in chosen:
            yield name
        elif name not in sys.modules and not is_standard(name):
            return


def is_standard(name: str) -> bool:
    """Say whether a module is of the standard library."""
    return name.partition(".")[0] in sys.stdlib_module_names


def directory_on_path(path: str) -> str:
    """Return the directory that pytest puts on ``sys.path`` for a test file: the nearest that is no package."""
    directory = os.path.dirname(path)
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        directory = os.path.dirname(directory)
    return directory


def _is_found(name: str, files: list[FileStamp]) -> bool:
    """Say whether the name means here what it meant when it was rehearsed."""
    top = name.partition(".")[0]
    spec = _spec(top)
    return spec is not None and (top in sys.modules or spec.origin in {path for path, _, _ in files})


def _spec(top: str) -> Any:
    """Return where a name of the top level would be imported from; None if nobody knows."""
    try:
        return importlib.util.find_spec(top)
    except Exception:  # it may be a finder of the project's own
        return None


class Shadows:
    """Knows which names will mean something else once pytest has put the directories of test files on ``sys.path``."""

    def __init__(self, root: str, paths: Iterable[str]) -> None:
        self._entries: dict[str, set[str]] = {}
        for path in paths:
            directory = os.path.dirname(os.path.join(root, path))
            while directory.startswith(root) and directory not in self._entries:
                self._entries[directory] = _entries(directory)
                directory = os.path.dirname(directory)

    def hides(self, name: str) -> bool:
        """Say whether a directory other than that of the module itself has something of this name."""
        top = name.partition(".")[0]
        spec = _spec(top)
        home = os.path.dirname(spec.origin or "") if spec is not None else ""
        if spec is not None and spec.submodule_search_locations is not None:  # a package
            home = os.path.dirname(home)
        return any(top in entries and directory != home for directory, entries in self._entries.items())


def _entries(directory: str) -> set[str]:
    try:
        return {entry.partition(".")[0] for entry in os.listdir(directory)}
    except OSError:
        return set()


def chosen_for(root: str, units: Collection[str], workers: int, cores: int) -> list[str]:
    """Return what is to be imported before ``units`` (paths of test files) are collected by so many workers."""
    if workers < 2:
        return []
    plan = read_plan(root)
    selected = [unit for unit in units if unit in plan]
    enough = enough_files(workers, cores)
    if len(selected) < enough:
        return []
    harmless = {seen.name: seen.files for seen in still_true(read_record(root)) if not seen.harm}
    preludes = [names for stamp, names in map(plan.__getitem__, selected) if names]
    shadows = Shadows(root, units)

    def may(name: str) -> bool:
        return name in harmless and name not in sys.modules and _is_found(name, harmless[name]) and not shadows.hides(name)

    names = choose(preludes, may, enough)
    changed = {unit for unit in selected if not is_as_planned(root, unit, plan[unit][0])} if names else set()
    if not changed:
        return names
    return choose([plan[unit][1] for unit in selected if unit not in changed], may, enough)


def import_all(names: Iterable[str], on_warning: Callable[[warnings.WarningMessage], None]) -> list[str]:
    """Import, and return what could be imported; what fails, halfway or not, is as if it had not been tried."""
    done = []
    for name in names:
        before = set(sys.modules)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                importlib.import_module(name)
            except Exception:
                _forget(set(sys.modules) - before)
                continue
        for warning in caught:  # it was silent when it was rehearsed
            on_warning(warning)
        done.append(name)
    return done


def _forget(names: Iterable[str]) -> None:
    for name in names:
        module = sys.modules.pop(name, None)
        parent, _, last = name.rpartition(".")
        attributes: Mapping[str, Any] = getattr(sys.modules.get(parent), "__dict__", {})
        if module is not None and attributes.get(last) is module:
            delattr(sys.modules[parent], last)
