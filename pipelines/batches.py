"""Batches: the papers of one delivery, from the box that came to the note that both sides sign.

A batch is a folder below the inbox. What is in it the journal knows; here stand its name, what was
declared of it, the sample that was drawn, what people found in it, and the pages by paper size.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from digitizer.model import DocumentId
from pipelines import records
from pipelines.paper_sizes import PaperCount

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batches (
    name TEXT PRIMARY KEY, folder TEXT NOT NULL, deliverer TEXT NOT NULL, receiver TEXT NOT NULL,
    documents INTEGER NOT NULL, pages INTEGER NOT NULL, state TEXT NOT NULL,
    created_at TEXT NOT NULL, closed_at TEXT NOT NULL DEFAULT '', round INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS draws (
    batch TEXT NOT NULL, round INTEGER NOT NULL, seed INTEGER NOT NULL, lot INTEGER NOT NULL,
    accept_at_most INTEGER NOT NULL, drawn_at TEXT NOT NULL, PRIMARY KEY (batch, round)
);
CREATE TABLE IF NOT EXISTS sampled (
    batch TEXT NOT NULL, round INTEGER NOT NULL, document_id TEXT NOT NULL,
    verdict TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '', looked_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (batch, round, document_id)
);
CREATE TABLE IF NOT EXISTS paper (
    document_id TEXT NOT NULL, size TEXT NOT NULL, pages INTEGER NOT NULL, blank INTEGER NOT NULL,
    PRIMARY KEY (document_id, size)
);
"""


class BatchState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Found(StrEnum):
    """What a second look at a document found."""

    GOOD = "good"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivery.

    Attributes:
        folder: below the inbox, `/`-separated, "" for the inbox itself.
        deliverer, receiver: the two sides, "" where not named.
        documents, pages: as declared at delivery, 0 where not.
        round: counts how often it was opened, from 1.
    """

    name: str
    folder: str
    deliverer: str
    receiver: str
    documents: int
    pages: int
    state: BatchState
    created_at: str
    closed_at: str
    round: int

    def holds(self, source: str) -> bool:
        """Claim that a source, by its name, came with this batch."""
        return not self.folder or source.startswith(f"{self.folder}/")


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample: repeatable from the seed and the lot."""

    seed: int
    lot: int
    accept_at_most: int
    drawn_at: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """One document of the sample; `verdict` is None until somebody looked."""

    document_id: DocumentId
    verdict: Found | None
    reason: str
    operator: str
    looked_at: str


class BatchBook:
    """Opened for each use. Raises DiskFull, JournalDamaged."""

    def __init__(self, data: Path) -> None:
        self._path = data / "batches.sqlite"

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        with records.opened(self._path, _SCHEMA) as db:
            yield db

    def create(self, batch: Batch) -> bool:
        """Enter a batch; False if its name or its folder is taken by one."""
        with self._db() as db:
            taken = db.execute(
                "SELECT 1 FROM batches WHERE name = ? OR folder = ?", (batch.name, batch.folder)
            ).fetchone()
            if taken is None:
                db.execute(
                    "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        batch.name,
                        batch.folder,
                        batch.deliverer,
                        batch.receiver,
                        batch.documents,
                        batch.pages,
                        batch.state,
                        batch.created_at,
                        batch.closed_at,
                        batch.round,
                    ),
                )
        return taken is None

    def batches(self) -> tuple[Batch, ...]:
        """Return all batches, oldest first."""
        if not self._path.is_file():
            return ()
        with self._db() as db:
            rows = db.execute("SELECT * FROM batches ORDER BY rowid").fetchall()
        return tuple(_batch(row) for row in rows)

    def batch(self, name: str) -> Batch | None:
        return next((one for one in self.batches() if one.name == name), None)

    def settle(self, name: str, state: BatchState, now: datetime | None) -> None:
        """Close a batch, or open it for another round (`now` None)."""
        with self._db() as db:
            if now is not None:
                db.execute(
                    "UPDATE batches SET state = ?, closed_at = ? WHERE name = ?",
                    (state, _text(now), name),
                )
            else:
                db.execute(
                    "UPDATE batches SET state = ?, closed_at = '', round = round + 1"
                    " WHERE name = ?",
                    (state, name),
                )

    # ── the sample ───────────────────────────────────────────────────────────────────────────

    def draw(self, batch: Batch, draw: Draw, documents: tuple[DocumentId, ...]) -> None:
        """Write a sample down before anybody sees it: it is never drawn again in this round."""
        with self._db() as db:
            db.execute(
                "INSERT INTO draws VALUES (?, ?, ?, ?, ?, ?)",
                (
                    batch.name,
                    batch.round,
                    draw.seed,
                    draw.lot,
                    draw.accept_at_most,
                    draw.drawn_at,
                ),
            )
            db.executemany(
                "INSERT INTO sampled (batch, round, document_id) VALUES (?, ?, ?)",
                [(batch.name, batch.round, document) for document in documents],
            )

    def drawn(self, batch: Batch) -> tuple[Draw, tuple[Sampled, ...]] | None:
        """Return this round's sample, None before it was drawn."""
        key = (batch.name, batch.round)
        with self._db() as db:
            row = db.execute(
                "SELECT seed, lot, accept_at_most, drawn_at FROM draws"
                " WHERE batch = ? AND round = ?",
                key,
            ).fetchone()
            rows = db.execute(
                "SELECT document_id, verdict, reason, operator, looked_at FROM sampled"
                " WHERE batch = ? AND round = ? ORDER BY document_id",
                key,
            ).fetchall()
        if row is None:
            return None
        sample = tuple(
            Sampled(DocumentId(one[0]), Found(one[1]) if one[1] else None, *one[2:]) for one in rows
        )
        return Draw(*row), sample

    def look(self, batch: Batch, looked: Sampled) -> None:
        """Keep what somebody found in one document of the sample."""
        with self._db() as db:
            db.execute(
                "UPDATE sampled SET verdict = ?, reason = ?, operator = ?, looked_at = ?"
                " WHERE batch = ? AND round = ? AND document_id = ?",
                (
                    looked.verdict or "",
                    looked.reason,
                    looked.operator,
                    looked.looked_at,
                    batch.name,
                    batch.round,
                    looked.document_id,
                ),
            )

    # ── paper ────────────────────────────────────────────────────────────────────────────────

    def note_paper(self, document_id: DocumentId, counts: tuple[PaperCount, ...]) -> None:
        """Keep the pages of a document by paper size."""
        with self._db() as db:
            db.executemany(
                "INSERT OR REPLACE INTO paper VALUES (?, ?, ?, ?)",
                [(document_id, one.size, one.pages, one.blank) for one in counts],
            )

    def paper(self, documents: frozenset[DocumentId]) -> tuple[PaperCount, ...]:
        """Return what is known of the paper of these documents, row by row."""
        with self._db() as db:
            rows = db.execute("SELECT document_id, size, pages, blank FROM paper").fetchall()
        return tuple(PaperCount(*row[1:]) for row in rows if row[0] in documents)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _batch(row: tuple[Any, ...]) -> Batch:
    name, folder, deliverer, receiver, documents, pages, state, created_at, closed_at, number = row
    return Batch(
        name,
        folder,
        deliverer,
        receiver,
        documents,
        pages,
        BatchState(state),
        created_at,
        closed_at,
        number,
    )
