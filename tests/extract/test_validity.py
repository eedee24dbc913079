"""How long a paper holds: by its own clause, by the law of its type, or unknown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.extract.validity import add_months, find_validity, is_term
from digitizer.legal_profile import DocumentType, load_profile
from digitizer.model import FieldName, Validity

ISSUED = {FieldName.NGAY_BAN_HANH: "2024-08-31"}


def kind(code: str) -> DocumentType:
    found = load_profile().type_of(code)
    assert found is not None
    return found


def period(validity: Validity) -> tuple[date | None, date | None, bool]:
    return validity.valid_from, validity.valid_to, validity.is_known


def test_a_marriage_status_paper_holds_six_months_the_last_day_included() -> None:
    validity = find_validity(kind("XN_HON_NHAN"), ISSUED)
    assert period(validity) == (date(2024, 8, 31), date(2025, 2, 27), True)
    assert "123/2015" in validity.basis


def test_a_birth_certificate_holds_until_replaced() -> None:
    assert period(find_validity(kind("KHAI_SINH"), ISSUED)) == (date(2024, 8, 31), None, True)


def test_a_card_without_its_printed_date_is_unknown() -> None:
    assert not find_validity(kind("CAN_CUOC"), ISSUED).is_known


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("từ ngày ký", (date(2024, 8, 31), None, True)),
        ("từ 2025-03-01", (date(2025, 3, 1), None, True)),
        ("đến 2030-12-31", (date(2024, 8, 31), date(2030, 12, 31), True)),
        ("từ 2025-03-01 đến 2026-03-01", (date(2025, 3, 1), date(2026, 3, 1), True)),
        ("không thời hạn", (date(2024, 8, 31), None, True)),
    ],
)
def test_the_papers_own_clause_comes_first(
    term: str, expected: tuple[date | None, date | None, bool]
) -> None:
    values = {**ISSUED, FieldName.THOI_HAN: term}
    assert period(find_validity(kind("XN_HON_NHAN"), values)) == expected


def test_a_decision_without_a_clause_is_unknown() -> None:
    assert not find_validity(kind("QĐ"), ISSUED).is_known


def test_without_type_or_date_nothing_is_known() -> None:
    assert period(find_validity(None, ISSUED)) == (None, None, False)
    assert period(find_validity(kind("XN_HON_NHAN"), {})) == (None, None, False)
    assert not find_validity(kind("QĐ"), {FieldName.THOI_HAN: "từ ngày ký"}).is_known


@given(st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_months_are_added_without_leaving_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(st.text())
def test_no_text_raises(text: str) -> None:
    is_term(text)
    find_validity(kind("QĐ"), {FieldName.THOI_HAN: text, FieldName.NGAY_BAN_HANH: text})
