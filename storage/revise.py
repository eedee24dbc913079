"""The next version of an archived document: a renewed signed PDF beside the one before it.

Order as in `storage.archive`: the bytes, then `metadata.vN.json`, which commits the version. What
was there before is neither changed nor moved, so a crash between the two leaves the document as
it was, with an object that nothing points at. Design: docs/adr/0022.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digitizer.errors import StoredObjectDiffers
from digitizer.model import DocumentId, SignatureLevel, StoredFile
from storage.archive import committed, document_prefix, put_beside, sidecar_key
from storage.folder import spool_bytes
from storage.objects import ObjectStore, sha256_of
from storage.record import (
    SCHEMA_VERSION,
    Change,
    LegalValue,
    Record,
    lowest_level,
    to_sidecar,
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
    prefix = document_prefix(document_id)
    left = frozenset(store.keys(prefix))
    held = put_beside(store, left, f"{prefix}signed.v{version}.pdf", renewal.signed)
    before = sha256_of(store.read(sidecar_key(document_id, record.version)))
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
    return _commit(store, renewed, folder)


def _commit(store: ObjectStore, renewed: Record, folder: Path) -> Record:
    document_id, version = renewed.document_id, renewed.version
    sidecar = spool_bytes(to_sidecar(renewed), folder / f"metadata.v{version}.json")
    try:
        store.put(sidecar_key(document_id, version), sidecar)
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
