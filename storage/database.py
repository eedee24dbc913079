"""The databases we keep lines in, and the one way to reach them: SQLite files or PostgreSQL.

Opening and every SQLAlchemy error are translated here, so that catalog and ledger fail alike.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from digitizer.errors import CatalogUnavailable, ConfigError

BUSY_TIMEOUT_S = 10.0
_POSTGRES_CONNECT_S = 5
_STATEMENT_TIMEOUT_MS = 60_000


def database_url(text: str, password_file: Path | None, setting: str) -> sa.URL:
    """Return the URL of a database, its password put in from the file.

    Args:
        text: `sqlite:///FILE` or `postgresql+psycopg://…`, without a password.
        setting: where it comes from, for the message: `[storage] catalog`.

    Raises:
        ConfigError: it is neither, or holds a password, or the file can't be read.
    """
    try:
        url = sa.make_url(text)
    except SQLAlchemyError as error:
        raise ConfigError(f"{setting} is not a database URL") from error
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and not url.database):
        raise ConfigError(f"{setting} must be sqlite:///FILE or postgresql+psycopg://…")
    if url.password is not None:
        raise ConfigError(f"{setting} holds a password; use [storage] catalog_password_file")
    if password_file is None or backend == "sqlite":
        return url
    try:
        return url.set(password=password_file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"[storage] catalog_password_file {password_file} can't be read"
        ) from error


def file_of(url: sa.URL) -> Path | None:
    """Return the file of an SQLite database, None of any other."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def shown(url: sa.URL) -> str:
    """Return the URL as it may be shown: never with a password."""
    return url.render_as_string(hide_password=True)


def database_engine(url: sa.URL, *, create: bool, setting: str) -> sa.Engine:
    """Return an engine on a database of `database_url`.

    Raises:
        ConfigError: the driver is not installed.
        CatalogUnavailable: there is no such file, and not `create`.
    """
    file = file_of(url)
    return sqlite_engine(file, create=create) if file else _postgres_engine(url, setting)


def sqlite_engine(file: Path, *, create: bool) -> sa.Engine:
    """Return an engine on an SQLite file: write-ahead log, every commit forced to disk.

    Raises:
        CatalogUnavailable: no such file, and not `create`.
    """
    if create:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    elif not file.is_file():
        raise CatalogUnavailable(f"{file} is not there")
    mode = "rwc" if create else "rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            check_same_thread=False,
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.QueuePool)
    _follow_swaps(engine, file)
    return engine


def inode_of(file: Path) -> int:
    """Return what tells one file from another that took its name; 0 where there is none."""
    try:
        return os.stat(file).st_ino  # noqa: PTH116 - half the time, and asked at every look-up
    except OSError:
        return 0


def _follow_swaps(engine: sa.Engine, file: Path) -> None:
    """Make a pooled connection give way when a rebuild has put a new file in its place."""

    @sa.event.listens_for(engine, "connect")
    def remember(_: Any, pooled: Any) -> None:
        pooled.info["inode"] = inode_of(file)

    @sa.event.listens_for(engine, "checkout")
    def compare(_: Any, pooled: Any, __: Any) -> None:
        if pooled.info["inode"] != inode_of(file):
            raise DisconnectionError("the catalog was rebuilt")


def _postgres_engine(url: sa.URL, setting: str) -> sa.Engine:
    try:
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _POSTGRES_CONNECT_S,
                "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
            },
        )
    except ModuleNotFoundError as error:
        raise ConfigError(f"{setting} needs {error.name}: install sohoa[postgresql]") from error


def take_turn(connection: sa.Connection, name: str) -> None:
    """Let one process at a time make the tables; one that came at the same moment finds them.

    Args:
        connection: in a transaction that has not read yet; the turn ends with it.
        name: of the tables, for servers that hold many.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"sohoa {name}"}
        )


class Ledger:
    """A small SQLite database of its own, safe to share between threads and processes.

    Close it by `with`. Raises (everywhere) CatalogUnavailable, naming the file.
    """

    def __init__(self, file: Path, tables: sa.MetaData, name: str) -> None:
        """Open it, making it when there is none."""
        self._place = str(file)
        with translated(self._place):
            self._engine = sqlite_engine(file, create=True)
            with self._engine.begin() as connection:
                take_turn(connection, name)
                tables.create_all(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


def translated(place: str, driver: type[Exception] = sqlite3.Error) -> AbstractContextManager[None]:
    """Turn whatever a database raises into `CatalogUnavailable`, naming the place.

    Args:
        driver: the root of the errors of a driver that is used without SQLAlchemy.
    """
    return _Translated(place, driver)


class _Translated:
    """No generator: every statement of a look-up goes through one."""

    __slots__ = ("_driver", "_place")

    def __init__(self, place: str, driver: type[Exception]) -> None:
        self._place = place
        self._driver = driver

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, SQLAlchemyError | self._driver):
            # Only the kind and the driver's own words: the statement's values may be personal.
            cause = getattr(error, "orig", None) or error
            raise CatalogUnavailable(f"{self._place}: {_first_line(cause)}") from error
        if isinstance(error, OSError):
            raise CatalogUnavailable(f"{self._place}: {error.strerror}") from error


def _first_line(cause: BaseException) -> str:
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
