"""The weights are used as pinned or not at all; what is missing says how to get it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digitizer.errors import MissingDependency
from digitizer.ocr import weights as weights_module
from digitizer.ocr.tessdata import tessdata_folder
from digitizer.ocr.weights import load_weights, open_graph, with_output


def test_the_installed_weights_are_the_proven_ones() -> None:
    assert load_weights().release == "0.1.1"


def test_a_changed_weight_file_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "rec.onnx"
    changed.write_bytes(b"\x00" * 100)
    with pytest.raises(MissingDependency, match=r"rec\.onnx"):
        weights_module.proven(changed, "0" * 64)


def test_a_lost_weight_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match=r"det\.onnx"):
        weights_module.proven(tmp_path / "det.onnx", "0" * 64)


def test_an_output_added_to_a_graph_leaves_the_others_as_they_were() -> None:
    weights = load_weights()
    pixels = np.random.default_rng(7).random((1, 1, 96, 128), dtype=np.float32)
    feed = {"x": pixels, "widths": np.array([128])}
    name = "/LogSoftmax_output_0"
    (ids,) = open_graph(weights.recognizer).run(["ids"], feed)
    same, log_probs = open_graph(with_output(weights.recognizer, name)).run(["ids", name], feed)
    assert (ids == same).all()
    assert (log_probs.argmax(axis=2) == ids).all()
    assert np.allclose(np.exp(log_probs).sum(axis=2), 1, atol=1e-3)


def test_missing_vietnamese_data_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    monkeypatch.setattr("digitizer.ocr.tessdata._FOLDERS", ())
    with pytest.raises(MissingDependency, match="apt-get install tesseract-ocr-vie"):
        tessdata_folder()


def test_the_named_tessdata_folder_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vie.traineddata").write_bytes(b"data")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert tessdata_folder() == tmp_path
