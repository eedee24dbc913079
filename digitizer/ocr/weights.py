"""The neural weights that come inside the `trueocr` package, proven before use.

The package is one author's 0.1 release, so its weights are pinned by hash: another release, or a
changed file, is refused instead of silently reading differently. See docs/adr/0005.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from digitizer.errors import MissingDependency

# ONNX Runtime and Tesseract both start OpenMP teams; one thread a page is 2.3 times cheaper.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

_SHA256: Final = {
    "det.onnx": "f2bd4cba23e9c328cf7ec824634e423e191a2c6aacbbf35c62bd79dd70f62f59",
    "meta.json": "934c619f2b8579aa0fa0ead0ec20afc79fd92966be0255ebaf821142fe8740cd",
    "order.onnx": "a42db2e8b536ad3d84045a4b7f9b0a72667cf8be4aa02d63f7b38004719fb180",
    "rec.onnx": "360b800dcbebd1099270f703ac35a43a6c86b40de049c4be78a130184b3bfef0",
}
_CURE: Final = 'pip install trueocr==0.1.1, or set [ocr] engine = "tesseract"'


@dataclass(frozen=True, slots=True)
class Weights:
    """The graphs as bytes, the recognizer's alphabet, and the release they came from."""

    detector: bytes
    recognizer: bytes
    order: bytes
    alphabet: tuple[str, ...]
    max_width: int
    detector_side: int
    release: str


def load_weights() -> Weights:
    """Read and prove the weights.

    Raises:
        MissingDependency: the package is not installed, or a file differs from its pinned hash.
    """
    spec = find_spec("trueocr")
    if spec is None or spec.origin is None:
        raise MissingDependency(f"the trueocr package is not installed; {_CURE}")
    folder = Path(spec.origin).parent / "models"
    files = {name: proven(folder / name, sha256) for name, sha256 in _SHA256.items()}
    meta = json.loads(files["meta.json"])
    return Weights(
        detector=files["det.onnx"],
        recognizer=files["rec.onnx"],
        order=files["order.onnx"],
        alphabet=tuple(meta["charset"]),
        max_width=int(meta["max_width"]),
        detector_side=int(meta["det_long_side"]),
        release=_release(),
    )


def open_graph(graph: bytes) -> Any:
    """Return a single-threaded ONNX Runtime session; `Any` because the runtime has no types.

    Raises:
        MissingDependency: ONNX Runtime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingDependency(f"onnxruntime is not installed; {_CURE}") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Plans of memory are kept for each width of input, and no two batches are equally wide.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def with_output(graph: bytes, name: str) -> bytes:
    """Return an ONNX model that also gives out its inner value `name`.

    Protocol Buffers merge a message field that appears twice, so a second `graph` (field 7)
    holding one `output` (field 12) with a `name` (field 1) appended to the file adds an output
    without the onnx package.

    Source: protobuf.dev/programming-guides/encoding, "Last One Wins"; onnx.proto3.
    """
    encoded = name.encode()
    value = b"\x0a" + bytes([len(encoded)]) + encoded
    output = b"\x62" + bytes([len(value)]) + value
    return graph + b"\x3a" + bytes([len(output)]) + output


def proven(path: Path, sha256: str) -> bytes:
    """Return the bytes of a weight file.

    Raises:
        MissingDependency: it can't be read, or hashes to something else than `sha256`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MissingDependency(f"{path.name} of trueocr can't be read; {_CURE}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise MissingDependency(f"{path.name} of trueocr is not the proven one; {_CURE}")
    return data


def _release() -> str:
    try:
        return version("trueocr")
    except PackageNotFoundError:
        return "unknown"
