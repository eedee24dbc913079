"""The catalog's tables, and the way to the two databases that can hold them.

Dates and times are kept as ISO 8601 text, so that both databases sort and give back the same.
Opening and every SQLAlchemy error are translated here and in `storage.catalog`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from digitizer.errors import CatalogUnavailable, ConfigError
from storage.settings import StorageSettings

SCHEMA_VERSION = "3"
BUSY_TIMEOUT_S = 10.0
_POSTGRES_CONNECT_S = 5
_STATEMENT_TIMEOUT_MS = 60_000

TABLES = sa.MetaData()

documents = sa.Table(
    "documents",
    TABLES,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("document_type", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("number_key", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Text),
    sa.Column("year", sa.Integer),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("agency_key", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("holder_keys", sa.Text, nullable=False),
    sa.Column("name_keys", sa.Text, nullable=False),
    sa.Column("identity_key_id", sa.Text, nullable=False),
    sa.Column("number_masked", sa.Text, nullable=False),
    sa.Column("name_masked", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Text),
    sa.Column("valid_to", sa.Text),
    sa.Column("validity_known", sa.Boolean, nullable=False),
    sa.Column("validity_basis", sa.Text, nullable=False),
    sa.Column("unverified", sa.Text, nullable=False),
    sa.Column("copy_kind", sa.Text, nullable=False),
    sa.Column("signer", sa.Text, nullable=False),
    sa.Column("signed_at", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("is_throwaway", sa.Boolean, nullable=False),
    sa.Column("access_level", sa.Text, nullable=False),
    sa.Column("page_count", sa.Integer, nullable=False),
    sa.Column("blank_pages", sa.Integer, nullable=False),
    sa.Column("original_sha256", sa.Text, nullable=False),
    sa.Column("signed_sha256", sa.Text, nullable=False),
    sa.Column("signed_key", sa.Text, nullable=False),
    sa.Column("stored_at", sa.Text, nullable=False),
    sa.Column("lapses_at", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("earlier_sha256", sa.Text, nullable=False),
    sa.Column("links", sa.Text, nullable=False),
    # One index per question. A number begins again each year in each agency, so hundreds of papers
    # share one: the index holds all that is needed to choose among them.
    sa.Index("documents_by_number", "number_key", "year", "agency_key", "document_id"),
    sa.Index("documents_by_original", "original_sha256"),
    sa.Index("documents_by_signed", "signed_sha256"),
    sa.Index("documents_by_time", "stored_at"),
    sa.Index("documents_by_lapse", "lapses_at"),
)

earlier = sa.Table(
    "earlier",
    TABLES,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("document_id", sa.Text, nullable=False),
)
"""Signed PDFs of earlier versions: copies of them are out there, and are still ours."""

holders = sa.Table(
    "holders",
    TABLES,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Index("holders_by_document", "document_id"),
    sqlite_with_rowid=False,
)
"""Whose papers these are: keyed numbers and keyed names with birth dates, of every holder."""

links = sa.Table(
    "links",
    TABLES,
    sa.Column("number_key", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Text),
    sa.Column("agency_key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("document_id", sa.Text, nullable=False),
    sa.Index("links_by_number", "number_key"),
    sa.Index("links_by_document", "document_id"),
)
"""Which papers are replaced, repealed or amended, and by which document of ours."""

facts = sa.Table(
    "facts",
    TABLES,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

identity_keys = sa.Table("identity_keys", TABLES, sa.Column("key_id", sa.Text, primary_key=True))


def sqlite_file(settings: StorageSettings) -> Path | None:
    """Return the catalog's file, None when it is not SQLite.

    Raises:
        ConfigError: the URL is neither `sqlite:///FILE` nor `postgresql+psycopg://…`.
    """
    url = _url(settings)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def open_engine(
    settings: StorageSettings, *, create: bool, replace_schema: bool = False
) -> sa.Engine:
    """Return an engine on the catalog's database, its tables there.

    Args:
        replace_schema: drop tables that another version of this program made; their lines are
            lost, and can be made again from the archive.

    Raises:
        ConfigError: the URL or its password file is wrong, or the driver is not installed.
        CatalogUnavailable: it is not there (and `create` is False), locked, or damaged.
    """
    file = sqlite_file(settings)
    with translated(where(settings)):
        engine = sqlite_engine(file, create=create) if file else _postgres_engine(settings)
        if replace_schema:
            _drop_other_schema(engine)
        _prepare(engine, create=create)
    return engine


def where(settings: StorageSettings) -> str:
    """Return the catalog's place as it may be shown: never with a password."""
    return _url(settings).render_as_string(hide_password=True)


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


def _follow_swaps(engine: sa.Engine, file: Path) -> None:
    """Make a pooled connection give way when a rebuild has put a new file in its place."""

    def inode() -> int:
        try:
            return file.stat().st_ino
        except OSError:
            return 0

    @sa.event.listens_for(engine, "connect")
    def remember(_: Any, pooled: Any) -> None:
        pooled.info["inode"] = inode()

    @sa.event.listens_for(engine, "checkout")
    def compare(_: Any, pooled: Any, __: Any) -> None:
        if pooled.info["inode"] != inode():
            raise DisconnectionError("the catalog was rebuilt")


def _postgres_engine(settings: StorageSettings) -> sa.Engine:
    try:
        return sa.create_engine(
            _url(settings),
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _POSTGRES_CONNECT_S,
                "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
            },
        )
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"[storage] catalog needs {error.name}: install sohoa[postgresql]"
        ) from error


def _drop_other_schema(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table(facts.name):
            return
        version = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema"))
        if version != SCHEMA_VERSION:
            TABLES.drop_all(connection)


def _prepare(engine: sa.Engine, *, create: bool) -> None:
    with engine.begin() as connection:
        if create:
            TABLES.create_all(connection)
        version = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema"))
        if version is None and create:
            connection.execute(facts.insert().values(name="schema", value=SCHEMA_VERSION))
        elif version != SCHEMA_VERSION:
            raise CatalogUnavailable(f"schema {version}, this program needs {SCHEMA_VERSION}")


def _url(settings: StorageSettings) -> sa.URL:
    try:
        url = sa.make_url(settings.catalog)
    except SQLAlchemyError as error:
        raise ConfigError("[storage] catalog is not a database URL") from error
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and not url.database):
        raise ConfigError("[storage] catalog must be sqlite:///FILE or postgresql+psycopg://…")
    if url.password is not None:
        raise ConfigError("[storage] catalog holds a password; use catalog_password_file")
    return url.set(password=_password(settings)) if settings.catalog_password_file else url


def _password(settings: StorageSettings) -> str:
    file = settings.catalog_password_file
    assert file is not None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"[storage] catalog_password_file {file} can't be read") from error


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn whatever a database driver raises into `CatalogUnavailable`, naming the place."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        # Only the kind and the driver's own words: the statement's values may be personal.
        cause = getattr(error, "orig", None) or error
        raise CatalogUnavailable(f"{place}: {_first_line(cause)}") from error
    except OSError as error:
        raise CatalogUnavailable(f"{place}: {error.strerror}") from error


def _first_line(cause: BaseException) -> str:
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
