"""The second copy is whole, can be stopped and begun again, and brings everything back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from digitizer.errors import ObjectMissing, StoredObjectDiffers, StoreUnavailable
from digitizer.model import ArchivedObject, DocumentId, StoredFile
from storage.archive import committed
from storage.folder import FolderStore
from storage.objects import MARKS
from storage.package import Root
from storage.record import Record
from storage.second_copy import copy_new, drill, restore_document
from tests.storage.papers import paper

PUTS = 13


class Failing(FolderStore):
    """A real folder store whose server goes away after some puts."""

    def __init__(self, root: Path, puts: int) -> None:
        super().__init__(root)
        self.puts = puts

    def put(
        self, key: str, source: StoredFile, *, keep_until: date | None = None
    ) -> ArchivedObject:
        if self.puts == 0:
            raise StoreUnavailable(key)
        self.puts -= 1
        return super().put(key, source, keep_until=keep_until)


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    (tmp_path / "papers").mkdir()
    store = FolderStore(tmp_path / "archive")
    store.check()
    return [paper(tmp_path / "papers", f"{n}").archived(store)[1] for n in range(6)]


def stores(folder: Path) -> tuple[FolderStore, FolderStore]:
    return FolderStore(folder / "archive"), FolderStore(folder / "second")


def test_a_copy_holds_the_same_bytes_and_a_second_run_copies_nothing(
    tmp_path: Path, records: list[Record]
) -> None:
    store, second = stores(tmp_path)
    copied = copy_new(store, second)
    keys = list(store.keys())
    assert list(second.keys()) == keys
    assert all(store.read(key) == second.read(key) for key in keys)
    assert (copied.objects, copied.present) == (PUTS * len(records), 0)
    again = copy_new(store, second)
    assert (again.objects, again.size_bytes, again.present) == (0, 0, PUTS * len(records))


@pytest.mark.parametrize("puts", range(1, 60, 7))
def test_a_copying_cut_short_leaves_whole_documents_and_goes_on(
    tmp_path: Path, records: list[Record], puts: int
) -> None:
    store, second = stores(tmp_path)
    second.check()
    with pytest.raises(StoreUnavailable):
        copy_new(store, Failing(tmp_path / "second", puts + len(MARKS)))
    for record in records:
        # What is committed over there can be brought back to the last byte.
        if committed(second, record.document_id) is not None:
            assert drill(second, record.document_id, lambda _: "") == ""
    copy_new(store, second)
    assert list(second.keys()) == list(store.keys())


def test_what_belongs_to_no_document_is_not_copied(tmp_path: Path, records: list[Record]) -> None:
    store, second = stores(tmp_path)
    left = tmp_path / "left"
    left.write_bytes(b"of an attempt that did not finish")
    root = Root(DocumentId(f"abcd{'0' * 28}"), 1, "0" * 16)
    store.put(root.key("representations/original/data/original.pdf"), StoredFile.of(left))
    copied = copy_new(store, second)
    assert copied.objects == PUTS * len(records)


def test_a_full_copy_finds_a_copy_that_changed(tmp_path: Path, records: list[Record]) -> None:
    store, second = stores(tmp_path)
    copy_new(store, second)
    damaged = tmp_path / "second" / records[0].objects.signed.key
    damaged.chmod(0o640)
    damaged.write_bytes(b"other")
    copy_new(store, second)  # a daily one does not read what is there
    with pytest.raises(StoredObjectDiffers, match=r"signed\.pdf"):
        copy_new(store, second, full=True)


def test_a_lost_document_comes_back(tmp_path: Path, records: list[Record]) -> None:
    store, second = stores(tmp_path)
    copy_new(store, second)
    lost = records[3]
    for held in lost.objects.all:
        (tmp_path / "archive" / held.key).unlink()
    copied = restore_document(second, store, lost.document_id)
    assert copied.objects == len(lost.objects.all)
    assert drill(store, lost.document_id, lambda _: "") == ""


def test_what_the_second_copy_lacks_can_not_come_back(
    tmp_path: Path, records: list[Record]
) -> None:
    store, second = stores(tmp_path)
    second.check()
    with pytest.raises(ObjectMissing):
        restore_document(second, store, records[0].document_id)
    assert drill(second, records[0].document_id, lambda _: "") == "not in the second copy"


def test_a_drill_tells_what_does_not_come_back(tmp_path: Path, records: list[Record]) -> None:
    store, second = stores(tmp_path)
    copy_new(store, second)
    assert drill(second, records[1].document_id, lambda _: "revoked").endswith("revoked")
    (tmp_path / "second" / records[1].objects.text.key).unlink()
    assert "text.json" in drill(second, records[1].document_id, lambda _: "")
