"""What is counted as wrong: inventions, mixed holders, numbers that contradict the person."""

from __future__ import annotations

import pytest

from benchmarks.understanding.report import as_json, bar, by_field
from benchmarks.understanding.scores import Judged, Outcome, judge, tally
from benchmarks.understanding.truth import Exam, Truth, set_of
from digitizer.model import (
    DocumentId,
    Extracted,
    Field,
    FieldName,
    FieldStatus,
    Recognized,
)

NAME, NUMBER = FieldName.CHU_HO_SO, FieldName.SO_DINH_DANH
COUPLE = {NAME: "Lê Văn An", "chu_ho_so.2": "Vũ Thị Bình", NUMBER: "040085123456"}


def nothing() -> tuple[Recognized, float]:
    return Recognized(DocumentId("0"), "", ()), 0.0


def judged(truth: Truth, *fields: Field, name: str = "KET_HON-001") -> dict[str, Judged]:
    exam = Exam(name, "semi-real", "clean", set_of(name), truth, nothing)
    extracted = Extracted(DocumentId("0"), truth.code, "", fields)
    return {str(one.ref): one for one in judge(exam, extracted)}


def sure(name: FieldName, value: str, holder: int = 1) -> Field:
    return Field(name, value, FieldStatus.ACCEPTED, None, holder)


def test_each_holder_is_judged_by_its_own_truth() -> None:
    found = judged(
        Truth("KET_HON", COUPLE), sure(NAME, "LÊ VĂN AN"), sure(NAME, "Vũ Thị Bình", 2)
    )  # fmt: skip
    assert {ref: one.outcome for ref, one in found.items()} == {
        "chu_ho_so": Outcome.RIGHT,
        "chu_ho_so.2": Outcome.RIGHT,
        "so_dinh_danh": Outcome.ABSENT,
    }


def test_a_value_of_one_holder_under_another_is_wrong_and_mixed() -> None:
    found = judged(Truth("KET_HON", COUPLE), sure(NAME, "Vũ Thị Bình"))
    assert found["chu_ho_so"].outcome is Outcome.WRONG
    assert found["chu_ho_so"].is_mixed


def test_what_does_not_stand_on_the_paper_is_an_invention() -> None:
    found = judged(Truth("KET_HON", COUPLE), sure(FieldName.NGAY_SINH, "1985-01-02"))
    assert found["ngay_sinh"].outcome is Outcome.WRONG
    assert not found["ngay_sinh"].is_mixed


def test_an_undecided_field_is_not_judged() -> None:
    truth = Truth("KET_HON", COUPLE, open=frozenset({FieldName.NGAY_SINH}))
    assert "ngay_sinh" not in judged(truth, sure(FieldName.NGAY_SINH, "1985-01-02"))


def test_a_contradictory_number_is_wrong_when_accepted_even_as_printed() -> None:
    truth = Truth("KET_HON", COUPLE, unsound=frozenset({NUMBER}))
    assert judged(truth, sure(NUMBER, "040085123456"))["so_dinh_danh"].outcome is Outcome.WRONG
    left = Field(NUMBER, "040085123456", FieldStatus.REVIEW, None)
    assert judged(truth, left)["so_dinh_danh"].outcome is Outcome.REVIEW_RIGHT


def test_coverage_and_precision_count_what_nobody_looks_at() -> None:
    found = judged(Truth("KET_HON", COUPLE), sure(NAME, "Lê Văn An"), sure(NUMBER, "1"))
    counts = tally(found.values())
    assert (counts.total, counts.accepted) == (3, 2)
    assert counts.coverage == pytest.approx(2 / 3)
    assert counts.precision[0] == 0.5


def test_tables_keep_handwriting_and_contradictions_apart() -> None:
    truth = Truth(
        "KET_HON",
        {**COUPLE, FieldName.SO_KY_HIEU: "12/2026"},
        handwritten=frozenset({FieldName.SO_KY_HIEU}),
        unsound=frozenset({NUMBER}),
    )
    labels = [row.labels[-1] for row in by_field(list(judged(truth).values()))]
    assert labels == ["so_ky_hieu, handwritten", "chu_ho_so", "so_dinh_danh, contradictory"]


def test_the_bar_asks_only_for_print() -> None:
    truth = Truth(
        "QĐ", {FieldName.SO_KY_HIEU: "12/QĐ-UBND"}, handwritten=frozenset({FieldName.SO_KY_HIEU})
    )
    assert "so_ky_hieu" not in bar(list(judged(truth).values()))


def test_the_figures_hold_nothing_of_what_a_paper_says() -> None:
    assert "Lê Văn An" not in str(as_json([]))
    found = list(judged(Truth("KET_HON", COUPLE), sure(NAME, "Lê Văn An")).values())
    assert "Lê Văn An" not in str([row.labels for row in by_field(found)])
