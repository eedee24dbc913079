"""Put one document away for good, or find that it already is.

Order: original, signed PDF, page texts, and last `metadata.json`, which commits. A crash before
that last write leaves objects that nothing points at; a crash after it leaves a whole document.
Signatures are not deterministic: a re-run may bring other signed bytes. What is committed is
then the truth, and what is not is left where it lies, under another name (docs/adr/0011).

A record is never changed; what changes about a document is said by a later version beside it,
`metadata.v2.json`, each naming the bytes of the one before (docs/adr/0022, `storage.revise`).
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from pathlib import Path

from digitizer import codec
from digitizer.errors import IntegrityError, ObjectMissing, StoredObjectDiffers
from digitizer.model import (
    ArchivedObject,
    DocumentId,
    Intake,
    MediaType,
    Metadata,
    Provenance,
    Receipt,
    Recognized,
    SignedPdf,
    StoredFile,
)
from storage.describe import Consignment, describe
from storage.folder import spool_bytes
from storage.identity import IdentityVault
from storage.objects import ObjectStore, sha256_of
from storage.record import Objects, Record, from_sidecar, to_sidecar

VERSION = 1
"""Raise it when the outcome changes: journals then do the stage again."""

log = logging.getLogger(__name__)

ROOT = "documents/"
SIDECAR = "metadata.json"
_ID = re.compile(r"[0-9a-f]{32}")
_LATER = "metadata.v"
_NUMBER = re.compile(r"([1-9][0-9]{0,4})\.json")
_EXTENSIONS = {
    MediaType.PDF: "pdf",
    MediaType.TIFF: "tif",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
}


def archive(  # noqa: PLR0913 - the walk's nouns by name; they travel on as one Consignment
    store: ObjectStore,
    *,
    intake: Intake,
    recognized: Recognized,
    signed: SignedPdf,
    metadata: Metadata,
    provenance: Provenance,
    vault: IdentityVault,
    access_level: str,
    folder: Path,
    now: datetime,
    report: StoredFile | None = None,
    lapses_at: datetime | None = None,
) -> tuple[Receipt, Record]:
    """Return the receipt and the record of a document that is now, or already was, archived.

    Args:
        access_level: the legal profile's code for the type, e.g. `02` (có điều kiện).
        folder: existing scratch folder; the sidecar and the page texts are spooled there.
        now: aware; becomes `stored_at` of a document not archived before.
        report: what was found out about the signatures it came in with, JSON.
        lapses_at: aware; when the proof of the signed PDF ends unless it is renewed.

    Raises:
        ValueError: parts of different documents, or a PDF without a signature.
        IntegrityError: what the store holds or the spool held is not what was written.
        StoreUnavailable, DiskFull: try again; what is there already is kept.
    """
    consignment = Consignment(
        intake, recognized, signed, metadata, provenance, access_level, report, lapses_at
    )
    document_id = intake.document_id
    if found := _found(store, document_id):
        return found
    objects = _put_objects(store, consignment, folder)
    record = describe(consignment, objects, vault, now)
    sidecar = spool_bytes(to_sidecar(record), folder / SIDECAR)
    try:
        commit = store.put(sidecar_key(document_id), sidecar)
    except StoredObjectDiffers:
        # Another process committed this document since we looked; if so, its word counts.
        if found := _found(store, document_id):
            return found
        raise
    log.info("archived", extra={"document": document_id, "pages": record.page_count})
    return _receipt(record, commit), record


def committed(store: ObjectStore, document_id: DocumentId) -> Record | None:
    """Return the newest record of an archived document, None when it is not archived.

    Raises:
        IntegrityError: a sidecar has changed, is missing among its versions, or speaks of another
            document.
        StoreUnavailable: the store can't say.
    """
    found = _found(store, document_id)
    return found[1] if found else None


def document_prefix(document_id: DocumentId) -> str:
    """Return the folder of a document's objects: `documents/ab/cd/<id>/`.

    Raises:
        ValueError: not 32 lower-case hexadecimal digits.
    """
    if not _ID.fullmatch(document_id):
        raise ValueError("not a document id")
    return f"{ROOT}{document_id[:2]}/{document_id[2:4]}/{document_id}/"


def sidecar_key(document_id: DocumentId, version: int = 1) -> str:
    """Return the key of a document's commit object, or of a later version of it."""
    name = SIDECAR if version == 1 else f"{_LATER}{version}.json"
    return document_prefix(document_id) + name


def _found(store: ObjectStore, document_id: DocumentId) -> tuple[Receipt, Record] | None:
    try:
        commit, record = _read(store, document_id, 1)
    except ObjectMissing:
        return None
    for version in range(2, _newest(store, document_id) + 1):
        before = commit.sha256
        commit, record = _read(store, document_id, version)
        if (record.version, record.predecessor) != (version, before):
            raise IntegrityError(f"{commit.key} does not follow the version before it")
    return _receipt(record, commit), record


def _read(
    store: ObjectStore, document_id: DocumentId, version: int
) -> tuple[ArchivedObject, Record]:
    key = sidecar_key(document_id, version)
    data = store.read(key)
    record = from_sidecar(data)
    if record.document_id != document_id:
        raise IntegrityError(f"{key} speaks of another document")
    return ArchivedObject(key, sha256_of(data), len(data)), record


def _newest(store: ObjectStore, document_id: DocumentId) -> int:
    """Return the number of the newest version there is; those before it must be there, too."""
    prefix = document_prefix(document_id) + _LATER
    names = (_NUMBER.fullmatch(key.removeprefix(prefix)) for key in store.keys(prefix))
    return max((int(name[1]) for name in names if name), default=1)


def _receipt(record: Record, commit: ArchivedObject) -> Receipt:
    return Receipt(record.document_id, commit, record.objects.all, record.stored_at)


def _put_objects(store: ObjectStore, consignment: Consignment, folder: Path) -> Objects:
    intake = consignment.intake
    prefix = document_prefix(intake.document_id)
    left = frozenset(store.keys(prefix))
    text = spool_bytes(page_texts(consignment.recognized), folder / "text.json")
    original = f"{prefix}original.{_EXTENSIONS[intake.media_type]}"
    report = consignment.report
    return Objects(
        original=store.put(original, intake.original),
        signed=put_beside(store, left, f"{prefix}signed.pdf", consignment.signed.pdf),
        text=put_beside(store, left, f"{prefix}text.json", text),
        report=put_beside(store, left, f"{prefix}verification.json", report) if report else None,
    )


def put_beside(
    store: ObjectStore, left: frozenset[str], key: str, source: StoredFile
) -> ArchivedObject:
    """Put `source`, under a name of its own if an unfinished attempt left other bytes at `key`.

    Args:
        left: the keys that were there before this attempt began.
    """
    try:
        return store.put(key, source)
    except StoredObjectDiffers:
        if key not in left:
            raise  # no one was before us: the store gave back other bytes than it was given
        stem, _, extension = key.rpartition(".")
        log.warning("an unfinished attempt left other bytes", extra={"key": key})
        return store.put(f"{stem}-{source.sha256[:16]}.{extension}", source)


def page_texts(recognized: Recognized) -> bytes:
    """Return `text.json`: the text of each page, for full-text search and for rebuilding it."""
    pages = [
        {"number": page.number, "is_blank": page.is_blank, "text": page.text}
        for page in recognized.pages
    ]
    return codec.encode({"engine": recognized.engine, "pages": pages})
