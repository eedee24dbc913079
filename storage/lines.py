"""The catalog's lines: an entry goes into the tables, and comes out of them.

Inside one transaction of the caller's: what of an entry is found by several keys stands in tables
of its own, and is entered afresh each time, so that nothing is found by what it was before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitizer import codec
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


def to_entry(row: Any) -> Entry:
    """Return the entry of a line of `documents`, a mapping."""
    values = dict(row)
    for name, parse in _PARSED.items():
        if values[name] is not None:
            values[name] = parse(values[name])
    return Entry(**values)


def _enter_holders(connection: sa.Connection, entries: list[Entry]) -> None:
    _forget(connection, holders, entries)
    _add(
        connection,
        holders,
        [
            {"key": key, "document_id": entry.document_id}
            for entry in entries
            for key in (*entry.holder_keys.split(), *entry.name_keys.split())
        ],
    )


def _enter_links(connection: sa.Connection, entries: list[Entry]) -> None:
    _forget(connection, links, entries)
    _add(
        connection,
        links,
        [
            {**codec.to_plain(link), "document_id": entry.document_id}
            for entry in entries
            for link in from_text(entry.links)
        ],
    )


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
