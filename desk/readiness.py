"""Whether the counter can answer at this moment, and from how old a catalog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.counter import Counter
from digitizer import codec
from digitizer.errors import DigitizationError


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each part: "" when it is well, else the code of its error.

    `as_of` is the moment up to which the catalog is complete.
    """

    catalog: str
    ledger: str
    rules: str
    as_of: datetime | None

    @property
    def is_ready(self) -> bool:
        return not (self.catalog or self.ledger or self.rules)

    def plain(self) -> dict[str, Any]:
        return {"ready": self.is_ready, **codec.to_plain(self)}


def look(counter: Counter) -> Readiness:
    """Ask each part for something small."""
    as_of: datetime | None = None
    catalog = ""
    try:
        as_of = counter.catalog().as_of
    except DigitizationError as error:
        catalog = error.code
    return Readiness(catalog, _ledger(counter), _rules(counter), as_of)


def gauges(counter: Counter) -> dict[str, float]:
    """Return what Prometheus is told of the moment."""
    found = look(counter)
    values = {"sohoa_ready": float(found.is_ready)}
    if found.as_of:
        values["sohoa_catalog_age_seconds"] = (counter.now() - found.as_of).total_seconds()
    return values


def _ledger(counter: Counter) -> str:
    try:
        counter.ledger.check()
    except DigitizationError as error:
        return error.code
    return ""


def _rules(counter: Counter) -> str:
    try:
        counter.rules()
    except DigitizationError as error:
        return error.code
    return ""
