"""Catalogs of synthetic papers, made once and kept: millions of lines take minutes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.lookup import papers
from storage import tables
from storage.catalog import Catalog
from storage.settings import StorageSettings

_BOOLEANS = {
    table.name: [n for n, c in enumerate(table.c) if isinstance(c.type, sa.Boolean)]
    for table in tables.TABLES.sorted_tables
}


def sqlite_catalog(folder: Path, rows: int) -> Path:
    """Return the file of a catalog of so many papers, made where the folder has none."""
    file = folder / f"catalog-{tables.SCHEMA_VERSION}-{rows}.sqlite"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    making = file.with_suffix(f".{os.getpid()}.part")
    with Catalog.open(StorageSettings(catalog=f"sqlite:///{making}"), create=True) as catalog:
        catalog.fill(papers.entries(rows))
    making.replace(file)
    return file


def copy_to_postgresql(file: Path, settings: StorageSettings) -> None:
    """Copy such a catalog into an empty database on a server; one that holds it stays."""
    with Catalog.open(settings, create=True) as catalog:
        if catalog.as_of is not None:
            return
    engine = tables.open_engine(settings, create=False)
    with closing(engine.raw_connection()) as pooled, engine.connect() as described:
        connection: Any = pooled.driver_connection
        connection.execute("SET statement_timeout = 0")  # of this connection: it takes minutes
        for table in tables.TABLES.sorted_tables:
            for index in table.indexes:
                connection.execute(str(sa.schema.DropIndex(index)))
            _copy(file, connection, table)
            for index in table.indexes:
                made = sa.schema.CreateIndex(index).compile(described)
                connection.execute(str(made))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _copy(file: Path, connection: Any, table: sa.Table) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.c)
    condition = "WHERE name <> 'schema'" if table is tables.facts else ""
    with (
        closing(_sqlite(file)) as held,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copying,
    ):
        for row in _plain(held, f"SELECT {names} FROM {table.name} {condition}", table.name):
            copying.write_row(row)


def _plain(held: Any, select: str, table: str) -> Iterator[list[Any]]:
    for row in held.execute(select):
        values = list(row)
        for place in _BOOLEANS[table]:
            values[place] = bool(values[place])
        yield values


def _sqlite(file: Path) -> Any:
    import sqlite3

    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
