"""A term counted in months from the day of issue: `có giá trị 6 tháng kể từ ngày cấp`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.confidence import decide, evidence_of, weigh
from digitizer.extract.dates import number_from_words
from digitizer.extract.paper import Paper
from digitizer.extract.validity import add_months
from digitizer.legal_profile import DocumentType, ValidityRule
from digitizer.model import Field, FieldName, FieldStatus, Word

_CLAUSE: Final = re.compile(
    r"\bco gia tri (?:su dung )?(?:trong )?(?:thoi han )?(?:la )?(?P<months>\d{1,2}|[a-z]{2,4}) "
    r"(?:[a-z]+ )?thang ke tu ngay (?:cap|ky)\b"
)


def read_months(paper: Paper, kind: DocumentType, fields: Iterable[Field]) -> Iterator[Field]:
    """Yield thoi_han of a paper whose law counts months, where the paper says how many.

    The law of its day proves what was read; another number leaves the term to a person. Without
    a sure day of issue there is nothing to count from.

    Source: NĐ 123/2015/NĐ-CP Đ23 (marital status, six months).
    """
    issued = next((field for field in fields if field.name is FieldName.NGAY_BAN_HANH), None)
    if issued is None or issued.status is not FieldStatus.ACCEPTED:
        return
    day = date.fromisoformat(issued.value)
    rule = kind.on(day)
    found = _find(paper)
    if rule.validity is not ValidityRule.ISSUE_DATE or found is None:
        return
    months, words = found
    is_lawful = months == rule.months
    end = add_months(day, rule.months) - timedelta(days=1)
    used = [word for word in words if any(map(str.isdigit, word.text))] or words
    confidence = weigh(used, is_proven=is_lawful, is_doubted=not is_lawful)
    page = next(piece.page for piece in paper.main_pieces if used[0] in piece.words)
    evidence = evidence_of(page, used, "clause.months", confidence)
    value = f"đến {end.isoformat()}" if is_lawful else ""
    yield decide(FieldName.THOI_HAN, value, evidence, paper.settings)


def _find(paper: Paper) -> tuple[int | None, list[Word]] | None:
    """Return how many months the first such clause says, and its words."""
    words = [word for word in paper.main_words if plain(word.text)]
    text, starts = "", []
    for word in words:
        starts.append(len(text))
        text += plain(word.text) + " "
    match = _CLAUSE.search(text)
    if match is None:
        return None
    said = match["months"]
    inside = zip(words, starts, strict=True)
    used = [word for word, start in inside if match.start() <= start < match.end()]
    return (int(said) if said.isdigit() else number_from_words(said)), used
