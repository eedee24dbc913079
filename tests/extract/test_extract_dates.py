"""Days are read in every way papers write them, and never made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.extract.dates import (
    date_from_words,
    find_dates,
    has_date_slot,
    number_from_words,
    parse_date,
)

days = st.dates(date(1880, 1, 1), date(2100, 12, 31))
ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spoken(number: int) -> str:
    """Say a number under 100 as forms do."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return ONES[ones]
    word = "mười" if tens == 1 else f"{ONES[tens]} mươi"
    last = {5: "lăm", 1: "mốt" if tens > 1 else "một"}.get(ones, ONES[ones])
    return f"{word} {last}" if ones else word


@given(days)
def test_every_way_of_writing_a_day_gives_that_day(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"ngày {day.day:02} tháng {day.month:02} năm {day.year}",
        f"NGÀY {day.day} THÁNG {day.month} NĂM {day.year}",
        f"ngày{day.day:02}tháng{day.month:02}năm{day.year}",
    ):
        assert parse_date(text) == day
        assert [found.day for found in find_dates(f"Vinh, {text};")] in ([day], []) or "-" in text


@given(days)
def test_a_day_in_words_is_the_day_in_digits(day: date) -> None:
    thousands, rest = divmod(day.year, 1000)
    hundreds, below = divmod(rest, 100)
    year = f"{ONES[thousands]} nghìn {ONES[hundreds]} trăm"
    if below:
        year += f" {'linh ' if below < 10 else ''}{spoken(below)}"
    text = f"Ngày {spoken(day.day)}, tháng {spoken(day.month)}, năm {year}"
    assert date_from_words(text) == day


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse_date(text)
    list(find_dates(text))
    date_from_words(text)
    number_from_words(text)
    has_date_slot(text)


@pytest.mark.parametrize(
    "text",
    ["", "31/02/2024", "00/01/2024", "12/13/2024", "1/1/24", "ngày tháng năm", "18/02/20255",
     "2025-2-8", "ngày 1ỹ tháng 02 năm 2025", "12/3/1066", "18/02-2025"],
)  # fmt: skip
def test_what_is_no_day_gives_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_date_slot_with_handwriting_in_it_is_still_a_slot() -> None:
    assert has_date_slot("Nghệ An,ngày 1ỹ tháng 0% năm 2025")
    assert has_date_slot("Hà Nội, ngày ..... tháng ..... năm 20...")
    assert not has_date_slot("Ngày mai họp")


@pytest.mark.parametrize(
    ("text", "number"),
    [("mùng năm", 5), ("mười", 10), ("hai mươi mốt", 21), ("hai nghìn không trăm linh chín", 2009),
     ("một chín tám lăm", 1985), ("hai nghìn không trăm mười", 2010), ("hăm mốt", None),
     ("nghìn", None), ("một nghìn chín trăm chín tư", 1994)],
)  # fmt: skip
def test_numbers_in_words(text: str, number: int | None) -> None:
    assert number_from_words(text) == number
