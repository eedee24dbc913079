"""Whatever changes in the archive is found, and it is said exactly where."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from digitizer.model import DocumentId, Sha256
from storage.catalog import Catalog
from storage.commit import commit_key
from storage.entry import entry_of
from storage.fixity import Damage, Finding, Share, document_ids, examine, strays
from storage.folder import FolderStore
from storage.objects import MARKS
from storage.record import Record
from storage.settings import StorageSettings
from tests.storage.papers import paper

EDITS = 200


@dataclass
class Archive:
    """Five archived documents, all in the catalog."""

    root: Path
    catalog: Catalog
    records: list[Record]

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.root)

    def findings(self, only: str = "") -> list[Finding]:
        """Look at every document, or at the one with an id."""
        found = [
            finding
            for document_id in document_ids(self.store)
            if only in document_id
            for finding in examine(self.store, self.catalog, document_id, lambda _: "")
        ]
        return [*found, *strays(self.store, self.catalog, Share())]

    def edit(self, key: str, data: bytes) -> bytes:
        """Put other bytes in the place of an object, as an intruder would; return the old ones."""
        path = self.root / key
        before = path.read_bytes()
        path.chmod(0o640)
        path.write_bytes(data)
        return before


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    (tmp_path / "papers").mkdir()
    root = tmp_path / "archive"
    store = FolderStore(root)
    store.check()
    settings = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as catalog:
        records = [paper(tmp_path / "papers", f"{n}").archived(store)[1] for n in range(5)]
        for record in records:
            catalog.enter(record)
        yield Archive(root, catalog, records)


def test_a_sound_archive_gives_no_finding(archive: Archive) -> None:
    assert archive.findings() == []


def test_every_edit_of_every_object_is_found_and_located(archive: Archive) -> None:
    chooser = random.Random(20261122)
    keys = sorted(set(archive.store.keys()) - set(MARKS))
    for _ in range(EDITS):
        key = chooser.choice(keys)
        data = bytearray((archive.root / key).read_bytes())
        at = chooser.randrange(len(data))
        match chooser.randrange(3):
            case 0:
                data[at] ^= 1 << chooser.randrange(8)
            case 1:
                del data[at:]
            case _:
                data[at:at] = b"x"
        before = archive.edit(key, bytes(data))
        found = archive.findings(only=key.split("/")[3])
        assert [finding.key for finding in found] == [key], key
        is_record = key.startswith("records/")
        assert found[0].damage is (Damage.RECORD if is_record else Damage.CHANGED)
        archive.edit(key, before)
    assert archive.findings() == []


def test_a_lost_object_and_a_lost_record_are_found(archive: Archive) -> None:
    held = archive.records[2]
    (archive.root / held.objects.text.key).unlink()
    assert [(f.damage, f.key) for f in archive.findings()] == [
        (Damage.MISSING, held.objects.text.key)
    ]
    (archive.root / commit_key(held.document_id)).unlink()
    (finding,) = archive.findings()
    assert (finding.damage, finding.document_id) == (Damage.NOT_IN_ARCHIVE, held.document_id)


def test_a_signature_that_fails_is_told_with_its_reason(archive: Archive) -> None:
    asked: list[bytes] = []

    def prove(pdf: Path) -> str:
        asked.append(pdf.read_bytes())
        return "revoked"

    held = archive.records[0]
    found = list(examine(archive.store, archive.catalog, held.document_id, prove))
    assert [(f.damage, f.key, f.detail) for f in found] == [
        (Damage.SIGNATURE, held.objects.signed.key, "revoked")
    ]
    assert asked == [archive.store.read(held.objects.signed.key)]


@pytest.mark.parametrize("column", ["line", "number_key", "issued_on", "signed_sha256"])
def test_an_edited_line_of_the_catalog_is_found(
    archive: Archive, tmp_path: Path, column: str
) -> None:
    held = archive.records[3]
    with sqlite3.connect(tmp_path / "catalog.sqlite") as database:
        database.execute(
            f"UPDATE documents SET {column} = '2031-01-01' WHERE document_id = ?",
            (held.document_id,),
        )
    (finding,) = archive.findings()
    assert (finding.damage, finding.document_id) == (Damage.CATALOG_DIFFERS, held.document_id)


def test_a_flag_of_the_catalog_edited_into_another_number_is_found(
    archive: Archive, tmp_path: Path
) -> None:
    entry = replace(entry_of(archive.records[3]), is_throwaway=True)
    archive.catalog.enter_all([entry])
    assert archive.catalog.says(entry)
    with sqlite3.connect(tmp_path / "catalog.sqlite") as database:
        database.execute("UPDATE documents SET is_throwaway = 19 WHERE is_throwaway")
    assert archive.catalog.says(entry) is False


def test_a_line_of_the_catalog_that_is_no_line_any_more_is_found(
    archive: Archive, tmp_path: Path
) -> None:
    held = archive.records[2]
    with sqlite3.connect(tmp_path / "catalog.sqlite") as database:
        database.execute(
            "UPDATE documents SET stored_at = '9' WHERE document_id = ?", (held.document_id,)
        )
    (finding,) = archive.findings()
    assert (finding.damage, finding.document_id) == (Damage.CATALOG_DIFFERS, held.document_id)


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM holders WHERE document_id = ?",
        "UPDATE holders SET key = key || '9' WHERE document_id = ?",
        "INSERT INTO holders VALUES ('another', ?)",
        "INSERT INTO links VALUES ('1', NULL, '', 'repeals', ?)",
        "INSERT INTO earlier VALUES ('another', ?)",
    ],
)
def test_an_edit_of_what_a_document_is_found_by_is_found(
    archive: Archive, tmp_path: Path, edit: str
) -> None:
    held = archive.records[4]
    with sqlite3.connect(tmp_path / "catalog.sqlite") as database:
        database.execute(edit, (held.document_id,))
    (finding,) = archive.findings()
    assert (finding.damage, finding.document_id) == (Damage.CATALOG_DIFFERS, held.document_id)


def test_a_dropped_line_of_the_catalog_is_found(archive: Archive, tmp_path: Path) -> None:
    held = archive.records[1]
    with sqlite3.connect(tmp_path / "catalog.sqlite") as database:
        database.execute("DELETE FROM documents WHERE document_id = ?", (held.document_id,))
    (finding,) = archive.findings()
    assert (finding.damage, finding.document_id) == (Damage.NOT_IN_CATALOG, held.document_id)


@pytest.mark.parametrize("parts", [1, 2, 7, 30, 1095])
def test_the_shares_cover_every_document_once(parts: int) -> None:
    chooser = random.Random(parts)
    for _ in range(200):
        document = DocumentId(Sha256(f"{chooser.getrandbits(128):032x}"))
        holders = [part for part in range(1, parts + 1) if Share(part, parts).holds(document)]
        assert len(holders) == 1


@pytest.mark.parametrize(("part", "parts"), [(0, 3), (4, 3), (1, 0)])
def test_there_is_no_share_outside_the_whole(part: int, parts: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Share(part, parts)
