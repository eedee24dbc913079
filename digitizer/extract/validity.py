"""From when to when a paper holds; `unknown` is an answer."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from digitizer.extract.dates import parse_date
from digitizer.extract.term import FROM_SIGNING, UNLIMITED
from digitizer.legal_profile import DocumentType, ValidityRule
from digitizer.model import FieldName, Validity

_TERM: Final = re.compile(
    r"(?:từ (?P<start>\d{4}-\d{2}-\d{2}|ngày ký))?\s*(?:đến (?P<end>\d{4}-\d{2}-\d{2}))?"
)


def is_term(text: str) -> bool:
    """Claim that the text is thoi_han in its normal form, which `find_validity` can use."""
    if text == UNLIMITED:
        return True
    match = _TERM.fullmatch(text)
    if not text or not match:
        return False
    days = (match["start"], match["end"])
    return all(day in (None, "ngày ký") or parse_date(day) is not None for day in days)


def find_validity(kind: DocumentType | None, values: Mapping[FieldName, str]) -> Validity:
    """Return how long a paper holds: by its own clause first, else by the rule of its type.

    Args:
        kind: the paper's type, None when unknown.
        values: confirmed values; only ngay_ban_hanh and thoi_han are looked at.

    Source: REQ-8.2; the rules and their law stand in the legal profile.
    """
    issued = parse_date(values.get(FieldName.NGAY_BAN_HANH, ""))
    term = values.get(FieldName.THOI_HAN, "")
    if term and is_term(term):
        return _by_clause(term, issued)
    if kind is None:
        return Validity(None, None, False, "")
    return _by_rule(kind, issued)


def _by_clause(term: str, issued: date | None) -> Validity:
    basis = f"ghi trên giấy tờ: {term}"
    if term == UNLIMITED:
        return Validity(issued, None, True, basis)
    match = _TERM.fullmatch(term)
    assert match is not None
    start = issued if match["start"] in (None, "ngày ký") else parse_date(match["start"])
    end = parse_date(match["end"]) if match["end"] else None
    is_known = not (term == FROM_SIGNING and issued is None)
    return Validity(start, end, is_known, basis)


def _by_rule(kind: DocumentType, issued: date | None) -> Validity:
    if issued is None:
        return Validity(None, None, False, "")
    basis = kind.legal.basis
    if kind.validity is ValidityRule.ISSUE_DATE:
        return Validity(issued, add_months(issued, kind.months) - timedelta(days=1), True, basis)
    if kind.validity is ValidityRule.UNTIL_SUPERSEDED and not kind.is_administrative:
        return Validity(issued, None, True, basis)
    return Validity(issued, None, False, "")


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
