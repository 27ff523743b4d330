"""What random numbers start from after a rewind."""

from __future__ import annotations

import random
import sys
import tempfile
from types import ModuleType

import pytest

from tach_harness.isolation._entropy import inject_entropy, mixed


def numbers(seed: int | None, test_id: int) -> list[float]:
    inject_entropy(seed, test_id)
    return [random.random() for _ in range(3)]


@pytest.fixture(autouse=True)
def _leave_random_alone() -> object:
    state = random.getstate()
    yield
    random.setstate(state)


def test_a_seed_repeats_the_numbers_of_a_test() -> None:
    assert numbers(7, 3) == numbers(7, 3)
    assert numbers(7, 3) != numbers(7, 4)
    assert numbers(7, 3) != numbers(8, 3)


def test_without_a_seed_no_two_are_the_same() -> None:
    assert numbers(None, 3) != numbers(None, 3)


def test_numpy_gets_another_seed_for_every_seed_and_test(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    numpy_random = ModuleType("numpy.random")
    numpy_random.seed = given.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "numpy.random", numpy_random)
    for seed in range(20):
        for test_id in range(20):
            inject_entropy(seed, test_id)
    assert len(set(given)) == 400
    assert all(0 <= number < 1 << 32 for number in given)


def test_stand_in_that_cannot_be_seeded_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("numpy.random", "ssl", "tempfile"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    assert numbers(7, 3) == numbers(7, 3)


def test_every_bit_of_the_seed_counts() -> None:
    assert len({mixed(1 << bit, 5) & 0xFFFFFFFF for bit in range(60)}) == 60
    assert len({mixed(5, test_id) & 0xFFFFFFFF for test_id in range(10_000)}) > 9_990


def test_temporary_names_start_anew() -> None:
    tempfile._get_candidate_names()  # type: ignore[attr-defined]
    inject_entropy(1, 1)
    assert tempfile._name_sequence is None  # type: ignore[attr-defined]
