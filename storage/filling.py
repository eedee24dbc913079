"""Many lines at once into tables that hold none yet: for a rebuild, a replica, a moved catalog.

Entering a document looks for what was there of it and keeps eight indexes in order, line by line;
with millions of lines nearly all the time goes there. Here the indexes are made at the end, and
what must be sorted is sorted once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from storage import lines
from storage.database import take_turn
from storage.entry import Entry
from storage.tables import TABLES, documents, holders

_BATCH = 2000
_CACHE_KIB = 256 << 10
_UNSORTED = sa.Table(
    "unsorted_holders",
    sa.MetaData(),
    *(sa.Column(column.name, sa.Text) for column in holders.c),
    prefixes=["TEMPORARY"],
)
"""Keyed numbers come in no order: put straight into `holders`, each would touch another page."""


def fill(connection: sa.Connection, entries: Iterable[Entry]) -> int:
    """Enter documents, each of them once, into an empty SQLite catalog; return how many.

    Inside one transaction of the caller's. Quickest where they come sorted by their ids. Raises
    what the driver raises, for a document that comes twice, too.
    """
    take_turn(connection, "catalog")  # begins: of itself the driver would not, for indexes
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
    indexes = [index for table in TABLES.sorted_tables for index in sorted(table.indexes, key=str)]
    for index in indexes:
        index.drop(connection)
    _UNSORTED.create(connection)
    count, latest = 0, datetime.min.replace(tzinfo=UTC)
    remaining = iter(entries)
    while batch := list(islice(remaining, _BATCH)):
        _insert(connection, documents, [tuple(lines.row_of(entry).values()) for entry in batch])
        rows = [tuple(row.values()) for entry in batch for row in lines.holder_rows(entry)]
        _insert(connection, _UNSORTED, rows)
        lines.add_rest(connection, batch)
        latest = max(latest, *(entry.stored_at for entry in batch))
        count += len(batch)
    unsorted = _UNSORTED.c
    in_order = sa.select(*unsorted).distinct().order_by(*unsorted)
    connection.execute(holders.insert().from_select(list(unsorted.keys()), in_order))
    _UNSORTED.drop(connection)
    for index in indexes:
        index.create(connection)
    if count:
        lines.advance(connection, latest)
    return count


def _insert(connection: sa.Connection, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("?" for _ in table.c)
        connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608 - names of our own tables
