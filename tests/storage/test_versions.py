"""A later version of a record stands beside the earlier ones, and must follow from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digitizer import codec
from digitizer.errors import IntegrityError, ObjectMissing
from digitizer.model import SignatureLevel, StoredFile
from storage.archive import commits, committed
from storage.catalog import Catalog
from storage.commit import Commit, commit_key, to_bytes
from storage.folder import FolderStore, spool_bytes
from storage.objects import ObjectStore, open_store, sha256_of
from storage.rebuild import rebuild
from storage.record import Record, from_sidecar, to_sidecar
from storage.revise import Renewal, renew
from storage.settings import StorageSettings
from storage.tables import SCHEMA_VERSION
from tests.oracles.postgres import Postgres
from tests.oracles.seaweed import Seaweed
from tests.storage.papers import NOW, Paper, paper

LAPSE = NOW + timedelta(days=2000)


@pytest.fixture
def one(tmp_path: Path) -> Paper:
    folder = tmp_path / "work"
    folder.mkdir()
    made = paper(folder)
    return replace(made, consignment=replace(made.consignment, lapses_at=LAPSE))


@pytest.fixture(params=["folder", "s3", "s3-versioned"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "archive")
    server: Seaweed = request.getfixturevalue("seaweed")
    bucket = server.bucket(versioned=request.param == "s3-versioned")
    return open_store(server.settings(bucket))


def renewed(store: ObjectStore, record: Record, folder: Path, days: int = 1) -> Record:
    """Put the next version of `record` away."""
    path = folder / f"renewed-{record.version}-{days}.pdf"
    path.write_bytes(store.read(record.objects.signed.key) + f" stamp {days}".encode())
    renewal = Renewal(
        StoredFile.of(path), (SignatureLevel.B_LTA,), LAPSE + timedelta(days=days + record.version)
    )
    return renew(store, record, renewal, folder=folder, now=NOW + timedelta(days=days))


def test_the_newest_version_is_the_record(store: ObjectStore, one: Paper) -> None:
    _, first = one.archived(store)
    second = renewed(store, first, one.folder)
    third = renewed(store, second, one.folder)
    assert committed(store, first.document_id) == third
    assert (third.version, len(third.superseded)) == (3, 2)


def test_earlier_versions_stay_as_they_were(store: ObjectStore, one: Paper) -> None:
    _, first = one.archived(store)
    before = {key: store.read(key) for key in store.keys("documents/")}
    renewed(store, first, one.folder)
    assert {key: store.read(key) for key in before} == before


def test_a_renewed_document_is_still_archived_already(store: ObjectStore, one: Paper) -> None:
    _, first = one.archived(store)
    second = renewed(store, first, one.folder)
    assert one.archived(store)[1] == second


def test_of_two_renewals_at_once_the_first_to_commit_counts(store: ObjectStore, one: Paper) -> None:
    _, first = one.archived(store)
    winner = renewed(store, first, one.folder, days=1)
    assert renewed(store, first, one.folder, days=2) == winner
    assert committed(store, first.document_id) == winner


def test_a_proof_that_lasts_no_longer_is_no_renewal(store: ObjectStore, one: Paper) -> None:
    _, first = one.archived(store)
    renewal = Renewal(one.consignment.signed.pdf, (SignatureLevel.B_LTA,), LAPSE)
    with pytest.raises(ValueError, match="longer"):
        renew(store, first, renewal, folder=one.folder, now=NOW)


def _forge(store: ObjectStore, record: Record, folder: Path, version: int) -> None:
    """Commit `record` in the place of a version, with a package that would be its own."""
    (first, *_) = commits(store, record.document_id) or (None,)
    assert first is not None
    key = first.inventory.key.replace("/1-", f"/{record.version}-")
    forged = Commit(record, replace(first.inventory, key=key))
    spooled = spool_bytes(to_bytes(forged), folder / f"forged-{version}.json")
    store.put(commit_key(record.document_id, version), spooled)


@pytest.mark.parametrize(
    "wrong", [{"version": 3}, {"version": 1}, {"version": 2, "predecessor": "0" * 64}]
)
def test_a_version_that_does_not_follow_is_an_integrity_error(
    tmp_path: Path, one: Paper, wrong: dict[str, object]
) -> None:
    store = FolderStore(tmp_path / "archive")
    _, first = one.archived(store)
    _forge(store, replace(first, **wrong), tmp_path, 2)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        committed(store, first.document_id)


def test_a_version_missing_in_between_is_an_integrity_error(tmp_path: Path, one: Paper) -> None:
    store = FolderStore(tmp_path / "archive")
    _, first = one.archived(store)
    _forge(store, replace(first, version=3), tmp_path, 3)
    with pytest.raises(ObjectMissing):
        committed(store, first.document_id)


def test_a_name_that_only_looks_like_a_version_is_none(tmp_path: Path, one: Paper) -> None:
    store = FolderStore(tmp_path / "archive")
    _, first = one.archived(store)
    key = commit_key(first.document_id, 2).replace("/2.json", "/02.json")
    store.put(key, one.consignment.signed.pdf)
    assert committed(store, first.document_id) == first


def test_a_record_of_the_first_schema_is_read_as_a_first_version(one: Paper) -> None:
    made = one.archived(FolderStore(one.folder / "archive"))[1]
    plain = json.loads(to_sidecar(made))
    for key in (
        "record_sha256", "lapses_at", "version", "change", "predecessor", "superseded",
        "revised_at",
    ):  # fmt: skip
        del plain[key]
    del plain["objects"]["report"]
    del plain["codes"]
    plain["schema_version"] = 1
    old = codec.encode({**plain, "record_sha256": sha256_of(codec.encode(plain))})
    assert from_sidecar(old) == replace(made, schema_version=1, lapses_at=None)


# ── the catalog ──────────────────────────────────────────────────────────────────────────────


def _catalogs(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> StorageSettings:
    if kind == "sqlite":
        return StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    server: Postgres = request.getfixturevalue("postgres")
    return StorageSettings(catalog=server.database(), catalog_password_file=server.password_file)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_catalog_of_an_earlier_schema_is_made_again_from_the_archive(
    tmp_path: Path, one: Paper, request: pytest.FixtureRequest, kind: str
) -> None:
    settings = _catalogs(tmp_path, request, kind)
    store = FolderStore(tmp_path / "archive")
    _, first = one.archived(store)
    with Catalog.open(settings, create=True) as catalog, catalog._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE facts SET value = '1' WHERE name = 'schema'")
        connection.exec_driver_sql("DROP TABLE earlier")
    rebuild(store, settings, now=NOW)
    with Catalog.open(settings) as catalog:
        assert catalog.find(first.document_id) is not None
    assert SCHEMA_VERSION != "1"


def test_what_lapses_is_counted_and_named(tmp_path: Path, one: Paper) -> None:
    settings = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    _, first = one.archived(FolderStore(tmp_path / "archive"))
    with Catalog.open(settings, create=True) as catalog:
        catalog.enter(first)
        for before, ids in ((LAPSE, ()), (LAPSE + timedelta(days=1), (first.document_id,))):
            assert tuple(catalog.lapsing(before)) == ids
            assert catalog.count_lapsing(before).documents == len(ids)
        assert catalog.count_lapsing(LAPSE).first == LAPSE
