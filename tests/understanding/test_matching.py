"""A value is right by its kind: what may differ, and what may not."""

from __future__ import annotations

import pytest

from benchmarks.understanding.matching import matches, wilson
from digitizer.model import FieldName


@pytest.mark.parametrize(
    ("name", "value", "truth"),
    [
        (FieldName.CO_QUAN_BAN_HANH, "UỶ BAN NHÂN DÂN XÃ HOÀ AN", "Ủy ban nhân dân xã Hòa An"),
        (FieldName.CHU_HO_SO, "LÊ THỊ THUÝ", "Lê Thị Thúy"),
        (FieldName.TRICH_YEU, "V/v phê duyệt – kế hoạch", "V/v phê duyệt - kế hoạch"),
        (FieldName.TRICH_YEU, "a" * 99 + "b", "a" * 100),
        (FieldName.THOI_HAN, "từ 2026-01-05 đến 2026-07-04", "đến 2026-07-05"),
    ],
)  # fmt: skip
def test_spellings_of_one_value_match(name: FieldName, value: str, truth: str) -> None:
    assert matches(name, value, truth)


@pytest.mark.parametrize(
    ("name", "value", "truth"),
    [
        (FieldName.NGUOI_KY, "Mạc Cấm Lan", "Mạc Cẩm Lan"),
        (FieldName.SO_KY_HIEU, "5/QĐ-UBND", "05/QĐ-UBND"),
        (FieldName.SO_DINH_DANH, "040085123457", "040085123456"),
        (FieldName.TRICH_YEU, "a" * 96 + "bbbb", "a" * 100),
        (FieldName.THOI_HAN, "đến 2026-07-07", "đến 2026-07-05"),
        (FieldName.NGAY_BAN_HANH, "2026-07-04", "2026-07-05"),
    ],
)
def test_other_values_do_not(name: FieldName, value: str, truth: str) -> None:
    assert not matches(name, value, truth)


def test_the_interval_knows_how_little_a_few_papers_say() -> None:
    low, high = wilson(21, 21)
    assert (round(low, 3), round(high, 3)) == (0.845, 1.0)
    assert wilson(0, 0) == (0.0, 1.0)
