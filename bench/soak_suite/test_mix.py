"""What real tests do to their process, in small: each looks for what the one before it has left, then leaves something.

`bench/soak.py` copies this file as often as it is told to.
"""

from __future__ import annotations

import array
import bisect
import collections
import copy
import csv
import ctypes
import dataclasses
import datetime
import decimal
import functools
import gc
import hashlib
import io
import itertools
import json
import logging
import os
import pickle
import random
import re
import sqlite3
import string
import sys
import textwrap
import unittest
import warnings
import zlib

import pytest

try:
    import numpy
except ImportError:
    numpy = None

TIMES = range(40)
seen: dict[object, object] = {}
numbers = list(range(1000))
rows = [{"id": n, "name": f"row {n}", "tags": ["a", "b"] * (n % 3)} for n in range(60)]


class Counter:
    total = 0
    names: list[str] = []


@functools.cache
def cached(n: int) -> list[int]:
    return [n]


@pytest.fixture
def clean():
    """State of the module as it was imported."""
    assert seen == {} and Counter.total == 0 and Counter.names == []
    assert len(numbers) == 1000 and numbers[17] == 17 and rows[7]["name"] == "row 7"
    assert cached.cache_info().currsize == 0
    yield
    seen["torn down"] = True


@pytest.fixture(scope="module")
def database():
    """Shared by the tests of a file, each of which sees it as it was set up."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table item (id integer primary key, name text)")
    connection.executemany("insert into item values (?, ?)", [(n, f"item {n}") for n in range(200)])
    connection.commit()
    yield connection
    connection.close()


@pytest.mark.parametrize("n", TIMES)
def test_dict(clean, n):
    seen.update({(n, k): [k] * n for k in range(200)})
    assert len(seen) == 200
    for k in range(0, 200, 2):
        del seen[n, k]


@pytest.mark.parametrize("n", TIMES)
def test_list(clean, n):
    numbers[17] = -1
    numbers.extend(range(n * 10))
    numbers.sort(key=lambda x: x * 7919 % 104729)
    del numbers[n:500]


@pytest.mark.parametrize("n", TIMES)
def test_class_attributes(clean, n):
    Counter.total += n + 1
    Counter.names.append(str(n))
    Counter.extra = n
    assert cached(n) == [n]


@pytest.mark.parametrize("n", TIMES)
def test_files(clean, tmp_path, n):
    path = tmp_path / "file.txt"
    path.write_text("line\n" * (n * 100 + 1))
    with open(path) as lines:
        assert sum(1 for _ in lines) == n * 100 + 1
    os.rename(path, tmp_path / "other")


@pytest.mark.parametrize("n", TIMES)
def test_random(clean, n):
    values = [random.random() for _ in range(100 + n)]
    assert len(set(values)) == len(values)
    random.shuffle(numbers)


@pytest.mark.parametrize("n", TIMES)
def test_regex(clean, n):
    pattern = re.compile(rf"(\w+)-{n}-(?P<rest>.*)$")
    match = pattern.match(f"abc-{n}-tail")
    assert match is not None and match["rest"] == "tail"
    assert re.sub(r"\d+", lambda m: str(int(m[0]) + 1), "1 2 3") == "2 3 4"


@pytest.mark.parametrize("n", TIMES)
def test_json(clean, n):
    rows.append({"n": n})
    assert json.loads(json.dumps(rows, indent=n % 4))[-1] == {"n": n}


@pytest.mark.parametrize("n", TIMES)
def test_sqlite_of_the_file(clean, database, n):
    assert database.execute("select count(*) from item").fetchone() == (200,)
    database.execute("insert into item values (?, ?)", (1000 + n, "mine"))
    database.execute("delete from item where id < 100")
    database.commit()


@pytest.mark.parametrize("n", TIMES)
def test_sqlite_left_open(clean, n):
    seen["connection"] = connection = sqlite3.connect(":memory:")
    connection.execute("create table t (x)")
    connection.executemany("insert into t values (?)", [(k,) for k in range(n * 20)])
    assert connection.execute("select count(*) from t").fetchone() == (n * 20,)


@pytest.mark.parametrize("n", TIMES)
def test_dates(clean, n):
    day = datetime.date(2026, 1, 1) + datetime.timedelta(days=n)
    assert datetime.datetime.strptime(day.isoformat(), "%Y-%m-%d").date() == day
    assert day.strftime("%j") == f"{n + 1:03}"


@pytest.mark.parametrize("n", TIMES)
def test_big_allocations(clean, n):
    blocks = [bytearray(1 << size) for size in range(10, 20)]
    blocks[-1][n * 1024 :: 8192] = b"x" * len(blocks[-1][n * 1024 :: 8192])
    seen["blocks"] = blocks
    array.array("d", [1.5]) * 30_000


@pytest.mark.parametrize("n", TIMES)
def test_many_objects(clean, n):
    seen["tree"] = [[object() for _ in range(50)] for _ in range(20 + n)]
    pair = [seen]
    pair.append(pair)


@pytest.mark.parametrize("n", TIMES)
def test_recursion(clean, n):
    def down(depth: int) -> int:
        return 0 if depth == 0 else 1 + down(depth - 1)

    assert down(300 + n) == 300 + n
    with pytest.raises(RecursionError):
        down(10**6)


@pytest.mark.parametrize("n", TIMES)
def test_decimal(clean, n):
    decimal.getcontext().prec = 5 + n
    assert decimal.Decimal(1) / 3 * 3 != 1
    decimal.getcontext().rounding = decimal.ROUND_UP


@pytest.mark.parametrize("n", TIMES)
def test_monkeypatch(clean, monkeypatch, n):
    monkeypatch.setenv("SOAK", str(n))
    monkeypatch.setattr(os, "getcwd", lambda: "/nowhere")
    sys.modules[f"soak_{n}"] = sys
    os.environ["LEFT"] = "behind"


def test_environment_is_clean(clean):
    assert "LEFT" not in os.environ and "soak_1" not in sys.modules


@pytest.mark.parametrize("n", TIMES)
def test_pickle_and_copy(clean, n):
    data = copy.deepcopy(rows[: 20 + n])
    assert pickle.loads(pickle.dumps(data)) == data


@pytest.mark.parametrize("n", TIMES)
def test_compression(clean, n):
    text = textwrap.fill(string.printable * (n + 5)).encode()
    assert zlib.decompress(zlib.compress(text, n % 10)) == text
    assert len(hashlib.sha256(text).hexdigest()) == 64


@pytest.mark.parametrize("n", TIMES)
def test_csv(clean, n):
    out = io.StringIO()
    csv.writer(out).writerows([[n, k, "x" * k] for k in range(50)])
    assert len(list(csv.reader(io.StringIO(out.getvalue())))) == 50


@pytest.mark.parametrize("n", TIMES)
def test_classes(clean, n):
    made = dataclasses.make_dataclass(f"Made{n}", [("x", int), ("y", str, "z")])
    assert made(n).y == "z"
    seen["made"] = type("Sub", (made,), {})


@pytest.mark.parametrize("n", TIMES)
def test_garbage(clean, n):
    gc.disable()
    for _ in range(200):
        loop: list[object] = []
        loop.append(loop)
    gc.collect(n % 3)


@pytest.mark.parametrize("n", TIMES)
def test_logging(clean, caplog, n):
    logging.getLogger(f"soak.{n}").warning("number %d", n)
    assert caplog.records[0].args == (n,)
    logging.getLogger("soak").setLevel(logging.ERROR)


@pytest.mark.parametrize("n", TIMES)
def test_output(clean, capsys, n):
    print("out", n)
    print("err", n, file=sys.stderr)
    assert capsys.readouterr() == (f"out {n}\n", f"err {n}\n")
    print("kept by the capture")


@pytest.mark.parametrize("n", TIMES)
def test_warnings(clean, n):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(f"number {n}", stacklevel=1)
    assert len(caught) == 1
    warnings.simplefilter("ignore")


@pytest.mark.parametrize("n", TIMES)
def test_ctypes(clean, n):
    buffer = ctypes.create_string_buffer(10_000 + n)
    ctypes.memset(buffer, n + 1, 10_000)
    seen["buffer"] = buffer
    assert buffer.raw[9_999] == n + 1


@pytest.mark.parametrize("n", TIMES)
def test_collections(clean, n):
    queue = collections.deque(numbers, maxlen=500 + n)
    queue.rotate(n)
    assert collections.Counter(x % 7 for x in queue).total() == 500 + n
    bisect.insort(numbers, n)
    assert sum(1 for _ in itertools.combinations(range(12), 3)) == 220


@pytest.mark.parametrize("n", TIMES)
def test_lazy_import(clean, n):
    import wave  # where imports in tests are remembered, it is there before the next test

    wave.left = n


@pytest.mark.parametrize("n", TIMES)
def test_numpy(clean, n):
    if numpy is None:
        pytest.skip("no numpy")
    matrix = numpy.arange(2500.0).reshape(50, 50) + n
    assert (matrix.T.T == matrix).all()
    numpy.random.rand(100)
    seen["matrix"] = matrix @ matrix


# Fixtures of classes: the checkpoint is moved behind them, and in the next class anew.


class TestTable:
    @classmethod
    def setup_class(cls):
        cls.table = sqlite3.connect(":memory:")
        cls.table.execute("create table numbers (n integer, text text)")
        cls.table.executemany("insert into numbers values (?, ?)", [(n, str(n) * 20) for n in numbers])

    @classmethod
    def teardown_class(cls):
        cls.table.close()

    @pytest.mark.parametrize("n", TIMES)
    def test_delete(self, clean, n):
        assert self.table.execute("select count(*) from numbers").fetchone() == (1000,)
        self.table.execute("delete from numbers where n % 2 = ?", (n % 2,))

    @pytest.mark.parametrize("n", TIMES)
    def test_grow(self, clean, n):
        assert self.table.execute("select max(n) from numbers").fetchone() == (999,)
        self.table.executemany("insert into numbers values (?, ?)", [(1000 + n, "x" * 1000)] * 200)


class TestTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = {n: {str(m): [m] * n for m in range(20)} for n in range(100)}
        cls.block = bytearray(b"b" * (300 << 10))

    def test_prune(self):
        self.assertEqual(len(self.tree), 100)
        self.tree.clear()

    def test_graft(self):
        self.assertEqual(sum(len(branch) for branch in self.tree.values()), 2000)
        for branch in self.tree.values():
            branch["new"] = self.tree

    def test_block(self):
        self.assertEqual(bytes(self.block), b"b" * (300 << 10))
        self.block[:] = bytes(len(self.block) + (64 << 10))

    def test_shrink(self):
        self.assertEqual(len(self.block), 300 << 10)
        type(self).block = None
