"""Identity and tax numbers are checked against everything that can be checked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.extract.identity import agrees, is_tax_number, parse_card, parse_person_number
from digitizer.legal_profile import load_profile

PROFILE = load_profile()
CARD = "040085001234||Trần Văn Mẫu|12031985|Nam|Xã Mẫu, Nghệ An|01012022"


@given(st.integers(0, 9), st.integers(0, 99), st.integers(0, 999999))
def test_century_sex_and_year_are_read_from_the_digits(code: int, year: int, rest: int) -> None:
    number = parse_person_number(f"040{code}{year:02}{rest:06}", PROFILE)
    assert number is not None
    assert number.birth_year == 1900 + 100 * (code // 2) + year
    assert number.is_male == (code % 2 == 0)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse_person_number(text, PROFILE)
    parse_card(text, PROFILE)
    is_tax_number(text)


@pytest.mark.parametrize(
    "text", ["", "04008500123", "0400850012345", "099085001234", "04008500123O"]
)
def test_a_wrong_length_province_or_letter_is_refused(text: str) -> None:
    assert parse_person_number(text, PROFILE) is None


def test_a_number_and_a_birth_date_must_agree() -> None:
    number = parse_person_number("040 085 001 234", PROFILE)
    assert number is not None
    assert agrees(number, date(1985, 3, 12), "Nam")
    assert not agrees(number, date(1986, 3, 12))
    assert not agrees(number, date(1985, 3, 12), "Nữ")


def test_published_tax_numbers_pass() -> None:
    assert is_tax_number("0100109106")
    assert is_tax_number("0301449014")
    assert is_tax_number("0100109106-001")


@given(st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_in_a_tax_number_is_noticed(place: int, shift: int) -> None:
    digits = [int(digit) for digit in "0100109106"]
    digits[place] = (digits[place] + shift) % 10
    assert not is_tax_number("".join(map(str, digits)))


def test_a_branch_000_is_refused() -> None:
    assert not is_tax_number("0100109106-000")


def test_a_card_that_proves_out_is_read() -> None:
    card = parse_card(CARD, PROFILE)
    assert card is not None
    assert (card.name, card.birth) == ("Trần Văn Mẫu", date(1985, 3, 12))


@pytest.mark.parametrize(
    ("old", "new"),
    [("12031985", "12031986"), ("|Nam|", "|Nữ|"), ("040085", "099085"), ("12031985", "31021985"),
     ("Trần Văn Mẫu", "12345"), ("|01012022", "")],
)  # fmt: skip
def test_a_card_with_one_contradiction_is_not_used(old: str, new: str) -> None:
    assert parse_card(CARD.replace(old, new), PROFILE) is None
