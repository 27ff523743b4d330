"""Packages of the harness import only what stands below them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tach_harness

HARNESS = Path(tach_harness.__file__).parent
LAYERS = ("base", "reporting", "collecting", "isolation", "worker", "zygote")
"""From the lowest up."""


def imported(file: Path) -> Iterator[str]:
    """Yield the packages of the harness that a file imports from, wherever it does so."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.split(".")[1] for name in names if name.startswith("tach_harness."))


def test_every_package_has_its_place() -> None:
    assert sorted(file.parent.name for file in HARNESS.glob("*/__init__.py")) == sorted(LAYERS)
    assert sorted(file.name for file in HARNESS.glob("*.py")) == ["__init__.py", "__main__.py", "_selftest.py"]


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_imports_only_what_is_below(layer: str) -> None:
    below = LAYERS[: LAYERS.index(layer) + 1]
    found = {(file.name, name) for file in (HARNESS / layer).glob("*.py") for name in imported(file)}
    assert found, f"nothing is imported in {layer}"
    assert not {(file, name) for file, name in found if name not in below}


def test_self_test_needs_nothing_of_ours() -> None:
    assert not list(imported(HARNESS / "_selftest.py"))
