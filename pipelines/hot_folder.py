"""A folder that scanners write into, watched by looking again and again.

Events are blind on network shares, so there are none. A file is claimed when two looks, apart by
our own clock, see it unchanged, and its end is there. Claiming copies it into our spool, forces
the copy to disk, reads it back and writes a row; only then may the scanner write the next file
over it. A run takes from the spool what the inbox no longer has.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digitizer.errors import DocumentError, IntegrityError
from digitizer.scan.completeness import is_complete
from digitizer.scan.sniff import sniff
from pipelines import durable, intake, records
from pipelines.intake import Source
from pipelines.journal import Journal
from pipelines.outcome import MustWait
from pipelines.settings import IntakeSettings

CLAIMED: Final = "_claimed"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS claims (
    sha256     TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, spooled TEXT NOT NULL,
    claimed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    PRIMARY KEY (path, size_bytes, mtime_ns, sha256)
);
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as one look saw it. Number and change time tell apart what size and time do not."""

    inode: int
    size_bytes: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the folder came to: files claimed now, and files not ripe yet."""

    claimed: tuple[Source, ...]
    unripe: int


class HotFolder:
    """The watch over one inbox. Several may watch the same one; a file is then claimed once."""

    def __init__(
        self,
        inbox: Path,
        data: Path,
        settings: IntakeSettings,
        *,
        is_taken: Callable[[Source], bool] = lambda _: False,
    ) -> None:
        """Begin to watch.

        Args:
            is_taken: tells whether a run has the file already, by path, size and time.
        """
        self._inbox = inbox
        self._spool = data / "spool"
        self._claims = data / "claims.sqlite"
        self._settings = settings
        self._is_taken = is_taken
        self._seen: dict[Path, tuple[_Seen, float]] = {}
        self._claimed: dict[Path, _Seen] = {}

    def look(self, now_s: float) -> Look:
        """Claim what is ripe.

        Args:
            now_s: by a clock that only runs forward; the scanner's and the server's are not asked.

        Raises:
            DiskFull: no room in the spool.
            IntegrityError: a copy reads back otherwise than it was written.
        """
        claimed, unripe = [], 0
        there: dict[Path, tuple[_Seen, float]] = {}
        for source in intake.find(self._inbox, self._settings.ignore):
            seen = _look_at(source.path)
            if seen is None or self._claimed.get(source.path) == seen:
                continue
            since = self._since(source.path, seen, now_s)
            there[source.path] = (seen, since)
            # Never at first sight: it takes two looks to know that a file rests.
            rests = since < now_s and now_s - since >= self._settings.stable_s
            if not rests or not _is_whole(source):
                unripe += 1
            elif done := self._claim(source, seen):
                claimed.append(done)
            else:
                unripe += 1
        self._seen = there
        return Look(tuple(claimed), unripe)

    def _since(self, path: Path, seen: _Seen, now_s: float) -> float:
        before = self._seen.get(path)
        return before[1] if before is not None and before[0] == seen else now_s

    def _claim(self, source: Source, seen: _Seen) -> Source | None:
        """Return the source with our copy, None if it changed under our hands."""
        if self._is_taken(source) or self._is_known(source, seen):
            self._claimed[source.path] = seen
            return None
        copied = self._copied(source)
        if copied is None or _look_at(source.path) != seen:
            return None
        self._enter(copied)
        if self._settings.claim == "move":
            self._move(source, seen)
        else:
            self._claimed[source.path] = seen
        return copied

    def _is_known(self, source: Source, seen: _Seen) -> bool:
        """Claim that an earlier watch has it: same place, size and time, and the same bytes."""
        with records.opened(self._claims, _SCHEMA) as db:
            rows = db.execute(
                "SELECT sha256 FROM claims WHERE path = ? AND size_bytes = ? AND mtime_ns = ?",
                (str(source.path), seen.size_bytes, seen.mtime_ns),
            ).fetchall()
        return bool(rows) and (_digest(source.path),) in rows

    def _copied(self, source: Source) -> Source | None:
        arrival = self._spool / f".{os.getpid()}.arriving"
        try:
            copy = intake.arrive(source, arrival, now_ns=source.mtime_ns, stable_s=0.0).copy
        except (MustWait, DocumentError):
            return None
        if _digest(copy.path) != copy.sha256:
            raise IntegrityError(f"{copy.path}: the copy reads back otherwise")
        target = self._spool / f"{copy.sha256}{source.path.suffix.lower()}"
        durable.move(copy.path, target)
        # The time goes with the bytes: by path, size and time a run knows what it has taken.
        os.utime(target, ns=(source.mtime_ns, source.mtime_ns))
        return Source(source.path, source.name, source.size_bytes, source.mtime_ns, spooled=target)

    def _enter(self, source: Source) -> None:
        assert source.spooled is not None, "it was copied a moment ago"
        with records.opened(self._claims, _SCHEMA) as db:
            db.execute(
                "INSERT OR IGNORE INTO claims (sha256, path, name, size_bytes, mtime_ns, spooled)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    source.spooled.stem,
                    str(source.path),
                    source.name,
                    source.size_bytes,
                    source.mtime_ns,
                    source.spooled.name,
                ),
            )

    def _move(self, source: Source, seen: _Seen) -> None:
        """Put the claimed file aside; what was written over it meanwhile is claimed there."""
        aside = self._inbox / CLAIMED / source.path.relative_to(self._inbox)
        aside.parent.mkdir(parents=True, exist_ok=True)
        aside = _free(aside)
        with suppress(FileNotFoundError):
            source.path.rename(aside)
            moved = _look_at(aside)
            if moved is None or (moved.inode, moved.size_bytes, moved.mtime_ns) == (
                seen.inode,
                seen.size_bytes,
                seen.mtime_ns,
            ):
                return
            shutil.move(aside, _free(source.path))


def spooled(data: Path, journal: Journal, found: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return the claimed files that the inbox no longer has as they were claimed.

    A copy whose document the journal knows is let go: its bytes are in our hands.
    """
    path = data / "claims.sqlite"
    if not path.is_file():
        return ()
    there = {(str(one.path), one.size_bytes, one.mtime_ns) for one in found}
    with records.opened(path, _SCHEMA) as db:
        rows = db.execute(
            "SELECT rowid, sha256, path, name, size_bytes, mtime_ns, spooled FROM claims"
            " ORDER BY rowid"
        ).fetchall()
    left = []
    for rowid, sha256, place, name, size_bytes, mtime_ns, spool in rows:
        copy = data / "spool" / spool
        if journal.standing(intake.document_id_of(sha256)) is not None:
            _drop(path, rowid, copy)
        elif (place, size_bytes, mtime_ns) not in there:
            left.append(Source(Path(place), name, size_bytes, mtime_ns, spooled=copy))
    return tuple(left)


def let_go(data: Path, digests: frozenset[str]) -> None:
    """Drop the claims of files whose stack is wholly at rest."""
    path = data / "claims.sqlite"
    if not path.is_file():
        return
    with records.opened(path, _SCHEMA) as db:
        rows = db.execute("SELECT rowid, sha256, spooled FROM claims").fetchall()
    for rowid, sha256, spool in rows:
        if sha256 in digests:
            _drop(path, rowid, data / "spool" / spool)


def _drop(claims: Path, rowid: int, copy: Path) -> None:
    with records.opened(claims, _SCHEMA) as db:
        db.execute("DELETE FROM claims WHERE rowid = ?", (rowid,))
        others = db.execute("SELECT 1 FROM claims WHERE spooled = ?", (copy.name,)).fetchone()
    if others is None:
        copy.unlink(missing_ok=True)


def _look_at(path: Path) -> _Seen | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return _Seen(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _is_whole(source: Source) -> bool:
    """Claim that the file's end is there. What is no document is left to the run, to be named."""
    try:
        return is_complete(source.path, sniff(source.path))
    except (DocumentError, OSError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _free(path: Path) -> Path:
    """Return the path, or one beside it that is not taken."""
    return next(one for one in _names(path) if not one.exists())


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, 1_000_000):
        yield path.with_name(f"{path.stem}~{number}{path.suffix}")
