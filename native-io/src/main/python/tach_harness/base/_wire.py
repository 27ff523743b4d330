"""Zygote and worker: the constants, the frame and the CBOR subset of ``docs/protocol.md``.

``io.tach.nativeio.wire.WireDescriptor`` is the same table in Java; a test compares the two, and both decode the
golden frames in ``native-io/src/test/frames``.

::

     0        1        2        3        4        5                    4+length
    +--------+--------+--------+--------+--------+----------- - - ----+
    |  length, unsigned 32 bit, LE      |command |  body: one CBOR map |
    +--------+--------+--------+--------+--------+----------- - - ----+
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

PROTOCOL_VERSION = 1

CMD_EXIT = 0x00
CMD_FORK = 0x01
CMD_RUN_TEST = 0x02
CMD_KILL = 0x03
CMD_REPORTS = 0x04
CMD_FINISH = 0x05
CMD_COLLECT_ALL = 0x06
CMD_COLLECT = 0x07
CMD_SIGNAL_TEST = 0x08
CMD_DRAIN = 0x09

MSG_READY = 0x42
MSG_WORKER_READY = 0x43
MSG_COLLECTING = 0x44
MSG_BOOT_FAILED = 0x45
MSG_FORKED = 0x46
MSG_EXITED = 0x47
MSG_SUMMARY = 0x48
MSG_NOTE = 0x49
MSG_UNITS = 0x4A
MSG_COLLECTED = 0x50
MSG_STARTED = 0x51
MSG_REPORT = 0x52
MSG_RESULT = 0x53
MSG_WARNING = 0x54
MSG_STOPPING = 0x55
MSG_NOT_RUN = 0x56
MSG_LEAVING = 0x57
MSG_REWINDS = 0x58
MSG_AGAIN = 0x59

STATUS_PASS = 0
STATUS_FAIL = 1
STATUS_SKIP = 2
STATUS_CRASH = 3
STATUS_ERROR = 4
STATUS_HARNESS_ERROR = 5
STATUS_TIMEOUT = 6

PHASE_IDLE = 0
PHASE_COLLECT = 1
PHASE_SETUP = 2
PHASE_CALL = 3
PHASE_TEARDOWN = 4
PHASE_FINISH = 5
PHASE_BOOT = 6

SIGNAL_STACKS = 61

LENGTH_BYTES = 4
MIN_FRAME_LENGTH = 2
MAX_FRAME_LENGTH = 16 * 1024 * 1024
MAX_DEPTH = 64
TOKEN_BYTES = 16

SLOT_MAGIC = b"TACH"
SLOT_VERSION = 1
SLOT_BYTES = 4096
SLOT_TEST_ID = 8
SLOT_PHASE = 12
SLOT_CHILD_PID = 16
SLOT_UNIT = 20
SLOT_STOP = 24
SLOT_STARTED_NS = 32
SLOT_NONE = 0xFFFFFFFF

Body = dict[str, Any]


class ProtocolError(ValueError):
    """A frame that ``docs/protocol.md`` does not allow; it ends the peer that sent it, nobody else."""


def encode_with_length(command: int, body: Mapping[str, Any]) -> bytes:
    """Return one whole frame; :class:`ProtocolError` if it is longer than 16 MiB or holds a foreign object."""
    out = bytearray(b"\0\0\0\0")
    out.append(command)
    _encode(out, body, 0)
    length = len(out) - LENGTH_BYTES
    if length > MAX_FRAME_LENGTH:
        raise ProtocolError(f"frame too long: command={command:#04x} length={length}")
    _U32LE.pack_into(out, 0, length)
    return bytes(out)


def decode_with_length(buffer: bytes | bytearray | memoryview) -> tuple[int, Body, int] | None:
    """Return (command, body, bytes used) of the first frame in ``buffer``, or None while it is incomplete.

    The length is checked as soon as its four bytes are there, before the rest has arrived.
    """
    length = frame_length(buffer)
    if length is None or len(buffer) < LENGTH_BYTES + length:
        return None
    end = LENGTH_BYTES + length
    body = decode(bytes(memoryview(buffer)[LENGTH_BYTES + 1 : end]))
    if not isinstance(body, dict):
        raise ProtocolError(f"the body is not a map: {type(body).__name__}")
    return buffer[LENGTH_BYTES], body, end


def frame_length(buffer: bytes | bytearray | memoryview) -> int | None:
    """Return the checked length of the frame that starts ``buffer``, None if fewer than four bytes are there."""
    if len(buffer) < LENGTH_BYTES:
        return None
    length: int = _U32LE.unpack_from(buffer)[0]
    if not MIN_FRAME_LENGTH <= length <= MAX_FRAME_LENGTH:
        raise ProtocolError(f"frame length out of bounds: {length}")
    return length


def text(value: Any) -> str:
    """Read a text: a text string, or a byte string if it holds what Unicode does not allow."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return _decode_text(value, "surrogatepass")
    raise ProtocolError(f"not a text: {type(value).__name__}")


# --- CBOR (RFC 8949): definite lengths, no tags, 64-bit floats -------------------------------------------------------

_U32LE = struct.Struct("<I")
_F64 = struct.Struct(">d")
_HEADS = [bytes((b,)) for b in range(256)]
_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = (major << 5 for major in range(8))
_FALSE, _TRUE, _NULL, _FLOAT = 0xF4, 0xF5, 0xF6, 0xFB


def encode(value: Any) -> bytes:
    """Return the CBOR of a value made of dict, list, tuple, str, bytes, int, bool, float and None."""
    out = bytearray()
    _encode(out, value, 0)
    return bytes(out)


def _head(out: bytearray, major: int, number: int) -> None:
    if number < 24:
        out.append(major | number)
    elif number < 0x100:
        out += _HEADS[major | 24]
        out.append(number)
    elif number < 0x10000:
        out.append(major | 25)
        out += number.to_bytes(2, "big")
    elif number < 0x100000000:
        out.append(major | 26)
        out += number.to_bytes(4, "big")
    elif number < 0x10000000000000000:
        out.append(major | 27)
        out += number.to_bytes(8, "big")
    else:
        raise ProtocolError("integer beyond 64 bits")


def _encode(out: bytearray, value: Any, depth: int) -> None:
    if isinstance(value, str):
        _encode_text(out, value)
    elif value is None:
        out.append(_NULL)
    elif isinstance(value, bool):
        out.append(_TRUE if value else _FALSE)
    elif isinstance(value, int):
        _encode_int(out, value)
    elif isinstance(value, Mapping):
        _encode_map(out, value, _deeper(depth))
    elif isinstance(value, (list, tuple)):
        _encode_array(out, value, _deeper(depth))
    elif isinstance(value, (bytes, bytearray)):
        _head(out, _BYTES, len(value))
        out += value
    elif isinstance(value, float):
        out.append(_FLOAT)
        out += _F64.pack(value)
    else:
        raise ProtocolError(f"cannot encode {type(value).__name__}")


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise ProtocolError(f"nested deeper than {MAX_DEPTH}")
    return depth + 1


def _encode_text(out: bytearray, value: str) -> None:
    try:
        raw, major = str.encode(value), _TEXT
    except UnicodeEncodeError:
        raw, major = str.encode(value, "utf-8", "surrogatepass"), _BYTES
    _head(out, major, len(raw))
    out += raw


def _encode_int(out: bytearray, value: int) -> None:
    if value >= 0:
        _head(out, _UINT, value)
    else:
        _head(out, _NEGATIVE, -1 - value)


def _encode_map(out: bytearray, value: Mapping[Any, Any], depth: int) -> None:
    _head(out, _MAP, len(value))
    for key, item in value.items():
        _encode(out, key, depth)
        _encode(out, item, depth)


def _encode_array(out: bytearray, value: list[Any] | tuple[Any, ...], depth: int) -> None:
    _head(out, _ARRAY, len(value))
    for item in value:
        _encode(out, item, depth)


def decode(data: bytes) -> Any:
    """Return the one CBOR value that fills ``data``; :class:`ProtocolError` for anything else."""
    value, position = _decode(data, 0, 0)
    if position != len(data):
        raise ProtocolError(f"{len(data) - position} bytes behind the value")
    return value


def _take(data: bytes, position: int, count: int) -> int:
    """Return where ``count`` bytes from ``position`` end, if there are as many."""
    end = position + count
    if end > len(data):
        raise ProtocolError(f"truncated: {count} bytes wanted, {len(data) - position} left")
    return end


def _argument(data: bytes, position: int, info: int) -> tuple[int, int]:
    if info < 24:
        return info, position
    if info > 27:
        raise ProtocolError(f"indefinite or reserved length: {info}")
    end = _take(data, position, 1 << (info - 24))
    return int.from_bytes(data[position:end], "big"), end


def _decode(data: bytes, position: int, depth: int) -> tuple[Any, int]:
    _take(data, position, 1)
    initial = data[position]
    major = initial & 0xE0
    if major == _SIMPLE:
        return _decode_simple(data, position + 1, initial)
    number, position = _argument(data, position + 1, initial & 0x1F)
    if major == _TEXT:
        end = _take(data, position, number)
        return _decode_text(data[position:end], "strict"), end
    if major == _UINT:
        return number, position
    if major == _MAP:
        return _decode_map(data, position, number, _deeper(depth))
    if major == _ARRAY:
        return _decode_array(data, position, number, _deeper(depth))
    if major == _BYTES:
        end = _take(data, position, number)
        return data[position:end], end
    if major == _NEGATIVE:
        return -1 - number, position
    raise ProtocolError("a tag")


def _decode_simple(data: bytes, position: int, initial: int) -> tuple[Any, int]:
    if initial == _FLOAT:
        end = _take(data, position, 8)
        return _F64.unpack_from(data, position)[0], end
    if initial == _NULL:
        return None, position
    if initial in (_FALSE, _TRUE):
        return initial == _TRUE, position
    raise ProtocolError(f"simple value {initial:#04x}")


def _decode_text(raw: bytes, errors: str) -> str:
    try:
        return raw.decode("utf-8", errors)
    except UnicodeDecodeError as e:
        raise ProtocolError(f"text is not UTF-8: {e.reason}") from None


def _decode_array(data: bytes, position: int, count: int, depth: int) -> tuple[list[Any], int]:
    _take(data, position, count)  # an element has at least one byte: nothing is built for a count that cannot be
    values = []
    for _ in range(count):
        value, position = _decode(data, position, depth)
        values.append(value)
    return values, position


def _decode_map(data: bytes, position: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    _take(data, position, 2 * count)
    values = {}
    for _ in range(count):
        key, position = _decode(data, position, depth)
        if not isinstance(key, (str, int, bytes)):
            raise ProtocolError(f"map key of type {type(key).__name__}")
        values[key], position = _decode(data, position, depth)
    return values, position
