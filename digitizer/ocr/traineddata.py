"""Read the network out of Tesseract's `vie.traineddata`.

Tesseract runs its LSTM one line and one column at a time; the same weights run five times cheaper
when a page's lines go through ONNX Runtime together (docs/adr/0024). So the file is parsed here and
the network built again in `recognizer_graph`.

Source: tesseract-ocr 5.5, src/ccutil/tessdatamanager.cpp (container), src/lstm/network.cpp,
plumbing.cpp, lstm.cpp, fullyconnected.cpp and weightmatrix.cpp (layers),
src/ccutil/unicharcompress.cpp (codes).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitizer.errors import MissingDependency
from digitizer.vietnamese import nfc

Matrix = NDArray[np.float32]

_LSTM: Final = 17
_UNICHARSET: Final = 21
_RECODER: Final = 22
_LAYER_RATES: Final = 64
_HEIGHT: Final = 36
_CONTAINERS: Final = frozenset({"Series", "XYTranspose", "RTLReversed"})
_LAYOUT: Final = (
    "Input",
    "Series",
    "Maxpool",
    "XYTranspose",
    "LSTM",
    "RTLReversed",
    "LSTM",
    "Softmax",
)
_BYTE_FLAG, _DOUBLE_FLAG = 1, 128
_SPACE: Final = 0
_CURE: Final = 'apt-get install tesseract-ocr-vie, or set [ocr] engine = "fast"'


@dataclass(frozen=True, slots=True)
class Dense:
    """A fully connected layer: (outputs, inputs) weights and (outputs,) biases."""

    weights: Matrix
    bias: Matrix

    @classmethod
    def of(cls, matrix: Matrix) -> Dense:
        """Split (outputs, inputs + 1), the biases last."""
        return cls(matrix[:, :-1], matrix[:, -1])


@dataclass(frozen=True, slots=True)
class Lstm:
    """One LSTM layer; each gate looks at the input and then at its own last output."""

    cell: Dense
    input_gate: Dense
    forget_gate: Dense
    output_gate: Dense

    @property
    def size(self) -> int:
        return int(self.cell.bias.size)


@dataclass(frozen=True, slots=True)
class Recognizer:
    """Tesseract's line recognizer: [1,36,0,1 Ct3,3 Mp3,3 Lfys Lfx Lrx Lfx O1c].

    Attributes:
        convolution: (filters, 9) over 3 × 3 pixels, column by column; tanh follows.
        columns: runs down each column of the pooled image and keeps its last output.
        forward, backward, last: run along the line.
        output: one row for each code; softmax follows.
        alphabet: the character of each code, "" for the blank and what is no character.
        blank: the code that means "no character here".
    """

    convolution: Dense
    columns: Lstm
    forward: Lstm
    backward: Lstm
    last: Lstm
    output: Dense
    alphabet: tuple[str, ...]
    blank: int


def load_recognizer(path: Path) -> Recognizer:
    """Read and check the recognizer in a traineddata file.

    Raises:
        MissingDependency: it can't be read, is damaged, or holds a network of another layout.
    """
    try:
        return _parse(path.read_bytes())
    except OSError as error:
        raise MissingDependency(f"{path.name} can't be read; {_CURE}") from error
    except (struct.error, ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise MissingDependency(f"{path.name} is not Tesseract's Vietnamese; {_CURE}") from error


@dataclass(frozen=True, slots=True)
class _Layer:
    kind: str
    matrices: tuple[Matrix, ...]
    inside: tuple[_Layer, ...]


class _Bytes:
    """A cursor over little-endian bytes. Raises struct.error past their end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, kinds: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{kinds}", self._data, self._at)
        self._at += struct.calcsize(f"<{kinds}")
        return values

    def number(self, kind: str) -> Any:
        return self.take(kind)[0]

    def text(self) -> str:
        (data,) = self.take(f"{self.number('I')}s")
        return str(data, "ascii")

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.array(self.take(f"{count}{kind}"))


def _parse(data: bytes) -> Recognizer:
    parts = _components(data)
    network = _Bytes(parts[_LSTM])
    layers = _layer(network).inside
    if tuple(layer.kind for layer in layers) != _LAYOUT:
        raise ValueError("another layout of the network")
    network.text()
    *_, blank = network.take("iiii")
    _, convolution, _, columns, forward, backward, last, output = layers
    found = Recognizer(
        convolution=Dense.of(convolution.inside[1].matrices[0]),
        columns=_lstm(columns.inside[0]),
        forward=_lstm(forward),
        backward=_lstm(backward.inside[0]),
        last=_lstm(last),
        output=Dense.of(output.matrices[0]),
        alphabet=_alphabet(parts[_UNICHARSET], parts[_RECODER], output.matrices[0].shape[0], blank),
        blank=blank,
    )
    if found.convolution.weights.shape[1] != 9 or not 0 <= blank < len(found.alphabet):
        raise ValueError("another layout of the network")
    return found


def _components(data: bytes) -> dict[int, bytes]:
    count = struct.unpack_from("<i", data)[0]
    offsets = struct.unpack_from(f"<{count}q", data, 4)
    ends = [*sorted(offset for offset in offsets if offset >= 0), len(data)]
    return {
        kind: data[offset : ends[ends.index(offset) + 1]]
        for kind, offset in enumerate(offsets)
        if offset >= 0
    }


def _layer(source: _Bytes) -> _Layer:
    source.number("b")  # 0: the kind follows as a word
    kind = source.text()
    source.take("bb")
    flags, *_ = source.take("iiii")
    source.text()
    inside: tuple[_Layer, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    if kind in _CONTAINERS:
        inside = tuple(_layer(source) for _ in range(source.number("I")))
        if flags & _LAYER_RATES:
            source.array("f", source.number("I"))
    elif kind == "Input":
        _, height, *_ = source.take("iiiii")
        if height != _HEIGHT:
            raise ValueError("lines of another height")
    elif kind in ("Convolve", "Maxpool"):
        source.take("ii")
    elif kind in ("LSTM", "SummLSTM"):
        source.number("i")
        matrices = tuple(_matrix(source) for _ in range(4))
    elif kind in ("Tanh", "Softmax"):
        matrices = (_matrix(source),)
    else:
        raise ValueError(f"unknown layer {kind!r}")
    return _Layer(kind, matrices, inside)


def _matrix(source: _Bytes) -> Matrix:
    """Read weights; bytes come with a scale for each row."""
    mode = source.number("B")
    if not mode & _DOUBLE_FLAG:
        raise ValueError("weights in the format of Tesseract 3")
    rows, columns = source.take("ii")
    if not mode & _BYTE_FLAG:
        source.number("d")
        return source.array("d", rows * columns).reshape(rows, columns).astype(np.float32)
    source.number("b")
    weights = source.array("b", rows * columns).reshape(rows, columns)
    scales = source.array("d", source.number("I"))
    return np.asarray(weights * scales[:rows, None], dtype=np.float32)


def _lstm(layer: _Layer) -> Lstm:
    cell, input_gate, forget_gate, output_gate = map(Dense.of, layer.matrices)
    return Lstm(cell, input_gate, forget_gate, output_gate)


def _alphabet(unicharset: bytes, recoder: bytes, size: int, blank: int) -> tuple[str, ...]:
    """Return the character of each code; in the Latin script every character has one code."""
    count, *rows = unicharset.decode("utf-8").split("\n")
    names = [row.split(" ")[0] for row in rows[: int(count)]]
    names[_SPACE] = " "
    codes = _Bytes(recoder)
    alphabet = [""] * size
    for name in names[: codes.number("I")]:
        codes.number("b")
        (code,) = codes.array("i", codes.number("I")).tolist()
        if code != blank:
            alphabet[code] = nfc(name)
    return tuple(alphabet)
