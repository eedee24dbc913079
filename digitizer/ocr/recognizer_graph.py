"""Tesseract's recognizer as an ONNX graph that reads many lines at once.

Input `x`: (lines, 1, 38, width) float32 in [-1, 1], 1 is paper, lines padded to the right with
paper, with one pixel of paper around; `lengths`: (lines,) int32, columns of each line; `frames`:
the three sizes (columns, lines, 48). Output: (columns, lines, codes), natural logarithms of
probabilities. A column is three pixels.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitizer.ocr.onnx_writer import FLOAT, INT32, INT64, Port, model, node, tensor
from digitizer.ocr.traineddata import Dense, Lstm, Matrix, Recognizer

LINE_HEIGHT: Final = 36
COLUMN: Final = 3

_ROWS: Final = LINE_HEIGHT // COLUMN


def recognizer_graph(recognizer: Recognizer) -> bytes:
    """Return the model's bytes, for `weights.open_graph`."""
    filters = recognizer.convolution.bias.size
    top = np.array([_ROWS, -1, filters], np.int64)
    nodes = [
        node("Conv", ["x", "kernel", "kernel_bias"], ["felt"]),
        node("Tanh", ["felt"], ["seen"]),
        node("MaxPool", ["seen"], ["pooled"], kernel_shape=[COLUMN] * 2, strides=[COLUMN] * 2),
        node("Transpose", ["pooled"], ["rows"], perm=[2, 3, 0, 1]),
        node("Reshape", ["rows", "top"], ["down"]),
        _run("columns", recognizer.columns, "down", lengths="", output="columns_all"),
        node("Reshape", ["columns_last", "frames"], ["line0"]),
        _run("forward", recognizer.forward, "line0", output="line1_deep"),
        node("Squeeze", ["line1_deep", "one"], ["line1"]),
        _run("backward", recognizer.backward, "line1", output="line2_deep", direction="reverse"),
        node("Squeeze", ["line2_deep", "one"], ["line2"]),
        _run("last", recognizer.last, "line2", output="line3_deep"),
        node("Squeeze", ["line3_deep", "one"], ["line3"]),
        node("MatMul", ["line3", "codes"], ["scores"]),
        node("Add", ["scores", "codes_bias"], ["biased"]),
        node("LogSoftmax", ["biased"], ["log_probs"], axis=-1),
    ]
    weights = [
        tensor("kernel", _kernel(recognizer.convolution)),
        tensor("kernel_bias", recognizer.convolution.bias),
        tensor("top", top),
        tensor("one", np.array([1], np.int64)),
        *_weights("columns", recognizer.columns),
        *_weights("forward", recognizer.forward),
        *_weights("backward", recognizer.backward),
        *_weights("last", recognizer.last),
        tensor("codes", recognizer.output.weights.T),
        tensor("codes_bias", recognizer.output.bias),
    ]
    inputs = [
        Port("x", FLOAT, ("lines", 1, LINE_HEIGHT + 2, "width")),
        Port("lengths", INT32, ("lines",)),
        Port("frames", INT64, (3,)),
    ]
    codes = len(recognizer.alphabet)
    return model(nodes, weights, inputs, [Port("log_probs", FLOAT, ("columns", "lines", codes))])


def _kernel(convolution: Dense) -> NDArray[np.float32]:
    """Return (filters, 1, rows, columns): Tesseract stacks its nine pixels column by column."""
    return convolution.weights.reshape(-1, 1, 3, 3).transpose(0, 1, 3, 2)


def _run(
    name: str,
    layer: Lstm,
    source: str,
    *,
    output: str,
    lengths: str = "lengths",
    direction: str = "forward",
) -> bytes:
    """Return an LSTM over the first axis of `source`; its last output is `<name>_last`."""
    return node(
        "LSTM",
        [source, f"{name}_w", f"{name}_r", f"{name}_b", lengths],
        [output, f"{name}_last"],
        hidden_size=layer.size,
        direction=direction,
    )


def _weights(name: str, layer: Lstm) -> tuple[bytes, bytes, bytes]:
    """Return ONNX's three constants of a layer; its gates' order is input, output, forget, cell."""
    gates = (layer.input_gate, layer.output_gate, layer.forget_gate, layer.cell)
    seen = layer.cell.weights.shape[1] - layer.size
    bias = np.concatenate([gate.bias for gate in gates])
    return (
        tensor(f"{name}_w", _stacked([gate.weights[:, :seen] for gate in gates])),
        tensor(f"{name}_r", _stacked([gate.weights[:, seen:] for gate in gates])),
        tensor(f"{name}_b", np.concatenate([bias, np.zeros_like(bias)])[None]),
    )


def _stacked(parts: list[Matrix]) -> Matrix:
    return np.concatenate(parts)[None]
