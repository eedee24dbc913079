"""The catalog's lines: an entry goes into the tables, and comes out of them.

Inside one transaction of the caller's: what of an entry is found by several keys stands in tables
of its own, and is entered afresh each time, so that nothing is found by what it was before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitizer import codec
from digitizer.errors import CatalogUnavailable
from storage.entry import Entry
from storage.link import from_text
from storage.tables import documents, earlier, facts, holders, identity_keys, links

AS_OF = "as_of"
_COLUMNS = tuple(column.name for column in documents.c if column.name != "line")
_ENTRY = msgspec.json.Decoder(Entry)


def enter(connection: sa.Connection, entries: list[Entry]) -> None:
    """Enter some entries, which are not none; those of the same documents give way."""
    line = _insert(connection)(documents)
    changed = {c.name: line.excluded[c.name] for c in documents.c if not c.primary_key}
    rows = [row_of(entry) for entry in entries]
    connection.execute(
        line.on_conflict_do_update(index_elements=["document_id"], set_=changed), rows
    )
    _forget(connection, holders, entries)
    _add(connection, holders, [row for entry in entries for row in holder_rows(entry)])
    _forget(connection, links, entries)
    add_rest(connection, entries)
    advance(connection, max(entry.stored_at for entry in entries))


def add_rest(connection: sa.Connection, entries: list[Entry]) -> None:
    """Enter what stands in tables of its own, but the holders."""
    _add(connection, links, [row for entry in entries for row in _link_rows(entry)])
    _add(connection, earlier, [row for entry in entries for row in _file_rows(entry)])
    keys = sorted({entry.identity_key_id for entry in entries})
    _add(connection, identity_keys, [{"key_id": key} for key in keys])


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
    for table, meant in ((documents, [row_of(entry)]), *_found_by(entry)):
        mine = sa.select(*map(_as_kept, table.c)).where(table.c.document_id == entry.document_id)
        kept = [dict(row) for row in connection.execute(mine).mappings()]
        if table is documents and not kept:
            return None
        if sorted(map(repr, kept)) != sorted({repr(_in_order(table, row)) for row in meant}):
            return False
    return True


def _as_kept(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return a flag as the number it is kept as: SQLite takes any but 0 for True."""
    flag = isinstance(column.type, sa.Boolean)
    return sa.cast(column, sa.Integer).label(column.name) if flag else column


def _in_order(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    plain = ((column.name, row[column.name]) for column in table.c)
    return {name: int(value) if isinstance(value, bool) else value for name, value in plain}


def row_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as a row of `documents`, in the order of its columns."""
    found = {name: codec.to_plain(getattr(entry, name)) for name in _COLUMNS}
    return {"document_id": entry.document_id, "line": text_of(entry), **found}


def text_of(entry: Entry) -> str:
    """Return the canonical JSON of an entry: as `digitizer.codec` does, at a tenth of its cost."""
    return msgspec.json.encode(entry, order="sorted").decode()


def read(document_id: str, line: str) -> Entry:
    """Return the entry of a document from the two columns that hold it.

    Raises:
        CatalogUnavailable: it is none that was ever entered; the line is damaged.
    """
    try:
        return _ENTRY.decode(line)
    except (msgspec.MsgspecError, UnicodeError) as error:
        # Not the parser's words: they may quote what stands there.
        raise CatalogUnavailable(f"damaged line of {document_id}") from error


def _found_by(entry: Entry) -> tuple[tuple[sa.Table, list[dict[str, Any]]], ...]:
    """Return the rows by which a document is found, beside its line."""
    return (
        (holders, holder_rows(entry)),
        (links, _link_rows(entry)),
        (earlier, _file_rows(entry)),
    )


def holder_rows(entry: Entry) -> list[dict[str, Any]]:
    """Return the lines of `holders` for a document, their columns in the table's order."""
    keys = (*entry.holder_keys.split(), *entry.name_keys.split())
    return [{"key": key, "document_id": entry.document_id} for key in keys]


def _file_rows(entry: Entry) -> list[dict[str, Any]]:
    digests = (*entry.earlier_sha256.split(), *entry.part_sha256.split())
    return [{"sha256": digest, "document_id": entry.document_id} for digest in digests]


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
