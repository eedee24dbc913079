"""The few statements that every look-up runs: compiled once, run over plain driver connections.

SQLAlchemy still writes the SQL, so that both databases keep one wording; building and binding it
anew for each question cost ten times what the database itself takes (docs/adr/0034).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.database import inode_of, translated

Statement = sa.Select[Any] | sa.CompoundSelect[Any]
Row = Sequence[Any]
Rows = Callable[..., list[Row]]
"""Takes a statement and its values by name."""
_MAPPED = 1 << 32
"""Bytes of a file that are read without a call to the system for each page."""
_SAME_FILE_S = 0.02
"""For so long a file is taken for the one it was: looking costs as much as a statement."""
_LOCKED_MS = 1000
"""How long a reader waits: with a write-ahead log it is locked out only by repair or a copy."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL in the driver's own words.

    Attributes:
        fixed: a value for each of its marks, in their order, or by their names; None for those that
            the question brings.
        brought: place (or name) in `fixed` and name of each value that the question brings.
    """

    text: str
    fixed: list[Any] | dict[str, Any]
    brought: tuple[tuple[Any, str], ...]

    def bound(self, values: dict[str, Any]) -> Any:
        whole: Any = self.fixed.copy()
        for place, name in self.brought:
            whole[place] = values[name]
        return whole


@dataclass(slots=True)
class _Line:
    """One connection; `is_fresh` until it has answered once."""

    connection: Any
    inode: int
    is_fresh: bool = True


class Moment:
    """The block of `Reader.snapshot`: gives what runs a statement with its values by name."""

    __slots__ = ("_line", "_reader")

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __enter__(self) -> Rows:
        self._line = self._reader.begin()
        return partial(self._reader.rows, self._line)

    def __exit__(self, kind: object, _: object, __: object) -> None:
        self._reader.end(self._line, is_well=kind is None)


class Reader:
    """Reads one database. Safe to share between threads. Close it.

    Raises (everywhere) CatalogUnavailable, naming the place.
    """

    def __init__(self, engine: sa.Engine, place: str, file: Path | None) -> None:
        """Args: file: of an SQLite database, None of another."""
        self._engine = engine
        self._place = place
        self._file = file
        self._error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._compiled: dict[Statement, _Compiled] = {}
        self._idle: deque[_Line] = deque()
        self._seen = (float("-inf"), 0)

    def close(self) -> None:
        """Close every connection that is not in use."""
        while (line := self._taken()) is not None:
            line.connection.close()

    def snapshot(self) -> Moment:
        """Give what runs statements for the length of a block; in a file all see one moment.

        The statements are kept compiled: have each made once, not for each call.
        """
        return Moment(self)

    def begin(self) -> _Line:
        """Return a connection that nobody else uses; give it back by `end`."""
        with translated(self._place, self._error):
            return self._free() or self._connected()

    def end(self, line: _Line, *, is_well: bool) -> None:
        """Take a connection back; one over which something failed is closed."""
        if not is_well:
            line.connection.close()
            return
        if self._file:
            with translated(self._place, self._error):
                line.connection.execute("COMMIT")
        self._idle.append(line)

    def rows(self, line: _Line, statement: Statement, **values: Any) -> list[Row]:
        """Run a statement over that connection."""
        with translated(self._place, self._error):
            compiled = self._compiled.get(statement) or self._compile(statement)
            bound = compiled.bound(values)
            try:
                found: list[Row] = line.connection.execute(compiled.text, bound).fetchall()
            except self._error:
                if line.is_fresh or self._file:
                    raise
                # The server may have cut what lay idle, this and others; a new connection tells.
                line.connection.close()
                self.close()
                line.connection = self._connected().connection
                found = line.connection.execute(compiled.text, bound).fetchall()
            line.is_fresh = False
            return found

    def _free(self) -> _Line | None:
        """Return a connection that lay idle, to the very file that has the name now."""
        inode = self._inode()
        while (line := self._taken()) is not None:
            if line.inode == inode:
                if self._file:
                    line.connection.execute("BEGIN")
                return line
            line.connection.close()  # a rebuild has put a new file in its place
        return None

    def _inode(self) -> int:
        seen_at, inode = self._seen
        now = time.monotonic()
        if self._file and now - seen_at > _SAME_FILE_S:
            inode = inode_of(self._file)
            self._seen = (now, inode)
        return inode

    def _taken(self) -> _Line | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connected(self) -> _Line:
        inode = self._inode()
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._file is None:
            connection.autocommit = True  # each statement for itself: one trip to the server
            # Starting helpers takes the server longer than any of these statements.
            connection.execute("SET max_parallel_workers_per_gather = 0")
        else:
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout={_LOCKED_MS}")
            connection.execute(f"PRAGMA mmap_size={_MAPPED}")
            connection.execute("BEGIN")
        return _Line(connection, inode)

    def _compile(self, statement: Statement) -> _Compiled:
        compiled: Any = statement.compile(dialect=self._engine.dialect)
        order = compiled.positiontup
        places = list(enumerate(order)) if order is not None else [(n, n) for n in compiled.params]
        fixed: Any = dict(compiled.params)
        made = _Compiled(
            str(compiled),
            fixed if order is None else [fixed[name] for name in order],
            tuple((place, name) for place, name in places if compiled.binds[name].required),
        )
        self._compiled[statement] = made
        return made
