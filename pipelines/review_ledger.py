"""Who said what about a doubtful field, and when: the review queue's own book.

What counts as a person's word in the end goes to the journal; this book keeps how it came about,
each keying of each person, for the second person, for the third, and for the figures. A value that
names a person is blotted out as soon as its document is settled: the archive holds it then.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digitizer.errors import DiskFull, JournalDamaged
from digitizer.model import DocumentId, FieldName, FieldRef, Sha256, parse_field_ref
from pipelines.settings import Settings

PERSONAL = frozenset({FieldName.CHU_HO_SO, FieldName.SO_DINH_DANH, FieldName.NGAY_SINH})
"""Fields whose values are not kept in this book once their document is settled."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keyings (
    document_id TEXT NOT NULL,
    reading     TEXT NOT NULL,
    field       TEXT NOT NULL,
    round       INTEGER NOT NULL,
    operator    TEXT NOT NULL,
    was_read    TEXT NOT NULL,
    value       TEXT NOT NULL,
    is_changed  INTEGER NOT NULL,
    is_right    INTEGER,
    seconds     REAL NOT NULL,
    keyed_at    TEXT NOT NULL,
    PRIMARY KEY (document_id, reading, field, round)
);
CREATE INDEX IF NOT EXISTS keyings_of_operator ON keyings (operator, keyed_at);
CREATE TABLE IF NOT EXISTS claims (
    document_id TEXT PRIMARY KEY,
    operator    TEXT NOT NULL,
    until       TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS rescans (
    document_id TEXT PRIMARY KEY,
    reason      TEXT NOT NULL,
    page        INTEGER,
    operator    TEXT NOT NULL,
    asked_at    TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS rescanned (
    document_id TEXT PRIMARY KEY,
    operator    TEXT NOT NULL,
    done_at     TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Keying:
    """One person's word on one field of one reading of a document.

    Attributes:
        round: 1 for the first person, 2 for the one who keyed it blind, 3 for the one who settled.
        was_read: what the machine had read, "" for nothing, or once it was blotted out.
        is_changed: the value is not the one that was read.
    """

    field: FieldRef
    round: int
    operator: str
    was_read: str
    value: str
    is_changed: bool
    keyed_at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """What one person did since a moment.

    Attributes:
        documents, fields: keyed.
        changed: fields where the machine's value was not kept.
        compared, right: fields that a second person keyed too, and those of them where this
            person's value was the one that counted in the end.
        seconds: spent with the documents, as their page has counted it.
    """

    documents: int
    fields: int
    changed: int
    compared: int
    right: int
    seconds: float


class ReviewLedger:
    """One connection; not to be shared between threads. Close it.

    Raises (everywhere): DiskFull when it can't be written, JournalDamaged when it is malformed.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.run.data / "review.sqlite"
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _translated(self._path):
            self._db = sqlite3.connect(self._path, timeout=60, isolation_level=None)
            self._path.chmod(0o600)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> ReviewLedger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── keyings ──────────────────────────────────────────────────────────────────────────────

    def key(
        self, document_id: DocumentId, reading: Sha256, keyings: tuple[Keying, ...], seconds: float
    ) -> None:
        """Write down what one person keyed, all of it or nothing.

        Args:
            reading: digest of what the machine made of the document.
            seconds: that the person spent with it.
        """
        share = seconds / max(1, len(keyings))
        rows = [
            (
                *(document_id, reading, one.field, one.round, one.operator, one.was_read),
                *(one.value, one.is_changed, share, _text(one.keyed_at)),
            )
            for one in keyings
        ]
        with self._transaction():
            self._db.executemany(
                "INSERT INTO keyings (document_id, reading, field, round, operator, was_read,"
                " value, is_changed, seconds, keyed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            self._db.execute("DELETE FROM claims WHERE document_id = ?", (document_id,))

    def keyings(self, document_id: DocumentId, reading: Sha256) -> tuple[Keying, ...]:
        """Return what counts of what was keyed of one reading, first rounds first."""
        rows = self._all(
            "SELECT field, round, operator, was_read, value, is_changed, keyed_at FROM keyings"
            " WHERE document_id = ? AND reading = ? AND round > 0 ORDER BY round, field",
            (document_id, reading),
        )
        return tuple(
            Keying(ref, number, who, read, value, bool(changed), datetime.fromisoformat(at))
            for ref, number, who, read, value, changed, at in rows
        )

    def settle(
        self, document_id: DocumentId, reading: Sha256, final: Mapping[FieldRef, str]
    ) -> None:
        """Judge each keying that another person's can be held against, and blot out persons."""
        with self._transaction():
            for ref, value in final.items():
                here = (document_id, reading, ref)
                self._db.execute(
                    "UPDATE keyings SET is_right = (value = ?) WHERE document_id = ? AND"
                    " reading = ? AND field = ? AND 1 < (SELECT max(round) FROM keyings WHERE"
                    " document_id = ? AND reading = ? AND field = ?)",
                    (value, *here, *here),
                )
                if parse_field_ref(ref)[0] in PERSONAL:
                    self._db.execute(
                        "UPDATE keyings SET value = '', was_read = '' WHERE document_id = ? AND"
                        " reading = ? AND field = ?",
                        here,
                    )

    def take_back(self, document_id: DocumentId, reading: Sha256, operator: str) -> bool:
        """Let a person's last keyings count no more; False unless theirs are the last.

        They stay in the book, their rounds negative.
        """
        with self._transaction():
            changed = self._db.execute(
                "UPDATE keyings AS mine SET round = -(SELECT max(rowid) FROM keyings) - rowid"
                " WHERE document_id = ? AND reading = ? AND operator = ? AND round ="
                " (SELECT max(round) FROM keyings WHERE document_id = mine.document_id"
                " AND reading = mine.reading AND field = mine.field) AND keyed_at ="
                " (SELECT max(keyed_at) FROM keyings WHERE document_id = mine.document_id"
                " AND reading = mine.reading AND round > 0)",
                (document_id, reading, operator),
            )
            self._db.execute(
                "UPDATE keyings SET is_right = NULL WHERE document_id = ? AND reading = ?"
                " AND round > 0",
                (document_id, reading),
            )
        return changed.rowcount > 0

    def learned(self, name: FieldName, limit: int = 2000) -> tuple[str, ...]:
        """Return values that people have keyed for a field, the most frequent first."""
        rows = self._all(
            "SELECT value FROM keyings WHERE field = ? AND value <> '' AND round > 0 GROUP BY value"
            " ORDER BY count(*) DESC, value LIMIT ?",
            (name.value, limit),
        )
        return tuple(str(value) for (value,) in rows)

    def figures(self, operator: str, since: datetime) -> Figures:
        """Sum up what a person did since a moment, aware."""
        ((documents, fields, changed, compared, right, seconds),) = self._all(
            "SELECT count(DISTINCT document_id), count(*), coalesce(sum(is_changed), 0),"
            " count(is_right), coalesce(sum(is_right), 0), coalesce(sum(seconds), 0)"
            " FROM keyings WHERE operator = ? AND keyed_at >= ? AND round > 0",
            (operator, _text(since)),
        )
        return Figures(documents, fields, changed, compared, right, seconds)

    # ── claims and re-scans ──────────────────────────────────────────────────────────────────

    def claim(
        self, document_id: DocumentId, operator: str, *, now: datetime, until: datetime
    ) -> bool:
        """Keep a document for one person until a moment; False while another has it."""
        rows = self._all(
            "INSERT INTO claims VALUES (?, ?, ?) ON CONFLICT (document_id) DO UPDATE"
            " SET operator = excluded.operator, until = excluded.until"
            " WHERE operator = excluded.operator OR until <= ? RETURNING operator",
            (document_id, operator, _text(until), _text(now)),
        )
        return bool(rows)

    def ask_rescan(
        self, document_id: DocumentId, reason: str, page: int | None, operator: str, now: datetime
    ) -> None:
        """Keep who wants a document scanned again, and why."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO rescans VALUES (?, ?, ?, ?, ?)",
                (document_id, reason, page, operator, _text(now)),
            )
            self._db.execute("DELETE FROM claims WHERE document_id = ?", (document_id,))

    def rescanned(self, document_id: DocumentId, operator: str, now: datetime) -> None:
        """Keep that the paper was scanned again, as another document."""
        self._all(
            "INSERT OR REPLACE INTO rescanned VALUES (?, ?, ?) RETURNING operator",
            (document_id, operator, _text(now)),
        )

    def all_rescanned(self) -> frozenset[DocumentId]:
        """Return the documents whose papers were scanned again."""
        rows = self._all("SELECT document_id FROM rescanned", ())
        return frozenset(DocumentId(document_id) for (document_id,) in rows)

    def rescans(self) -> dict[DocumentId, tuple[str, str]]:
        """Return who asked for each re-scan, and when, by document."""
        rows = self._all("SELECT document_id, operator, asked_at FROM rescans", ())
        return {DocumentId(document_id): (who, when) for document_id, who, when in rows}

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────

    def _all(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with _translated(self._path):
            found: list[tuple[Any, ...]] = self._db.execute(statement, values).fetchall()
        return found

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DiskFull(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise JournalDamaged(f"{path}: {error}") from error
