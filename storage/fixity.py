"""Is every byte of the archive still what its record says? Which is not, and where?

A part of the documents is looked at a night, so that all come round in a set number of nights; the
share a document belongs to is fixed by its id. Nothing is changed here.

Source: TT 05/2025/TT-BNV (regular checks of stored electronic records); ISO 14721 (OAIS), fixity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.errors import IntegrityError, ObjectMissing
from digitizer.model import ArchivedObject, DocumentId
from storage.archive import ROOT, SIDECAR, committed, sidecar_key
from storage.catalog import Catalog
from storage.entry import entry_of
from storage.objects import ObjectStore
from storage.record import Record

Proof = Callable[[Path], str]
"""Looks at a signed PDF; returns why it can't be relied on, "" when it can."""

_SHARDS = tuple(f"{shard:02x}" for shard in range(256))
_SIDECAR = re.compile(rf"{ROOT}(..)/(..)/(\1\2[0-9a-f]{{28}})/{re.escape(SIDECAR)}")


class Damage(StrEnum):
    """What is wrong; `pipelines.messages` has the words."""

    RECORD = "record"
    """The record is gone, changed, or speaks of another document."""
    MISSING = "missing"
    CHANGED = "changed"
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
    for shard in _SHARDS:
        for key in store.keys(f"{ROOT}{shard}/"):
            match = _SIDECAR.fullmatch(key)
            if match and share.holds(DocumentId(match[3])):
                yield DocumentId(match[3])


def examine(
    store: ObjectStore, catalog: Catalog, document_id: DocumentId, prove: Proof
) -> Iterator[Finding]:
    """Yield all that is wrong with a document: record, every object, signature, catalog's line.

    Raises:
        StoreUnavailable, CatalogUnavailable, DiskFull: nothing can be said about it now.
    """
    try:
        record = committed(store, document_id)
    except (IntegrityError, ObjectMissing) as error:
        yield Finding(document_id, Damage.RECORD, sidecar_key(document_id), error.detail)
        return
    if record is None:
        yield Finding(document_id, Damage.RECORD, sidecar_key(document_id), "gone")
        return
    for held in (*record.objects.all, *record.superseded):
        is_signed = held == record.objects.signed
        yield from _object(store, document_id, held, prove if is_signed else None)
    yield from _line(catalog, record)


def strays(store: ObjectStore, catalog: Catalog, share: Share) -> Iterator[Finding]:
    """Yield the catalog's documents of a share that the archive does not hold."""
    for document_id in catalog.document_ids():
        if share.holds(document_id) and not _is_there(store, document_id):
            yield Finding(document_id, Damage.NOT_IN_ARCHIVE, sidecar_key(document_id))


def _is_there(store: ObjectStore, document_id: DocumentId) -> bool:
    try:
        return committed(store, document_id) is not None
    except IntegrityError:
        return True  # damaged, which `examine` tells


def _object(
    store: ObjectStore, document_id: DocumentId, held: ArchivedObject, prove: Proof | None
) -> Iterator[Finding]:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "object"
        try:
            found = store.fetch(held.key, target)
        except ObjectMissing:
            yield Finding(document_id, Damage.MISSING, held.key)
            return
        if found.sha256 != held.sha256:
            detail = f"{held.sha256[:16]}… → {found.sha256[:16]}…"
            yield Finding(document_id, Damage.CHANGED, held.key, detail)
        elif prove is not None and (why := prove(target)):
            yield Finding(document_id, Damage.SIGNATURE, held.key, why)


def _line(catalog: Catalog, record: Record) -> Iterator[Finding]:
    known = catalog.find(record.document_id)
    key = sidecar_key(record.document_id, record.version)
    if known is None:
        yield Finding(record.document_id, Damage.NOT_IN_CATALOG, key)
    elif known != entry_of(record):
        yield Finding(record.document_id, Damage.CATALOG_DIFFERS, key)
