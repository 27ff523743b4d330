# -*- coding: utf-8 -*-
"""Every kind of statement, for the oracle and as the seed of mutated files."""

from __future__ import annotations

import os, sys as system
import a.b.c as abc
from . import sibling
from ...far.away import (
    one as eins,  # a comment
    two,
)
from everything import *
import importlib

if TYPE_CHECKING:
    import never
elif not TYPE_CHECKING:
    import always
else:
    import never_either

try:
    import maybe
except (ImportError, make_error("x")) as error:
    maybe = None
else:
    fine = True
finally:
    done = tidy()

plugin = importlib.import_module("pack.plugin", package="pack")
relative = importlib.import_module(".near", __package__)
pytest_plugins = ["one", 'two' "three", b"bytes"]
number, (x, *rest), [y] = -1, (0x1F, 1_000.5, 1e3, 1j), [.5, 0o17, 0b1]
first = second = lambda a, *b, c=lambda: 1, **d: (a, b)
annotated: dict[str, int] = {"a": 1, **more}
only_annotated: int
counter = 0; counter += 1; counter <<= 2; obj.attr = 3; obj["key"]: int = 4
__test__ = False
text = "escapes: \x41 \u00e9 \N{BULLET} \101 \
continued" r'raw \d' u"old"
data = b'\x00\xff' rb"\n"
listed = [value for value in range(10) if value]
called = build(1, *args, key="v", **kwargs)
generated = sum(x for x in y)
chained = first(1).second(2)[3](4)
ternary = yes(1) if cond(2) else no(3)
walrus = (n := len(data))
sliced = data[1:2, ::3, f(4):]
matrix = a @ b
bits = ~a ^ b & c | d << 1 >> 2 ** 3 // 4 % 5
compare = a < b <= c != d == e >= f > g is not h not in i
f"{x!r:>{width}} {call({'k': 'v'})} {{literal}} {a['b']} {lambda_!s}"
rf"\d{x}" fr'{y:\d}'
f"""{
    multi(line)
:{spec}}"""
...


@decorator
@decorated.call(1, "two", key=[3, (4, None)], other=True, bad={"a": 1})
def function(a, b=1, /, c: int = f(2), *args: str, d, e=lambda x, y: x, **kwargs) -> returns(3):
    """Docstring with 'quotes' and "more" and \""" escaped."""
    global counter
    import inner
    from .rel import name as alias

    def nested(self): return inside(1)

    class Local(Base):
        attribute = 1

        def method(self): yield from nested()

    with open("f") as f, lock: read(f)
    with (
        open("a") as a,
        open("b") as b,
    ):
        import in_with
    for i in items(): loop(i)
    else: ended()
    while condition(): break
    del counter, a[0]
    assert check(), message()
    raise Error("x") from cause()


async def coroutine(a, *, b):
    async with manager() as m:
        await m.enter()
    async for item in stream():
        return item
    return [await x async for x in y()]


class Empty: pass


class Generic[T: bound(int), *Ts, **P](Base[T], other.Base, make(), *bases, metaclass=Meta, **kw):
    attribute: int = 5
    pytestmark = [pytest.mark.slow, pytest.mark.skipif(True, reason="r")]

    @property
    def value(self): ...

    if system.platform == "win32":
        def conditional(self): pass
    else:
        def otherwise(self): pass


type Alias[T] = list[T]
type = 1; match = 2; case = 3; _ = 4
type(x); match(x); match.attr(y); print(match[case])
match [1]:
    case [Point(x=0), *others] if guard(others): from_case()
    case {"k": Class(1, 2), **rest} | (None as nothing):
        import in_case
    case _: pass
match x, y:
    case _:
        match.start()
match = {case: 1}
if (x
    and y): wrapped()
if x: one(); two()
elif lambda: x: three()
else: four()
value = (
    # comment in brackets
    "implicit"
    "concatenation"
)
backslash = 1 + \
    call(2)
if True:
	tabbed()
	if True:
		twice()
nothing()

if __name__ == "__main__" and ready():
    import main_only
    sys.exit(main())
elif "__main__" != __name__:
    imported = True
