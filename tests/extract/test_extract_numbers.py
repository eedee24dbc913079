"""A number and its code are read as printed; only a proven misreading is put right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.extract.numbers import (
    fits_agency,
    has_label,
    initials,
    parse_code,
    repair_symbol,
    strip_label,
)

symbols = st.sampled_from(["QĐ-UBND", "NQ-HĐND", "QĐ-TTg", "SGDĐT-VP", "QĐ-BCĐ99", "TB-ĐHVD"])


@given(st.integers(1, 99999), st.none() | st.integers(1950, 2099), symbols)
def test_a_code_survives_being_written_and_read(number: int, year: int | None, symbol: str) -> None:
    written = "/".join(str(part) for part in (f"{number:02}", year, symbol) if part)
    for text in (
        written,
        f"Số: {written}",
        f"Số:{written}",
        f"Số: {written.replace('/', ' /', 1)}",
    ):
        assert str(parse_code(text)) == written


@given(st.text())
def test_no_text_raises(text: str) -> None:
    code = parse_code(text)
    assert code is None or str(code)
    has_label(text)
    fits_agency(text, text)


@pytest.mark.parametrize(
    "text", ["", "Số:", "Số: /QĐ-UBND", "Z00/QĐ-UBND", "23Ỵ /QĐ-UBND", "12", "QĐ-UBND", "12/qđ"]
)
def test_what_is_no_code_gives_none(text: str) -> None:
    assert parse_code(text) is None


def test_a_civil_status_number_needs_no_symbol() -> None:
    code = parse_code("Số: 123/2018")
    assert code is not None
    assert (code.number, code.year, code.symbol) == ("123", 2018, "")


@pytest.mark.parametrize(
    "text", ["Số: 12/QĐ", "Số:", "Sô : 9", "SỐ 45/2019", "5ố: 12/CT-UBND", "S: 7/QĐ"]
)
def test_a_label_is_known_even_misread(text: str) -> None:
    assert has_label(text)


@pytest.mark.parametrize("text", ["Sở Y tế", "Sổ tay", "Sơn La", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"])
def test_an_agency_is_no_label(text: str) -> None:
    assert not has_label(text)


def test_the_label_is_stripped_once() -> None:
    assert strip_label("Số: 05/CT-UBND") == "05/CT-UBND"


@pytest.mark.parametrize("read", ["QD-UBND", "OĐ-UBND", "0Đ-UBND", "QĐ-UBND"])
def test_a_misread_type_is_put_right_when_the_title_proves_it(read: str) -> None:
    assert repair_symbol(read, ("QĐ",)) == "QĐ-UBND"


def test_without_a_title_nothing_is_put_right() -> None:
    assert repair_symbol("QD-UBND", ()) == "QD-UBND"


def test_another_type_is_left_alone() -> None:
    assert repair_symbol("TB-UBND", ("QĐ",)) == "TB-UBND"


@pytest.mark.parametrize(
    ("agency", "short"),
    [("BỘ GIÁO DỤC VÀ ĐÀO TẠO", "BGDĐT"), ("THỦ TƯỚNG CHÍNH PHỦ", "TTg"),
     ("BAN CHỈ ĐẠO 99", "BCĐ99"), ("ỦY BAN NHÂN DÂN", "UBND"),
     ("QUỸ BẢO VỆ VÀ PHÁT TRIỂN RỪNG", "QBVPTR"), ("BAN CHỈ ĐẠO VỀ NHÂN QUYỀN", "BCĐNQ")],
)  # fmt: skip
def test_agencies_are_abbreviated_as_in_their_symbols(agency: str, short: str) -> None:
    assert initials(agency) == short


def test_a_symbol_of_another_agency_does_not_fit() -> None:
    assert fits_agency("BGDĐT", "BỘ GIÁO DỤC VÀ ĐÀO TẠO")
    assert fits_agency("UBND-TH", "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN")
    assert not fits_agency("BGTVT", "BỘ GIÁO DỤC VÀ ĐÀO TẠO")
