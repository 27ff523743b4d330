"""What is learnt from tests that do the same for the first time again and again."""

from __future__ import annotations

import importlib
import os
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from tach_harness.isolation._lazy import Tally, Watch, do_quietly

FRESH = ("fresh_one", "fresh_two")
PATTERNS = [(f"a{n}", 0) for n in range(50)]


def test_what_has_come_twice_is_learnt_and_counted_no_more() -> None:
    tally = Tally()
    tally.add(["wave", "xml.dom", ("a+", 0)])
    tally.add(["xml.dom", "xml", (b"a+", 0), ("a+", re.I.value)])
    assert tally.take() == ["xml.dom"]
    tally.add(["xml", ("a+", 0)])
    assert tally.take() == [("a+", 0), "xml"]
    assert tally.take() == []
    assert tally.learnt == {"xml.dom", "xml", ("a+", 0)}


def test_a_module_is_worth_another_cell_and_so_are_many_patterns() -> None:
    tally = Tally()
    assert not tally.add(["wave"])
    assert tally.add(["wave"])
    tally.take()
    assert not tally.add(PATTERNS)
    assert not tally.add(PATTERNS[1:])
    assert tally.add(PATTERNS[:1])


def test_what_came_once_makes_room_for_what_comes_often() -> None:
    tally = Tally()
    tally.add(["wave"])
    tally.add(["wave"])
    for n in range(300):
        tally.add([(f"once{n}", 0)])
    assert tally.take() == ["wave"]


def test_what_does_not_fit_is_not_counted() -> None:
    tally = Tally()
    tally.add([("x" * (1 << 17), 0)])
    tally.add(["wave"])
    assert tally.take() == []
    tally.add(["wave"])
    assert tally.take() == ["wave"]


def test_a_child_counts_for_its_parent() -> None:
    tally = Tally()
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            tally.add(["wave"])
            os._exit(0)
        os.waitpid(pid, 0)
    assert tally.take() == ["wave"]


def test_patterns_of_both_kinds_and_no_others_are_seen() -> None:
    tally = Tally()
    for _ in range(2):
        re.purge()
        watch = Watch("/nowhere", tally)
        re.compile("[ab]+", re.I)
        re.compile(b"[ab]+")
        re.compile(type("Text", (str,), {})("[cd]+"))
        watch.after_test()
    assert sorted(map(str, tally.take())) == ["('[ab]+', 2)", "(b'[ab]+', 0)"]


def test_what_is_known_at_the_checkpoint_or_learnt_is_not_counted() -> None:
    tally = Tally()
    tally.learnt.add("wave")
    re.compile("known")
    watch = Watch("/nowhere", tally)
    for _ in range(2):
        re.compile("known")
        assert not watch.after_test()
    assert tally.take() == []


@pytest.fixture(name="fresh")
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    for name in FRESH:
        (tmp_path / f"{name}.py").write_text("")
    yield tmp_path
    for name in (*FRESH, "made up"):
        sys.modules.pop(name, None)


def test_neither_the_projects_own_modules_are_counted_nor_what_is_none(fresh: Path) -> None:
    for root, expected in (("/nowhere", ["fresh_one"]), (str(fresh), [])):
        tally = Tally()
        for _ in range(2):
            for name in ("fresh_one", "made up"):
                sys.modules.pop(name, None)
            watch = Watch(root, tally)
            importlib.import_module("fresh_one")
            sys.modules["made up"] = types.ModuleType("made up")
            watch.after_test()
        assert tally.take() == expected


def test_what_cannot_be_done_here_is_left_to_the_tests(fresh: Path) -> None:
    (fresh / "fresh_one.py").write_text("raise ValueError")
    re.purge()
    do_quietly(["fresh_one", ("(", 0), "fresh_two", ("[xy]", 0)])
    assert "fresh_one" not in sys.modules
    assert "fresh_two" in sys.modules
    assert (str, "[xy]", 0) in re._cache  # type: ignore[attr-defined]
