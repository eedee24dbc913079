"""Of what is no paper of ours nothing may be invented, and a person must be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.understanding import bad_input
from benchmarks.understanding.bad_input import CASES, Case
from benchmarks.understanding.truth import Truth
from digitizer.model import DocumentId, Extracted, Field, FieldName, FieldStatus


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_is_invented_and_all_is_flagged(case: Case, cache: Path) -> None:
    invented = bad_input.inventions(case, cache)
    assert dict(invented.values) == {}
    assert invented.is_flagged


def test_an_accepted_value_that_is_not_on_the_paper_is_found() -> None:
    name = Field(FieldName.NGUOI_KY, "Lê Văn An", FieldStatus.ACCEPTED, None)
    number = Field(FieldName.SO_KY_HIEU, "12/QĐ-UBND", FieldStatus.ACCEPTED, None)
    extracted = Extracted(DocumentId("0"), "", "", (name, number))
    truth = Truth("QĐ", {FieldName.SO_KY_HIEU: "12/QĐ-UBND"})
    invented = bad_input.judge(extracted, truth)
    assert (invented.accepted, dict(invented.values)) == (2, {"nguoi_ky": "Lê Văn An"})
