"""The codec beyond the golden frames."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tach_harness.base import _wire as wire


@pytest.mark.parametrize(
    "value",
    ["", "\0", "a\ud800b", "\udcff", "🐍" * 300, 2**64 - 1, -(2**64), True, None, 1.0, b"\xff" * 70_000],
    ids=ascii,
)
def test_round_trip(value: Any) -> None:
    decoded = wire.decode(wire.encode(value))
    assert (wire.text(decoded) if isinstance(value, str) else decoded) == value


def test_float_stays_a_float() -> None:
    assert isinstance(wire.decode(wire.encode(1.0)), float)


def test_valid_text_travels_as_text() -> None:
    assert wire.encode("é")[0] >> 5 == 3


@pytest.mark.parametrize("value", [2**64, -(2**64) - 1, object(), {1, 2}, 1j, Path("a")], ids=repr)
def test_foreign_value_is_refused(value: Any) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.encode(value)


def test_subclasses_travel_as_what_they_are() -> None:
    class Text(str):
        def encode(self, *_: Any) -> bytes:  # type: ignore[override]
            raise AssertionError("foreign code must not run")

    assert wire.decode(wire.encode(Text("a"))) == "a"


def test_a_list_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(wire.ProtocolError, match="deeper than 64"):
        wire.encode(endless)


def test_frame_of_16_mebibytes_fits_and_one_more_byte_does_not() -> None:
    overhead = len(wire.encode_with_length(wire.MSG_NOTE, {"text": "x" * 70_000})) - 70_000 - wire.LENGTH_BYTES
    most = wire.MAX_FRAME_LENGTH - overhead
    frame = wire.encode_with_length(wire.MSG_NOTE, {"text": "x" * most})
    assert wire.frame_length(frame) == wire.MAX_FRAME_LENGTH
    with pytest.raises(wire.ProtocolError, match="too long"):
        wire.encode_with_length(wire.MSG_NOTE, {"text": "x" * (most + 1)})


def test_two_frames_in_one_buffer() -> None:
    first, second = wire.encode_with_length(1, {"a": 1}), wire.encode_with_length(2, {"b": 2})
    decoded = wire.decode_with_length(bytearray(first + second))
    assert decoded == (1, {"a": 1}, len(first))


def test_text_of_something_else_is_refused() -> None:
    with pytest.raises(wire.ProtocolError):
        wire.text(3)


@pytest.mark.parametrize("seed", range(40))
def test_noise_decodes_or_is_a_protocol_error(seed: int) -> None:
    noise = random.Random(seed)
    outcomes = set()
    for _ in range(250):
        data = noise.randbytes(noise.randrange(1, 40))
        try:
            wire.decode(data)
            outcomes.add("decoded")
        except wire.ProtocolError:
            outcomes.add("refused")
    assert "refused" in outcomes
