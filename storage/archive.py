"""Put one document away for good, or find that it already is.

Order: the package, whole and read back (`storage.deposit`), and last the commit. A crash before
that last write leaves a package that nothing points at; a crash after it leaves a whole document.
Signatures are not deterministic: a re-run may bring other signed bytes. What is committed is
then the truth, and what is not is left where it lies, in a package of its own (docs/adr/0011 and
0029).

A record is never changed; what changes about a document is said by a later version beside it,
each naming the commit of the one before (docs/adr/0022, `storage.revise`).
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from digitizer import codec
from digitizer.errors import IntegrityError, ObjectMissing, StoredObjectDiffers
from digitizer.model import (
    ArchivalCodes,
    ArchivedObject,
    DocumentId,
    Intake,
    MediaType,
    Metadata,
    Provenance,
    Receipt,
    Recognized,
    Sha256,
    SignedPdf,
    StoredFile,
)
from digitizer.scan.binding import opened
from storage import package
from storage.commit import Commit, commit_key, folder_of, from_bytes, parse_key, to_bytes
from storage.deposit import deposit
from storage.describe import Consignment, describe
from storage.folder import spool_bytes
from storage.identity import IdentityVault
from storage.objects import ObjectStore, sha256_of
from storage.package import Root
from storage.record import UNDETERMINED, Objects, Record

VERSION = 2
"""Raise it when the outcome changes: journals then do the stage again."""

log = logging.getLogger(__name__)

_EXTENSIONS = {
    MediaType.PDF: "pdf",
    MediaType.TIFF: "tif",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.TAR: "tar",
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
    codes: ArchivalCodes = UNDETERMINED,
) -> tuple[Receipt, Record]:
    """Return the receipt and the record of a document that is now, or already was, archived.

    Args:
        access_level: the legal profile's access class of the type.
        folder: existing scratch folder; the package is spooled there.
        now: aware; becomes `stored_at` of a document not archived before.
        report: what was found out about the signatures it came in with, JSON.
        lapses_at: aware; when the proof of the signed PDF ends unless it is renewed.
        codes: how it is filed, and how long kept.

    Raises:
        ValueError: parts of different documents, or a PDF without a signature.
        IntegrityError: what the store holds or the spool held is not what was written.
        StoreUnavailable, DiskFull: try again; what is there already is kept.
    """
    consignment = Consignment(
        intake,
        recognized,
        signed,
        metadata,
        provenance,
        access_level,
        report,
        lapses_at,
        codes,
        _parts(intake),
    )
    document_id, files = intake.document_id, _content(consignment, folder)
    root = Root.of(document_id, 1, files)
    history = _history(store, document_id)
    if history and (history[0][1].root == root or not any(store.keys(root.prefix))):
        return _outcome(history)
    record = describe(consignment, _objects(root, files), vault, now)
    commit = deposit(store, root, record, files, folder)
    if history:
        return _outcome(history)  # what an attempt that lost had begun is now closed
    spooled = spool_bytes(to_bytes(commit), folder / "commit.json")
    try:
        held = store.put(commit_key(document_id), spooled, keep_until=commit.record.locked_until)
    except StoredObjectDiffers:
        # Another process committed this document since we looked; if so, its word counts.
        if history := _history(store, document_id):
            return _outcome(history)
        raise
    log.info("archived", extra={"document": document_id, "pages": record.page_count})
    return _outcome(((held, commit),))


def _parts(intake: Intake) -> tuple[Sha256, ...]:
    """Return the digests of the files that a bound original is made of, each once."""
    if intake.media_type is not MediaType.TAR:
        return ()
    with opened(intake.original.path) as (binding, _):
        digests = (one.cut.sha256 if one.cut else one.sha256 for one in binding.members)
        return tuple(dict.fromkeys(digests))


def committed(store: ObjectStore, document_id: DocumentId) -> Record | None:
    """Return the newest record of an archived document, None when it is not archived.

    Raises:
        IntegrityError: a commit has changed, is missing among its versions, or speaks of another
            document.
        StoreUnavailable: the store can't say.
    """
    found = _history(store, document_id)
    return found[-1][1].record if found else None


def commits(store: ObjectStore, document_id: DocumentId) -> tuple[Commit, ...]:
    """Return the commits of a document, oldest first, none when it is not archived.

    Raises as `committed`.
    """
    return tuple(commit for _, commit in _history(store, document_id))


_History = tuple[tuple[ArchivedObject, Commit], ...]


def _history(store: ObjectStore, document_id: DocumentId) -> _History:
    found: list[tuple[ArchivedObject, Commit]] = []
    try:
        found.append(_read(store, document_id, 1))
    except ObjectMissing:
        return ()
    for version in range(2, _newest(store, document_id) + 1):
        held, commit = _read(store, document_id, version)
        if commit.record.predecessor != found[-1][0].sha256:
            raise IntegrityError(f"{held.key} does not follow the version before it")
        found.append((held, commit))
    return tuple(found)


def _read(
    store: ObjectStore, document_id: DocumentId, version: int
) -> tuple[ArchivedObject, Commit]:
    key = commit_key(document_id, version)
    data = store.read(key)
    commit = from_bytes(data)
    if commit.record.document_id != document_id:
        raise IntegrityError(f"{key} speaks of another document")
    if commit.record.version != version:
        raise IntegrityError(f"{key} speaks of another version")
    return ArchivedObject(key, sha256_of(data), len(data)), commit


def _newest(store: ObjectStore, document_id: DocumentId) -> int:
    """Return the number of the newest version there is; those before it must be there, too."""
    found = (parse_key(key) for key in store.keys(folder_of(document_id)))
    return max((one[1] for one in found if one), default=1)


def _outcome(history: _History) -> tuple[Receipt, Record]:
    held, commit = history[-1]
    record = commit.record
    return Receipt(record.document_id, held, record.objects.all, record.stored_at), record


def _content(consignment: Consignment, folder: Path) -> dict[str, StoredFile]:
    """Return the bytes that make the document, by their paths in its package."""
    intake = consignment.intake
    content = {
        package.ORIGINAL + _EXTENSIONS[intake.media_type]: intake.original,
        package.SIGNED: consignment.signed.pdf,
        package.TEXT: spool_bytes(page_texts(consignment.recognized), folder / "text.json"),
    }
    report = consignment.report
    return {**content, package.REPORT: report} if report else content


def _objects(root: Root, files: dict[str, StoredFile]) -> Objects:
    held = {path: root.planned(path, file) for path, file in files.items()}
    original = next(path for path in held if path.startswith(package.ORIGINAL))
    return Objects(
        original=held[original],
        signed=held[package.SIGNED],
        text=held[package.TEXT],
        report=held.get(package.REPORT),
    )


def page_texts(recognized: Recognized) -> bytes:
    """Return `text.json`: the text of each page, for full-text search and for rebuilding it."""
    pages = [
        {"number": page.number, "is_blank": page.is_blank, "text": page.text}
        for page in recognized.pages
    ]
    return codec.encode({"engine": recognized.engine, "pages": pages})
