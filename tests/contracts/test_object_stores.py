"""What every object store must keep to; the S3 one against a real server, with and without
versions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from digitizer.errors import IntegrityError, ObjectMissing, StoredObjectDiffers
from digitizer.model import Sha256, StoredFile
from storage.folder import FolderStore
from storage.objects import MARKS, ObjectStore, open_store, retrieve
from storage.settings import StorageSettings
from tests.oracles.seaweed import Seaweed

Spool = Callable[..., StoredFile]


@pytest.fixture(scope="module")
def buckets(seaweed: Seaweed) -> dict[str, str]:
    return {"s3": seaweed.bucket(), "s3-versioned": seaweed.bucket(versioned=True)}


@pytest.fixture(params=["folder", "s3", "s3-versioned"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return open_store(StorageSettings(folder=tmp_path / "archive"))
    server: Seaweed = request.getfixturevalue("seaweed")
    return open_store(server.settings(request.getfixturevalue("buckets")[request.param]))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    def make(data: bytes, name: str = "spooled") -> StoredFile:
        path = tmp_path / name
        path.write_bytes(data)
        return StoredFile.of(path)

    return make


def test_what_is_put_can_be_read(store: ObjectStore, spool: Spool) -> None:
    archived = store.put("documents/ab/one.pdf", spool(b"%PDF one"))
    assert store.read(archived.key) == b"%PDF one"


def test_a_receipt_states_key_digest_and_size(store: ObjectStore, spool: Spool) -> None:
    source = spool(b"12345")
    archived = store.put("documents/a", source)
    assert (archived.key, archived.sha256, archived.size_bytes) == (
        "documents/a",
        hashlib.sha256(b"12345").hexdigest(),
        5,
    )


def test_an_empty_object_and_one_larger_than_a_chunk_survive(
    store: ObjectStore, spool: Spool
) -> None:
    large = bytes(range(256)) * 12_000
    store.put("documents/empty", spool(b""))
    store.put("documents/large", spool(large))
    assert (store.read("documents/empty"), store.read("documents/large")) == (b"", large)


def test_the_same_bytes_again_are_done_already(store: ObjectStore, spool: Spool) -> None:
    first = store.put("documents/a", spool(b"same"))
    assert store.put("documents/a", spool(b"same", "again")) == first


def test_other_bytes_are_refused_and_the_first_stay(store: ObjectStore, spool: Spool) -> None:
    store.put("documents/a", spool(b"first"))
    with pytest.raises(StoredObjectDiffers):
        store.put("documents/a", spool(b"other"))
    assert store.read("documents/a") == b"first"


def test_a_source_that_changed_since_it_was_hashed_is_not_stored(
    store: ObjectStore, spool: Spool
) -> None:
    source = spool(b"hashed")
    source.path.write_bytes(b"chnged")
    with pytest.raises(IntegrityError):
        store.put("documents/a", source)
    assert list(store.keys()) == []


def test_a_source_that_is_gone_is_an_integrity_error(store: ObjectStore, tmp_path: Path) -> None:
    source = StoredFile(tmp_path / "gone", Sha256("0" * 64), 4)
    with pytest.raises(IntegrityError):
        store.put("documents/a", source)


def test_a_missing_object_says_so(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        store.read("documents/none")
    with pytest.raises(ObjectMissing):
        store.fetch("documents/none", tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_fetch_copies_and_tells_the_digest(
    store: ObjectStore, spool: Spool, tmp_path: Path
) -> None:
    archived = store.put("documents/a", spool(b"bytes"))
    fetched = store.fetch("documents/a", tmp_path / "target")
    assert fetched == StoredFile(tmp_path / "target", archived.sha256, 5)
    assert fetched.path.read_bytes() == b"bytes"


def test_retrieve_refuses_bytes_that_are_not_the_archived_ones(
    store: ObjectStore, spool: Spool, tmp_path: Path
) -> None:
    archived = store.put("documents/a", spool(b"bytes"))
    store.put("documents/b", spool(b"Bytes"))
    claimed = type(archived)("documents/b", archived.sha256, 5)
    with pytest.raises(StoredObjectDiffers):
        retrieve(store, claimed, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_keys_come_sorted_by_their_characters(store: ObjectStore, spool: Spool) -> None:
    names = ["d/a/x", "d/a-b", "d/a.b", "d/ab", "d/Z", "d/a/b/c", "e/1"]
    for name in names:
        store.put(name, spool(b"x"))
    assert list(store.keys()) == sorted(names)


def test_keys_are_chosen_by_prefix_even_within_a_name(store: ObjectStore, spool: Spool) -> None:
    for name in ("d/ab", "d/ac", "d/b", "da"):
        store.put(name, spool(b"x"))
    assert list(store.keys("d/a")) == ["d/ab", "d/ac"]
    assert list(store.keys("d/")) == ["d/ab", "d/ac", "d/b"]
    assert list(store.keys("nothing/")) == []


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../up", "a/../b", "a//b", "a/", ".hidden", "a/.part", "a\\b", "a\nb",
     "a b", "số", "a" * 200, "a\0b", "C:/x", "./a"],
)  # fmt: skip
def test_a_hostile_key_is_refused(store: ObjectStore, spool: Spool, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, spool(b"x"))
    with pytest.raises(ValueError, match="not a key"):
        store.read(key)


def test_check_passes_twice_and_leaves_one_marker(store: ObjectStore) -> None:
    store.check()
    store.check()
    assert list(store.keys()) == list(MARKS)


def test_the_digest_is_that_of_the_bytes_there(store: ObjectStore, spool: Spool) -> None:
    archived = store.put("documents/0=a", spool(b"bytes"))
    assert store.digest("documents/0=a") == archived.sha256
    with pytest.raises(ObjectMissing):
        store.digest("documents/none")


def test_the_name_says_where_to_look(store: ObjectStore) -> None:
    assert "archive" in store.name


def test_no_store_has_a_way_to_delete_or_overwrite(store: ObjectStore) -> None:
    verbs = ("delete", "remove", "overwrite", "replace", "unlink")
    assert not [name for name in dir(store) if any(verb in name.lower() for verb in verbs)]


def test_a_folder_is_the_default_store() -> None:
    assert isinstance(open_store(StorageSettings()), FolderStore)
