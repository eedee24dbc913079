"""Where the truths come from, and what the rules can do at best."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.understanding import exams
from benchmarks.understanding.scores import Outcome, judge
from digitizer.extract.stage import extract
from digitizer.model import FieldName
from digitizer.settings import ExtractSettings


def test_a_clerks_term_becomes_its_normal_form(tmp_path: Path) -> None:
    said = {"loai_van_ban": "Quyết định", "so_ky_hieu": "12/QĐ-UBND", "hieu_luc": "từ 01/03/2025"}
    (tmp_path / "scans").mkdir()
    truths = {
        "a.pdf": said,
        "b.pdf": {**said, "hieu_luc": "kể từ ngày ký"},
        "c.pdf": {**said, "hieu_luc": ""},
    }
    (tmp_path / "scans" / "ground_truth.json").write_text(json.dumps(truths), "utf-8")
    found = [exam.truth for exam in exams.real(tmp_path, tmp_path)]
    assert [truth.code for truth in found] == ["QĐ", "QĐ", "QĐ"]
    terms = [truth.fields.get(FieldName.THOI_HAN, "") for truth in found]
    assert terms == ["từ 2025-03-01", "từ ngày ký", ""]
    assert FieldName.THOI_HAN in found[2].open


def test_samples_read_without_a_fault_hold_nothing_accepted_and_wrong() -> None:
    judged = [
        one
        for exam in exams.samples()
        for one in judge(exam, extract(exam.read()[0], settings=ExtractSettings()))
    ]
    assert len(judged) > 100
    assert [one for one in judged if one.outcome is Outcome.WRONG] == []
