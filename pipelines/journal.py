"""The run's memory: which step was done, with what, and where each document stands.

A row is written only after the bytes it speaks of are safe on disk, so a row never promises what
a power cut took away. SQLite, every commit forced to disk; several processes may share it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from digitizer import codec
from digitizer.errors import DiskFull, JournalDamaged
from digitizer.model import DocumentId, FieldRef, Intake, Sha256, parse_field_ref
from pipelines import journal_tables
from pipelines.calibrate import Verdict
from pipelines.outcome import State


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands. `state` is None while it was taken in and not finished.

    `ground` is a digest of what the decision to wait was made on, "" for other states.
    """

    intake: Intake
    state: State | None
    pages: int | None
    code: str
    detail: str
    page: int | None
    attempts: int
    ground: str

    @property
    def is_final(self) -> bool:
        """Whether another run has nothing to do for it."""
        return self.state in (State.ARCHIVED, State.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done: its output is a file, canonical JSON, with this digest."""

    key: str
    document_id: DocumentId
    stage: str
    version: int
    settings: Sha256
    output: Path
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run that began and did not end by itself: at work, or killed. `leased` counts documents.

    `began_at` is for people: UTC by the clock of its host, `YYYY-MM-DDTHH:MM:SSZ`.
    """

    number: int
    host: str
    pid: int
    began_at: str
    leased: int


class Journal:
    """One connection to the journal; not to be shared between threads or over a fork.

    Raises (everywhere): DiskFull when it can't be written, JournalDamaged when SQLite finds it
    malformed.
    """

    def __init__(self, path: Path) -> None:
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
            journal_tables.prepare(self._db, path)
        self._path = path

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── steps ────────────────────────────────────────────────────────────────────────────────

    def recall(self, key: str) -> Step | None:
        """Return the step recorded under `key`, if any."""
        row = self._one(
            "SELECT key, document_id, stage, version, settings, output, sha256"
            " FROM steps WHERE key = ?",
            (key,),
        )
        return None if row is None else _step(row)

    def record(self, step: Step) -> None:
        """Write down that `step` was done; its output file must already be safe."""
        self._do(
            "INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                step.key,
                step.document_id,
                step.stage,
                step.version,
                step.settings,
                str(step.output),
                step.sha256,
            ),
        )

    def forget_steps(self, document_id: DocumentId) -> None:
        """Drop a document's steps once its work folder is gone."""
        self._do("DELETE FROM steps WHERE document_id = ?", (document_id,))

    # ── sources and documents ────────────────────────────────────────────────────────────────

    def known_source(self, path: str, size_bytes: int, mtime_ns: int) -> DocumentId | None:
        """Return the document a source became, if size and time are those we saw."""
        row = self._one(
            "SELECT document_id FROM sources WHERE path = ? AND size_bytes = ? AND mtime_ns = ?",
            (path, size_bytes, mtime_ns),
        )
        return None if row is None else DocumentId(str(row[0]))

    def enter_source(
        self, path: str, size_bytes: int, mtime_ns: int, document_id: DocumentId
    ) -> None:
        self._do(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)",
            (path, size_bytes, mtime_ns, document_id),
        )

    def refused(self, path: str, size_bytes: int, mtime_ns: int) -> tuple[str, str] | None:
        """Return (code, detail) if this very file was refused at the door before."""
        row = self._one(
            "SELECT code, detail FROM refusals WHERE path = ? AND size_bytes = ? AND mtime_ns = ?",
            (path, size_bytes, mtime_ns),
        )
        return None if row is None else (str(row[0]), str(row[1]))

    def refuse(self, path: str, size_bytes: int, mtime_ns: int, reason: tuple[str, str]) -> None:
        """Remember a file that is no document of ours, with (code, detail)."""
        self._do(
            "INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?, ?)",
            (path, size_bytes, mtime_ns, *reason),
        )

    def take(self, intake: Intake) -> None:
        """Enter a document whose bytes are in our hands. Entering it twice changes nothing."""
        self._do(
            "INSERT OR IGNORE INTO documents (document_id, intake, state) VALUES (?, ?, '')",
            (intake.document_id, codec.encode(intake)),
        )

    def standing(self, document_id: DocumentId) -> Standing | None:
        row = self._one(f"{_STANDING} WHERE document_id = ?", (document_id,))
        return None if row is None else _standing(row)

    def standings(self, state: State | None = None) -> Iterator[Standing]:
        """Yield documents, all or those in `state`, in the order they were taken in."""
        where, values = ("WHERE state = ?", (state,)) if state else ("", ())
        with _translated(self._path):
            rows = self._db.execute(f"{_STANDING} {where} ORDER BY rowid", values).fetchall()
        yield from (_standing(row) for row in rows)

    def settle(
        self,
        document_id: DocumentId,
        state: State,
        *,
        pages: int | None = None,
        code: str = "",
        detail: str = "",
        page: int | None = None,
        ground: str = "",
    ) -> None:
        """Write down where a document stands now; a page count once known is kept."""
        self._do(
            "UPDATE documents SET state = ?, pages = coalesce(?, pages), code = ?, detail = ?,"
            " page = ?, ground = ?, changed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
            " WHERE document_id = ?",
            (state, pages, code, detail, page, ground, document_id),
        )

    def reopen(self, document_id: DocumentId) -> None:
        """Make a quarantined document one that the next run works on again."""
        self._do(
            "UPDATE documents SET state = '', code = '', detail = '', attempts = 0"
            " WHERE document_id = ?",
            (document_id,),
        )

    def count_attempt(self, document_id: DocumentId) -> int:
        """Add one to the attempts at a document and return how many there were."""
        self._do(
            "UPDATE documents SET attempts = attempts + 1 WHERE document_id = ?", (document_id,)
        )
        row = self._one("SELECT attempts FROM documents WHERE document_id = ?", (document_id,))
        return 0 if row is None else int(str(row[0]))

    def refusals(self) -> int:
        """Return how many files were refused at the door."""
        row = self._one("SELECT count(*) FROM refusals", ())
        return 0 if row is None else int(str(row[0]))

    # ── a person's word ──────────────────────────────────────────────────────────────────────

    def correct(self, document_id: DocumentId, field: FieldRef, value: str, operator: str) -> None:
        """Keep what a person confirmed or corrected; earlier words are kept beside it."""
        self._do(
            "INSERT OR REPLACE INTO corrections (document_id, field, value, operator)"
            " VALUES (?, ?, ?, ?)",
            (document_id, field, value, operator),
        )

    def corrections(self, document_id: DocumentId) -> tuple[tuple[FieldRef, str, str], ...]:
        """Return (field, value, operator), the latest word for each field."""
        with _translated(self._path):
            rows = self._db.execute(
                "SELECT field, value, operator FROM corrections WHERE document_id = ?"
                " ORDER BY made_at, rowid",
                (document_id,),
            ).fetchall()
        latest = {field: (value, operator) for field, value, operator in rows}
        return tuple((field, *latest[field]) for field in sorted(latest))

    def fields_said(self) -> dict[DocumentId, frozenset[FieldRef]]:
        """Return, for each document people have a word on, the fields it is about."""
        with _translated(self._path):
            rows = self._db.execute(
                "SELECT document_id, group_concat(DISTINCT field) FROM corrections"
                " GROUP BY document_id"
            ).fetchall()
        return {DocumentId(document_id): frozenset(said.split(",")) for document_id, said in rows}

    def count_unsaid(self, code: str) -> int:
        """Return how many documents wait for a reason and have no word of a person yet."""
        row = self._one(
            "SELECT count(*) FROM documents WHERE state = ? AND code = ?"
            " AND document_id NOT IN (SELECT document_id FROM corrections)",
            (State.WAITING, code),
        )
        return 0 if row is None else int(str(row[0]))

    def forget_corrections(self, document_id: DocumentId) -> None:
        """Drop what people said once the archive has it: it may hold identity numbers."""
        self._do("DELETE FROM corrections WHERE document_id = ?", (document_id,))

    def judge(self, document_id: DocumentId, field: FieldRef, verdict: Verdict) -> None:
        """Keep whether a value was read right, never the value; a later word counts instead."""
        self._do(
            "INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?)",
            (document_id, field, verdict.rule, verdict.confidence, verdict.is_right),
        )

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return all that people found right or wrong, for `sohoa calibrate`."""
        with _translated(self._path):
            rows = self._db.execute(
                "SELECT field, rule, confidence, is_right FROM judged ORDER BY rowid"
            ).fetchall()
        return tuple(
            Verdict(parse_field_ref(field)[0], rule, confidence, bool(is_right))
            for field, rule, confidence, is_right in rows
        )

    # ── unattended sealing ───────────────────────────────────────────────────────────────────

    def admit(self, day: date, document_id: DocumentId, limit: int) -> bool:
        """Count a document among those sealed on `day`, before the key is used; False if full.

        The same document on the same day counts once.
        """
        self._do(
            "INSERT OR IGNORE INTO sealed SELECT ?, ?"
            " WHERE (SELECT count(*) FROM sealed WHERE day = ?) < ?",
            (day.isoformat(), document_id, day.isoformat(), limit),
        )
        row = self._one(
            "SELECT 1 FROM sealed WHERE day = ? AND document_id = ?",
            (day.isoformat(), document_id),
        )
        return row is not None

    # ── runs and what they hold ──────────────────────────────────────────────────────────────

    def begin_run(self, host: str, pid: int, hold: Callable[[int], None]) -> int:
        """Give a run its number, which no other run ever had, and return it.

        Args:
            hold: called with the number before anyone else can see it, to take the run's lock.
        """
        with self._alone():
            self._db.execute("INSERT INTO runs (host, pid) VALUES (?, ?)", (host, pid))
            number = int(self._db.execute("SELECT last_insert_rowid()").fetchone()[0])
            hold(number)
        return number

    def end_run(self, number: int) -> None:
        """Forget a run and give back what it held."""
        with self._alone():
            self._db.execute("DELETE FROM leases WHERE run = ?", (number,))
            self._db.execute("DELETE FROM runs WHERE number = ?", (number,))

    def runs(self) -> tuple[RunRow, ...]:
        """Return the runs that have not ended by themselves, the killed among them."""
        with _translated(self._path):
            rows = self._db.execute(
                "SELECT number, host, pid, began_at,"
                " (SELECT count(*) FROM leases WHERE run = number) FROM runs ORDER BY number"
            ).fetchall()
        return tuple(RunRow(*row) for row in rows)

    def lease(self, document_id: DocumentId, run: int, is_alive: Callable[[int], bool]) -> bool:
        """Give a document to `run` unless another that is alive has it; tell whether it did.

        Decided in one transaction: of two that ask at once, one is told no.
        """
        with self._alone():
            row = self._db.execute(
                "SELECT run FROM leases WHERE document_id = ?", (document_id,)
            ).fetchone()
            if row is not None and row[0] != run and is_alive(row[0]):
                return False
            self._db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?)", (document_id, run))
        return True

    def release(self, document_id: DocumentId, run: int) -> None:
        """Give a document back, if `run` has it."""
        self._do("DELETE FROM leases WHERE document_id = ? AND run = ?", (document_id, run))

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """All or nothing of what is done inside, and nobody else writes meanwhile."""
        with _translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _one(self, statement: str, values: tuple[object, ...]) -> tuple[object, ...] | None:
        with _translated(self._path):
            row: tuple[object, ...] | None = self._db.execute(statement, values).fetchone()
        return row

    def _do(self, statement: str, values: tuple[object, ...]) -> None:
        with _translated(self._path):
            self._db.execute(statement, values)


_STANDING = "SELECT intake, state, pages, code, detail, page, attempts, ground FROM documents"


def _standing(row: tuple[object, ...]) -> Standing:
    intake, state, pages, code, detail, page, attempts, ground = row
    assert isinstance(intake, bytes)
    return Standing(
        codec.decode(Intake, intake),
        State(str(state)) if state else None,
        None if pages is None else int(str(pages)),
        str(code),
        str(detail),
        None if page is None else int(str(page)),
        int(str(attempts)),
        str(ground),
    )


def _step(row: tuple[object, ...]) -> Step:
    key, document_id, stage, version, settings, output, sha256 = (str(item) for item in row)
    return Step(
        key,
        DocumentId(document_id),
        stage,
        int(version),
        Sha256(settings),
        Path(output),
        Sha256(sha256),
    )


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise DiskFull(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise JournalDamaged(f"{path}: {error}") from error
