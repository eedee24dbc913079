"""Fields of decisions, notices, reports and letters, by the layout of NĐ 30/2020."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.confidence import (
    HANDWRITTEN,
    LISTED,
    decide,
    evidence_of,
    slot_evidence,
    weigh,
)
from digitizer.extract.dates import find_dates
from digitizer.extract.echo import ends_sentence, is_sentence, settle
from digitizer.extract.header import Header
from digitizer.extract.kind import LETTER, symbol_of
from digitizer.extract.layout import Piece, has_wide_gap, join, words_of
from digitizer.extract.names import may_be_misread
from digitizer.extract.numbers import (
    fits_agency,
    parse_code,
    repair_symbol,
    strip_label,
    without_label,
)
from digitizer.extract.openings import spell_opening
from digitizer.extract.paper import Paper
from digitizer.extract.person_name import believe_name, is_name, mend_surname, strip_honorific
from digitizer.extract.places import contradicts_list
from digitizer.extract.subject import find_letter_subject, find_subject
from digitizer.model import Box, Field, FieldName, Hand, Word
from digitizer.syllables import is_syllable
from digitizer.vietnamese import fold, nfc

_CITED: Final = ("can cu", "theo de nghi")
_DISAGREED_SHARE: Final = 0.12
_RUBBISH_SHARE: Final = 0.04
_ONE_DIGIT: Final = re.compile(r"(?<!\d)\d(?!\d)")


def read_decree_fields(paper: Paper, code: str) -> Iterator[Field]:
    """Yield the fields of slots 2 to 7 that were found, in the order of the page.

    Args:
        paper: with a head (slot 1) on its first page, else nothing is yielded but the signer.
        code: the type decided on, "" when unknown.
    """
    if paper.header is not None:
        yield from _agency(paper, paper.header)
        yield _number(paper, paper.header, code)
        yield from _date(paper, paper.header)
        yield from _subject(paper, paper.header, code)
    yield from _signer(paper)


def _agency(paper: Paper, header: Header) -> Iterator[Field]:
    if not header.agency:
        box = Box(0, header.top, paper.first.width // 2, header.bottom)
        evidence = slot_evidence(paper.first.page.number, box, "slot2.expected_place")
        yield decide(FieldName.CO_QUAN_BAN_HANH, "", evidence, paper.settings)
        return
    agency = paper.agency
    is_doubted = not header.is_level or not agency.is_sound or _is_anothers(agency.text, paper)
    words = settle(words_of(header.agency), paper.echoes)
    confidence = weigh(words, is_doubted=is_doubted or contradicts_list(words))
    if agency.is_listed and not is_doubted:
        confidence = max(confidence, LISTED)
    evidence = evidence_of(paper.first.page.number, words, "slot2.agency", confidence)
    yield decide(FieldName.CO_QUAN_BAN_HANH, agency.text, evidence, paper.settings)


def _is_anothers(agency: str, paper: Paper) -> bool:
    """Claim that the code after the number is another agency's: a line of slot 2 was lost."""
    symbol = symbol_of(paper.header.number if paper.header else None)
    head, _, tail = symbol.partition("-")
    own = tail if head in paper.lists.suffixes else symbol
    if symbol in paper.lists.suffixes:  # `TLKS-BS`: what it is, not whose
        return False
    return bool(own) and not fits_agency(own, agency)


def _number(paper: Paper, header: Header, code: str) -> Field:
    """Return slot 3; handwriting and stamps leave it for review, with the place to look at."""
    page, piece = paper.first.page.number, header.number
    if piece is None:
        evidence = slot_evidence(page, header.slot, "slot3.expected_place")
        return decide(FieldName.SO_KY_HIEU, "", evidence, paper.settings)
    parsed = parse_code(piece.text)
    if parsed is None:
        evidence = evidence_of(page, piece.words, "slot3.unparsed", 0.0)
        return decide(FieldName.SO_KY_HIEU, strip_label(piece.text), evidence, paper.settings)
    row = paper.profile.type_of(code)
    symbol = repair_symbol(parsed.symbol, row.suffixes if row else ())
    value = str(type(parsed)(parsed.number, parsed.year, symbol))
    head, _, tail = symbol.partition("-")
    is_typed = row is not None and head in row.suffixes
    is_fitting = (is_typed or code == LETTER) and fits_agency(
        tail if is_typed else symbol, paper.agency.text
    )
    is_short = len(parsed.number) < 2
    confidence = weigh(
        without_label(piece.words),
        is_proven=is_fitting,
        is_doubted=(
            is_short or not is_fitting or has_wide_gap(piece) or _contradicts(parsed.year, header)
        ),
    )
    rule = f"slot3{HANDWRITTEN}" if _is_handwritten(piece) else "slot3.number"
    evidence = evidence_of(page, piece.words, rule, confidence)
    return decide(FieldName.SO_KY_HIEU, value, evidence, paper.settings)


def _is_handwritten(piece: Piece) -> bool:
    return any(word.hand is Hand.WRITTEN for word in piece.words)


def _contradicts(year: int | None, header: Header) -> bool:
    if year is None or header.date is None:
        return False
    return any(dated.day.year != year for dated in find_dates(header.date.text))


def _date(paper: Paper, header: Header) -> Iterator[Field]:
    page, piece = paper.first.page.number, header.date
    if piece is None:
        box = Box(header.slot.right, header.slot.top, paper.first.width, header.slot.bottom)
        evidence = slot_evidence(page, box, "slot4.expected_place")
        yield decide(FieldName.NGAY_BAN_HANH, "", evidence, paper.settings)
        return
    found = list(find_dates(piece.text))
    if len(found) != 1:
        evidence = evidence_of(page, piece.words, "slot4.unparsed", 0.0)
        yield decide(FieldName.NGAY_BAN_HANH, "", evidence, paper.settings)
        return
    day = found[0].day
    raw = fold(piece.text)[found[0].start : found[0].end]
    cited = _cited_days(paper)
    words = _digit_words(piece)
    confidence = weigh(
        words,
        is_proven=bool(cited) and max(cited).year == day.year,
        is_doubted=(
            _is_short(raw, day)
            or has_wide_gap(_from_day(piece))
            or any(other > day for other in cited)
        ),
    )
    rule = f"slot4{HANDWRITTEN}" if _is_handwritten(piece) else "slot4.date"
    evidence = evidence_of(page, piece.words, rule, confidence)
    yield decide(FieldName.NGAY_BAN_HANH, day.isoformat(), evidence, paper.settings)


def _from_day(piece: Piece) -> Piece:
    """Return the piece from `ngày` on: a wide gap after the place says nothing about the date."""
    at = next((n for n, word in enumerate(piece.words) if fold(word.text).startswith("ngay")), 0)
    return Piece.of(piece.page, piece.words[at:])


def _digit_words(piece: Piece) -> list[Word]:
    """Return the words with day, month and year; their anchors were matched already.

    What stands around the digits is no part of them.
    """
    return [
        replace(word, accepted=word.is_legible)
        for word in piece.words
        if any(map(str.isdigit, word.text))
    ]


def _is_short(raw: str, day: date) -> bool:
    """Claim that a digit may be missing: days under 10 and months 1, 2 are printed with a 0."""
    numbers = re.findall(r"\d+", raw)
    return len(numbers[0]) < 2 or (len(numbers[1]) < 2 and day.month < 3)


def _cited_days(paper: Paper) -> list[date]:
    """Return the days of the texts the paper stands on, none of which can be later than it."""
    days: list[date] = []
    for piece in paper.first.pieces:
        if piece.key.startswith(_CITED) and all(word.is_legible for word in piece.words):
            days += [dated.day for dated in find_dates(piece.text)]
    return days


def _subject(paper: Paper, header: Header, code: str) -> Iterator[Field]:
    if paper.title is not None:
        subject, rule = find_subject(paper.first, paper.title), "slot5a.subject"
    elif code == LETTER:
        subject, rule = find_letter_subject(paper.first, header), "slot5b.v_v"
    else:
        return
    if not subject.pieces:
        return
    pieces = _settled(subject.pieces, paper)
    words = words_of(pieces)
    is_whole = is_sentence(_after_opening(words), paper.main_pieces) or (
        subject.is_clear and (not subject.has_room or ends_sentence(words, paper.main_pieces))
    )
    confidence = _subject_confidence(words, is_whole)
    evidence = evidence_of(paper.first.page.number, words, rule, confidence)
    text = re.sub(r"[\s./]+$", "", join(pieces))
    yield decide(FieldName.TRICH_YEU, text, evidence, paper.settings)


def _after_opening(words: Sequence[Word]) -> Sequence[Word]:
    """Return a subject's words without `Về việc`."""
    is_opened = [fold(word.text) for word in words[:2]] == ["ve", "viec"]
    return words[2:] if is_opened else words


def _settled(pieces: Sequence[Piece], paper: Paper) -> tuple[Piece, ...]:
    """Return the lines with what their echoes and their fixed opening settle."""
    words = list(settle(words_of(pieces), paper.echoes))
    words[:2] = spell_opening(words[:2])
    taken = iter(words)
    return tuple(Piece.of(piece.page, list(islice(taken, len(piece.words)))) for piece in pieces)


def _subject_confidence(words: tuple[Word, ...], is_whole: bool) -> float:
    """Accept a long text with a few letters in doubt, but no digit among them.

    A subject is right within 2 % of its letters; of the words the readers disagree on one in
    four has a wrong letter, so those may make up a small share of the text. Of words that are no
    syllables any letter may be wrong.
    """
    unsure = [word for word in words if not word.is_legible]
    total = sum(len(word.text) for word in words)
    share = sum(len(word.text) for word in unsure) / max(total, 1)
    rubbish = sum(len(word.text) for word in unsure if not _is_spoken(word.text)) / max(total, 1)
    has_digit = any(char.isdigit() for word in unsure for char in word.text)
    if not is_whole or has_digit:
        return weigh(words, is_doubted=True)
    if share <= _DISAGREED_SHARE and rubbish <= _RUBBISH_SHARE:
        return weigh([word for word in words if word.is_legible])
    return weigh(words)


def _is_spoken(text: str) -> bool:
    """Claim that a word, or each of several run together by hyphens, may be a syllable."""
    return all(is_syllable(part.strip(" .,;:()")) for part in text.split("-"))


def _signer(paper: Paper) -> Iterator[Field]:
    block = paper.signature
    if block is None:
        return
    words = words_of([post.piece for post in block.posts])
    if words:
        is_listed = all(post.is_proven for post in block.posts)
        is_guess = any(
            not post.is_proven and plain(post.piece.text) != plain(post.text)
            for post in block.posts
        )
        confidence = weigh(words, is_doubted=is_guess or not block.is_complete)
        if is_listed and block.is_complete:
            confidence = max(confidence, LISTED)
        evidence = evidence_of(block.page, words, "slot7a.post", confidence)
        text = " ".join(post.text for post in block.posts)
    else:
        evidence, text = slot_evidence(block.page, block.zone, "slot7a.expected_place"), ""
    yield decide(FieldName.CHUC_VU, text, evidence, paper.settings)
    if block.name is None:
        evidence, text = slot_evidence(block.page, block.zone, "slot7b.expected_place"), ""
    else:
        text = strip_honorific(block.name.text)
        kept = believe_name(
            [word for word in block.name.words if nfc(word.text).strip(" .,:;") in text],
            paper.profile,
        )
        as_read, text = text, mend_surname(text, paper.profile)
        rule = "slot7b.name" if text == as_read else "slot7b.name.mended"
        if text != as_read:
            kept = (replace(kept[0], accepted=True), *kept[1:])
        is_known = is_name(text, paper.profile)
        is_sound = is_known and block.is_centered and not may_be_misread(text)
        confidence = weigh(kept, is_doubted=not is_sound)
        evidence = evidence_of(block.page, block.name.words, rule, confidence)
    yield decide(FieldName.NGUOI_KY, text, evidence, paper.settings)
