"""Snapshots of a data folder in a write-once store: nothing twice, nothing in the clear."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import IntegrityError, ObjectMissing
from storage.folder import FolderStore
from storage.identity import IdentityVault
from storage.state_copy import Kept, fetch, latest, read, take

VAULT = IdentityVault(b"k" * 32)
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
NAME = "001203004567-Nguyen-Van-Mau.pdf"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    made = FolderStore(tmp_path / "second")
    made.check()
    return made


@pytest.fixture
def files(tmp_path: Path) -> tuple[Kept, ...]:
    (tmp_path / "journal").write_bytes(b"journal 001203004567")
    (tmp_path / "paper").write_bytes(b"%PDF paper")
    return (
        Kept("data", "journal.sqlite", tmp_path / "journal"),
        Kept("data", f"quarantine/{NAME}", tmp_path / "paper"),
    )


def test_a_snapshot_comes_back_file_by_file(store, files, tmp_path) -> None:
    written = take(store, VAULT, files, now=NOW)
    assert (written.files, written.new_files) == (2, 2)
    snapshot = read(store, VAULT, latest(store))
    assert (snapshot.taken_at, len(snapshot.files)) == (NOW, 2)
    for number, held in enumerate(snapshot.files):
        back = fetch(store, VAULT, held, tmp_path / f"back-{number}")
        (kept,) = (one for one in files if one.name == held.name)
        assert back.path.read_bytes() == kept.path.read_bytes()


def test_what_has_not_changed_is_not_written_again(store, files) -> None:
    first = take(store, VAULT, files, now=NOW)
    before = tuple(store.keys())
    again = take(store, VAULT, files, now=NOW + timedelta(hours=1))
    assert (again.key, again.new_files, again.new_bytes) == (first.key, 0, 0)
    assert tuple(store.keys()) == before
    files[0].path.write_bytes(b"journal, a day later")
    later = take(store, VAULT, files, now=NOW + timedelta(days=1))
    assert later.new_files == 1
    assert len(tuple(store.keys())) == len(before) + 2
    assert latest(store) == later.key


def test_each_month_stands_on_its_own_objects(store, files) -> None:
    take(store, VAULT, files, now=NOW)
    files[0].path.write_bytes(b"changed")
    december = take(store, VAULT, files, now=NOW + timedelta(days=30))
    held = read(store, VAULT, december.key).files
    assert {one.key.split("/")[1] for one in held} == {"2026-12"}


def test_an_older_snapshot_can_be_asked_for(store, files) -> None:
    first = take(store, VAULT, files, now=NOW)
    files[0].path.write_bytes(b"scrambled by a thief")
    take(store, VAULT, files, now=NOW + timedelta(days=2))
    assert latest(store, until=NOW + timedelta(days=1)) == first.key
    assert latest(store, until=NOW - timedelta(days=1)) is None


def test_neither_keys_nor_objects_tell_what_is_in_them(store, files, tmp_path) -> None:
    take(store, VAULT, files, now=NOW)
    everything = "\n".join(store.keys()).encode() + b"".join(
        path.read_bytes() for path in (tmp_path / "second" / "state").rglob("*") if path.is_file()
    )
    digest = hashlib.sha256(b"%PDF paper").hexdigest().encode()
    for secret in (b"001203004567", b"Nguyen", b"journal", b"%PDF", digest):
        assert secret not in everything


def test_a_changed_or_lost_object_is_told(store, files, tmp_path) -> None:
    take(store, VAULT, files, now=NOW)
    held = read(store, VAULT, latest(store)).files[0]
    place = tmp_path / "second" / held.key
    data = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(IntegrityError):
        fetch(store, VAULT, held, tmp_path / "back")
    place.unlink()
    with pytest.raises(ObjectMissing):
        fetch(store, VAULT, held, tmp_path / "back")
