"""The catalog can always be made again from the archive alone, and comes out the same."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from digitizer.errors import CatalogUnavailable, IntegrityError
from storage.catalog import Catalog
from storage.folder import FolderStore
from storage.objects import ObjectStore, open_store
from storage.rebuild import rebuild
from storage.settings import StorageSettings
from tests.oracles.postgres import Postgres
from tests.oracles.seaweed import Seaweed
from tests.storage.papers import NOW, paper
from tests.storage.test_archive import flip

LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "archive")


@pytest.fixture
def settings(tmp_path: Path) -> StorageSettings:
    return StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")


def fill(store: ObjectStore, settings: StorageSettings, folder: Path, count: int = 5) -> bytes:
    """Archive and enter documents as a run does; return the catalog's dump."""
    with Catalog.open(settings, create=True) as catalog:
        for number in range(count):
            catalog.enter(paper(folder, f"n{number}").archived(store)[1])
        return b"".join(catalog.dump())


def dump(settings: StorageSettings) -> bytes:
    with Catalog.open(settings) as catalog:
        return b"".join(catalog.dump())


def test_the_rebuilt_catalog_is_the_same_to_the_byte(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    before = fill(store, settings, tmp_path)
    assert rebuild(store, settings, now=LATER).documents == 5
    assert dump(settings) == before


def test_a_lost_catalog_comes_back(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    before = fill(store, settings, tmp_path)
    for file in tmp_path.glob("catalog.sqlite*"):
        file.unlink()
    rebuild(store, settings, now=LATER)
    assert dump(settings) == before


def test_a_damaged_catalog_is_replaced(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    before = fill(store, settings, tmp_path)
    (tmp_path / "catalog.sqlite").write_bytes(b"rubbish" * 1000)
    (tmp_path / "catalog.sqlite-wal").write_bytes(b"rubbish" * 1000)
    rebuild(store, settings, now=LATER)
    assert dump(settings) == before


def test_a_leftover_log_of_the_old_catalog_is_not_replayed(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    before = fill(store, settings, tmp_path)
    holder = sqlite3.connect(tmp_path / "catalog.sqlite")
    holder.execute("DELETE FROM documents")
    holder.commit()
    assert (tmp_path / "catalog.sqlite-wal").stat().st_size > 0
    rebuild(store, settings, now=LATER)
    holder.close()
    assert dump(settings) == before


def test_an_open_catalog_sees_the_rebuilt_one(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    fill(store, settings, tmp_path, 1)
    with Catalog.open(settings) as desk:
        assert len(desk.recent()) == 1
        paper(tmp_path, "unseen").archived(store)
        rebuild(store, settings, now=LATER)
        assert len(desk.recent()) == 2


def test_a_document_that_was_archived_but_never_entered_is_found_again(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    _, unentered = paper(tmp_path, "crashed").archived(store)
    rebuild(store, settings, now=LATER)
    with Catalog.open(settings) as catalog:
        assert catalog.find(unentered.document_id) is not None


def test_a_rebuilt_catalog_is_complete_up_to_its_making(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    fill(store, settings, tmp_path, 1)
    rebuild(store, settings, now=LATER)
    with Catalog.open(settings) as catalog:
        assert catalog.as_of == LATER


def test_an_empty_archive_gives_an_empty_catalog(
    store: FolderStore, settings: StorageSettings
) -> None:
    assert rebuild(store, settings, now=NOW).documents == 0
    assert dump(settings) == b""


def test_a_damaged_sidecar_stops_it_and_the_old_catalog_stays(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    before = fill(store, settings, tmp_path)
    sidecar = next(store.keys("records/"))
    flip(tmp_path / "archive" / sidecar)
    with pytest.raises(IntegrityError):
        rebuild(store, settings, now=LATER)
    assert dump(settings) == before
    assert not list(tmp_path.glob(".catalog*"))


def test_objects_without_a_sidecar_are_no_documents(
    store: FolderStore, settings: StorageSettings, tmp_path: Path
) -> None:
    held = paper(tmp_path, "unfinished").consignment.intake
    store.put(f"documents/aa/bb/{held.document_id}/1-{'0' * 16}/x.pdf", held.original)
    store.put("records/aa/1.json", held.original)
    assert rebuild(store, settings, now=NOW).documents == 0


def test_a_place_that_can_not_be_written_is_unavailable(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogUnavailable):
        rebuild(store, StorageSettings(catalog=f"sqlite:///{tmp_path}/file/c.sqlite"), now=NOW)


def test_both_databases_and_both_stores_give_the_same_bytes(
    store: FolderStore,
    settings: StorageSettings,
    seaweed: Seaweed,
    postgres: Postgres,
    tmp_path: Path,
) -> None:
    before = fill(store, settings, tmp_path)
    bucket = open_store(seaweed.settings(seaweed.bucket()))
    for key in list(store.keys()):
        bucket.put(key, store.fetch(key, tmp_path / key.replace("/", "_")))
    other = StorageSettings(
        catalog=postgres.database(), catalog_password_file=postgres.password_file
    )
    rebuild(bucket, other, now=LATER)
    rebuild(bucket, other, now=LATER)
    assert dump(other) == before
