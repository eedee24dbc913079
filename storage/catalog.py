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
from typing import Any

import sqlalchemy as sa

from digitizer import codec
from digitizer.errors import CatalogUnavailable
from digitizer.model import DocumentId, RelationKind, Sha256
from storage import lines
from storage.database import translated
from storage.entry import Affecting, Entry, entry_of
from storage.identity import HolderKey
from storage.link import from_text
from storage.record import Record
from storage.reference import names_agency
from storage.settings import StorageSettings
from storage.tables import (
    documents,
    earlier,
    facts,
    holders,
    identity_keys,
    links,
    open_engine,
    where,
)

_BATCH = 1000
_MOST_FOUND = 200
"""More papers than any one holder or number has; a bound on what one answer can cost."""
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

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self._place = place

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
        return cls(engine, where(settings))

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

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

    def confirm(self, moment: datetime) -> None:
        """State that every document archived before `moment` (aware) has been entered.

        Raises CatalogUnavailable.
        """
        with translated(self._place), self._engine.begin() as connection:
            lines.advance(connection, moment)

    @property
    def as_of(self) -> datetime | None:
        """The moment up to which the catalog is known to be complete, None when empty."""
        with self._reading() as connection:
            text = connection.scalar(sa.select(facts.c.value).where(facts.c.name == lines.AS_OF))
        return datetime.fromisoformat(text) if text else None

    def find(self, document_id: DocumentId) -> Entry | None:
        """Return the document's line, None when it is not entered."""
        found = self._select(documents.c.document_id == document_id)
        return found[0] if found else None

    def find_by_number(
        self, number_key: str, year: int | None, agency_key: str
    ) -> tuple[Entry, ...]:
        """Return papers of a folded number; of that year and agency, where these are given.

        A paper whose year is not known is among them: it can be the one, and it can't be
        excluded. `agency_key` "" means any (see `storage.reference.names_agency`).
        """
        if not number_key:
            return ()
        condition = documents.c.number_key == number_key
        if year is not None:
            condition &= (documents.c.year == year) | documents.c.year.is_(None)
        # Hundreds of communes have a 01/QĐ-UBND: choose by agency before reading whole lines.
        statement = sa.select(documents.c.document_id, documents.c.agency_key).where(condition)
        with self._reading() as connection:
            rows = connection.execute(statement)
            chosen = [row[0] for row in rows if names_agency(agency_key, row[1])]
        return self._select(documents.c.document_id.in_(chosen[:_MOST_FOUND])) if chosen else ()

    def find_by_holder(self, holder_key: HolderKey) -> tuple[Entry, ...]:
        """Return the papers of the person with that keyed number."""
        return self._held_by(holder_key)

    def find_by_name(self, name_key: HolderKey) -> tuple[Entry, ...]:
        """Return the papers of people with that keyed name and birth date."""
        return self._held_by(name_key)

    def _held_by(self, key: HolderKey) -> tuple[Entry, ...]:
        of_holder = sa.select(holders.c.document_id).where(holders.c.key == key)
        return self._select(documents.c.document_id.in_(of_holder)) if key else ()

    def affecting(self, entry: Entry) -> tuple[Affecting, ...]:
        """Return the papers that say they replace, repeal or amend this one, newest first."""
        if not entry.number_key:
            return ()
        condition = (links.c.number_key == entry.number_key) & (
            links.c.issued_on.is_(None) | (links.c.issued_on == codec.to_plain(entry.issued_on))
        )
        with self._reading() as connection:
            said = connection.execute(sa.select(links).where(condition)).all()
        said = [line for line in said if names_agency(line.agency_key, entry.agency_key)]
        others = {line.document_id: line for line in said if line.document_id != entry.document_id}
        if not others:
            return ()
        found = self._select(documents.c.document_id.in_(list(others)[:_MOST_FOUND]))
        return tuple(
            Affecting(RelationKind(line.kind), other, line.issued_on is not None)
            for other in found
            for line in (others[other.document_id],)
        )

    def affected(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the papers of ours that this one says it replaces, repeals or amends."""
        found: list[Entry] = []
        for link in from_text(entry.links):
            year = link.issued_on.year if link.issued_on else None
            candidates = self.find_by_number(link.number_key, year, link.agency_key)
            found += [
                one
                for one in candidates
                if link.issued_on in (None, one.issued_on) and one.document_id != entry.document_id
            ]
        return tuple(dict.fromkeys(found))

    def find_by_sha256(self, sha256: Sha256) -> tuple[Entry, ...]:
        """Return the document whose original or signed PDF, of any version, has that digest."""
        of_earlier = sa.select(earlier.c.document_id).where(earlier.c.sha256 == sha256)
        return self._select(
            (documents.c.original_sha256 == sha256)
            | (documents.c.signed_sha256 == sha256)
            | documents.c.document_id.in_(of_earlier)
        )

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

    def knows_identity_key(self, key_id: str) -> bool:
        """Tell whether all holders entered so far were hashed under that key of the vault.

        Where False, "no paper of this holder" can't be said.
        """
        with self._reading() as connection:
            others = sa.select(identity_keys).where(identity_keys.c.key_id != key_id).limit(1)
            return connection.execute(others).first() is None

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
        statement = sa.select(documents).order_by(documents.c.document_id)
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(statement)
            for row in rows.mappings():
                yield codec.encode(lines.to_entry(row)) + b"\n"

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
        limit: int = _MOST_FOUND,
    ) -> tuple[Entry, ...]:
        statement = sa.select(documents).where(condition).order_by(*order).limit(limit)
        with self._reading() as connection:
            return tuple(lines.to_entry(row) for row in connection.execute(statement).mappings())
