"""The second copy: another store that holds the same objects under the same keys.

Objects are written once and never changed, so a back-up is the copying of what is not there yet;
it is never wrong to stop it or to start it again. Commits go last, as in the archive itself: what
is committed in the copy is whole.

Source: TT 05/2025/TT-BNV Đ26-31 (two sets on independent media, daily what is new, monthly all).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.errors import IntegrityError, ObjectMissing
from digitizer.model import ArchivedObject, DocumentId
from storage.archive import commits
from storage.commit import RECORDS, Commit, folder_of
from storage.fixity import Proof
from storage.objects import OBJECTS, ObjectStore, require_format, retrieve
from storage.package import document_prefix, expected, root_prefix, unfinished

_SHARDS = tuple(f"{shard:02x}/" for shard in range(256))
_OTHERS = ("audit/", "sessions/")


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
        ConfigError: one of them is of another format, or `target` can't be used.
        StoredObjectDiffers: the two stores hold different bytes under one key.
        StoreUnavailable, DiskFull: run it again; what was copied stays.
    """
    require_format(source)
    target.check()
    done = Copied()
    for number, shard in enumerate(_SHARDS, 1):
        for above in (OBJECTS, RECORDS):
            done = done.plus(_copy_below(source, target, above + shard, full=full))
        on_shard(number)
    for prefix in _OTHERS:
        done = done.plus(_copy_below(source, target, prefix, full=full))
    return done


def restore_document(second: ObjectStore, store: ObjectStore, document_id: DocumentId) -> Copied:
    """Bring one document's objects back from the second copy. Raises as `copy_new`.

    Raises:
        ObjectMissing: the second copy does not hold it.
    """
    if not commits(second, document_id):
        raise ObjectMissing(f"{document_id} in {second.name}")
    copied = _copy_below(second, store, document_prefix(document_id), full=False)
    return copied.plus(_copy_below(second, store, folder_of(document_id), full=False))


def drill(second: ObjectStore, document_id: DocumentId, prove: Proof) -> str:
    """Restore one document into thin air; return what is wrong with it, "" when all is well.

    Every object is fetched and hashed, and the signed PDF is put before `prove`.

    Raises:
        StoreUnavailable, DiskFull: the second copy can't be asked now.
    """
    try:
        history = commits(second, document_id)
        if not history:
            return "not in the second copy"
        for commit in history:
            is_newest = commit is history[-1]
            for held in _held(second, commit):
                is_signed = is_newest and held.key == commit.record.objects.signed.key
                if why := _drilled(second, held, prove if is_signed else None):
                    return f"{held.key}: {why}"
    except (IntegrityError, ObjectMissing) as error:
        return error.detail
    return ""


def _held(second: ObjectStore, commit: Commit) -> Iterator[ArchivedObject]:
    """Yield all that a version's package must hold, the inventory first."""
    yield commit.inventory
    for path, digest in expected(second.read(commit.inventory.key)).items():
        yield ArchivedObject(commit.root.prefix + path, digest, 0)


def _drilled(second: ObjectStore, held: ArchivedObject, prove: Proof | None) -> str:
    if prove is None:
        return "" if second.digest(held.key) == held.sha256 else "other bytes"
    with TemporaryDirectory() as folder:
        return prove(retrieve(second, held, Path(folder) / "object").path)


def _copy_below(source: ObjectStore, target: ObjectStore, prefix: str, *, full: bool) -> Copied:
    there = frozenset(target.keys(prefix))
    copied, size, present = 0, 0, 0
    for key in _finished(tuple(source.keys(prefix))):
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


def _finished(keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the keys without those of packages that were never closed."""
    unclosed = unfinished(keys)
    return (key for key in keys if root_prefix(key) not in unclosed)
