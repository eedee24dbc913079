"""An exported package is the archive's bytes, always the same, and tells when it was touched."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitizer.errors import DiskFull, ObjectMissing, StoredObjectDiffers
from digitizer.model import DocumentId, FieldName
from pipelines.config import load
from pipelines.office_log import office_log
from pipelines.packages import export
from storage.archive import commits
from storage.audit_log import events, verify
from storage.export import MANIFEST, export_zip, verify_zip
from storage.folder import FolderStore
from storage.identity import IdentityVault
from storage.record import Record
from tests.storage.papers import paper

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CASE = "H41.12-261122-0007"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    made = FolderStore(tmp_path / "data" / "archive")
    made.check()
    return made


@pytest.fixture
def records(store: FolderStore, tmp_path: Path) -> list[Record]:
    (tmp_path / "papers").mkdir()
    cases = ({}, {FieldName.MA_HO_SO: CASE}, {FieldName.MA_HO_SO: CASE})
    return [
        paper(tmp_path / "papers", f"{number}", fields=fields).archived(store)[1]
        for number, fields in enumerate(cases)
    ]


def ids(records: list[Record]) -> list[DocumentId]:
    return [record.document_id for record in records]


def test_the_zip_holds_the_archives_bytes(
    store: FolderStore, records: list[Record], tmp_path: Path
) -> None:
    done = export_zip(store, ids(records), tmp_path / "out.zip")
    assert (done.packages, done.files) == (3, 3 * 7)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        signed = [archive.read(name) for name in archive.namelist() if name.endswith("signed.pdf")]
    assert sorted(signed) == sorted(store.read(one.objects.signed.key) for one in records)


def test_two_exports_give_the_same_bytes(
    store: FolderStore, records: list[Record], tmp_path: Path
) -> None:
    first = export_zip(store, ids(records), tmp_path / "1.zip")
    again = export_zip(store, reversed(ids(records)), tmp_path / "2.zip")
    assert first == again
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_other_programs_open_and_check_it(
    store: FolderStore, records: list[Record], tmp_path: Path
) -> None:
    export_zip(store, ids(records)[:1], tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path / "out")
    told = subprocess.run(
        ["sha256sum", "--check", "--strict", MANIFEST],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("change", ["flip", "drop", "add", "cut"])
def test_a_changed_zip_is_told(
    store: FolderStore, records: list[Record], tmp_path: Path, change: str
) -> None:
    file = tmp_path / "out.zip"
    export_zip(store, ids(records)[:1], file)
    assert verify_zip(file) == ()
    data = file.read_bytes()
    if change == "flip":
        at = data.index(b"%PDF-1.7 sealed")
        file.write_bytes(data[:at] + b"X" + data[at + 1 :])
    elif change == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif change == "add":
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("more.txt", "x")
    else:
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "new.zip", "w") as new:
            for name in old.namelist()[:-1]:
                new.writestr(name, old.read(name))
        file = tmp_path / "new.zip"
    assert len(verify_zip(file)) == 1


def test_a_damaged_archive_is_not_exported(
    store: FolderStore, records: list[Record], tmp_path: Path
) -> None:
    (commit,) = commits(store, records[0].document_id)
    damaged = Path(store.name) / commit.record.objects.text.key
    damaged.chmod(0o640)
    damaged.write_bytes(b"{}")
    with pytest.raises(StoredObjectDiffers):
        export_zip(store, [records[0].document_id], tmp_path / "out.zip")
    assert not [path for path in tmp_path.iterdir() if ".zip" in path.name]


def test_a_zip_that_is_there_stays(
    store: FolderStore, records: list[Record], tmp_path: Path
) -> None:
    (tmp_path / "out.zip").write_text("mine")
    with pytest.raises(DiskFull):
        export_zip(store, ids(records), tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_text() == "mine"


def test_a_document_that_is_not_archived_is_missing(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        export_zip(store, [DocumentId("0" * 32)], tmp_path / "out.zip")


@pytest.mark.usefixtures("records")
def test_a_case_is_exported_whole_and_written_down(tmp_path: Path) -> None:
    settings = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    target = tmp_path / "case.zip"
    done = export(settings, (), target=target, case=CASE, purpose="thanh tra", now=NOW)
    assert done.packages == 2
    vault = IdentityVault.open(settings.storage.identity_key_file, create=False)
    assert verify(office_log(settings), vault.audit_key).faults == ()
    (event,) = events(office_log(settings))
    assert (event["kind"], event["case"], event["purpose"]) == ("export", CASE, "thanh tra")
    assert len(event["documents"]) == 2  # type: ignore[arg-type]  # a list, by the line above it
    with pytest.raises(ObjectMissing):
        export(settings, (), target=tmp_path / "no.zip", case="none", purpose="", now=NOW)
