"""Write ONNX models without the onnx package: the few messages of Protocol Buffers they need.

Source: onnx/onnx.proto3 (field numbers); protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FLOAT: Final = 1
INT32: Final = 6
INT64: Final = 7

_TYPES: Final = {"float32": FLOAT, "int32": INT32, "int64": INT64}
_IR_VERSION: Final = 8
_OPSET: Final = 13
_KIND_INT, _KIND_STRING, _KIND_INTS = 2, 3, 7

Attribute = int | str | Sequence[int]


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a graph: its name, element type, and sizes (a name where open)."""

    name: str
    kind: int
    sizes: tuple[int | str, ...]


def model(
    nodes: Iterable[bytes],
    weights: Iterable[bytes],
    inputs: Iterable[Port],
    outputs: Iterable[Port],
) -> bytes:
    """Return a whole model; `nodes` in the order they run."""
    graph = b"".join(
        (
            *(_bytes(1, node) for node in nodes),
            _text(2, "graph"),
            *(_bytes(5, tensor) for tensor in weights),
            *(_bytes(11, _port(port)) for port in inputs),
            *(_bytes(12, _port(port)) for port in outputs),
        )
    )
    opset = _text(1, "") + _int(2, _OPSET)
    return _int(1, _IR_VERSION) + _bytes(7, graph) + _bytes(8, opset)


def tensor(name: str, values: NDArray[Any]) -> bytes:
    """Return a named constant (float32, int32 or int64)."""
    sizes = b"".join(_int(1, size) for size in values.shape)
    kind = _int(2, _TYPES[str(values.dtype)])
    return sizes + kind + _text(8, name) + _bytes(9, np.ascontiguousarray(values).tobytes())


def node(
    operator: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Attribute
) -> bytes:
    """Return one operation; an input called "" is left out."""
    return b"".join(
        (
            *(_text(1, name) for name in inputs),
            *(_text(2, name) for name in outputs),
            _text(4, operator),
            *(_bytes(5, _attribute(name, value)) for name, value in attributes.items()),
        )
    )


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _int(3, value) + _int(20, _KIND_INT)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _int(20, _KIND_STRING)
    return _text(1, name) + b"".join(_int(8, item) for item in value) + _int(20, _KIND_INTS)


def _port(port: Port) -> bytes:
    sizes = b"".join(
        _bytes(1, _text(2, size) if isinstance(size, str) else _int(1, size)) for size in port.sizes
    )
    return _text(1, port.name) + _bytes(2, _bytes(1, _int(1, port.kind) + _bytes(2, sizes)))


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """Return seven bits a byte, lowest first; negative numbers as 64-bit two's complement."""
    left = value & (1 << 64) - 1
    digits = bytearray()
    while left > 0x7F:
        digits.append(left & 0x7F | 0x80)
        left >>= 7
    digits.append(left)
    return bytes(digits)
