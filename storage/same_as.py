"""Which papers of the archive are, or may be, one paper scanned twice: links with their evidence.

Found when a paper comes in, kept beside the archive, and for people only: nothing is merged,
deleted or answered otherwise because of a link. A database of its own (SQLite).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from digitizer.model import DocumentId
from storage.database import Ledger, translated
from storage.same_paper import Match, Sameness

_TABLES = sa.MetaData()
_links = sa.Table(
    "same_as",
    _TABLES,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("other_id", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("likeness", sa.Float, nullable=False),
    sa.Column("agrees", sa.Text, nullable=False),
    sa.Column("differs", sa.Text, nullable=False),
    sa.Column("only_here", sa.Text, nullable=False),
    sa.Column("only_there", sa.Text, nullable=False),
    sa.Column("found_at", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SameAs:
    """One link, from the paper that came in later to the one that was there.

    Attributes:
        agrees, differs: marks (`storage.sought.Mark`).
        only_here, only_there: digits of one and not of the other; long ones masked.
    """

    document_id: DocumentId
    other_id: DocumentId
    verdict: Sameness
    likeness: float
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    found_at: datetime


class SameAsLedger(Ledger):
    """See `storage.database.Ledger` for how it is shared and what it raises."""

    def __init__(self, file: Path) -> None:
        """Open it, making it when there is none."""
        super().__init__(file, _TABLES, "same_as")

    def enter(self, document_id: DocumentId, found: Iterable[Match], now: datetime) -> None:
        """Enter what a paper was found to be; the same again changes nothing."""
        rows = [
            {
                "document_id": document_id,
                "other_id": match.entry.document_id,
                "verdict": match.verdict.value,
                "likeness": match.likeness,
                "agrees": " ".join(match.agrees),
                "differs": " ".join(match.differs),
                "only_here": " ".join(match.only_asked),
                "only_there": " ".join(match.only_held),
                "found_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            }
            for match in found
        ]
        if rows:
            statement = sqlite.insert(_links).on_conflict_do_nothing()
            with translated(self._place), self._engine.begin() as connection:
                connection.execute(statement, rows)

    def links(self) -> Iterator[SameAs]:
        """Yield every link, newest first."""
        order = (_links.c.found_at.desc(), _links.c.document_id, _links.c.other_id)
        with translated(self._place), self._engine.connect() as connection:
            for row in connection.execute(sa.select(_links).order_by(*order)):
                yield SameAs(
                    DocumentId(row.document_id),
                    DocumentId(row.other_id),
                    Sameness(row.verdict),
                    row.likeness,
                    tuple(row.agrees.split()),
                    tuple(row.differs.split()),
                    tuple(row.only_here.split()),
                    tuple(row.only_there.split()),
                    datetime.fromisoformat(row.found_at),
                )
