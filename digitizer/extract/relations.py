"""What a paper says it does to others: replaces, repeals, amends.

Source: NĐ 30/2020 PL I (the articles on effect); Luật Ban hành văn bản quy phạm pháp luật 2025;
REQ-3.10 (a paper that was replaced must not be used again).
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.citations import Citation, Wording
from digitizer.extract.clauses import Act, find_acts, find_subject_acts
from digitizer.extract.confidence import evidence_of, weigh
from digitizer.extract.dates import find_dates
from digitizer.extract.layout import Piece, has_wide_gap, words_of
from digitizer.extract.numbers import Code, parse_code
from digitizer.extract.paper import Paper
from digitizer.extract.paragraphs import find_paragraphs
from digitizer.extract.subject import find_subject
from digitizer.model import FieldStatus, Relation, RelationKind, Word
from digitizer.vietnamese import fold, nfc, squeeze

_FIRST_ARTICLE: Final = re.compile(r"^dieu 1\b")
_RECIPIENTS: Final = ("noi nhan", "noinhan")
_POST: Final = re.compile(
    r"^(?:(?:phó |quyền )?(?:chủ tịch|giám đốc|chủ nhiệm|bộ trưởng|tổng giám đốc|cục trưởng|"
    r"tổng cục trưởng|hiệu trưởng|trưởng ban|viện trưởng)[ ,]+)+",
    re.IGNORECASE,
)
_SHORT: Final = (("uy ban nhan dan", "ubnd"), ("hoi dong nhan dan", "hdnd"))
_LOOSE: Final = 1.7
"""Lines further apart than this, in steps from line to line, may have lost one between them."""


@dataclass(frozen=True, slots=True)
class _Stream:
    """Words in reading order as one text; where each word and each line begins in it."""

    wording: Wording
    words: tuple[Word, ...]
    pages: tuple[int, ...]
    starts: tuple[int, ...]
    lines: tuple[int, ...]

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> _Stream:
        words = words_of(pieces)
        starts = tuple(accumulate((len(nfc(word.text)) + 1 for word in words), initial=0))
        firsts = tuple(accumulate((len(piece.words) for piece in pieces), initial=0))
        return cls(
            wording=Wording.of([word.text for word in words]),
            words=words,
            pages=tuple(piece.page for piece in pieces for _ in piece.words),
            starts=starts[:-1],
            lines=tuple(starts[first] for first in firsts[:-1]),
        )

    def within(self, start: int, end: int) -> range:
        """Return the indices of the words that have a letter in [start, end)."""
        return range(max(0, bisect_right(self.starts, start) - 1), bisect_left(self.starts, end))

    def printed(self, start: int, end: int) -> str:
        return self.wording.raw[start:end]


def read_relations(paper: Paper) -> tuple[Relation, ...]:
    """Return what the operative part, or the subject, does to other papers.

    A relation is accepted when every word of number and date was read alike twice, number and
    wording fit together and nothing may have been lost between the verb and its object; else a
    person has to look. Grounds (Căn cứ), annexes and titles quoted are left out.
    """
    own = _own(paper)
    found = [
        _relation(act, stream, paper, own)
        for stream, acts in (_by_articles(paper), _by_subject(paper))
        for act in acts
    ]
    return _merged([relation for relation in found if relation.number != own.number])


def _in_rows(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield pieces row by row, left to right: stretched lines come in several pieces."""
    row: list[Piece] = []
    for piece in pieces:
        middle = (piece.box.top + piece.box.bottom) / 2
        if row and not (piece.page == row[0].page and middle < row[0].box.bottom):
            yield from sorted(row, key=lambda piece: piece.box.left)
            row = []
        row.append(piece)
    yield from sorted(row, key=lambda piece: piece.box.left)


@dataclass(frozen=True, slots=True)
class _Own:
    """The paper's own number, day and agency, as far as they were read."""

    number: str
    symbol: str
    day: date | None
    agency: str


def _own(paper: Paper) -> _Own:
    header = paper.header
    code = parse_code(header.number.text) if header and header.number else None
    days = list(find_dates(header.date.text)) if header and header.date else []
    return _Own(
        number=str(code) if code else "",
        symbol=code.symbol if code else "",
        day=days[0].day if days else None,
        agency=paper.agency.text,
    )


def _by_articles(paper: Paper) -> tuple[_Stream, tuple[Act, ...]]:
    stream = _Stream.of(list(_operative(paper)))
    parts = list(find_paragraphs(stream.wording.folded, stream.lines))
    return stream, tuple(find_acts(stream.wording, parts))


def _by_subject(paper: Paper) -> tuple[_Stream, tuple[Act, ...]]:
    stream = _Stream.of(find_subject(paper.first, paper.title).pieces if paper.title else ())
    return stream, tuple(find_subject_acts(stream.wording))


def _operative(paper: Paper) -> Iterator[Piece]:
    """Yield the lines from Điều 1 to the signature, page numbers left out.

    A paper without articles (letter, notice) is taken whole: there only `Thông báo này …` counts.
    """
    pieces = list(_in_rows(paper.main_pieces))
    start = next((i for i, piece in enumerate(pieces) if _FIRST_ARTICLE.match(piece.key)), 0)
    for piece in pieces[start:]:
        if piece.key.startswith(_RECIPIENTS):
            return
        if not (piece.key.isdigit() and len(piece.key) <= 3):
            yield piece


def _relation(act: Act, stream: _Stream, paper: Paper, own: _Own) -> Relation:
    named = act.citation
    span = stream.within(act.start, named.dated_end)
    digits = [stream.words[index] for index in stream.within(named.number[0], named.dated_end)]
    raw = re.sub(r"\s+", "", stream.printed(*named.number))
    code = parse_code(raw)
    days = list(find_dates(f"ngày {stream.printed(*named.day)}"))
    day = days[0].day if days else None
    is_doubted = (
        not act.is_plain
        or code is None
        or (day is None and _is_dated(named, stream))
        or _contradicts(named, raw, day, paper, own)
        or has_wide_gap(Piece.of(0, digits), heights=1.5)
        or _may_have_lost(span, stream)
    )
    confidence = weigh(digits, is_proven=_is_typed(named, raw, paper), is_doubted=is_doubted)
    page = stream.pages[span[-1]]
    shown = [stream.words[index] for index in span if stream.pages[index] == page]
    is_sure = confidence >= paper.settings.accept
    return Relation(
        kind=act.kind,
        number=str(_as_own(code, own)) if code else raw,
        issued_on=day,
        agency=_agency(stream.printed(*named.agency), own),
        status=FieldStatus.ACCEPTED if is_sure else FieldStatus.REVIEW,
        evidence=evidence_of(page, shown, f"clause.{act.kind}", confidence),
    )


def _as_own(code: Code, own: _Own) -> Code:
    """Return a code in the paper's own spelling, where only accents tell them apart."""
    is_own = fold(code.symbol) == fold(own.symbol)
    return replace(code, symbol=own.symbol) if is_own else code


def _is_dated(named: Citation, stream: _Stream) -> bool:
    """Claim that a day is named after the number, whether or not it could be read."""
    return stream.wording.folded[named.number[1] :].lstrip(" ,").startswith("ngay")


def _is_typed(named: Citation, number: str, paper: Paper) -> bool:
    """Claim that the noun is the type its number says: `Quyết định số …/QĐ-…`."""
    kind = paper.lists.suffixes.get(_head(number))
    return kind is not None and fold(kind.name) == named.noun


def _contradicts(named: Citation, number: str, day: date | None, paper: Paper, own: _Own) -> bool:
    """Claim that number, type and dates can't all be right, or that a digit may be missing."""
    kind, code = paper.lists.suffixes.get(_head(number)), parse_code(number)
    is_other_type = kind is not None and bool(named.noun) and fold(kind.name) != named.noun
    is_other_year = bool(code and code.year and day and code.year != day.year)
    is_later = day is not None and own.day is not None and day > own.day
    is_short = code is not None and len(code.number) < 2
    return is_other_type or is_other_year or is_later or is_short


def _head(number: str) -> str:
    return number.rpartition("/")[2].partition("-")[0]


def _may_have_lost(span: Sequence[int], stream: _Stream) -> bool:
    """Claim that a line may be missing between the verb and the end of number and date."""
    boxes = [stream.words[index].box for index in span]
    if len({stream.pages[index] for index in span}) > 1:
        return True
    steps = [low.top - up.top for up, low in pairwise(boxes) if low.left < up.left]
    return bool(steps) and max(steps) > _LOOSE * _pitch(stream)


def _pitch(stream: _Stream) -> float:
    """Return the usual distance from line to line, in pixels."""
    firsts = [stream.words[bisect_left(stream.starts, start)].box for start in stream.lines]
    height = statistics.median(box.height for box in firsts)
    steps = [lower.top - upper.top for upper, lower in pairwise(firsts)]
    usual = [step for step in steps if 0.6 * height <= step <= 3 * height]
    return statistics.median(usual) if usual else 1.4 * height


def _agency(printed: str, own: _Own) -> str:
    """Return the issuer named, its head's post left off; "" for the paper's own agency.

    `UBND tỉnh` without a name is the own province's.
    """
    agency = squeeze(_POST.sub("", squeeze(printed))).strip(" ,")
    agency = agency[:1].upper() + agency[1:]
    return "" if _key(agency) and _key(agency) in _key(own.agency) else agency


def _key(agency: str) -> str:
    key = plain(agency)
    for long, short in _SHORT:
        key = key.replace(long, short)
    return key


def _merged(found: Sequence[Relation]) -> tuple[Relation, ...]:
    """Keep one relation to each paper; two that differ in kind are left to a person.

    A paper named once with its day and again without is the same one.
    """
    kept: list[Relation] = []
    for relation in sorted(found, key=lambda one: one.issued_on is None):
        known = next((one for one in kept if _is_same(one, relation)), None)
        if known is None:
            kept.append(relation)
        elif known.kind is not relation.kind:
            is_part = relation.kind is RelationKind.AMENDS
            kind = relation.kind if is_part else known.kind
            kept[kept.index(known)] = replace(known, kind=kind, status=FieldStatus.REVIEW)
        elif relation.issued_on and relation.evidence.confidence > known.evidence.confidence:
            kept[kept.index(known)] = relation
    return tuple(kept)


def _is_same(known: Relation, other: Relation) -> bool:
    is_same_day = other.issued_on in (None, known.issued_on)
    return fold(known.number) == fold(other.number) and is_same_day
