"""Put one version of a document into the store: its package whole, not yet committed.

`metadata.json` goes first. It holds what differs from try to try (nonces, the time); the rest of
the package follows from it. Whoever comes second with the same bytes finds it, and closes the same
package.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from digitizer.errors import IntegrityError, ObjectMissing, StoredObjectDiffers
from digitizer.model import ArchivedObject, StoredFile
from storage import package
from storage.commit import Commit
from storage.ead import ead_doc
from storage.folder import spool_bytes
from storage.mets import mets
from storage.objects import ObjectStore
from storage.package import Root, close, inventory_of
from storage.premis import premis
from storage.record import Record, from_sidecar, to_sidecar


def deposit(
    store: ObjectStore, root: Root, record: Record, files: Mapping[str, StoredFile], folder: Path
) -> Commit:
    """Put a version's package; return what is to be committed.

    Args:
        record: says of `files` what the store will hold (`Root.planned`).
        files: the bytes that make the document, by their paths in the content.
        folder: existing scratch folder.

    Raises:
        IntegrityError: what the store holds or the spool held is not what was written.
        StoreUnavailable, DiskFull: try again; what is there already is kept.
    """
    record, sidecar = _begun(store, root, record, folder)
    made = {package.METADATA: sidecar}
    for path, data in (
        (package.DESCRIPTION, ead_doc(record)),
        (package.PRESERVATION, premis(record, _planned(root, files))),
    ):
        made[path] = spool_bytes(data, folder / Path(path).name)
    table = mets(record, root.object_id, _planned(root, {**made, **files}))
    made[package.METS] = spool_bytes(table, folder / package.METS)
    content = {**files, **made}
    for path, file in content.items():
        if path != package.METADATA:  # is there already
            store.put(root.key(path), file, keep_until=record.locked_until)
    inventory = inventory_of(
        root,
        content,
        made=record.revised_at or record.stored_at,
        software=record.provenance.software,
    )
    return Commit(record, close(store, root, inventory, folder, keep_until=record.locked_until))


def _begun(
    store: ObjectStore, root: Root, record: Record, folder: Path
) -> tuple[Record, StoredFile]:
    """Put the record, or take the one that an earlier try at the same bytes has put."""
    key, path = root.key(package.METADATA), folder / Path(package.METADATA).name
    sidecar = spool_bytes(to_sidecar(record), path)
    try:
        store.put(key, sidecar, keep_until=record.locked_until)
    except StoredObjectDiffers:
        try:
            data = store.read(key)
            found = from_sidecar(data)
        except (ObjectMissing, IntegrityError):
            found = record
        if (found.document_id, found.objects) != (record.document_id, record.objects) or (
            found == record
        ):
            raise  # no one was before us: the store gave back other bytes than it was given
        return found, spool_bytes(data, path)
    return record, sidecar


def _planned(root: Root, files: Mapping[str, StoredFile]) -> dict[str, ArchivedObject]:
    return {path: root.planned(path, file) for path, file in sorted(files.items())}
