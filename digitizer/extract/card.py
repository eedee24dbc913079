"""Cards: căn cước (its QR code first), driving licence, health insurance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from digitizer.extract.confidence import PROVEN, decide, evidence_of, weigh
from digitizer.extract.identity import Card, parse_card
from digitizer.extract.labels import Entry, entries_of
from digitizer.extract.paper import Paper
from digitizer.extract.persons import Person, read_person
from digitizer.extract.rows import bare_text, rows_of
from digitizer.extract.wordings import PEOPLE, Label
from digitizer.model import Barcode, Evidence, Field, FieldName, FieldStatus, Word
from digitizer.vietnamese import fold

_LICENCE: Final = re.compile(r"(?P<province>\d{2})(?P<sex>\d)(?P<year>\d{2})\d{7}")
_HEALTH: Final = re.compile(r"[A-Z]{2}[1-5]\d{2}\d{10}|\d{10}")


def read_card(paper: Paper) -> Iterator[Field]:
    """Yield what a citizen's card says: its symbol where that proves out, else its print.

    A print on which both readers agree and that says otherwise leaves the field to a person.

    Source: REQ-8 (CAN_CUOC), REQ-8.1.
    """
    printed = {field.name: field for field in read_person(_bearer(paper), paper)}
    scanned = _scanned(paper)
    if scanned is None:
        yield from printed.values()
        return
    for field in _from_card(*scanned, paper):
        other = printed.get(field.name)
        is_denied = other is not None and _is_agreed(other) and _differ(other, field)
        yield replace(field, status=FieldStatus.REVIEW) if is_denied else field


def read_licence(paper: Paper) -> Iterator[Field]:
    """Yield bearer and number of a driving licence.

    Source: REQ-4.8: twelve digits, province, sex, year of passing the test.
    """
    bearer = _bearer(paper)
    yield from _without_number(bearer, paper)
    for entry in bearer.of(Label.NUMBER, Label.BARE_NUMBER):
        words, text = _value(entry)
        match = _LICENCE.fullmatch(text)
        confidence = weigh(words, is_doubted=match is None)
        yield _number(entry, words, text, confidence, paper)
        return


def read_health_card(paper: Paper) -> Iterator[Field]:
    """Yield bearer and code of a health insurance card.

    Source: REQ-4.9: two letters, a digit 1 to 5, province and ten digits; ten digits since 2021.
    """
    bearer = _bearer(paper)
    yield from _without_number(bearer, paper)
    for entry in bearer.of(Label.CODE, Label.NUMBER, Label.BARE_NUMBER):
        words, text = _value(entry)
        confidence = weigh(words, is_doubted=_HEALTH.fullmatch(text) is None)
        yield _number(entry, words, text, confidence, paper)
        return


def _bearer(paper: Paper) -> Person:
    """Return all labels of the page: a card speaks of one person, number before name or after."""
    entries = entries_of(rows_of(paper.first), paper.first.line_height)
    names = [entry for entry in entries if entry.kind in PEOPLE]
    return Person(Label.HOLDER, entries, is_clear=len(names) == 1)


def _without_number(bearer: Person, paper: Paper) -> Iterator[Field]:
    kinds = (Label.NUMBER, Label.BARE_NUMBER, Label.PAPER)
    rest = tuple(entry for entry in bearer.entries if entry.kind not in kinds)
    return read_person(replace(bearer, entries=rest), paper)


def _value(entry: Entry) -> tuple[tuple[Word, ...], str]:
    words = entry.words if entry.text else entry.all_words
    used = tuple(word for word in words if any(map(str.isdigit, word.text)) or len(word.text) < 4)
    return used, re.sub(r"[\s.]", "", bare_text(used))


def _number(
    entry: Entry, words: tuple[Word, ...], text: str, confidence: float, paper: Paper
) -> Field:
    evidence = evidence_of(entry.page, words or entry.label, "label.so_ky_hieu", confidence)
    return decide(FieldName.SO_KY_HIEU, text, evidence, paper.settings)


def _scanned(paper: Paper) -> tuple[Barcode, Card] | None:
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


def _is_agreed(field: Field) -> bool:
    return field.status is FieldStatus.ACCEPTED


def _differ(left: Field, right: Field) -> bool:
    return fold(left.value) != fold(right.value)
