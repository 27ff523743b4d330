"""Writes the golden frames in ``../frames`` and ``frames.json``, which says what each of them holds.

``python make_frames.py``; a test fails when the files are not what this makes. In ``frames.json`` a byte string is
``{"$bytes": hex}``, a 64-bit float ``{"$float": number}`` and a map with keys that are no texts
``{"$map": [[key, value], ...]}``. The entries of ``good`` decode to ``command`` and ``body``; those of ``bad`` are
protocol errors, ``why`` says which.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

FRAMES = Path(__file__).parents[1] / "frames"
sys.path.insert(0, str(Path(__file__).parents[2] / "main" / "python"))

from tach_harness.base import _wire as wire

REPORT = {
    "test_id": 7,
    "nodeid": "test_a.py::test_b[é-日本-🐍]",
    "when": "call",
    "outcome": "failed",
    "category": "failed",
    "letter": "F",
    "word": "FAILED",
    "markup": ["red", "bold"],
    "duration_ns": 1_234_567_890,
    "longrepr": "E   assert 1 == 2\n",
    "message": "assert 1 == 2",
    "sections": [["Captured stdout call", "hello\n"]],
    "properties": [["key", "value"]],
    "location": ["test_a.py", 3, "test_b"],
    "data": b"\xa1\x61a\x01",
}

SUMMARY_STOP = {"kind": "exit", "reason": "enough", "returncode": 7}

GOOD: dict[str, tuple[int, dict[Any, Any]]] = {
    "exit": (wire.CMD_EXIT, {}),
    "fork": (wire.CMD_FORK, {"worker": 3, "token": bytes(range(16)), "workers": 4, "strategy": "none"}),
    "fork-strictly": (
        wire.CMD_FORK,
        {"worker": 3, "token": bytes(range(16)), "workers": 4, "strategy": "snapshot"}
        | {"strict": True, "verify": True, "seed": 2**63 - 1, "preimport": True},
    ),
    "run-test": (
        wire.CMD_RUN_TEST,
        {"tests": [{"test_id": 0, "unit": 0, "index": 0}, {"test_id": 70_000, "unit": 24, "index": 255}]},
    ),
    "run-toxic-test": (wire.CMD_RUN_TEST, {"tests": [{"test_id": 1, "unit": 2, "index": 3, "is_toxic": True}]}),
    "kill": (wire.CMD_KILL, {"worker": 1, "signal": 9, "group": True}),
    "reports": (wire.CMD_REPORTS, {"reports": [{"data": b"\xa0"}], "durations": [["a::b", "call", 0.25]]}),
    "finish": (
        wire.CMD_FINISH,
        {"counts": {"passed": 3}, "collected": 3, "deselected": 0, "exitstatus": 0, "duration": 1.5}
        | {"stop": SUMMARY_STOP},
    ),
    "collect-all": (wire.CMD_COLLECT_ALL, {}),
    "collect": (wire.CMD_COLLECT, {"units": [0, 23, 24, 255, 256, 65_535, 65_536]}),
    "signal-test": (wire.CMD_SIGNAL_TEST, {"test_id": 5, "signal": 61}),
    "drain": (wire.CMD_DRAIN, {}),
    "worker-ready": (
        wire.MSG_WORKER_READY,
        {"worker": 0, "token": b"0123456789abcdef", "pid": 4_194_304}
        | {"fds": {"log": 200, "out": 201, "err": 202, "stacks": 203, "slot": 204}},
    ),
    "collecting": (wire.MSG_COLLECTING, {"path": "tests/test_a.py"}),
    "boot-failed": (wire.MSG_BOOT_FAILED, {"kind": "usage", "text": "ERROR: no\n", "returncode": 4}),
    "forked": (wire.MSG_FORKED, {"worker": 0, "pid": 99}),
    "exited": (wire.MSG_EXITED, {"worker": 0, "pid": 99, "status": 139, "leaked": ["process 'sleep' (pid 12)"]}),
    "summary": (wire.MSG_SUMMARY, {"text": "= 1 passed in 0.01s =\n", "last": True, "exitstatus": 0}),
    "note": (wire.MSG_NOTE, {"text": "x" * 70_000}),
    "units": (wire.MSG_UNITS, {"units": [{"unit": 0, "path": "a.py"}], "mode": "distributed", "last": True}),
    "collected": (
        wire.MSG_COLLECTED,
        {"unit": 2, "nodeids": ["a.py::b", "a.py::c"], "duration_ns": 5_000_000_000, "timeouts": {1: 2.5}}
        | {"groups": {0: "db"}, "reordered_by": "conftest.py"},
    ),
    "started": (wire.MSG_STARTED, {"test_id": 2**31 - 1}),
    "again": (wire.MSG_AGAIN, {"test_id": 3}),
    "report": (wire.MSG_REPORT, REPORT),
    "result-plain": (
        wire.MSG_RESULT,
        {"test_id": 1, "status": 0, "duration_ns": 600, "phases": [100, 200, 300]},
    ),
    "result-died": (
        wire.MSG_RESULT,
        {"test_id": 1, "status": 3, "duration_ns": 0, "phases": [0, 0, 0], "outcome": "error", "died": 11}
        | {"message": "gone", "sections": [["Captured stdout call", "last words"]]},
    ),
    "result-isolated": (
        wire.MSG_RESULT,
        {"test_id": 1, "status": 0, "duration_ns": 600, "phases": [100, 200, 300], "isolation": "none"}
        | {"toxic": "thread 'poller'", "diagnosis": "order-dependent"},
    ),
    "rewinds": (
        wire.MSG_REWINDS,
        {"checkpoints": 2, "moves": 3, "checkpoint_ns": 3_000_000, "rewinds": 100, "pages": 95_000, "scan_ns": 5_000_000}
        | {"copy_ns": 9_000_000, "ledger_ns": 3_000_000, "layout_ns": 200_000, "rewind_ns": 2**40, "forks": 1}
        | {"discards": {"thread": 1}, "verified_pages": 95_000, "wrong_bytes": 1},
    ),
    "rewinds-plain": (
        wire.MSG_REWINDS,
        {"checkpoints": 0, "moves": 0, "checkpoint_ns": 0, "rewinds": 0, "pages": 0, "scan_ns": 0, "copy_ns": 0, "ledger_ns": 0}
        | {"layout_ns": 0, "rewind_ns": 0, "forks": 0},
    ),
    "warning": (
        wire.MSG_WARNING,
        {"message": "old", "category": "DeprecationWarning", "filename": "a.py", "lineno": 3}
        | {"when": "runtest", "nodeid": "a.py::b"},
    ),
    "stopping": (wire.MSG_STOPPING, {"kind": "stop", "reason": "that is all", "returncode": -1}),
    "not-run": (wire.MSG_NOT_RUN, {"tests": [8, 9]}),
    "leaving": (wire.MSG_LEAVING, {}),
    "lone-surrogates": (wire.MSG_COLLECTING, {"path": b"caf\xed\xb3\xa9.py"}),
    "unknown-keys": (wire.MSG_STARTED, {"test_id": 1, "later": {"nested": [None, True, False, -1, 2.5]}}),
    "numbers": (
        wire.MSG_LEAVING,
        {"ints": [0, 23, 24, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**63 - 1, -1, -24, -25, -256, -257, -(2**63)]}
        | {"floats": [0.0, -0.5, 1e300, 1.0]},
    ),
}


def _deep(levels: int) -> Any:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


GOOD["deepest"] = (wire.MSG_LEAVING, {"deep": _deep(wire.MAX_DEPTH - 1)})


def _frame(payload: bytes, length: int | None = None) -> bytes:
    return struct.pack("<I", len(payload) if length is None else length) + payload


def _body(hexadecimal: str) -> bytes:
    """A MSG_LEAVING frame around a body."""
    return _frame(b"\x57" + bytes.fromhex(hexadecimal))


BAD: dict[str, tuple[str, bytes]] = {
    "bad-length-zero": ("shorter than a command and a body", _frame(b"")),
    "bad-length-one": ("shorter than a command and a body", _frame(b"\x57")),
    "bad-length-huge": ("longer than 16 MiB, known from the length alone", _frame(b"\x57\xa0", 0x0100_0001)),
    "bad-length-negative": ("longer than 16 MiB, unsigned", _frame(b"\x57\xa0", 0xFFFF_FFFF)),
    "bad-array": ("the body is no map", _body("80")),
    "bad-truncated-map": ("the body ends inside the map", _body("a16161")),
    "bad-truncated-text": ("the body ends inside a text", _body("a1616165616263")),
    "bad-trailing": ("bytes behind the map", _body("a000")),
    "bad-indefinite-map": ("indefinite length", _body("bfff")),
    "bad-indefinite-text": ("indefinite length", _body("a161617f6161ff")),
    "bad-indefinite-array": ("indefinite length", _body("a161619fff")),
    "bad-tag": ("a tag", _body("a16161c000")),
    "bad-float16": ("a 16-bit float", _body("a16161f93c00")),
    "bad-float32": ("a 32-bit float", _body("a16161fa3f800000")),
    "bad-simple": ("a simple value that is none of false, true, null", _body("a16161f7")),
    "bad-reserved": ("a reserved length", _body("a161611c")),
    "bad-utf8": ("a text that is not UTF-8", _body("a1616162c328")),
    "bad-surrogate-in-text": ("a text that is not UTF-8: surrogates belong into byte strings", _body("a1616163eda080")),
    "bad-array-count": ("more elements announced than bytes are left", _body("a161619a7fffffff00")),
    "bad-map-count": ("more pairs announced than bytes are left", _body("ba7fffffff")),
    "bad-bytes-count": ("longer than what is left", _body("a161615b7fffffffffffffff00")),
    "bad-too-deep": ("nested deeper than 64", _body("a16161" + "81" * 63 + "80")),
}


def as_json(value: Any) -> Any:
    """Return a value in the notation of ``frames.json``."""
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, float):
        return {"$float": value}
    if isinstance(value, (list, tuple)):
        return [as_json(v) for v in value]
    if isinstance(value, dict):
        if all(isinstance(k, str) for k in value):
            return {k: as_json(v) for k, v in value.items()}
        return {"$map": [[as_json(k), as_json(v)] for k, v in value.items()]}
    return value


def files() -> dict[str, bytes]:
    """Return all files by name."""
    made = {f"{name}.cbor": wire.encode_with_length(*frame) for name, frame in GOOD.items()}
    made |= {f"{name}.cbor": frame for name, (_, frame) in BAD.items()}
    index = {
        "good": [{"name": n, "command": c, "body": as_json(b)} for n, (c, b) in GOOD.items()],
        "bad": [{"name": n, "why": why} for n, (why, _) in BAD.items()],
    }
    made["frames.json"] = (json.dumps(index, indent=1, ensure_ascii=True) + "\n").encode()
    return made


if __name__ == "__main__":
    FRAMES.mkdir(exist_ok=True)
    for stale in FRAMES.iterdir():
        stale.unlink()
    for name, content in files().items():
        (FRAMES / name).write_bytes(content)
