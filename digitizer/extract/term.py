"""From when and until when a paper says it holds (thời hạn hiệu lực)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from digitizer.extract.confidence import decide, evidence_of, weigh
from digitizer.extract.dates import find_dates
from digitizer.extract.layout import words_of
from digitizer.extract.paper import Paper
from digitizer.model import Field, FieldName, Word
from digitizer.vietnamese import fold

FROM_SIGNING: Final = "từ ngày ký"
UNLIMITED: Final = "không thời hạn"
_DAY: Final = r"(?:ngay )?\d{1,2}(?: ?[/.-] ?\d{1,2} ?[/.-] ?| thang \d{1,2} nam )\d{4}"
_HOLDS: Final = r"\bnay co hieu luc (?:thi hanh )?(?:ke )?tu "
_GOOD: Final = r"\b(?:co gia tri|gia tri su dung|thoi han su dung|hieu luc)"
_CLAUSES: Final = (
    ("signing", re.compile(rf"{_HOLDS}ngay ky\b")),
    ("from", re.compile(rf"{_HOLDS}(?P<day>{_DAY})")),
    ("until", re.compile(rf"{_GOOD} (?:den|toi)(?: het)?:? (?P<day>{_DAY})")),
    ("unlimited", re.compile(rf"{_GOOD}(?: den)?:? khong thoi han\b")),
)


def read_term(paper: Paper) -> Iterator[Field]:
    """Yield thoi_han in its normal form: `từ ngày ký`, `từ 2025-03-01`, `đến 2030-12-31`.

    Only a clause about this very paper counts (`Quyết định này có hiệu lực …`), and only one:
    two that differ are left to a person.
    """
    pieces = paper.main_pieces
    words = words_of(pieces)
    text, starts = _stream(words)
    found = [(name, match) for name, pattern in _CLAUSES for match in pattern.finditer(text)]
    if not found:
        return
    name, match = found[0]
    used = [
        word
        for word, start in zip(words, starts, strict=True)
        if match.start() <= start < match.end()
    ]
    if not used:
        return
    value = _value(name, match)
    is_ambiguous = len({_value(*clause) for clause in found}) > 1
    # The clause's own words fit the pattern; only what stands in its blank has to be believed.
    filled = [word for word in used if any(map(str.isdigit, word.text))]
    confidence = weigh(filled or used, is_doubted=is_ambiguous or not value)
    if name == "signing" and not is_ambiguous:
        confidence = max(confidence, 0.96)
    page = next(piece.page for piece in pieces if used[0] in piece.words)
    same_page = [
        word for piece in pieces if piece.page == page for word in piece.words if word in used
    ]
    evidence = evidence_of(page, same_page, f"clause.{name}", confidence)
    yield decide(FieldName.THOI_HAN, value, evidence, paper.settings)


def _value(name: str, match: re.Match[str]) -> str:
    if name == "signing":
        return FROM_SIGNING
    if name == "unlimited":
        return UNLIMITED
    days = [dated.day for dated in find_dates(match["day"])]
    if len(days) != 1:
        return ""
    return f"{'từ' if name == 'from' else 'đến'} {days[0].isoformat()}"


def _stream(words: tuple[Word, ...]) -> tuple[str, list[int]]:
    """Return the words' folded text and where each begins in it; commas and stops dropped."""
    starts: list[int] = []
    text = ""
    for word in words:
        starts.append(len(text))
        text += fold(word.text).strip(",;.") + " "
    return text, starts
