"""How long a test's phases were, also where pytest's clock cannot be believed."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace
from typing import Any

import pytest
from tach_harness.base import _isolate
from tach_harness.base._isolate import monotonic_ns
from tach_harness.reporting._reports import Verdict

LONGEST_NS = 10**9
"""Of what a test here may take on the slowest machine."""


def report(when: str, duration: float, **more: Any) -> Any:
    return SimpleNamespace(when=when, duration=duration, outcome="passed", user_properties=[], **more)


def begun_before(seconds: int) -> Verdict:
    verdict = Verdict(0)
    verdict.begun_ns = verdict.reported_ns = monotonic_ns() - seconds * 10**9
    return verdict


def test_pytests_durations_are_taken() -> None:
    verdict = begun_before(60)
    told = [verdict.add(report(when, duration)) for when, duration in (("setup", 2), ("call", 0.5), ("teardown", 0))]
    assert told == verdict.phases == [2 * 10**9, 5 * 10**8, 0]


def test_reports_may_come_all_together() -> None:
    verdict = begun_before(60)
    verdict.add(report("setup", 1))
    verdict.add(report("call", 40))  # as pytest-rerunfailures publishes them: when the test is over
    assert verdict.phases == [10**9, 40 * 10**9, 0]


@pytest.mark.parametrize("duration", [-1308824856.7, 1308824856.7, 2.5e11, math.inf, -math.inf, math.nan])
def test_a_duration_that_cannot_be_is_measured(duration: float) -> None:
    verdict = begun_before(60)
    verdict.add(report("setup", 0))
    verdict.add(report("call", duration))
    verdict.add(report("teardown", -duration))
    assert all(0 <= ns < LONGEST_NS for ns in verdict.phases)


def test_a_subtest_does_not_count() -> None:
    verdict = begun_before(60)
    assert verdict.add(report("call", -5, context="subtest")) >= 60 * 10**9
    verdict.add(report("call", -5))
    assert verdict.phases[1] >= 60 * 10**9


def test_our_clock_is_none_of_the_functions_that_are_looked_for() -> None:
    functions = [value for name, value in vars(time).items() if callable(value)]
    assert not [name for name, value in vars(_isolate).items() if value in functions]
    assert abs(time.monotonic_ns() - monotonic_ns()) < LONGEST_NS
