"""Short transactions on an SQLite file, one after another, over a connection that is kept.

What a pool and its events cost for each transaction is more than what the database itself takes
(docs/adr/0034).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from storage.database import inode_of, translated

Row = Sequence[object]


class Writer:
    """Writes to one file. Safe to share between threads. Close it."""

    def __init__(self, engine: sa.Engine, file: Path) -> None:
        """Args: engine: that of `storage.database.sqlite_engine` for the same file."""
        self._engine = engine
        self._file = file
        self._lock = threading.Lock()
        self._connection: Any = None
        self._inode = 0

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    def write(self, statements: Iterable[tuple[str, Sequence[Row]]]) -> None:
        """Run each statement once for all of its rows, all or none, forced to disk.

        Args:
            statements: each selects from `json_each(?)`, which has a JSON array for each row. One
                call for all of them: after each the interpreter's lock would have to be won anew.

        Raises CatalogUnavailable, naming the file; the next call opens it anew.
        """
        with self._lock, translated(str(self._file)):
            try:
                connection = self._current()
                connection.execute("BEGIN IMMEDIATE")
                for text, rows in statements:
                    connection.execute(text, (msgspec.json.encode(rows).decode(),))
                connection.execute("COMMIT")
            except BaseException:
                self._drop()  # which takes back what was begun
                raise

    def _current(self) -> Any:
        """Return a connection to the very file that has the name now."""
        inode = inode_of(self._file)
        if self._connection is not None and inode != self._inode:
            self._drop()
        if self._connection is None:
            pooled = self._engine.raw_connection()
            self._connection, self._inode = pooled.driver_connection, inode
            pooled.detach()
            self._connection.isolation_level = None
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
