"""Small SQLite files of our own: opened with their tables, every failure told in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitizer.errors import DiskFull, JournalDamaged
from pipelines import durable

_WAIT_S = 60


@contextmanager
def opened(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection, committed at the end and rolled back on an error.

    Args:
        schema: `CREATE TABLE IF NOT EXISTS` statements.

    Raises:
        DiskFull: it can't be written.
        JournalDamaged: SQLite finds it malformed.
    """
    durable.made(path.parent)
    try:
        db = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous=FULL")
            db.executescript(schema)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()
    except sqlite3.OperationalError as error:
        raise DiskFull(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise JournalDamaged(f"{path}: {error}") from error
