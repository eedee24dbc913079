"""Fields of papers that citizens hold: forms with labels, much of them filled in by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from digitizer.extract.agency import begins_as_agency
from digitizer.extract.confidence import PROVEN, decide, evidence_of, weigh
from digitizer.extract.dates import date_from_words, find_dates, parse_date
from digitizer.extract.identity import Card, PersonNumber, agrees, parse_card, parse_person_number
from digitizer.extract.labels import Labelled, Row, find_labels, rows_of
from digitizer.extract.numbers import parse_code
from digitizer.extract.paper import Paper
from digitizer.model import Barcode, Evidence, Field, FieldName
from digitizer.vietnamese import fold

_HOLDER: Final = (
    "ho chu dem ten", "ho chu dem va ten", "ho va ten", "ho ten", "ho va ten khai sinh",
    "ho chu dem ten nguoi yeu cau",
    "ho va ten nguoi yeu cau",
    "ho ten nguoi yeu cau",
    "ho va ten nguoi de nghi",
    "ho ten nguoi de nghi", "nguoi nop ho so", "ten to chuc ca nhan", "cap cho ong ba",
    "ho va ten nguoi nop", "tiep nhan ho so cua ong ba", "tiep nhan ho so cua", "chu ho so",
    "cap cho",
)  # fmt: skip
_NUMBER: Final = (
    "so dinh danh ca nhan", "so dinh danh", "so cccd", "can cuoc cong dan so", "so can cuoc",
    "so cccd cmnd", "so dinh danh ca nhan cccd", "cccd so", "can cuoc so",
)  # fmt: skip
_BIRTH: Final = ("ngay thang nam sinh", "ngay sinh", "sinh ngay")
_IN_WORDS: Final = ("ghi bang chu", "bang chu")
_SEX: Final = ("gioi tinh",)
_ISSUED: Final = ("ngay thang nam dang ky", "ngay dang ky", "ngay cap")
_OFFICE: Final = ("noi dang ky khai sinh", "noi dang ky", "co quan dang ky", "co quan cap")
_UNTIL: Final = ("co gia tri den", "gia tri den", "ngay het han")
_NAME: Final = re.compile(r"[^\W\d_]+(?:['’ ][^\W\d_]+)+")
_TWO_HOLDERS: Final = frozenset({"KET_HON"})


def read_citizen_fields(paper: Paper, code: str) -> Iterator[Field]:
    """Yield what the labels of a citizen's paper say; a card's QR code comes before them.

    Values of one person are never mixed with those of another: where a second holder, birth
    date or number stands, the first is read and left to a person.

    Source: REQ-8 (types and labels), REQ-4.1, REQ-8.3.
    """
    rows = rows_of(paper.first)
    card = _card(paper)
    if card is not None:
        yield from _from_card(*card, paper)
        return
    is_shared = code in _TWO_HOLDERS
    birth, birth_field = _birth(rows, paper, is_shared)
    yield from _holder(rows, paper, is_shared)
    yield from _identity(rows, paper, birth, is_shared)
    if birth_field is not None:
        yield birth_field
    yield from _labelled_date(rows, paper, FieldName.NGAY_BAN_HANH, _ISSUED)
    yield from _labelled_date(rows, paper, FieldName.THOI_HAN, _UNTIL)
    yield from _civil_number(rows, paper)
    yield from _office(rows, paper, code)


def _card(paper: Paper) -> tuple[Barcode, Card] | None:
    found = [(code, parse_card(code.text, paper.profile)) for code in paper.barcodes]
    cards = [(code, card) for code, card in found if card is not None]
    return cards[0] if len({card.number.digits for _, card in cards}) == 1 else None


def _from_card(barcode: Barcode, card: Card, paper: Paper) -> Iterator[Field]:
    values = (
        (FieldName.CHU_HO_SO, card.name),
        (FieldName.SO_DINH_DANH, card.number.digits),
        (FieldName.NGAY_SINH, card.birth.isoformat()),
    )
    for name, value in values:
        evidence = Evidence(barcode.page, barcode.box, "barcode.card", PROVEN)
        yield decide(name, value, evidence, paper.settings)


def _field(found: Labelled, name: FieldName, value: str, confidence: float, paper: Paper) -> Field:
    words = found.words or found.label
    evidence = evidence_of(found.page, words, f"label.{name}", confidence)
    return decide(name, value, evidence, paper.settings)


def _holder(rows: Sequence[Row], paper: Paper, is_shared: bool) -> Iterator[Field]:
    found = list(find_labels(rows, _HOLDER))
    if not found:
        return
    first = found[0]
    text = re.sub(r"^(?:ông|bà|ông/bà|ông \(bà\)|\(?bà\)?)\s*:?\s+", "", first.text, flags=re.I)
    is_name = bool(_NAME.fullmatch(text)) and not any(word.islower() for word in text.split())
    confidence = weigh(first.words, is_doubted=is_shared or not is_name)
    yield _field(first, FieldName.CHU_HO_SO, text, confidence, paper)


def _identity(
    rows: Sequence[Row], paper: Paper, birth: date | None, is_shared: bool
) -> Iterator[Field]:
    found = list(find_labels(rows, _NUMBER))
    if not found:
        return
    first = found[0]
    number = _person_number(first, paper)
    if number is None:
        yield _field(first, FieldName.SO_DINH_DANH, first.text, 0.0, paper)
        return
    sex = _sex(rows)
    is_checked = birth is not None and agrees(number, birth, sex)
    confidence = weigh(
        [word for word in first.words if any(map(str.isdigit, word.text))],
        is_proven=is_checked,
        is_doubted=is_shared or not is_checked,
    )
    yield _field(first, FieldName.SO_DINH_DANH, number.digits, confidence, paper)


def _person_number(found: Labelled, paper: Paper) -> PersonNumber | None:
    match = re.search(r"(?<!\d)\d{12}(?!\d)", re.sub(r"(?<=\d) (?=\d)", "", found.text))
    return parse_person_number(match[0], paper.profile) if match else None


def _sex(rows: Sequence[Row]) -> str:
    """Return `Nam` or `Nữ` as the form says, "" when it does not say clearly."""
    for found in find_labels(rows, _SEX):
        words = fold(found.text).split()
        if words[:1] == ["nam"]:
            return "Nam"
        if words[:1] == ["nu"]:
            return "Nữ"
    return ""


def _birth(rows: Sequence[Row], paper: Paper, is_shared: bool) -> tuple[date | None, Field | None]:
    """Return the birth date and its field; digits and words must agree where both stand."""
    found = next(find_labels(rows, _BIRTH), None)
    if found is None:
        return None, None
    days = list(find_dates(found.text))
    if not days:
        return None, _field(found, FieldName.NGAY_SINH, found.text, 0.0, paper)
    day = days[0].day
    written = next(find_labels(rows, _IN_WORDS), None)
    in_words = date_from_words(written.text) if written else None
    is_doubted = is_shared or len(days) > 1 or (in_words is not None and in_words != day)
    confidence = weigh(found.words, is_proven=in_words == day, is_doubted=is_doubted)
    return day, _field(found, FieldName.NGAY_SINH, day.isoformat(), confidence, paper)


def _labelled_date(
    rows: Sequence[Row], paper: Paper, name: FieldName, labels: Sequence[str]
) -> Iterator[Field]:
    found = next(find_labels(rows, labels), None)
    if found is None:
        return
    days = [dated.day for dated in find_dates(found.text)]
    until = name is FieldName.THOI_HAN
    if until and fold(found.text).startswith("khong thoi han"):
        yield _field(found, name, "không thời hạn", weigh(found.words), paper)
    elif len(days) == 1:
        value = f"đến {days[0].isoformat()}" if until else days[0].isoformat()
        yield _field(found, name, value, weigh(found.words), paper)
    else:
        yield _field(found, name, "" if parse_date(found.text) is None else found.text, 0.0, paper)


def _civil_number(rows: Sequence[Row], paper: Paper) -> Iterator[Field]:
    """Yield a number that stands after `Số:` anywhere in the upper half of a form."""
    upper = [row for row in rows if row.words[0].box.top < paper.first.height / 2]
    for found in find_labels(upper, ("so",)):
        code = parse_code(found.words[0].text) if found.words else None
        if code is not None:
            yield _field(found, FieldName.SO_KY_HIEU, str(code), weigh(found.words[:1]), paper)
            return


def _office(rows: Sequence[Row], paper: Paper, code: str) -> Iterator[Field]:
    """Read the issuing office of a paper that has one; an application is issued by nobody.

    The label's words stand in running text, too (`Đề nghị cơ quan cấp bản sao …`): what does not
    begin as agencies do is never sure.
    """
    kind = paper.profile.type_of(code)
    if kind is None or FieldName.CO_QUAN_BAN_HANH not in kind.required:
        return
    found = next(find_labels(rows, _OFFICE), None)
    if found is not None and found.words:
        confidence = weigh(found.words, is_doubted=not begins_as_agency(found.text))
        yield _field(found, FieldName.CO_QUAN_BAN_HANH, found.text, confidence, paper)
