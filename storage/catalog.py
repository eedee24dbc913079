"""The catalog answers "do we hold this?" in a millisecond. It is a cache: the archive can always
make it again (`storage.rebuild`), so nothing is kept here that the sidecars do not say.

SQLite (write-ahead log, `synchronous=FULL`) or PostgreSQL, through SQLAlchemy Core.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from digitizer import codec
from digitizer.errors import CatalogUnavailable
from digitizer.model import DocumentId
from storage import filling, lines, queries
from storage.database import translated
from storage.entry import Entry, entry_of
from storage.reader import Reader
from storage.record import Record
from storage.settings import StorageSettings
from storage.snapshot import Snapshot
from storage.tables import (
    documents,
    earlier,
    facts,
    holders,
    identity_keys,
    links,
    open_engine,
    sqlite_file,
    where,
)

_BATCH = 1000
_NEWEST_FIRST = (documents.c.issued_on.desc().nulls_last(), documents.c.document_id)


@dataclass(frozen=True, slots=True)
class Lapsing:
    """How many documents' proof ends before some day, throw-away signatures left out.

    `first` is the earliest end of all documents, None when none states one.
    """

    first: datetime | None
    documents: int


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How much of one document type the archive holds."""

    document_type: str
    documents: int
    pages: int


class Catalog:
    """Safe to share between threads; each process opens its own. Close it, or use `with`."""

    def __init__(self, engine: sa.Engine, place: str, file: Path | None) -> None:
        self._engine = engine
        self._place = place
        self._reader = Reader(engine, place, file)

    @classmethod
    def open(
        cls, settings: StorageSettings, *, create: bool = False, replace_schema: bool = False
    ) -> Catalog:
        """Return the catalog of these settings.

        Args:
            create: make it if it is not there.
            replace_schema: empty it if another version of this program made it.

        Raises:
            CatalogUnavailable: it is not there (and `create` is False), locked, or damaged.
            ConfigError: the URL or password file is wrong, or the driver is not installed.
        """
        engine = open_engine(settings, create=create, replace_schema=replace_schema)
        return cls(engine, where(settings), sqlite_file(settings))

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        self._reader.close()
        self._engine.dispose()

    @property
    def is_local(self) -> bool:
        """Whether it is a file here, which answers within a millisecond, and no server."""
        return self._engine.dialect.name == "sqlite"

    def enter(self, record: Record) -> None:
        """Enter an archived document, durably. The same record again changes nothing.

        Raises CatalogUnavailable.
        """
        self.enter_all([entry_of(record)])

    def enter_all(self, entries: Iterable[Entry], *, afresh: bool = False) -> int:
        """Enter many, all or none, and return how many.

        Args:
            afresh: in the same transaction, forget first all that was entered before; readers
                see the old lines or the new ones, never a mixture.

        Raises CatalogUnavailable.
        """
        count = 0
        with translated(self._place), self._engine.begin() as connection:
            if afresh:
                for table in (documents, earlier, holders, links, identity_keys, facts):
                    keep = table.c.name == "schema" if table is facts else sa.false()
                    connection.execute(table.delete().where(~keep))
            remaining = iter(entries)
            while batch := list(islice(remaining, _BATCH)):
                lines.enter(connection, batch)
                count += len(batch)
        return count

    def fill(self, entries: Iterable[Entry]) -> int:
        """Enter many, each once, all or none, into an empty SQLite catalog that no one reads yet.

        As `enter_all` does, in a fraction of the time. Returns how many. Raises CatalogUnavailable.
        """
        with translated(self._place), self._engine.begin() as connection:
            return filling.fill(connection, entries)

    def confirm(self, moment: datetime) -> None:
        """State that every document archived before `moment` (aware) has been entered.

        Raises CatalogUnavailable.
        """
        with translated(self._place), self._engine.begin() as connection:
            lines.advance(connection, moment)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give all that a look-up may ask, for the length of a block. Raises CatalogUnavailable."""
        with self._reader.snapshot() as rows:
            yield Snapshot(rows)

    @property
    def as_of(self) -> datetime | None:
        """The moment up to which the catalog is known to be complete, None when empty."""
        with self.snapshot() as seen:
            return seen.standing("").as_of

    def find(self, document_id: DocumentId) -> Entry | None:
        """Return the document's line, None when it is not entered."""
        found = self._select(documents.c.document_id == document_id)
        return found[0] if found else None

    def says(self, entry: Entry) -> bool | None:
        """Tell whether line and search keys of a document are those of `entry`; None: no line."""
        with self._reading() as connection:
            return lines.says(connection, entry)

    def lapsing(self, before: datetime) -> Iterator[DocumentId]:
        """Yield documents whose proof ends before that moment or that do not say when it does.

        Sorted by id, read a batch at a time: what is entered meanwhile may or may not be seen.
        """
        last = ""
        while batch := self._lapsing_after(last, before):
            yield from batch
            last = batch[-1]

    def _lapsing_after(self, last: str, before: datetime) -> tuple[DocumentId, ...]:
        condition = documents.c.lapses_at.is_(None) | (
            documents.c.lapses_at < codec.to_plain(before)
        )
        statement = (
            sa.select(documents.c.document_id)
            .where(condition & (documents.c.document_id > last))
            .order_by(documents.c.document_id)
            .limit(_BATCH)
        )
        with self._reading() as connection:
            return tuple(DocumentId(row[0]) for row in connection.execute(statement))

    def count_lapsing(self, before: datetime) -> Lapsing:
        """Tell what has to be renewed before that moment. Throw-away signatures never are."""
        real = ~documents.c.is_throwaway & documents.c.lapses_at.is_not(None)
        first = sa.select(sa.func.min(documents.c.lapses_at)).where(real)
        due = real & (documents.c.lapses_at < codec.to_plain(before))
        count = sa.select(sa.func.count()).select_from(documents).where(due)
        with self._reading() as connection:
            text = connection.scalar(first)
            found = int(connection.scalar(count) or 0)
        return Lapsing(datetime.fromisoformat(text) if text else None, found)

    def recent(self, limit: int = 20) -> tuple[Entry, ...]:
        """Return what was archived last, newest first."""
        newest = (documents.c.stored_at.desc(), documents.c.document_id)
        return self._select(sa.true(), newest, limit)

    def document_ids(self) -> Iterator[DocumentId]:
        """Yield the ids of all documents, sorted, read a batch at a time."""
        last = ""
        while True:
            statement = (
                sa.select(documents.c.document_id)
                .where(documents.c.document_id > last)
                .order_by(documents.c.document_id)
                .limit(_BATCH)
            )
            with self._reading() as connection:
                batch = [DocumentId(row[0]) for row in connection.execute(statement)]
            if not batch:
                return
            yield from batch
            last = batch[-1]

    def counts(self) -> tuple[TypeCount, ...]:
        """Return documents and pages by type, sorted by type."""
        of_type = documents.c.document_type
        statement = (
            sa.select(of_type, sa.func.count(), sa.func.sum(documents.c.page_count))
            .group_by(of_type)
            .order_by(of_type)
        )
        with self._reading() as connection:
            return tuple(
                TypeCount(kind, n, int(pages)) for kind, n, pages in connection.execute(statement)
            )

    def dump(self) -> Iterator[bytes]:
        """Yield every line as canonical JSON with a newline, sorted by document id.

        Two catalogs of one archive give the same bytes, whichever database they are in.
        """
        statement = sa.select(*queries.LINE).order_by(documents.c.document_id)
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(statement)
            for document_id, line in rows:
                lines.read(document_id, line)
                yield line.encode() + b"\n"

    def check(self) -> None:
        """Look through the whole database for damage; takes seconds for a million lines.

        Raises CatalogUnavailable.
        """
        with self._reading() as connection:
            if connection.dialect.name == "sqlite":
                verdict = connection.scalar(sa.text("PRAGMA quick_check(1)"))
                if verdict != "ok":
                    raise CatalogUnavailable(f"{self._place}: {verdict}")
            connection.scalar(sa.select(sa.func.count()).select_from(documents))

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translated(self._place), self._engine.connect() as connection:
            yield connection

    def _select(
        self,
        condition: sa.ColumnElement[bool],
        order: tuple[Any, ...] = (
            documents.c.issued_on.desc().nulls_last(),
            documents.c.document_id,
        ),
        limit: int = queries.MOST_FOUND,
    ) -> tuple[Entry, ...]:
        statement = sa.select(*queries.LINE).where(condition).order_by(*order).limit(limit)
        with self._reading() as connection:
            return tuple(lines.read(*row) for row in connection.execute(statement))
