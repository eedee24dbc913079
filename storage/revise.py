"""The next version of an archived document: a renewed signed PDF beside the one before it.

Order as in `storage.archive`: a package of its own, then the commit. What was there before is
neither changed nor moved, so a crash between the two leaves the document as it was, with a package
that nothing points at. Design: docs/adr/0022, 0029.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digitizer.errors import StoredObjectDiffers
from digitizer.model import DocumentId, SignatureLevel, StoredFile
from storage import package
from storage.archive import committed
from storage.commit import Commit, commit_key, to_bytes
from storage.deposit import deposit
from storage.folder import spool_bytes
from storage.objects import ObjectStore, sha256_of
from storage.package import Root
from storage.record import (
    SCHEMA_VERSION,
    Change,
    LegalValue,
    Record,
    lowest_level,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A signed PDF whose proof was made to last longer.

    Attributes:
        signed: the same bytes as before with a time stamp appended.
        levels: of its signatures, in the order of the record's.
        lapses_at: aware; when the new proof ends.
    """

    signed: StoredFile
    levels: tuple[SignatureLevel, ...]
    lapses_at: datetime


def renew(
    store: ObjectStore, record: Record, renewal: Renewal, *, folder: Path, now: datetime
) -> Record:
    """Put the renewed PDF away and commit the record's next version; return that record.

    If another process has committed that version meanwhile, its word counts, and its record is
    returned.

    Args:
        record: the newest version, as `storage.archive.committed` gave it.
        folder: existing scratch folder.
        now: aware; becomes `revised_at`.

    Raises:
        ValueError: the proof would not last longer than before.
        IntegrityError: what the store holds or the spool held is not what was written.
        StoreUnavailable, DiskFull: try again; what is there already is kept.
    """
    if record.lapses_at is not None and renewal.lapses_at <= record.lapses_at:
        raise ValueError("a renewal must last longer than what it renews")
    document_id, version = record.document_id, record.version + 1
    files = {package.SIGNED: renewal.signed}
    root = Root.of(document_id, version, files)
    held = root.planned(package.SIGNED, renewal.signed)
    before = sha256_of(store.read(commit_key(document_id, record.version)))
    renewed = replace(
        record,
        schema_version=SCHEMA_VERSION,
        legal_value=_legal_value(record, renewal),
        objects=replace(record.objects, signed=held),
        lapses_at=renewal.lapses_at,
        version=version,
        change=Change.RENEWED,
        predecessor=before,
        superseded=(*record.superseded, record.objects.signed),
        revised_at=now,
    )
    return _commit(store, deposit(store, root, renewed, files, folder), folder)


def _commit(store: ObjectStore, commit: Commit, folder: Path) -> Record:
    renewed = commit.record
    document_id, version = renewed.document_id, renewed.version
    spooled = spool_bytes(to_bytes(commit), folder / f"commit-{version}.json")
    try:
        store.put(commit_key(document_id, version), spooled, keep_until=renewed.locked_until)
    except StoredObjectDiffers:
        found = _newest(store, document_id)
        if found == renewed or found.version < version:
            raise  # no one was before us: the store gave back other bytes than it was given
        return found
    log.info("renewed", extra={"document": document_id, "version": version})
    return renewed


def _newest(store: ObjectStore, document_id: DocumentId) -> Record:
    found = committed(store, document_id)
    assert found is not None, "its first version was read before"
    return found


def _legal_value(record: Record, renewal: Renewal) -> LegalValue:
    signatures = tuple(
        replace(signature, level=level)
        for signature, level in zip(record.legal_value.signatures, renewal.levels, strict=True)
    )
    return replace(record.legal_value, signatures=signatures, level=lowest_level(signatures))
