"""A document is archived once and whole, however often and wherever the work was cut short."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest

from digitizer.errors import IntegrityError, StoredObjectDiffers, StoreUnavailable
from digitizer.model import ArchivedObject, DocumentId, StoredFile
from storage.archive import commits, committed
from storage.commit import commit_key
from storage.folder import FolderStore
from storage.identity import mask_number
from storage.objects import ObjectStore, retrieve
from storage.package import document_prefix, unfinished
from storage.record import CopyKind
from tests.fakes import FailingStore
from tests.storage.papers import NAME, NOW, NUMBER, Paper, paper

PUTS = 13
CONTENT = (
    "METS.xml",
    "metadata/descriptive/EAD_doc.xml",
    "metadata/other/metadata.json",
    "metadata/preservation/PREMIS.xml",
    "representations/original/data/original.pdf",
    "representations/rep1/data/signed.pdf",
    "representations/rep1/data/text.json",
)
AROUND = ("0=ocfl_object_1.1", "inventory.json", "inventory.json.sha512")
Moment = Literal["before", "after"]


@pytest.fixture
def one(tmp_path: Path) -> Paper:
    folder = tmp_path / "work"
    folder.mkdir()
    return paper(folder)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "archive")


def assert_whole(store: ObjectStore, document: Paper, scratch: Path) -> None:
    """The sidecar points at bytes that are there and are what it says."""
    held = committed(store, document.consignment.intake.document_id)
    assert held is not None
    objects = held.objects
    for number, archived in enumerate((objects.original, objects.signed, objects.text)):
        retrieve(store, archived, scratch / f"{number}")


def test_a_package_is_put_and_the_commit_last(store: FolderStore, one: Paper) -> None:
    receipt, _ = one.archived(store)
    root = commits(store, receipt.document_id)[0].root
    assert root.prefix.startswith(document_prefix(receipt.document_id))
    content = (f"v1/content/{path}" for path in CONTENT)
    names = [*AROUND, *content, *(f"v1/{name}" for name in AROUND[1:])]
    committed_at = commit_key(receipt.document_id)
    assert list(store.keys()) == [*(root.prefix + name for name in names), committed_at]
    assert receipt.sidecar.key == committed_at
    counting = FailingStore(FolderStore(Path(f"{store.name}-2")), PUTS)
    with pytest.raises(StoreUnavailable, match=committed_at):
        one.archived(counting)


def test_the_record_read_back_is_the_record_returned(store: FolderStore, one: Paper) -> None:
    receipt, held = one.archived(store)
    assert committed(store, receipt.document_id) == held


def test_an_unknown_document_is_not_committed(store: FolderStore) -> None:
    assert committed(store, DocumentId("0" * 32)) is None


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", range(1, PUTS + 1))
def test_a_crash_at_any_put_is_mended_by_a_second_run(
    store: FolderStore, one: Paper, tmp_path: Path, crash: int, when: Moment
) -> None:
    with pytest.raises(StoreUnavailable):
        one.archived(FailingStore(store, crash, when))
    receipt, held = one.archived(store, NOW + timedelta(hours=1))
    assert (receipt, held) == one.archived(store, NOW + timedelta(hours=2))
    assert len(list(store.keys())) == PUTS
    assert_whole(store, one, tmp_path)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", range(1, PUTS + 1))
def test_a_second_run_may_bring_another_signature(
    store: FolderStore, one: Paper, tmp_path: Path, crash: int, when: Moment
) -> None:
    with pytest.raises(StoreUnavailable):
        one.archived(FailingStore(store, crash, when))
    again = one.resigned(b"%PDF-1.7 sealed a second time")
    again.archived(store)
    assert_whole(store, one, tmp_path)
    assert len(list(store.keys("records/"))) == 1
    roots = {commit.root.prefix for commit in commits(store, held_id(one))}
    assert roots.isdisjoint(unfinished(store.keys()))


def test_what_is_committed_is_the_truth_for_a_later_signature(
    store: FolderStore, one: Paper
) -> None:
    first = one.archived(store)
    again = one.resigned(b"%PDF-1.7 sealed a second time").archived(store, NOW + timedelta(days=1))
    assert again == first
    assert len(list(store.keys())) == PUTS


def test_a_race_lost_at_the_commit_ends_in_the_winners_record(
    store: FolderStore, one: Paper
) -> None:
    winner = one.archived(store)

    class Late(FailingStore):
        """Shows no sidecar at the first look, as if the other process had not committed yet."""

        def read(self, key: str) -> bytes:
            if self.puts == 0:
                return store.read(key + ".none")
            return super().read(key)

    late = one.archived(Late(store, 0), NOW + timedelta(seconds=1))
    assert late == winner


@pytest.mark.parametrize(
    "name", ["signed.pdf", "text.json", "metadata.json", "METS.xml", "inventory.json", "/1.json"]
)
def test_a_store_that_gives_back_other_bytes_stops_the_run(
    store: FolderStore, one: Paper, name: str
) -> None:
    class Bad(FailingStore):
        """Says of one object that it is not what was sent, as a bad disk would."""

        def put(
            self, key: str, source: StoredFile, *, keep_until: date | None = None
        ) -> ArchivedObject:
            if key.endswith(name):
                raise StoredObjectDiffers(key)
            return super().put(key, source, keep_until=keep_until)

    with pytest.raises(StoredObjectDiffers):
        one.archived(Bad(store, 0))
    assert committed(store, held_id(one)) is None


def test_nothing_unsigned_is_archived(store: FolderStore, one: Paper) -> None:
    unsigned = replace(one.consignment.signed, signatures=())
    with pytest.raises(ValueError, match="unsigned"):
        replace(one.consignment, signed=unsigned)


def test_parts_of_two_documents_are_never_archived_together(one: Paper, tmp_path: Path) -> None:
    other = paper(tmp_path, "two").consignment
    with pytest.raises(ValueError, match="different documents"):
        replace(one.consignment, signed=other.signed)


def test_a_signed_pdf_that_changed_in_the_spool_is_not_committed(
    store: FolderStore, one: Paper
) -> None:
    one.consignment.signed.pdf.path.write_bytes(b"%PDF-1.7 something else")
    with pytest.raises(IntegrityError):
        one.archived(store)
    assert committed(store, one.consignment.intake.document_id) is None


@pytest.mark.parametrize("name", ["original.pdf", "signed.pdf", "text.json"])
def test_a_flipped_bit_is_noticed_on_retrieving(
    store: FolderStore, one: Paper, tmp_path: Path, name: str
) -> None:
    receipt, _ = one.archived(store)
    archived = next(held for held in receipt.objects if held.key.endswith(name))
    flip(Path(store.name) / archived.key)
    with pytest.raises(StoredObjectDiffers):
        retrieve(store, archived, tmp_path / "copy")


def test_a_flipped_bit_in_the_sidecar_is_noticed(store: FolderStore, one: Paper) -> None:
    receipt, _ = one.archived(store)
    flip(Path(store.name) / receipt.sidecar.key)
    with pytest.raises(IntegrityError):
        committed(store, receipt.document_id)


def test_a_flipped_bit_in_an_unfinished_original_stops_the_run(
    store: FolderStore, one: Paper
) -> None:
    with pytest.raises(StoreUnavailable):
        one.archived(FailingStore(store, 3))
    (original,) = Path(store.name).rglob("original.pdf")
    flip(original)
    with pytest.raises(StoredObjectDiffers):
        one.archived(store)


def test_a_sidecar_in_another_documents_place_is_noticed(
    store: FolderStore, one: Paper, tmp_path: Path
) -> None:
    receipt, _ = one.archived(store)
    other = DocumentId("0" * 32)
    moved = store.fetch(receipt.sidecar.key, tmp_path / "moved")
    store.put(commit_key(other), moved)
    with pytest.raises(IntegrityError, match="another document"):
        committed(store, other)


def test_no_key_and_no_sidecar_name_a_person(store: FolderStore, one: Paper) -> None:
    receipt, _ = one.archived(store)
    told = " ".join(store.keys()) + store.read(receipt.sidecar.key).decode() + repr(receipt)
    assert NUMBER not in told and NAME not in told
    assert mask_number(NUMBER) in told


def test_page_texts_are_kept_for_full_text_search(store: FolderStore, one: Paper) -> None:
    _, held = one.archived(store)
    text = json.loads(store.read(held.objects.text.key))
    assert [page["text"] for page in text["pages"]] == ["Quyết định", ""]


def test_a_pdf_that_came_in_signed_is_an_electronic_original(
    store: FolderStore, one: Paper
) -> None:
    adopted = replace(one.consignment.signed, pdf=one.consignment.intake.original)
    came_signed = replace(one, consignment=replace(one.consignment, signed=adopted))
    assert came_signed.archived(store)[1].legal_value.kind is CopyKind.ELECTRONIC_ORIGINAL


def test_a_scan_is_a_digitized_copy(store: FolderStore, one: Paper) -> None:
    assert one.archived(store)[1].legal_value.kind is CopyKind.DIGITIZED


@pytest.mark.parametrize("bad", ["", "..", "A" * 32, "0" * 31, "0" * 31 + "/"])
def test_only_a_document_id_becomes_a_folder(bad: str) -> None:
    with pytest.raises(ValueError, match="document id"):
        document_prefix(DocumentId(bad))


def held_id(document: Paper) -> DocumentId:
    return document.consignment.intake.document_id


def flip(path: Path) -> None:
    path.chmod(0o640)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert StoredFile.of(path).size_bytes == len(data)
