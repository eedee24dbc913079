"""Registrations of enterprises and household businesses, and permits given to either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from digitizer.extract.confidence import decide, evidence_of, weigh
from digitizer.extract.dates import find_dates
from digitizer.extract.identity import is_tax_number, parse_person_number
from digitizer.extract.labels import Entry, entries_of
from digitizer.extract.layout import Layout, cover
from digitizer.extract.names import name_in
from digitizer.extract.paper import Paper
from digitizer.extract.persons import persons_of, read_person
from digitizer.extract.rows import bare_text, rows_of
from digitizer.extract.wordings import Label
from digitizer.model import Field, FieldName, Word
from digitizer.vietnamese import fold

_OLD_HOUSEHOLD: Final = re.compile(r"\d{2}[A-Z]\d{6,8}")
_ORGANIZATIONS: Final = (
    "cong ty", "tong cong ty", "tap doan", "doanh nghiep", "hop tac xa", "lien hiep", "ngan hang",
    "truong", "uy ban", "ubnd", "ban quan ly", "chi nhanh", "trung tam", "so", "benh vien", "quy",
    "hoi", "van phong", "cuc", "chi cuc", "phong", "giao xu", "chua", "vien", "xi nghiep",
    "to chuc",
)  # fmt: skip
_FULL: Final = 0.86
"""A row that ends beyond this share of the text's width may go on in the next."""
_GAP: Final = 1.1
"""More room than this between two rows, in line heights, and one may have stood there."""


def is_organization(text: str) -> bool:
    """Claim that a name is an organization's by the words it begins with."""
    return (fold(text) + " ").startswith(tuple(f"{opening} " for opening in _ORGANIZATIONS))


def is_cut_short(entry: Entry, layout: Layout) -> bool:
    """Claim that a value fills its row and that below it stands a gap: its next row was lost."""
    rows = [row for row in (entry.words, *entry.below) if row]
    if not rows:
        return False
    end = cover(rows[-1])
    if end.right < layout.left + _FULL * (layout.right - layout.left):
        return False
    tops = [piece.box.top for piece in layout.pieces if piece.box.top > end.bottom]
    return not tops or min(tops) - end.bottom > _GAP * layout.line_height


def read_enterprise(paper: Paper) -> Iterator[Field]:
    """Yield an enterprise: its code, as number of the paper and of its holder, name and day.

    The enterprise holds the certificate; owner and representative are named on it, but nothing
    was given to them.

    Source: REQ-8 (DKDN), REQ-4.3, REQ-4.4; Luật Doanh nghiệp 2020 Đ28, Đ29.
    """
    entries = entries_of(rows_of(paper.first), paper.first.line_height)
    code = next((entry for entry in entries if entry.kind is Label.TAX_NUMBER), None)
    if code is not None:
        for name in (FieldName.SO_KY_HIEU, FieldName.SO_DINH_DANH):
            yield _tax_number(code, name, paper)
    company = next((entry for entry in entries if entry.kind is Label.COMPANY), None)
    if company is not None:
        words = company.all_words
        text = bare_text(words)
        is_odd = text != text.upper() or is_cut_short(company, paper.first)
        confidence = weigh(words, is_doubted=is_odd or not is_organization(text))
        yield _field(company, words, FieldName.CHU_HO_SO, text, confidence, paper)
    yield from _registration_day(entries, paper)


def read_household(paper: Paper) -> Iterator[Field]:
    """Yield a household business: its number and day, and its head, who is the holder.

    Source: REQ-8 (HKD), REQ-4.4; NĐ 168/2025/NĐ-CP (the head's own number from 1 July 2025).
    """
    entries = entries_of(rows_of(paper.first), paper.first.line_height)
    persons = persons_of(entries)
    head = next((person for person in persons if person.role is Label.HOLDER), None)
    if head is not None:
        yield from read_person(head, paper, is_doubted=persons[0] is not head)
    numbers = (Label.TAX_NUMBER, Label.BARE_NUMBER)
    for entry in entries:
        if entry.kind in numbers and entry.label[0].box.top < paper.first.height / 2:
            yield _household_number(entry, paper)
            break
    yield from _registration_day(entries, paper)


def read_permit_holder(paper: Paper) -> Iterator[Field]:
    """Yield to whom a permit was given: a person, or an organization by its tax number.

    Source: NĐ 15/2021/NĐ-CP PL II.
    """
    entries = entries_of(rows_of(paper.first), paper.first.line_height)
    holders = [person for person in persons_of(entries) if person.role is Label.HOLDER]
    if not holders or holders[0].name is None:
        return
    holder, entry = holders[0], holders[0].name
    text, words, spoken = name_in(entry)
    if spoken or not is_organization(text):
        yield from read_person(holder, paper, asks_birth=False)
        return
    is_whole = entry.words[: len(words)] != entry.words or not is_cut_short(entry, paper.first)
    is_single = not entry.below or (bool(entry.words) and entry.words[-1].text.endswith(","))
    confidence = weigh(words, is_doubted=not (is_whole and is_single))
    yield _field(entry, words, FieldName.CHU_HO_SO, text, confidence, paper)
    code = next(iter(holder.of(Label.TAX_NUMBER)), None)
    if code is not None:
        yield _tax_number(code, FieldName.SO_DINH_DANH, paper)


def _tax_number(entry: Entry, name: FieldName, paper: Paper) -> Field:
    """Read a tax number; its check digit proves it or sends it to a person."""
    words = _digits(entry)
    text = re.sub(r"(?<=\d)[ .](?=\d)", "", bare_text(words))
    is_sound = is_tax_number(text)
    confidence = weigh(words, is_proven=is_sound, is_doubted=not is_sound)
    return _field(entry, words, name, text, confidence, paper)


def _household_number(entry: Entry, paper: Paper) -> Field:
    words = _digits(entry)
    text = re.sub(r"\s", "", bare_text(words))
    person = parse_person_number(text, paper.profile)
    is_sound = is_tax_number(text) or person is not None
    confidence = weigh(
        words,
        is_proven=is_tax_number(text),
        is_doubted=not (is_sound or _OLD_HOUSEHOLD.fullmatch(text)),
    )
    return _field(entry, words, FieldName.SO_KY_HIEU, text, confidence, paper)


def _digits(entry: Entry) -> tuple[Word, ...]:
    words = entry.words if entry.text else entry.all_words
    return tuple(word for word in words if any(map(str.isdigit, word.text)))


def _registration_day(entries: Sequence[Entry], paper: Paper) -> Iterator[Field]:
    """Yield the day of the newest registration on the paper: that on which it was issued."""
    changed = [entry for entry in entries if entry.kind is Label.CHANGE_DAY and _digits(entry)]
    first = [entry for entry in entries if entry.kind is Label.FIRST_DAY]
    entry = next(iter((*changed, *first)), None)
    if entry is None:
        return
    words = entry.all_words
    days = [dated.day for dated in find_dates(bare_text(words))]
    is_early = any(
        bool(days) and dated.day > days[0]
        for other in first
        for dated in find_dates(bare_text(other.all_words))
    )
    value = days[0].isoformat() if len(days) == 1 else ""
    confidence = weigh(_digits(entry), is_doubted=not value or is_early)
    yield _field(entry, _digits(entry), FieldName.NGAY_BAN_HANH, value, confidence, paper)


def _field(
    entry: Entry, words: Sequence[Word], name: FieldName, value: str, confidence: float,
    paper: Paper,
) -> Field:  # fmt: skip
    evidence = evidence_of(entry.page, words or entry.label, f"label.{name}", confidence)
    return decide(name, value, evidence, paper.settings)
