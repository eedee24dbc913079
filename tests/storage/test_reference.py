"""A document's number and agency are found however they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.reference import agency_key, names_agency, number_key


@pytest.mark.parametrize(
    "typed",
    [
        "476/QĐ-UBND", "476 /QD - UBND", "Số: 476/QĐ-UBND", "số 476/qđ–ubnd", "0476/QĐ-UBND",
        "476/QĐ-UBND.", " 476 / Q Đ - U B N D ", "476/QÐ-UBND", "so:476/qd—ubnd",
    ],
)  # fmt: skip
def test_one_number_has_one_key(typed: str) -> None:
    assert number_key(typed) == "476/qd-ubnd"


@pytest.mark.parametrize(
    "other", ["477/QĐ-UBND", "4760/QĐ-UBND", "476/QĐ-HĐND", "476/TB-UBND", "476", "1476/QĐ-UBND"]
)
def test_another_number_has_another_key(other: str) -> None:
    assert number_key(other) != number_key("476/QĐ-UBND")


@pytest.mark.parametrize("empty", ["", " ", "Số:", "…/…"])
def test_a_number_that_is_not_there_has_no_key(empty: str) -> None:
    assert number_key(empty) == ""


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert number_key(number_key(text)) == number_key(text)


@given(st.integers(1, 99_999), st.sampled_from(["QĐ-UBND", "TB-SXD", "GPXD", "NQ-HĐND"]), st.data())
def test_spaces_case_dashes_and_marks_do_not_matter(
    number: int, notation: str, data: st.DataObject
) -> None:
    gap = st.sampled_from(["", " ", "  ", "\u00a0"])
    dash = data.draw(st.sampled_from(["-", "–", "—", " - "]))
    typed = f"{data.draw(gap)}{number}{data.draw(gap)}/{data.draw(gap)}{notation}"
    typed = typed.replace("-", dash)
    typed = data.draw(st.sampled_from([typed, typed.lower(), typed.replace("Đ", "D")]))
    assert number_key(typed) == number_key(f"{number}/{notation}")


@pytest.mark.parametrize(
    ("asked", "held", "same"),
    [
        ("UBND tỉnh Mẫu", "ỦY BAN NHÂN DÂN TỈNH MẪU", True),
        ("tỉnh Mẫu", "ỦY BAN NHÂN DÂN TỈNH MẪU", True),
        ("UBND tỉnh Mẫu, Sở Xây dựng", "UBND TỈNH MẪU", True),
        ("", "UBND TỈNH MẪU", True),
        ("UBND tỉnh Khác", "UBND TỈNH MẪU", False),
        ("UBND tỉnh M", "UBND TỈNH MẪU", False),
        ("UBND tỉnh Mẫu", "", False),
    ],
)
def test_agencies_are_the_same_when_one_name_holds_the_other(
    asked: str, held: str, same: bool
) -> None:
    assert names_agency(agency_key(asked), agency_key(held)) is same
