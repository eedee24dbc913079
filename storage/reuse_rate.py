"""The re-use rate, with numerator, denominator and definition beside every figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from storage.reuse import Counted, ReuseLedger

SCHEMA = "sohoa.reuse/1"
DEFINITION = {
    "transaction": "a case code, or one look-up where none was given; checks of a file left out",
    "counted": "papers that the procedure requires, or whose outcome was recorded",
    "held": "answered REUSABLE or DIGITISED_UNVERIFIED at least once in the transaction",
    "transactions": "transactions whose held papers were all re-used / with at least one held",
    "papers": "held papers that were re-used / held papers",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and what it is made of; `value` is None where there is nothing to divide by."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return round(self.numerator / self.denominator, 4) if self.denominator else None

    def plain(self) -> dict[str, Any]:
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
        }


def of_transactions(papers: Iterable[Counted]) -> Rate:
    """Return the share of transactions in which no held paper had to be handed in again."""
    whole: dict[tuple[str, str], bool] = {}
    for paper in papers:
        if paper.is_held:
            key = (paper.agency, paper.transaction)
            whole[key] = whole.get(key, True) and paper.is_reused
    return Rate(sum(whole.values()), len(whole))


def of_papers(papers: Iterable[Counted]) -> Rate:
    """Return the share of held papers that were re-used."""
    held = [paper for paper in papers if paper.is_held]
    return Rate(sum(paper.is_reused for paper in held), len(held))


def figures(ledger: ReuseLedger, first_month: str, last_month: str) -> dict[str, Any]:
    """Return what `sohoa reuse --json` promises, for months such as `2026-11`, both included.

    Raises:
        CatalogUnavailable: the ledger can't be read.
    """
    papers = ledger.papers(first_month, last_month)
    again = ledger.asked_again(first_month, last_month)
    return {
        "schema": SCHEMA,
        "from": first_month,
        "to": last_month,
        "definition": DEFINITION,
        **_rates(papers),
        "by_month": _by(papers, "month", lambda paper: paper.month),
        "by_agency": _by(papers, "agency", lambda paper: paper.agency),
        "by_type": _by(papers, "document_type", lambda paper: paper.document_type),
        "asked_again": [{"reason": reason, "count": count} for reason, count in again],
    }


def _rates(papers: Iterable[Counted]) -> dict[str, Any]:
    papers = tuple(papers)
    return {
        "transactions": of_transactions(papers).plain(),
        "papers": of_papers(papers).plain(),
    }


def _by(
    papers: tuple[Counted, ...], name: str, key: Callable[[Counted], str]
) -> list[dict[str, Any]]:
    keys = sorted({key(paper) for paper in papers})
    return [{name: one, **_rates(p for p in papers if key(p) == one)} for one in keys]
