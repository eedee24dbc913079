"""Of what type a paper is: by its title and by the code after its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from digitizer.extract.confidence import AGREED, DOUBTED, PROVEN, UNSURE, decide, evidence_of
from digitizer.extract.layout import Piece, words_of
from digitizer.extract.numbers import parse_code
from digitizer.extract.paper import Paper
from digitizer.extract.subject import find_letter_subject
from digitizer.legal_profile import DocumentType
from digitizer.model import Field, FieldName, FieldStatus
from digitizer.vietnamese import nfc

LETTER: Final = "CV"
_SYMBOL: Final = re.compile(r"/\s*([A-ZĐƯÔƠÂÊĂ][^\W_]*(?:\s*[-.&]\s*[^\W_]+)*)\W*$")


@dataclass(frozen=True, slots=True)
class Kind:
    """The type, "" when unknown, as a field with its evidence."""

    code: str
    field: Field


def symbol_of(piece: Piece | None) -> str:
    """Return the code of slot 3 (`QĐ-UBND`), also where its number can't be read; "" if none."""
    if piece is None:
        return ""
    code = parse_code(piece.text)
    if code is not None:
        return code.symbol
    match = _SYMBOL.search(nfc(piece.text))
    return re.sub(r"\s+", "", match[1]) if match else ""


def classify(paper: Paper) -> Kind:
    """Decide the type. Title and code that contradict each other leave it to a person.

    Source: REQ-8.1; NĐ 30/2020 Điều 7 and PL III.
    """
    suffix = _by_suffix(paper)
    if paper.title is not None:
        return _titled(paper, suffix)
    if paper.header is None:
        return Kind("", Field(FieldName.LOAI_VAN_BAN, "", FieldStatus.ABSENT, None))
    letter = find_letter_subject(paper.first, paper.header)
    if letter.pieces and suffix is None:
        return _kind(paper, LETTER, letter.pieces[:1], "letter.v_v", AGREED)
    if suffix is not None and paper.header.number is not None:
        return _kind(paper, suffix.code, (paper.header.number,), "number.suffix", UNSURE)
    return Kind("", Field(FieldName.LOAI_VAN_BAN, "", FieldStatus.ABSENT, None))


def _titled(paper: Paper, suffix: DocumentType | None) -> Kind:
    title = paper.title
    assert title is not None
    if suffix is not None and suffix.code != title.kind.code and title.kind.is_administrative:
        confidence = DOUBTED
    elif suffix is not None and suffix.code == title.kind.code:
        confidence = PROVEN
    else:
        confidence = AGREED if title.is_exact else UNSURE
    return _kind(paper, title.kind.code, title.pieces, "title", confidence)


def _kind(paper: Paper, code: str, pieces: tuple[Piece, ...], rule: str, confidence: float) -> Kind:
    row = paper.profile.type_of(code)
    assert row is not None
    evidence = evidence_of(pieces[0].page, words_of(pieces), rule, confidence)
    return Kind(code, decide(FieldName.LOAI_VAN_BAN, row.name, evidence, paper.settings))


def _by_suffix(paper: Paper) -> DocumentType | None:
    symbol = symbol_of(paper.header.number if paper.header else None)
    if not symbol:
        return None
    suffixes = paper.lists.suffixes
    head, _, tail = symbol.partition("-")
    return suffixes.get(symbol) or suffixes.get(head) or suffixes.get(tail)
