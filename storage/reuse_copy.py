"""The re-use ledger of a PostgreSQL server as a file, for the second copy, and back into a server.

The ledger can't be made again, and a site may have no other copy of its server than ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import database_engine, database_url, shown, translated
from storage.reuse import SETTING, TABLES, ReuseLedger

_LINES_AT_ONCE = 1000


def is_on_server(url: str) -> bool:
    """Claim that a ledger of this URL is no file that could be copied as it is."""
    return url.startswith("postgresql")


def copy_out(url: str, password_file: Path | None, file: Path) -> None:
    """Write a server's ledger, as of one moment, to a new SQLite ledger at `file`.

    Raises:
        CatalogUnavailable: the server is away, or the file can't be written.
        ConfigError: the URL or the password file is wrong.
    """
    # The server is opened last: what goes wrong on the way is told of it, not of our copy.
    with _opened(f"sqlite:///{file}", None) as copy, _opened(url, password_file) as server:
        snapshot = server.execution_options(isolation_level="REPEATABLE READ")
        with snapshot.connect() as reading, copy.begin() as writing:
            _carry(reading.execution_options(stream_results=True), writing)


def merge_in(file: Path, url: str, password_file: Path | None) -> None:
    """Enter into a server's ledger what a copy holds and it does not; nothing there is changed.

    Raises:
        CatalogUnavailable: the server is away, or the file is no ledger; nothing was entered.
        ConfigError: the URL or the password file is wrong.
    """
    with (
        _opened(f"sqlite:///{file}", None) as copy,
        _opened(url, password_file) as server,
        copy.connect() as reading,
        server.begin() as writing,
    ):
        _carry(reading, writing)


def _carry(reading: sa.Connection, writing: sa.Connection) -> None:
    insert: Any = postgresql.insert if writing.dialect.name == "postgresql" else sqlite.insert
    for table in TABLES.sorted_tables:
        statement = insert(table).on_conflict_do_nothing()
        # In one order, so that an unchanged ledger gives the same file again.
        lines = reading.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        for part in lines.partitions(_LINES_AT_ONCE):
            writing.execute(statement, [dict(line) for line in part])


@contextmanager
def _opened(url: str, password_file: Path | None) -> Iterator[sa.Engine]:
    """Lend an engine on a ledger that is there, of our schema, made if it was not."""
    ReuseLedger(url, password_file).close()
    database = database_url(url, password_file, SETTING)
    engine = database_engine(database, create=False, setting=SETTING)
    try:
        with translated(shown(database)):
            yield engine
    finally:
        engine.dispose()
