"""What is going to end: the key's certificate, and the proof of what is archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digitizer.errors import Unavailable
from pipelines.sealing import Sealing

if TYPE_CHECKING:
    from storage.catalog import Catalog

MONTHS = 12
"""How far ahead reports look."""
_LAST_SAFE_DAY = 28


@dataclass(frozen=True, slots=True)
class Outlook:
    """Due dates, as reports show them.

    Attributes:
        certificate_days_left: full days until the sealing certificate ends; None where the run
            opened no key.
        first_lapse: when the first archived signature can no longer be proven unless it is
            renewed; None when nothing archived states one.
        lapsing: documents whose proof ends within `MONTHS`.
    """

    certificate_days_left: int | None
    first_lapse: datetime | None
    lapsing: int


def outlook(sealing: Sealing, now: datetime) -> Outlook:
    """Look ahead from `now`, aware. A catalog that is away leaves its part empty."""
    days = (sealing.keys.seal.certificate.not_after - now).days if sealing.keys else None
    try:
        first, lapsing = lapses(sealing.catalog, now)
    except Unavailable:
        return Outlook(days, None, 0)
    return Outlook(days, first, lapsing)


def lapses(catalog: Catalog, now: datetime) -> tuple[datetime | None, int]:
    """Return the first lapse in the archive, and how many come within `MONTHS`.

    Raises CatalogUnavailable.
    """
    found = catalog.count_lapsing(months_later(now, MONTHS))
    return found.first, found.documents


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later, the 28th at the latest."""
    years, month = divmod(moment.month - 1 + months, 12)
    day = min(moment.day, _LAST_SAFE_DAY)
    return moment.astimezone(UTC).replace(year=moment.year + years, month=month + 1, day=day)
