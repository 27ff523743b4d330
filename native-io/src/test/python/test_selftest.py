"""``tach self-test``: what is tried, and what the ladder makes of it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tach_harness import _selftest
from tach_harness._selftest import Capability, Missing

SCRIPT = Path(_selftest.__file__)
DENYING = Path(__file__).with_name("denying.py")
USERFAULTFD = 323
FORKS = (56, 57, 58, 435)
only_x86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of system calls are those of x86-64")


def run(*arguments: str, denied: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    if denied:
        command = [sys.executable, str(DENYING), *map(str, denied), "--", *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def as_json(*arguments: str, denied: tuple[int, ...] = ()) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run("--format", "json", *arguments, denied=denied).stdout)
    return result


def capability(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return {c["name"]: c for c in answer["capabilities"]}[name]


def test_every_capability_has_a_verdict() -> None:
    answer = as_json()
    names = {c["name"] for c in answer["capabilities"]}
    assert {"kernel", "python", "fork", "userfaultfd", "pagemap_scan", "agent", "landlock", "java"} <= names
    assert all(c["ok"] or c["detail"] for c in answer["capabilities"])
    assert capability(answer, "fork")["ok"]


def test_without_an_agent_tests_are_forked() -> None:
    result = run("--agent", "/no/such/agent.so")
    assert result.returncode == 0
    first, second = result.stdout.splitlines()[:2]
    assert first.startswith("isolation: fork, because ")
    assert first.endswith("agent: it is not built: there is no /no/such/agent.so")
    assert "run bin/setup" in second


def test_an_agent_that_does_not_load_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "_tach_agent.abi3.so"
    broken.write_bytes(b"this is no shared object")
    agent = capability(as_json("--agent", str(broken)), "agent")
    assert not agent["ok"]
    assert agent["detail"].startswith("ImportError: ")


@only_x86
def test_a_refused_userfaultfd_is_named_with_the_way_out() -> None:
    answer = as_json(denied=(USERFAULTFD,))
    assert answer["isolation"] == "fork"
    assert "userfaultfd: Operation not permitted (EPERM)" in answer["reason"]
    assert "seccomp" in answer["advice"]


@only_x86
def test_where_nothing_can_be_forked_nothing_is_isolated() -> None:
    result = run("--format", "rung", denied=FORKS)
    assert result.stdout == "none\nfork: Operation not permitted (EPERM)\n"
    assert result.returncode == 1


def test_rung_is_the_best_that_lacks_nothing() -> None:
    have = [Capability("fork", True, "", "fork"), Capability("agent", True, "", "snapshot")]
    assert _selftest.rung(have) == ("snapshot", "", "")
    lacks = [Capability("x", False, "refused", "snapshot", "allow it"), Capability("y", False, "old", "snapshot")]
    assert _selftest.rung([*have, *lacks]) == ("fork", "x: refused; y: old", "allow it")
    assert _selftest.rung([*have, Capability("landlock", False, "", "sandbox")]) == ("snapshot", "", "")


def test_a_trial_that_dies_is_a_missing_capability() -> None:
    found = _selftest.attempt("x", "fork", "try again", lambda: _selftest.in_child(lambda: str(os.kill(os.getpid(), 9))))
    assert found == Capability("x", False, "the trial died of SIGKILL", "fork", "try again")


def test_the_reason_of_a_child_comes_back() -> None:
    def refuse() -> str:
        raise Missing("no")

    found = _selftest.attempt("x", "fork", "", lambda: _selftest.in_child(refuse))
    assert found == Capability("x", False, "no", "fork")


def test_a_jvm_that_does_not_start_is_named(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho '#' >&2\necho '# Error: no such option' >&2\nexit 1\n")
    java.chmod(0o755)
    (tmp_path / "tach.jsa").write_bytes(b"x")
    answer = as_json("--java", str(java), "--app", str(tmp_path))
    assert capability(answer, "java")["detail"] == "Error: no such option"
    assert capability(answer, "class_archive")["detail"] == "Error: no such option"


def test_quota_of_the_innermost_control_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.write_text("max 100000\n")
    outer.write_text("150000 100000\n")
    monkeypatch.setattr(_selftest, "_cpu_max_files", lambda: [str(tmp_path / "none"), str(inner), str(outer)])
    assert "control group allows 1.5" in _selftest.processors()
    monkeypatch.setattr(_selftest, "_cpu_max_files", lambda: [str(inner)])
    assert "no limit by a control group" in _selftest.processors()
