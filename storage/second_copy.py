"""The second copy: another store that holds the same objects under the same keys.

Objects are written once and never changed, so a back-up is the copying of what is not there yet;
it is never wrong to stop it or to start it again. A document's records go last, as in the archive
itself: what is committed in the copy is whole.

Source: TT 05/2025/TT-BNV Đ26-31 (two sets on independent media, daily what is new, monthly all).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.errors import IntegrityError, ObjectMissing
from digitizer.model import ArchivedObject, DocumentId
from storage.archive import ROOT, SIDECAR, committed, document_prefix
from storage.fixity import Proof
from storage.objects import MARKER_KEY, ObjectStore, retrieve

_SHARDS = tuple(f"{ROOT}{shard:02x}/" for shard in range(256))
_RECORDS = SIDECAR.partition(".")[0]
_OTHERS = ("sessions/",)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copying did: objects and bytes copied, objects that were there already."""

    objects: int = 0
    size_bytes: int = 0
    present: int = 0

    def plus(self, other: Copied) -> Copied:
        return Copied(
            self.objects + other.objects,
            self.size_bytes + other.size_bytes,
            self.present + other.present,
        )


def copy_new(
    source: ObjectStore,
    target: ObjectStore,
    *,
    full: bool = False,
    on_shard: Callable[[int], None] = lambda _: None,
) -> Copied:
    """Copy what `target` lacks; each object is read back there before it counts.

    Args:
        full: read also what is there already, and prove that it is the same.
        on_shard: called after each 256th part, with its number from 1.

    Raises:
        StoredObjectDiffers: the two stores hold different bytes under one key.
        StoreUnavailable, DiskFull: run it again; what was copied stays.
    """
    target.check()
    done = Copied()
    for number, prefix in enumerate(_SHARDS, 1):
        done = done.plus(_copy_below(source, target, prefix, full=full))
        on_shard(number)
    for prefix in _OTHERS:
        done = done.plus(_copy_below(source, target, prefix, full=full))
    return done


def restore_document(second: ObjectStore, store: ObjectStore, document_id: DocumentId) -> Copied:
    """Bring one document's objects back from the second copy. Raises as `copy_new`.

    Raises:
        ObjectMissing: the second copy does not hold it.
    """
    if committed(second, document_id) is None:
        raise ObjectMissing(f"{document_id} in {second.name}")
    return _copy_below(second, store, document_prefix(document_id), full=False)


def drill(second: ObjectStore, document_id: DocumentId, prove: Proof) -> str:
    """Restore one document into thin air; return what is wrong with it, "" when all is well.

    Every object is fetched and hashed, and the signed PDF is put before `prove`.

    Raises:
        StoreUnavailable, DiskFull: the second copy can't be asked now.
    """
    try:
        record = committed(second, document_id)
        if record is None:
            return "not in the second copy"
        for held in (*record.objects.all, *record.superseded):
            if why := _drilled(second, held, prove if held == record.objects.signed else None):
                return f"{held.key}: {why}"
    except (IntegrityError, ObjectMissing) as error:
        return error.detail
    return ""


def _drilled(second: ObjectStore, held: ArchivedObject, prove: Proof | None) -> str:
    with TemporaryDirectory() as folder:
        file = retrieve(second, held, Path(folder) / "object")
        return prove(file.path) if prove else ""


def _copy_below(source: ObjectStore, target: ObjectStore, prefix: str, *, full: bool) -> Copied:
    there = frozenset(target.keys(prefix))
    copied, size, present = 0, 0, 0
    for key in _in_order(source.keys(prefix)):
        if key == MARKER_KEY:
            continue
        if key in there and not full:
            present += 1
            continue
        with TemporaryDirectory() as folder:
            file = source.fetch(key, Path(folder) / "object")
            target.put(key, file)
        if key in there:
            present += 1
        else:
            copied, size = copied + 1, size + file.size_bytes
    return Copied(copied, size, present)


def _in_order(keys: Iterator[str]) -> list[str]:
    """Return the keys with those of records last; what belongs to no committed document stays."""
    found = list(keys)
    committed_in = {key.rpartition("/")[0] for key in found if key.endswith(f"/{SIDECAR}")}
    wanted = [
        key for key in found if not key.startswith(ROOT) or key.rpartition("/")[0] in committed_in
    ]
    return sorted(wanted, key=lambda key: (key.rpartition("/")[2].startswith(_RECORDS), key))
