import logging
import sys

import pytest


@pytest.fixture
def broken_setup():
    print("in setup")
    raise RuntimeError("no setup")


@pytest.fixture
def broken_teardown():
    yield
    print("in teardown")
    raise RuntimeError("no teardown")


def test_pass_with_output(record_property):
    record_property("colour", "<red>")
    print("hello")
    print("oops", file=sys.stderr)
    logging.getLogger().warning("careful")


def test_fail():
    print("bell \x07 and escape \x1b[31m")
    assert [1, 2] == [1, 3], "first line\nsecond line"


def test_fail_long():
    raise ValueError("\n".join(f"line {i} " + "x" * 60 for i in range(12)))


def test_error(broken_setup):
    pass


def test_pass_then_error(broken_teardown):
    pass


def test_fail_then_error(broken_teardown):
    assert 0


@pytest.mark.skip(reason="a reason that is so long that it has to be cut in a terminal of eighty columns, or wrapped")
def test_skip_mark():
    pass


def test_skip_inside():
    print("before the skip")
    pytest.skip("not well-founded today")


@pytest.mark.skip
def test_skip_unconditional():
    pass


@pytest.mark.xfail(reason="known")
def test_xfail():
    assert 0


@pytest.mark.xfail
def test_xpass():
    pass


@pytest.mark.xfail(strict=True, reason="should fail")
def test_xpass_strict():
    pass


def test_imperative_xfail():
    pytest.xfail("give up")
