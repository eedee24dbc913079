"""Case codes and procedure codes (mã hồ sơ, mã TTHC), by their form and from barcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.confidence import DOUBTED, PROVEN, decide, evidence_of, weigh
from digitizer.extract.dates import make_date
from digitizer.extract.layout import Piece
from digitizer.extract.paper import Paper
from digitizer.model import Barcode, Evidence, Field, FieldName, FieldStatus, Word

_OLD_CASE: Final = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}-(?P<day>\d{6})-\d{4}")
_CASE: Final = re.compile(r"[A-Z]\d{2}(?:\.[0-9A-Z]{1,4}){0,7}-(?P<day>\d{6})-\d{4,7}")
_PROCEDURE: Final = re.compile(r"\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?")
_LABELS: Final = {
    FieldName.MA_HO_SO: ("ma ho so", "so ho so", "ma so ho so"),
    FieldName.MA_TTHC: ("ma tthc", "ma thu tuc", "ma so tthc"),
}


def is_case_code(text: str) -> bool:
    """Claim that the text is a mã hồ sơ whose date part is a day.

    Source: TT 01/2018/TT-VPCP Điều 19 (old form); QĐ 20/2020/QĐ-TTg (present form).
    """
    match = _OLD_CASE.fullmatch(text) or _CASE.fullmatch(text)
    return match is not None and _day(match["day"]) is not None


def is_procedure_code(text: str) -> bool:
    """Claim that the text is a mã TTHC: `1.004873`, with or without the publisher's code."""
    return bool(_PROCEDURE.fullmatch(text))


def _day(text: str) -> date | None:
    return make_date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))


def read_codes(paper: Paper) -> Iterator[Field]:
    """Yield ma_ho_so and ma_tthc: from a symbol first, else beside their label on page 1.

    A symbol and a print on which both readers agree, and that differ, leave the code to a person.
    A procedure code without its label is one of many in a list, and not this paper's own.

    Source: TT 01/2023/TT-VPCP Đ26 (what the symbol of an electronic result says).
    """
    for name, labels in _LABELS.items():
        printed = next(_labelled(paper, name, labels), None)
        found = _scanned(paper.barcodes, name)
        if found is None:
            if printed is not None:
                yield printed
            continue
        symbol, code = found
        is_denied = printed is not None and _is_sure(printed) and not _is_same(printed.value, code)
        confidence = DOUBTED if is_denied else PROVEN
        evidence = Evidence(symbol.page, symbol.box, f"barcode.{name}", confidence)
        yield decide(name, code, evidence, paper.settings)


def _is_sure(field: Field) -> bool:
    return field.status is FieldStatus.ACCEPTED


def _is_same(printed: str, code: str) -> bool:
    """Claim that two codes are one; a procedure's publisher may be left out of either."""
    return printed == code or printed.startswith(f"{code}.") or code.startswith(f"{printed}.")


def _scanned(symbols: Sequence[Barcode], name: FieldName) -> tuple[Barcode, str] | None:
    """Return the one code of this kind that the symbols of a paper hold, and in which."""
    is_valid = is_case_code if name is FieldName.MA_HO_SO else is_procedure_code
    found = [
        (symbol, part)
        for symbol in symbols
        for part in re.split(r"[\s|;,]+", symbol.text)
        if is_valid(part)
    ]
    return found[0] if len({code for _, code in found}) == 1 else None


def _labelled(paper: Paper, name: FieldName, labels: Sequence[str]) -> Iterator[Field]:
    is_valid = is_case_code if name is FieldName.MA_HO_SO else is_procedure_code
    found: list[tuple[Piece, Word, str]] = []
    for piece in paper.first.pieces:
        label = next((label for label in labels if label in piece.key), None)
        if label is None or "hoac" in piece.key:
            continue
        for word, text in _beside(piece, paper):
            if is_valid(text):
                found.append((piece, word, text))
    if found:
        piece, word, text = found[0]
        is_ambiguous = len({item[2] for item in found}) > 1
        confidence = weigh([word], is_doubted=is_ambiguous)
        evidence = evidence_of(piece.page, [word], f"label.{name}", confidence)
        yield decide(name, text, evidence, paper.settings)


def _beside(piece: Piece, paper: Paper) -> Iterator[tuple[Word, str]]:
    """Yield the words of the label's own row, bare of punctuation."""
    middle = (piece.box.top + piece.box.bottom) / 2
    for other in paper.first.pieces:
        if other.box.top < middle < other.box.bottom and plain(other.text):
            for word in other.words:
                yield word, word.text.strip(" .,:;()").rpartition(":")[2]
