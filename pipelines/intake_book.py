"""What was let in and on whose word: sheets that came by, stacks that a person let pass, and what
is declared of a document.

Its own SQLite file beside the journal. Nothing in it is needed to read the archive; without it a
stack is judged anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from digitizer import codec
from digitizer.model import DocumentId
from digitizer.separator import Separator
from pipelines import records
from pipelines.expectation import Expected
from pipelines.outcome import Outcome, State, WaitReason

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sheets (
    set_id TEXT NOT NULL, number INTEGER NOT NULL, stack TEXT NOT NULL, passed INTEGER NOT NULL,
    PRIMARY KEY (set_id, number, stack)
);
CREATE TABLE IF NOT EXISTS words (
    stack   TEXT PRIMARY KEY, name TEXT NOT NULL, verdict TEXT NOT NULL, operator TEXT NOT NULL,
    because TEXT NOT NULL,
    made_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE TABLE IF NOT EXISTS held (
    stack TEXT PRIMARY KEY, name TEXT NOT NULL, detail TEXT NOT NULL, pages INTEGER
);
CREATE TABLE IF NOT EXISTS expected (
    document_id TEXT PRIMARY KEY, said BLOB NOT NULL
);
"""


class Verdict(StrEnum):
    """What a person may decide about a stack that is held."""

    ADMIT = "admit"
    """The paper is right as it was scanned."""
    DROP = "drop"
    """It was scanned again, or never should have been."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stack that waits at the door: its key, its first file's name, and the findings.

    `pages` is None where it was not opened.
    """

    stack: str
    name: str
    detail: str
    pages: int | None = None

    @property
    def outcome(self) -> Outcome:
        """The stack as one of a run's outcomes."""
        reason = WaitReason.MISCOUNT
        return Outcome(self.name, None, State.WAITING, self.pages, reason, self.detail)


class IntakeBook:
    """Opened for each use, so that several runs may share it. Raises DiskFull, JournalDamaged."""

    def __init__(self, data: Path) -> None:
        self._path = data / "intake.sqlite"

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        with records.opened(self._path, _SCHEMA) as db:
            yield db

    # ── sheets ───────────────────────────────────────────────────────────────────────────────

    def enter_sheets(self, stack: str, sheets: Iterable[Separator], *, passed: bool) -> None:
        """Write down which sheets stand in a stack, and whether it was let in."""
        with self._db() as db:
            db.executemany(
                "INSERT INTO sheets VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET passed = max(passed, excluded.passed)",
                [(sheet.set_id, sheet.number, stack, passed) for sheet in sheets],
            )

    def passed_elsewhere(
        self, stack: str, sheets: Iterable[Separator]
    ) -> frozenset[tuple[str, int]]:
        """Return (set, number) of sheets of the same sets that came in with other stacks."""
        passed: set[tuple[str, int]] = set()
        with self._db() as db:
            for set_id in {sheet.set_id for sheet in sheets}:
                rows = db.execute(
                    "SELECT number FROM sheets WHERE set_id = ? AND stack <> ? AND passed",
                    (set_id, stack),
                )
                passed |= {(set_id, number) for (number,) in rows}
        return frozenset(passed)

    def is_superseded(self, stack: str) -> bool:
        """Claim that every sheet of a stack has come in with others: it was scanned again."""
        with self._db() as db:
            of_it = db.execute("SELECT 1 FROM sheets WHERE stack = ?", (stack,)).fetchone()
            alone = db.execute(
                "SELECT 1 FROM sheets AS one WHERE stack = ? AND NOT EXISTS (SELECT 1 FROM sheets"
                " AS other WHERE other.set_id = one.set_id AND other.number = one.number"
                " AND other.stack <> one.stack AND other.passed)",
                (stack,),
            ).fetchone()
        return of_it is not None and alone is None

    # ── a person's word ──────────────────────────────────────────────────────────────────────

    def hold(self, held: Held) -> None:
        with self._db() as db:
            db.execute(
                "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)",
                (held.stack, held.name, held.detail, held.pages),
            )

    def free(self, stack: str) -> None:
        with self._db() as db:
            db.execute("DELETE FROM held WHERE stack = ?", (stack,))

    def held(self) -> tuple[Held, ...]:
        """Return the stacks that waited at the door when they were last looked at."""
        if not self._path.is_file():
            return ()
        with self._db() as db:
            rows = db.execute(
                "SELECT stack, name, detail, pages FROM held ORDER BY name"
            ).fetchall()
        return tuple(Held(*row) for row in rows)

    def decide(self, held: Held, verdict: Verdict, operator: str, because: str) -> None:
        """Keep what a person decided about a stack, who, and why."""
        with self._db() as db:
            db.execute(
                "INSERT OR REPLACE INTO words (stack, name, verdict, operator, because)"
                " VALUES (?, ?, ?, ?, ?)",
                (held.stack, held.name, verdict, operator, because),
            )

    def may_pass(self, stack: str) -> bool:
        """Claim that a person let the stack pass."""
        with self._db() as db:
            found = db.execute(
                "SELECT 1 FROM words WHERE stack = ? AND verdict = ?", (stack, Verdict.ADMIT)
            ).fetchone()
        return found is not None

    # ── declarations ─────────────────────────────────────────────────────────────────────────

    def expect(self, document_id: DocumentId, expected: Expected) -> None:
        with self._db() as db:
            db.execute(
                "INSERT OR REPLACE INTO expected VALUES (?, ?)",
                (document_id, codec.encode(expected)),
            )

    def expected(self, document_id: DocumentId) -> Expected | None:
        """Return what was declared of a document, if anything was."""
        with self._db() as db:
            row = db.execute(
                "SELECT said FROM expected WHERE document_id = ?", (document_id,)
            ).fetchone()
        return codec.decode(Expected, row[0]) if row else None

    def expecting(self) -> tuple[DocumentId, ...]:
        """Return the documents of which something is declared."""
        if not self._path.is_file():
            return ()
        with self._db() as db:
            rows = db.execute("SELECT document_id FROM expected").fetchall()
        return tuple(DocumentId(row[0]) for row in rows)

    def forget(self, document_id: DocumentId) -> None:
        """Drop what was declared of a document that is at rest: it may name a person's case."""
        with self._db() as db:
            db.execute("DELETE FROM expected WHERE document_id = ?", (document_id,))
