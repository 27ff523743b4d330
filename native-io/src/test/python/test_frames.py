"""The golden frames, which Java reads as well."""

from __future__ import annotations

import json
from typing import Any

import make_frames
import pytest

from tach_harness.base import _wire as wire

INDEX = json.loads((make_frames.FRAMES / "frames.json").read_bytes())


def _frame(name: str) -> bytes:
    return (make_frames.FRAMES / f"{name}.cbor").read_bytes()


def test_files_are_what_the_script_makes() -> None:
    assert {path.name: path.read_bytes() for path in make_frames.FRAMES.iterdir()} == make_frames.files()


def test_every_command_but_the_longest_has_a_frame() -> None:
    commands = {value for name, value in vars(wire).items() if name.startswith(("CMD_", "MSG_"))}
    assert commands - {entry["command"] for entry in INDEX["good"]} == {wire.MSG_READY}


@pytest.mark.parametrize("entry", INDEX["good"], ids=lambda entry: entry["name"])
def test_good_frame_decodes_to_its_description(entry: dict[str, Any]) -> None:
    frame = _frame(entry["name"])

    decoded = wire.decode_with_length(frame)

    assert decoded is not None
    command, body, used = decoded
    assert (command, make_frames.as_json(body), used) == (entry["command"], entry["body"], len(frame))


@pytest.mark.parametrize("entry", INDEX["bad"], ids=lambda entry: entry["name"])
def test_bad_frame_is_a_protocol_error(entry: dict[str, Any]) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.decode_with_length(_frame(entry["name"]))


@pytest.mark.parametrize("entry", INDEX["good"], ids=lambda entry: entry["name"])
def test_no_prefix_of_a_good_frame_is_a_frame(entry: dict[str, Any]) -> None:
    frame = _frame(entry["name"])
    ends = range(len(frame)) if len(frame) < 500 else (0, 3, 4, 5, len(frame) // 2, len(frame) - 1)
    assert [end for end in ends if wire.decode_with_length(frame[:end]) is not None] == []
