"""The catalog's tables, and their opening.

Dates and times are kept as ISO 8601 text, so that both databases sort and give back the same.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from digitizer.errors import CatalogUnavailable
from storage.database import (
    database_engine,
    database_url,
    file_of,
    shown,
    take_turn,
    translated,
)
from storage.settings import StorageSettings

SCHEMA_VERSION = "5"
_SETTING = "[storage] catalog"

TABLES = sa.MetaData()

documents = sa.Table(
    "documents",
    TABLES,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("document_type", sa.Text, nullable=False),
    sa.Column("number_key", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Text),
    sa.Column("year", sa.Integer),
    sa.Column("agency_key", sa.Text, nullable=False),
    sa.Column("is_throwaway", sa.Boolean, nullable=False),
    sa.Column("page_count", sa.Integer, nullable=False),
    sa.Column("original_sha256", sa.Text, nullable=False),
    sa.Column("signed_sha256", sa.Text, nullable=False),
    sa.Column("stored_at", sa.Text, nullable=False),
    sa.Column("lapses_at", sa.Text),
    sa.Column("case_key", sa.Text, nullable=False),
    # One index per question. A number begins again each year in each agency, so thousands of papers
    # share one: the index holds all that is needed to choose among them.
    sa.Index("documents_by_number", "number_key", "year", "agency_key", "issued_on", "document_id"),
    sa.Index("documents_by_original", "original_sha256"),
    sa.Index("documents_by_signed", "signed_sha256"),
    sa.Index("documents_by_time", "stored_at"),
    sa.Index("documents_by_lapse", "lapses_at"),
    sa.Index("documents_by_case", "case_key"),
)
"""`line` is the whole entry, as canonical JSON: one value is fetched ten times as fast as forty.
The other columns are what of it is searched, sorted and counted by."""

earlier = sa.Table(
    "earlier",
    TABLES,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("document_id", sa.Text, primary_key=True),
)
"""Signed PDFs of earlier versions: copies of them are out there, and are still ours. And the files
that a bound original is made of; one stack of pages may have become several documents."""

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
    sa.Index("links_by_number", "number_key", "issued_on"),
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
    return file_of(_url(settings))


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
    url = _url(settings)
    with translated(shown(url)):
        engine = database_engine(url, create=create, setting=_SETTING)
        if replace_schema:
            _drop_other_schema(engine)
        _prepare(engine, create=create)
    return engine


def where(settings: StorageSettings) -> str:
    """Return the catalog's place as it may be shown: never with a password."""
    return shown(_url(settings))


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
            take_turn(connection, "catalog")
            TABLES.create_all(connection)
        version = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema"))
        if version is None and create:
            connection.execute(facts.insert().values(name="schema", value=SCHEMA_VERSION))
        elif version != SCHEMA_VERSION:
            raise CatalogUnavailable(f"schema {version}, this program needs {SCHEMA_VERSION}")


def _url(settings: StorageSettings) -> sa.URL:
    return database_url(settings.catalog, settings.catalog_password_file, _SETTING)
