"""A catalog that is gone, locked, damaged or elsewhere says so, and says what to do."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from digitizer.errors import CatalogUnavailable, ConfigError
from storage import database, tables
from storage.catalog import Catalog
from storage.entry import entry_of
from storage.settings import StorageSettings
from tests.oracles.loopback import free_ports
from tests.oracles.postgres import Postgres
from tests.storage.papers import NAME, NUMBER, record


@pytest.fixture
def settings(tmp_path: Path) -> StorageSettings:
    made = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(made, create=True) as catalog:
        catalog.enter_all(entry_of(record(f"{index:032x}")) for index in range(300))
    return made


def test_an_absent_catalog_is_not_made_by_looking(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite"
    with pytest.raises(CatalogUnavailable, match="catalog rebuild"):
        Catalog.open(StorageSettings(catalog=f"sqlite:///{file}"))
    assert not file.exists()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    file.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(CatalogUnavailable, match="not a database"):
        Catalog.open(StorageSettings(catalog=f"sqlite:///{file}"))


def test_damaged_pages_are_noticed(settings: StorageSettings, tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    data = bytearray(file.read_bytes())
    data[4096 * 4 :] = b"\xa5" * (len(data) - 4096 * 4)
    file.write_bytes(bytes(data))
    with pytest.raises(CatalogUnavailable), Catalog.open(settings) as catalog:
        catalog.check()


def test_an_empty_file_is_no_catalog(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"")
    with pytest.raises(CatalogUnavailable):
        Catalog.open(StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}"))


def test_a_catalog_of_another_version_is_not_guessed_at(
    settings: StorageSettings, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("UPDATE facts SET value = '999' WHERE name = 'schema'")
    connection.close()
    with pytest.raises(CatalogUnavailable, match="schema 999"):
        Catalog.open(settings)


def test_a_locked_catalog_can_be_read_and_says_so_when_written(
    settings: StorageSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
    holder = sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Catalog.open(settings) as catalog:
        assert len(catalog.recent()) == 20
        with pytest.raises(CatalogUnavailable, match="locked"):
            catalog.enter(record())
    holder.close()


def test_a_catalog_removed_under_an_open_one_is_noticed(
    settings: StorageSettings, tmp_path: Path
) -> None:
    with Catalog.open(settings) as catalog:
        catalog.recent()
        for file in tmp_path.glob("catalog.sqlite*"):
            file.unlink()
        with pytest.raises(CatalogUnavailable):
            catalog.recent()


def test_no_error_repeats_personal_data(settings: StorageSettings, tmp_path: Path) -> None:
    with Catalog.open(settings) as catalog:
        with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
            connection.execute("DROP TABLE documents")
        connection.close()
        with pytest.raises(CatalogUnavailable) as caught:
            catalog.enter(record())
    told = f"{caught.value}{caught.value.args}"
    assert NUMBER not in told and NAME not in told and "N. V. Thử" not in told


def test_every_commit_is_forced_to_disk(settings: StorageSettings) -> None:
    engine = tables.open_engine(settings, create=False)
    with engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous")
        ]
    engine.dispose()
    assert pragmas == ["wal", 2]


def test_a_killed_writer_loses_nothing_that_was_entered(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.sqlite'}"
    code = (
        "import os, sys; sys.path.insert(0, '.'); from storage.catalog import Catalog;"
        "from storage.settings import StorageSettings; from tests.storage.papers import record;"
        "c = Catalog.open(StorageSettings(catalog=sys.argv[1]), create=True);"
        "[c.enter(record(f'{n:032x}')) for n in range(20)]; os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, url], check=False)
    assert killed.returncode == -9
    with Catalog.open(StorageSettings(catalog=url)) as catalog:
        assert len(list(catalog.dump())) == 20


def test_a_look_up_uses_an_index_for_every_question(settings: StorageSettings) -> None:
    conditions = [
        "documents WHERE number_key = 'x' AND (year = 1 OR year IS NULL)",
        "documents WHERE document_id IN (SELECT document_id FROM holders WHERE key = 'x')",
        "documents WHERE original_sha256 = 'x' OR signed_sha256 = 'x'",
        "links WHERE number_key = 'x' AND (issued_on IS NULL OR issued_on = 'x')",
    ]
    engine = tables.open_engine(settings, create=False)
    with engine.connect() as connection:
        for condition in conditions:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT * FROM {condition}")
            assert "SCAN" not in " ".join(row.detail for row in plan), condition
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    ["", "catalog.sqlite", "sqlite://", "mysql://host/db", "postgresql+psycopg://u:p@host/db"],
)
def test_a_malformed_address_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[storage\] catalog") as caught:
        Catalog.open(StorageSettings(catalog=url))
    assert "u:p" not in str(caught.value)


def test_a_database_server_that_is_not_there_is_unavailable() -> None:
    url = f"postgresql+psycopg://sohoa@127.0.0.1:{free_ports(1)[0]}/catalog"
    with pytest.raises(CatalogUnavailable, match=r"127\.0\.0\.1"):
        Catalog.open(StorageSettings(catalog=url))


def test_a_wrong_database_password_is_told_without_repeating_it(
    postgres: Postgres, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("quite-wrong")
    settings = StorageSettings(
        catalog=postgres.database(), catalog_password_file=tmp_path / "password"
    )
    with pytest.raises(CatalogUnavailable, match="password authentication failed") as caught:
        Catalog.open(settings, create=True)
    assert "quite-wrong" not in str(caught.value)


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    settings = StorageSettings(
        catalog="postgresql+psycopg://sohoa@127.0.0.1/x", catalog_password_file=tmp_path / "none"
    )
    with pytest.raises(ConfigError, match="catalog_password_file"):
        Catalog.open(settings)


def test_a_copy_of_the_file_is_a_catalog(settings: StorageSettings, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "catalog.sqlite", tmp_path / "replica.sqlite")
    replica = StorageSettings(catalog=f"sqlite:///{tmp_path / 'replica.sqlite'}")
    with Catalog.open(replica) as copy, Catalog.open(settings) as original:
        assert list(copy.dump()) == list(original.dump())
