#!/usr/bin/env python3
"""What one isolated trivial test costs in one process: not isolated, rewound, and forked; and where a rewind's time goes.

    bench/rewind.py [--python PATH] [--agent FILE] [--tests 2000] [--forks 300] [--ballast MB]

No supervisor and no worker take part: pytest's own loop is replaced by one that runs each item by `runtestprotocol` without
a terminal, and goes back, or ends a child, after each. Prints one table; ratios are against the same loop not isolated.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "target" / "app" / "_tach_agent.abi3.so"

LOOP = '''
import gc, json, marshal, mmap, os, random, sys, time
import importlib.util
import pytest
from _pytest.runner import runtestprotocol

MODE, AGENT, LIMIT, OUT, BALLAST = os.environ["MODE"], os.environ["AGENT"], int(os.environ["LIMIT"]), os.environ["OUT"], int(os.environ["BALLAST"])
ballast = [bytes([1]) * 4096 for _ in range(BALLAST * 256)]
spec = importlib.util.spec_from_file_location("_tach_agent", AGENT)
agent = importlib.util.module_from_spec(spec)
spec.loader.exec_module(agent)
WALLS = memoryview(mmap.mmap(-1, 8 * 100_000)).cast("Q")  # shared, so no rewind touches it


def once(item):
    reports = runtestprotocol(item, log=False, nextitem=None)
    assert [r.outcome for r in reports] == ["passed"] * 3


class Loop:
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        items = session.items[:LIMIT]
        for item in items[:20]:
            once(item)
        gc.collect(); gc.freeze(); gc.unfreeze()
        times = getattr(self, MODE)(items)
        with open(OUT, "w") as out:
            json.dump(times, out)
        return True

    def plain(self, items):
        start, cpu = time.perf_counter_ns(), time.process_time_ns()
        for item in items:
            once(item)
        return {"wall": time.perf_counter_ns() - start, "cpu": time.process_time_ns() - cpu, "tests": len(items)}

    def fork(self, items):
        start = time.perf_counter_ns()
        for item in items:
            pid = os.fork()
            if pid == 0:
                once(item)
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
        return {"wall": time.perf_counter_ns() - start, "tests": len(items)}

    def barefork(self, items):
        start = time.perf_counter_ns()
        for item in items:
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
        return {"wall": time.perf_counter_ns() - start, "tests": len(items)}

    def rewind(self, items):
        first = 30
        for item in items[:12]:  # as a worker warms up before the first checkpoint
            once(item)
        carried = agent.checkpoint([0, 1, 2])
        number, start, cpu, base = (0, 0, 0, {}) if carried is None else marshal.loads(carried)
        if carried is not None:
            random.seed(number)
            WALLS[number] = agent.stats()["last_ns"]
        if number == first:
            start, cpu, base = time.perf_counter_ns(), time.process_time_ns(), agent.stats()
        if number < len(items) + first:
            once(items[number % len(items)])
            raise SystemExit(agent.rewind(marshal.dumps((number + 1, start, cpu, base))))
        end, cpu_end = time.perf_counter_ns(), time.process_time_ns()
        stats = agent.stats()
        split = {name: stats[name] - base[name] for name in stats}
        walls = sorted(WALLS[first + 1 : number + 1])
        return {"wall": end - start, "cpu": cpu_end - cpu, "tests": len(items), "split": split,
                "p50": walls[len(walls) // 2], "p99": walls[len(walls) * 99 // 100], "checkpoint_ns": stats["checkpoint_ns"]}


sys.exit(pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider", os.environ["SUITE"]], plugins=[Loop()]))
'''

MODES = ("plain", "rewind", "fork", "barefork")
PARTS = ("ledger_ns", "layout_ns", "scan_ns", "copy_ns", "rewind_ns")


def write_suite(directory: Path, tests: int) -> None:
    """Write trivial tests with one fixture, fifty a file."""
    head = "import pytest\n\n\n@pytest.fixture\ndef number():\n    return 1\n"
    body = "".join(f"\n\ndef test_{k}(number):\n    assert number == 1\n" for k in range(50))
    for file in range((tests + 49) // 50):
        (directory / f"test_file_{file:03}.py").write_text(head + body)
    (directory / "pytest.ini").write_text("[pytest]\n")


def measure(options: argparse.Namespace, directory: Path, mode: str) -> dict[str, object]:
    """Run one mode in a process of its own."""
    out = directory / f"{mode}.json"
    limit = options.forks if mode in ("fork", "barefork") else options.tests
    env = dict(os.environ, MODE=mode, AGENT=str(options.agent), LIMIT=str(limit), OUT=str(out), SUITE=str(directory))
    env |= {"BALLAST": str(options.ballast), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    loop = directory / "loop.py"
    loop.write_text(LOOP)
    subprocess.run([options.python, str(loop)], env=env, check=True, cwd=directory)
    result: dict[str, object] = json.loads(out.read_text())
    return result


def show(results: dict[str, dict]) -> None:
    """Print the table."""
    plain = results["plain"]["wall"] / results["plain"]["tests"]
    for mode, result in results.items():
        each = result["wall"] / result["tests"]
        cpu = f"{result['cpu'] / result['tests'] / 1e6:8.3f} ms of one core" if "cpu" in result else ""
        print(f"{mode:<10} {each / 1e6:8.3f} ms a test   {each / plain:6.2f} x plain   {cpu}")
    rewind = results["rewind"]
    tests, split = rewind["tests"], rewind["split"]
    print(f"fork / rewind: {results['fork']['wall'] / results['fork']['tests'] / (rewind['wall'] / tests):.1f}")
    print(f"checkpoint {rewind['checkpoint_ns'] / 1e6:.2f} ms, {split['pages'] / tests:.0f} pages a rewind")
    print(f"rewind p50 {rewind['p50'] / 1e3:.0f} us, p99 {rewind['p99'] / 1e3:.0f} us")
    print("split, us: " + ", ".join(f"{part.removesuffix('_ns')} {split[part] / tests / 1e3:.1f}" for part in PARTS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="an interpreter with pytest")
    parser.add_argument("--agent", type=lambda text: Path(text).absolute(), default=AGENT)
    parser.add_argument("--tests", type=int, default=2000)
    parser.add_argument("--forks", type=int, default=300)
    parser.add_argument("--ballast", type=int, default=0, help="megabytes that the process holds and no test touches")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_suite(directory, options.tests)
        show({mode: measure(options, directory, mode) for mode in MODES})


if __name__ == "__main__":
    main()
