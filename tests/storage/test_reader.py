"""A look-up reads one moment, by the same statements whether something is held or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from digitizer.errors import CatalogUnavailable
from digitizer.model import FieldName, Sha256
from storage.catalog import Catalog
from storage.entry import entry_of
from storage.lookup import ByCase, ByFile, ByHolder, ByName, ByNumber, Question, Terms, look_up
from storage.reference import agency_key
from storage.settings import StorageSettings
from tests.oracles.postgres import Postgres
from tests.storage.papers import BIRTH, FIELDS, NAME, NOW, NUMBER, VAULT, record

CASE = "H41.05-261122-0001"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    settings = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as opened:
        opened.enter(record("ab" * 16, fields={FieldName.MA_HO_SO: CASE}))
        yield opened


def statements(catalog: Catalog, question: Question) -> list[str]:
    """Return what the database was asked, its values left out."""
    look_up(question, catalog, VAULT, Terms(NOW))
    asked: list[str] = []
    (line,) = catalog._reader._idle
    line.connection.set_trace_callback(asked.append)
    look_up(question, catalog, VAULT, Terms(NOW))
    line.connection.set_trace_callback(None)
    return [re.sub(r"'[^']*'|\d+", "?", statement) for statement in asked]


HELD_AND_NOT = [
    (ByHolder(NUMBER), ByHolder("001203009999")),
    (ByName(NAME, date.fromisoformat(BIRTH)), ByName(NAME, date(1990, 1, 1))),
    (ByCase(CASE), ByCase("H41.05-261122-0002")),
    (ByNumber("476/QĐ-UBND"), ByNumber("477/QĐ-UBND")),
    (ByNumber("476/QĐ-UBND", "UBND tỉnh Mẫu", 2026), ByNumber("9/TB", "UBND tỉnh Mẫu", 2026)),
    (ByFile(entry_of(record("ab" * 16)).signed_sha256), ByFile(Sha256("0" * 64))),
]


@pytest.mark.parametrize(("held", "other"), HELD_AND_NOT, ids=lambda one: type(one).__name__)
def test_a_hit_and_a_miss_ask_the_same(catalog: Catalog, held: Question, other: Question) -> None:
    assert look_up(held, catalog, VAULT, Terms(NOW)).found
    assert not look_up(other, catalog, VAULT, Terms(NOW)).found
    assert statements(catalog, held) == statements(catalog, other)


def test_one_snapshot_does_not_see_what_is_entered_meanwhile(catalog: Catalog) -> None:
    with catalog.snapshot() as seen:
        before = seen.standing([VAULT.key_id])
        catalog.enter(record("cd" * 16))
        assert len(seen.find_by_holder(VAULT.holder_key(NUMBER))) == 1
        assert seen.standing([VAULT.key_id]) == before
    with catalog.snapshot() as seen:
        assert len(seen.find_by_holder(VAULT.holder_key(NUMBER))) == 2


def test_a_look_up_that_failed_leaves_no_broken_connection(catalog: Catalog) -> None:
    with pytest.raises(ArithmeticError), catalog.snapshot():
        raise ArithmeticError
    assert look_up(ByHolder(NUMBER), catalog, VAULT, Terms(NOW)).found


def test_an_agency_is_compared_in_the_database_as_outside_of_it(catalog: Catalog) -> None:
    own = FIELDS[FieldName.CO_QUAN_BAN_HANH]
    for asked, is_found in ((own, True), ("tỉnh Mẫu", True), ("ỉnh M", False)):
        with catalog.snapshot() as seen:
            found = seen.find_by_number("476/qd-ubnd", None, agency_key(asked))
        assert bool(found) == is_found, asked


def test_a_line_that_the_server_cut_is_replaced(postgres: Postgres) -> None:
    settings = StorageSettings(
        catalog=postgres.database(), catalog_password_file=postgres.password_file
    )
    with Catalog.open(settings, create=True) as catalog:
        catalog.enter(record())
        assert look_up(ByHolder(NUMBER), catalog, VAULT, Terms(NOW)).found
        _cut_all(settings, postgres)
        assert look_up(ByHolder(NUMBER), catalog, VAULT, Terms(NOW)).found


def test_a_server_that_is_gone_is_said_so(tmp_path: Path, catalog: Catalog) -> None:
    (tmp_path / "catalog.sqlite").rename(tmp_path / "gone.sqlite")
    catalog._reader._seen = (float("-inf"), 0)
    with pytest.raises(CatalogUnavailable), catalog.snapshot() as seen:
        seen.standing([])


def _cut_all(settings: StorageSettings, server: Postgres) -> None:
    name = settings.catalog.rpartition("/")[2]
    address: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": "sohoa",
        "dbname": name,
        "password": server.password_file.read_text().strip(),
    }
    with psycopg.connect(**address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
