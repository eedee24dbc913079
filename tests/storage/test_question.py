"""One box: what a clerk types or scans, what it is taken for, and what is never kept of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digitizer.model import Sha256
from storage.citation import cited, first_date
from storage.lookup import ByCase, ByFile, ByHolder, ByName, ByNumber, Question
from storage.question import LONGEST, Kind, Note, understand

NUMBER = "001203004567"
CARD = f"{NUMBER}|123456789|Nguyễn Văn Thử|05042003|Nam|Thôn Mẫu, xã Thí Điểm|01012021"
BORN = date(1990, 2, 1)


@pytest.mark.parametrize(
    ("text", "kind", "question"),
    [
        (NUMBER, Kind.PERSON, ByHolder(NUMBER)),
        ("001 203 004567", Kind.PERSON, ByHolder(NUMBER)),
        ("００１２０３００４５６７\r\n", Kind.PERSON, ByHolder(NUMBER)),
        ("123456789", Kind.FORMER, ByHolder("123456789")),
        ("0100109106", Kind.ORGANIZATION, ByHolder("0100109106")),
        ("476/QĐ-UBND", Kind.NUMBER, ByNumber("476/QĐ-UBND")),
        ("Số: 476 / QĐ – UBND", Kind.NUMBER, ByNumber("476/QĐ-UBND")),
        ("64/2026", Kind.NUMBER, ByNumber("64/2026")),
        ("12/2025/NQ-HĐND", Kind.NUMBER, ByNumber("12/2025/NQ-HĐND")),
        (
            "Nghệ An 2025 476/qd-ubnd",
            Kind.NUMBER,
            ByNumber("476/qd-ubnd", "Nghệ An", 2025),
        ),
        (
            "Quyết định số 476/QĐ-UBND ngày 18/02/2025 của UBND tỉnh Nghệ An",
            Kind.NUMBER,
            ByNumber("476/QĐ-UBND", "UBND tỉnh Nghệ An", 2025),
        ),
        ("so 476/QD-UBND Ha Nam", Kind.NUMBER, ByNumber("476/QD-UBND", "Ha Nam")),
        ("Giấy khai sinh 64/2026 xã Mẫu", Kind.NUMBER, ByNumber("64/2026", "xã Mẫu")),
        ("Nguyễn Văn An 01/02/1990", Kind.NAME, ByName("Nguyễn Văn An", BORN)),
        ("1990-02-01; Nguyễn Văn An", Kind.NAME, ByName("Nguyễn Văn An", BORN)),
        ("nguyen van an 01021990", Kind.NAME, ByName("nguyen van an", BORN)),
        (
            "Nguyễn Văn An sinh ngày 1 tháng 2 năm 1990",
            Kind.NAME,
            ByName("Nguyễn Văn An", BORN),
        ),
        ("AB" * 32, Kind.FILE, ByFile(Sha256("ab" * 32))),
    ],
)
def test_what_is_typed_is_taken_for_what_it_is(text: str, kind: Kind, question: Question) -> None:
    asked = understand(text)
    assert (asked.kind, asked.questions) == (kind, (question,))


def test_a_card_asks_by_its_number_and_by_the_former_one() -> None:
    asked = understand(CARD)
    assert asked.kind is Kind.CARD
    assert asked.questions == (ByHolder(NUMBER), ByHolder("123456789"))
    assert asked.notes == ()


@pytest.mark.parametrize(
    ("card", "note"),
    [
        (CARD.replace("|123456789", ""), Note.SHORT_CARD),
        (CARD + "|Nguyễn Văn Cha|012345678901", Note.NEWER_CARD),
        (CARD.replace("2003", "1903").replace("|Nam|", "|Nữ|"), Note.CARD_DISAGREES),
        (CARD.replace("|Nam|", "|Nữ|"), Note.CARD_DISAGREES),
        ("099" + CARD[3:], Note.UNKNOWN_PROVINCE),
    ],
)
def test_an_odd_card_gives_its_number_and_a_warning(card: str, note: Note) -> None:
    asked = understand(card)
    assert asked.kind is Kind.CARD
    assert asked.questions[0] == ByHolder(card[:12])
    assert note in asked.notes


def test_of_a_newer_card_nothing_but_the_number_is_kept() -> None:
    asked = understand(f"{NUMBER}|Nguyễn Văn Thử|012345678901|Trần Thị Mẹ|999888777")
    (question,) = asked.questions
    assert question == ByHolder(NUMBER)
    assert "Mẹ" not in str(asked) and "Thử" not in str(asked)


@pytest.mark.parametrize(
    ("text", "case", "procedure"),
    [
        ("000.00.01.H40-231110-0001", "000.00.01.H40-231110-0001", ""),
        ("h15.50.05.13-261008-0975", "H15.50.05.13-261008-0975", ""),
        ("1.011442.000.00.00.H38", "", "1.011442"),
        ("H56.22-210531-0001|1.004873|Tên|x", "H56.22-210531-0001", "1.004873"),
    ],
)
def test_a_slip_sets_the_case_and_the_procedure(text: str, case: str, procedure: str) -> None:
    asked = understand(text)
    assert asked.kind is (Kind.CASE if case else Kind.PROCEDURE)
    assert (asked.case_code, asked.procedure) == (case, procedure)
    assert asked.questions == ((ByCase(case),) if case else ())


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", Note.EMPTY),
        (" \t\u200b\x00", Note.EMPTY),
        ("Nguyễn Văn An", Note.NEEDS_BIRTH_DATE),
        ("Nguyễn Văn An 1990", Note.NOT_UNDERSTOOD),
        ("18/02/1990", Note.NEEDS_NAME),
        ("12345", Note.WRONG_LENGTH),
        ("0100109107", Note.WRONG_LENGTH),
        ("٠٠١٢٠٣٠٠٤٥٦٧", Note.NOT_UNDERSTOOD),
        ("' OR 1=1 --", Note.NOT_UNDERSTOOD),
        ("<script>alert(1)</script>", Note.NOT_UNDERSTOOD),
        ("%", Note.NOT_UNDERSTOOD),
        ("9" * (LONGEST + 1), Note.TOO_LONG),
        ("31/02/1990 Nguyễn Văn An", Note.NOT_UNDERSTOOD),
    ],
)
def test_what_is_not_understood_says_what_is_missing(text: str, note: Note) -> None:
    asked = understand(text)
    assert (asked.kind, asked.notes, asked.questions) == (Kind.UNKNOWN, (note,), ())


_PIECES = st.sampled_from(
    [NUMBER, "|", "/", "-", "QĐ", "UBND", "476", "2025", "01/02/1990", "H56", ".", "ngày", "Đ", " "]
)


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=20).map("".join)))
@example("\ud800/QĐ")
@example("1/" + "A" * 1900)
@example("1 / A" + " - A" * 400)
@example("|" * LONGEST)
def test_nothing_typed_breaks_the_box(text: str) -> None:
    asked = understand(text)
    assert asked.sentence("vi") and asked.sentence("en")
    assert (asked.kind is Kind.UNKNOWN) == bool(
        not asked.questions and not asked.case_code and not asked.procedure
    )


@given(st.from_regex(r"0(?:01|40|01)[0-3][0-9]{8}", fullmatch=True))
def test_a_persons_number_is_never_shown_whole(number: str) -> None:
    asked = understand(number[:12].ljust(12, "0"))
    assert number[:12] not in asked.sentence("vi") + asked.sentence("en") + repr(asked)


@given(
    st.integers(1, 9999),
    st.sampled_from(["QĐ-UBND", "NQ-HĐND", "TB-STNMT", "GPXD"]),
    st.sampled_from(["", "UBND tỉnh Nghệ An", "xã Thí Điểm", "Sở Xây dựng"]),
    st.sampled_from([None, 1999, 2025]),
    st.permutations([0, 1, 2]),
)
def test_number_agency_and_year_may_come_in_any_order(
    count: int, notation: str, agency: str, year: int | None, order: list[int]
) -> None:
    parts = [f"{count}/{notation}", agency, str(year or "")]
    found = cited(" ".join(parts[index] for index in order if parts[index]))
    assert found is not None
    assert (found.number, found.agency, found.year) == (parts[0], agency, year)


def test_an_impossible_date_is_no_date() -> None:
    assert first_date("30/02/2020")[0] is None
