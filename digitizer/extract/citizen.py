"""Fields of papers that citizens hold: forms with labels, much of them filled in by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from digitizer.extract.agency import begins_as_agency
from digitizer.extract.card import read_card, read_health_card, read_licence
from digitizer.extract.confidence import decide, evidence_of, weigh
from digitizer.extract.dates import find_dates
from digitizer.extract.enterprise import (
    is_cut_short,
    read_enterprise,
    read_household,
    read_permit_holder,
)
from digitizer.extract.labels import Entry, entries_of
from digitizer.extract.land import read_land
from digitizer.extract.layout import Piece, has_wide_gap
from digitizer.extract.marriage import read_couple
from digitizer.extract.numbers import parse_code, without_label
from digitizer.extract.paper import Paper
from digitizer.extract.persons import Person, persons_of, read_person
from digitizer.extract.places import believe_titles, contradicts_list, spell_places, spelled_apart
from digitizer.extract.rows import bare_text, rows_of
from digitizer.extract.wordings import Label
from digitizer.legal_profile import DocumentType
from digitizer.model import Field, FieldName, Word
from digitizer.vietnamese import fold

_HOLDERS: Final = frozenset({Label.HOLDER, Label.APPLICANT})


def read_citizen_fields(paper: Paper, kind: DocumentType) -> Iterator[Field]:
    """Yield what the labels of a citizen's paper say, holder by holder in printed order.

    Source: REQ-8 (types and labels), REQ-4.1, REQ-8.3, REQ-8.4.
    """
    reader = _READERS.get(kind.code)
    if reader is not None:
        yield from reader(paper)
    else:
        yield from read_holder(paper)
    entries = entries_of(rows_of(paper.first), paper.first.line_height)
    yield from _until(entries, paper)
    if kind.code not in _OF_THEIR_OWN:
        issued = list(_registered(entries, paper))
        yield from issued
        yield from _number(entries, issued, paper, kind)
        yield from _office(entries, paper, kind)


def read_holder(paper: Paper) -> Iterator[Field]:
    """Yield name, number and birth date of the one holder of a form.

    Who hands a form in comes before whom it names; parents and informants hold nothing.
    """
    persons = persons_of(entries_of(rows_of(paper.first), paper.first.line_height))
    holder, is_doubted = holder_among(persons)
    if holder is not None:
        yield from read_person(holder, paper, is_doubted=is_doubted)


def holder_among(persons: Sequence[Person]) -> tuple[Person | None, bool]:
    """Return the holder, and whether that is in doubt; None where nobody has a holder's label."""
    holder = next((person for person in persons if person.role in _HOLDERS), None)
    if holder is None:
        return None, True
    # Forms name their holder first; one that comes after somebody else may be anyone.
    return holder, persons[0] is not holder


_READERS: Final[Mapping[str, Callable[[Paper], Iterator[Field]]]] = {
    "KET_HON": read_couple,
    "CAN_CUOC": read_card,
    "GPLX": read_licence,
    "BHYT": read_health_card,
    "GCN_DAT": read_land,
    "DKDN": read_enterprise,
    "HKD": read_household,
    "GPXD": read_permit_holder,
}
_OF_THEIR_OWN: Final = frozenset({"CAN_CUOC", "GPLX", "BHYT", "GCN_DAT", "DKDN", "HKD"})
"""Number, day and office of these stand nowhere near where civil-status papers have them."""


def _entry_field(
    entry: Entry, words: Sequence[Word], name: FieldName, value: str, confidence: float,
    paper: Paper,
) -> Field:  # fmt: skip
    evidence = evidence_of(entry.page, words or entry.label, f"label.{name}", confidence)
    return decide(name, value, evidence, paper.settings)


def _has_head(paper: Paper) -> bool:
    """Claim that slots 2 to 4 say who issued the paper and when; labels then say something else.

    An extract (`TRÍCH LỤC`) has them also where they could not be read: what it registers was
    registered on another day, maybe by another office.
    """
    is_extract = paper.title is not None and paper.title.pieces[0].key.startswith("trich luc")
    return is_extract or (paper.header is not None and paper.header.date is not None)


def _registered(entries: Sequence[Entry], paper: Paper) -> Iterator[Field]:
    """Yield the day of registration, or of receipt, as the day of a paper that has no slot 4."""
    kinds = (Label.ISSUED, Label.RECEIVED)
    entry = next((entry for entry in entries if entry.kind in kinds), None)
    if entry is None or _has_head(paper):
        return
    days = [dated.day for dated in find_dates(entry.text)]
    digits = _with_digits(entry.words)
    value = days[0].isoformat() if len(days) == 1 else ""
    confidence = weigh(digits, is_doubted=not value)
    yield _entry_field(entry, digits, FieldName.NGAY_BAN_HANH, value, confidence, paper)


def _until(entries: Sequence[Entry], paper: Paper) -> Iterator[Field]:
    """Yield the last day a card or licence says it holds."""
    entry = next((entry for entry in entries if entry.kind is Label.UNTIL), None)
    if entry is None:
        return
    words = entry.words if entry.text else entry.all_words
    text = bare_text(words)
    days = [dated.day for dated in find_dates(text)]
    if fold(text).startswith("khong thoi han"):
        value, used = "không thời hạn", tuple(words[:3])
    elif len(days) == 1:
        value, used = f"đến {days[0].isoformat()}", _with_digits(words)
    else:
        value, used = "", tuple(words)
    confidence = weigh(used, is_doubted=not value)
    yield _entry_field(entry, used, FieldName.THOI_HAN, value, confidence, paper)


def _with_digits(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if any(map(str.isdigit, word.text)))


def _number(
    entries: Sequence[Entry], issued: Sequence[Field], paper: Paper, kind: DocumentType
) -> Iterator[Field]:
    """Yield the paper's number: from slot 3, or after `Số:` in the upper half of a form."""
    if paper.header is not None and paper.header.number is not None:
        yield from _slot_number(paper.header.number, paper, kind)
    else:
        yield from _form_number(entries, issued, paper)


def _slot_number(piece: Piece, paper: Paper, kind: DocumentType) -> Iterator[Field]:
    """Yield a number whose code is that of the type (`/TLKT-BS`, `/UBND-XNTTHN`)."""
    code = parse_code(piece.text)
    if code is None or code.symbol not in kind.suffixes:
        return
    is_odd = has_wide_gap(piece) or len(code.number) < 2
    confidence = weigh(without_label(piece.words), is_proven=True, is_doubted=is_odd)
    evidence = evidence_of(piece.page, piece.words, "slot3.suffix", confidence)
    yield decide(FieldName.SO_KY_HIEU, str(code), evidence, paper.settings)


def _form_number(
    entries: Sequence[Entry], issued: Sequence[Field], paper: Paper
) -> Iterator[Field]:
    """Yield `45/2019`; its year is the year of registration, which proves or refutes it."""
    for entry in entries:
        is_upper = entry.label[0].box.top < paper.first.height / 2
        if entry.kind is not Label.BARE_NUMBER or not is_upper or not entry.words:
            continue
        code = parse_code(entry.words[0].text)
        if code is None:
            continue
        years = {date.fromisoformat(field.value).year for field in issued if field.value}
        is_same = code.year is not None and years == {code.year}
        is_odd = code.year is not None and bool(years) and not is_same
        used = entry.words[:1]
        confidence = weigh(used, is_proven=is_same, is_doubted=is_odd)
        yield _entry_field(entry, used, FieldName.SO_KY_HIEU, str(code), confidence, paper)
        return


def _office(entries: Sequence[Entry], paper: Paper, kind: DocumentType) -> Iterator[Field]:
    """Read the issuing office of a form without a head; an application is issued by nobody.

    What does not begin as agencies do, or is none that issues such papers, is never sure.
    """
    if FieldName.CO_QUAN_BAN_HANH not in kind.required:
        return
    if _has_head(paper) or (paper.header is not None and paper.header.agency):
        return
    entry = next((entry for entry in entries if entry.kind is Label.OFFICE), None)
    if entry is None or not entry.words:
        return
    words = spelled_apart(entry.all_words, lambda words: spell_places(believe_titles(words)))
    text = re.sub(r"\s+", " ", bare_text(words))
    is_odd = (
        not begins_as_agency(text)
        or not kind.is_issued_by(text)
        or words[-1].text.endswith(",")
        or is_cut_short(entry, paper.first)
        or contradicts_list(words)
    )
    confidence = weigh(words, is_doubted=is_odd)
    yield _entry_field(entry, words, FieldName.CO_QUAN_BAN_HANH, text, confidence, paper)
