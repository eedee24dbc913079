"""The catalog's lines: an entry goes into the tables, and comes out of them.

Inside one transaction of the caller's: what of an entry is found by several keys stands in tables
of its own, and is entered afresh each time, so that nothing is found by what it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitizer import codec
from digitizer.errors import CatalogUnavailable
from digitizer.model import SignatureLevel
from storage.entry import Entry
from storage.link import from_text
from storage.record import CopyKind
from storage.tables import documents, earlier, facts, holders, identity_keys, links

AS_OF = "as_of"
_PARSED: dict[str, Callable[[str], object]] = {
    "issued_on": date.fromisoformat,
    "valid_from": date.fromisoformat,
    "valid_to": date.fromisoformat,
    "signed_at": datetime.fromisoformat,
    "stored_at": datetime.fromisoformat,
    "lapses_at": datetime.fromisoformat,
    "copy_kind": CopyKind,
    "level": SignatureLevel,
}
"""By hand, not by the codec: a look-up of one number may read hundreds of lines."""
_PLACES = tuple(
    (place, bool if isinstance(column.type, sa.Boolean) else _PARSED[column.name])
    for place, column in enumerate(documents.c)
    if column.name in _PARSED or isinstance(column.type, sa.Boolean)
)
"""Drivers know no Boolean in SQLite."""


def enter(connection: sa.Connection, entries: list[Entry]) -> None:
    """Enter some entries, which are not none; those of the same documents give way."""
    line = _insert(connection)(documents)
    changed = {c.name: line.excluded[c.name] for c in documents.c if not c.primary_key}
    rows = [codec.to_plain(entry) for entry in entries]
    connection.execute(
        line.on_conflict_do_update(index_elements=["document_id"], set_=changed), rows
    )
    _enter_holders(connection, entries)
    _enter_links(connection, entries)
    _add(
        connection,
        earlier,
        [
            {"sha256": digest, "document_id": entry.document_id}
            for entry in entries
            for digest in entry.earlier_sha256.split()
        ],
    )
    keys = sorted({entry.identity_key_id for entry in entries})
    _add(connection, identity_keys, [{"key_id": key} for key in keys])
    advance(connection, max(entry.stored_at for entry in entries))


def advance(connection: sa.Connection, moment: datetime) -> None:
    """State that all is entered up to `moment` (aware), unless a later one stands there."""
    line = _insert(connection)(facts).values(name=AS_OF, value=_fixed_width(moment))
    connection.execute(
        line.on_conflict_do_update(
            index_elements=["name"],
            set_={"value": line.excluded.value},
            where=line.excluded.value > facts.c.value,
        )
    )


def says(connection: sa.Connection, entry: Entry) -> bool | None:
    """Tell whether every table says of a document what `entry` does; None if it is not entered.

    Values are compared as they are kept: an edited one need not be a date any more.
    """
    plain = codec.to_plain(entry)
    for table, meant in ((documents, [plain]), *_found_by(entry)):
        mine = sa.select(table).where(table.c.document_id == entry.document_id)
        kept = [dict(row) for row in connection.execute(mine).mappings()]
        if table is documents and not kept:
            return None
        if sorted(map(repr, kept)) != sorted({repr(_in_order(table, row)) for row in meant}):
            return False
    return True


def _in_order(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.c}


def to_entry(row: Any) -> Entry:
    """Return the entry of a line of `documents`, a mapping. Raises CatalogUnavailable: damaged."""
    return read([row[column.name] for column in documents.c])


def read(row: Sequence[Any]) -> Entry:
    """Return the entry of a row that a driver gave, its columns in the order of `documents`.

    Raises:
        CatalogUnavailable: a value is none that was ever entered; the line is damaged.
    """
    values = list(row)
    place = 0
    try:
        for place, parse in _PLACES:
            if values[place] is not None:
                values[place] = parse(values[place])
    except (ValueError, TypeError) as error:
        column = documents.c[place].name
        raise CatalogUnavailable(f"damaged line of {values[0]}: {column}") from error
    return Entry(*values)


def _enter_holders(connection: sa.Connection, entries: list[Entry]) -> None:
    _forget(connection, holders, entries)
    _add(connection, holders, [row for entry in entries for row in _holder_rows(entry)])


def _enter_links(connection: sa.Connection, entries: list[Entry]) -> None:
    _forget(connection, links, entries)
    _add(connection, links, [row for entry in entries for row in _link_rows(entry)])


def _found_by(entry: Entry) -> tuple[tuple[sa.Table, list[dict[str, Any]]], ...]:
    """Return the rows by which a document is found, beside its line."""
    return (holders, _holder_rows(entry)), (links, _link_rows(entry))


def _holder_rows(entry: Entry) -> list[dict[str, Any]]:
    keys = (*entry.holder_keys.split(), *entry.name_keys.split())
    return [{"key": key, "document_id": entry.document_id} for key in keys]


def _link_rows(entry: Entry) -> list[dict[str, Any]]:
    found = (codec.to_plain(link) for link in from_text(entry.links))
    return [{**row, "document_id": entry.document_id} for row in found]


def _add(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert what is not there yet."""
    if rows:
        connection.execute(_insert(connection)(table).on_conflict_do_nothing(), rows)


def _forget(connection: sa.Connection, table: sa.Table, entries: list[Entry]) -> None:
    ids = [{"id": entry.document_id} for entry in entries]
    connection.execute(table.delete().where(table.c.document_id == sa.bindparam("id")), ids)


def _insert(connection: sa.Connection) -> Callable[[sa.Table], Any]:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def _fixed_width(moment: datetime) -> str:
    """Return a moment as text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
