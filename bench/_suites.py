"""The suites, each from its published source distribution, pinned, and how plain pytest runs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Suite:
    """A suite: what to fetch, and what to tell pytest in the root of the tree."""

    name: str
    requirement: str
    args: tuple[str, ...] = ()
    minimum: tuple[int, int] = (3, 10)
    needs: tuple[str, ...] = ()


SUITES = (
    # 62,000 tests from a few parametrisations.
    Suite("packaging", "packaging==26.3", needs=("hypothesis", "pretend", "tomli_w")),
    # test_wrapped_annotation fails under plain pytest too, on CPython 3.11.
    Suite("attrs", "attrs==26.1.0", ("--hypothesis-seed=0",), needs=("hypothesis", "cloudpickle", "pympler")),
    Suite("click", "click==8.5.1"),
    # test_cli.py imports what pytest 9 has renamed: an error of collection that both must report alike.
    Suite(
        "flask",
        "flask==3.1.3",
        ("--continue-on-collection-errors",),
        needs=("asgiref", "greenlet", "python-dotenv"),
    ),
    Suite("jinja2", "jinja2==3.1.6", needs=("trio",)),
    Suite("pluggy", "pluggy==1.7.0", ("testing",)),
    # unittest, 21,000 subtests.
    Suite("more-itertools", "more-itertools==11.2.1", ("tests",), minimum=(3, 11)),
    Suite("networkx", "networkx==3.6.1", ("networkx",), minimum=(3, 11), needs=("numpy",)),
    # Eleven minutes under plain pytest.
    Suite("sympy", "sympy==1.14.0", ("sympy/core", "sympy/polys", "sympy/solvers"), needs=("hypothesis",)),
)

# What the suites need beside themselves. Pinned, so that a difference is never a matter of the day.
PINS = {
    "asgiref": "3.13.0",
    "cloudpickle": "3.1.2",
    "greenlet": "3.5.6",
    "hypothesis": "6.170.15",
    "numpy": "2.3.5",
    "pretend": "1.0.9",
    "pympler": "1.1",
    "python-dotenv": "1.2.4",
    "tomli_w": "1.2.0",
    "trio": "0.35.0",
}
# And what those need.
INDIRECT = (
    "blinker==1.9.0",
    "idna==3.20",
    "iniconfig==2.3.1",
    "itsdangerous==2.2.0",
    "markupsafe==3.0.4",
    "mpmath==1.3.0",
    "outcome==1.3.0.post0",
    "pygments==2.21.0",
    "sniffio==1.3.1",
    "sortedcontainers==2.4.0",
    "werkzeug==3.1.9",
)


def requirements(pytest: str, python: tuple[int, ...]) -> list[str]:
    """Return what an environment for every suite that runs on this interpreter needs."""
    suites = [suite for suite in SUITES if suite.minimum <= python[:2]]
    needs = {need for suite in suites for need in suite.needs}
    return [
        f"pytest=={pytest}",
        *(suite.requirement for suite in suites),
        *(f"{need}=={PINS[need]}" for need in sorted(needs)),
        *INDIRECT,
    ]
