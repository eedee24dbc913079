"""Is every byte of the archive still what its record says? Which is not, and where?

A part of the documents is looked at a night, so that all come round in a set number of nights; the
share a document belongs to is fixed by its id. Nothing is changed here.

Source: TT 05/2025/TT-BNV (regular checks of stored electronic records); ISO 14721 (OAIS), fixity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.errors import IntegrityError, ObjectMissing
from digitizer.model import DocumentId
from storage.archive import commits
from storage.catalog import Catalog
from storage.commit import SHARDS, Commit, commit_key, first_versions
from storage.entry import entry_of
from storage.objects import ObjectStore
from storage.package import expected
from storage.record import Record

Proof = Callable[[Path], str]
"""Looks at a signed PDF; returns why it can't be relied on, "" when it can."""


class Damage(StrEnum):
    """What is wrong; `pipelines.messages` has the words."""

    RECORD = "record"
    """The record is gone, changed, or speaks of another document."""
    MISSING = "missing"
    CHANGED = "changed"
    STRAY = "stray"
    """It lies in a package that knows nothing of it."""
    SIGNATURE = "signature"
    """The bytes are the archived ones, yet the signature is not valid any more."""
    NOT_IN_CATALOG = "not_in_catalog"
    CATALOG_DIFFERS = "catalog_differs"
    NOT_IN_ARCHIVE = "not_in_archive"
    """The catalog knows a document that the archive does not hold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where. `detail`: facts, never personal data."""

    document_id: DocumentId
    damage: Damage
    key: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The `part`-th of `parts` equal shares of all documents, counted from 1."""

    part: int = 1
    parts: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError: no such share."""
        if not 1 <= self.part <= self.parts:
            raise ValueError(f"no share {self.part}/{self.parts}")

    def holds(self, document_id: DocumentId) -> bool:
        """Tell whether a document belongs to this share; to exactly one of `parts` it does."""
        return int(document_id[:12], 16) % self.parts == self.part - 1


def document_ids(store: ObjectStore, share: Share = Share()) -> Iterator[DocumentId]:
    """Yield the committed documents of a share, sorted; a 256th of the keys at a time."""
    for shard in SHARDS:
        for document_id in first_versions(store.keys(shard)):
            if share.holds(document_id):
                yield document_id


def examine(
    store: ObjectStore, catalog: Catalog, document_id: DocumentId, prove: Proof
) -> Iterator[Finding]:
    """Yield all that is wrong with a document: record, every object, signature, catalog's line.

    Raises:
        StoreUnavailable, CatalogUnavailable, DiskFull: nothing can be said about it now.
    """
    try:
        history = commits(store, document_id)
    except (IntegrityError, ObjectMissing) as error:
        yield Finding(document_id, Damage.RECORD, commit_key(document_id), error.detail)
        return
    if not history:
        yield Finding(document_id, Damage.RECORD, commit_key(document_id), "gone")
        return
    for commit in history:
        yield from _package(store, commit, prove if commit is history[-1] else None)
    yield from _line(catalog, history[-1].record)


def strays(store: ObjectStore, catalog: Catalog, share: Share) -> Iterator[Finding]:
    """Yield the catalog's documents of a share that the archive does not hold."""
    for document_id in catalog.document_ids():
        if share.holds(document_id) and not _is_there(store, document_id):
            yield Finding(document_id, Damage.NOT_IN_ARCHIVE, commit_key(document_id))


def _is_there(store: ObjectStore, document_id: DocumentId) -> bool:
    try:
        return bool(commits(store, document_id))
    except IntegrityError:
        return True  # damaged, which `examine` tells


def _package(store: ObjectStore, commit: Commit, prove: Proof | None) -> Iterator[Finding]:
    """Hash every file of a version's package, and tell what lies there beside them."""
    document_id, prefix = commit.record.document_id, commit.root.prefix
    inventory = commit.inventory
    broken = tuple(_object(store, document_id, inventory.key, inventory.sha256, None))
    if broken:
        yield from broken
        yield from _known(store, commit, prove)
        return
    named = expected(store.read(inventory.key))
    for path, digest in named.items():
        key = prefix + path
        is_signed = key == commit.record.objects.signed.key
        if key != inventory.key:
            yield from _object(store, document_id, key, digest, prove if is_signed else None)
    for key in store.keys(prefix):
        if key.removeprefix(prefix) not in named:
            yield Finding(document_id, Damage.STRAY, key)


def _known(store: ObjectStore, commit: Commit, prove: Proof | None) -> Iterator[Finding]:
    """Hash what the record itself speaks of, where the inventory can't be believed."""
    record = commit.record
    for held in record.objects.all:
        proof = prove if held == record.objects.signed else None
        yield from _object(store, record.document_id, held.key, held.sha256, proof)


def _object(
    store: ObjectStore, document_id: DocumentId, key: str, digest: str, prove: Proof | None
) -> Iterator[Finding]:
    try:
        found = store.digest(key)
        if found != digest:
            yield Finding(document_id, Damage.CHANGED, key, f"{digest[:16]}… → {found[:16]}…")
        elif prove is not None and (why := _proven(store, key, prove)):
            yield Finding(document_id, Damage.SIGNATURE, key, why)
    except ObjectMissing:
        yield Finding(document_id, Damage.MISSING, key)


def _proven(store: ObjectStore, key: str, prove: Proof) -> str:
    with TemporaryDirectory() as folder:
        return prove(store.fetch(key, Path(folder) / "object").path)


def _line(catalog: Catalog, record: Record) -> Iterator[Finding]:
    is_said = catalog.says(entry_of(record))
    key = commit_key(record.document_id, record.version)
    if is_said is None:
        yield Finding(record.document_id, Damage.NOT_IN_CATALOG, key)
    elif not is_said:
        yield Finding(record.document_id, Damage.CATALOG_DIFFERS, key)
