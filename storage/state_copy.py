"""Snapshots of what only the data folder holds, in a store that is written once.

    state/lists/20261122T200000Z-3f…   sealed: which files, where each belongs, its digest
    state/2026-11/9c41…                sealed: one file, under a keyed hash of its content

A file that has not changed is not written again within a month, so that every snapshot lives on
objects of its own month alone and old months can be removed, or expire, as a whole. Keys tell
nothing: neither names of files nor bare digests of them.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer import codec
from digitizer.errors import IntegrityError, StoredObjectDiffers
from digitizer.model import Sha256, StoredFile
from storage.envelope import open_sealed, seal_file
from storage.folder import spool_bytes
from storage.identity import IdentityVault
from storage.objects import ObjectStore, difference

SCHEMA = "sohoa.state/1"
_PREFIX = "state/"
_LISTS = f"{_PREFIX}lists/"
_LIST = re.compile(rf"{_LISTS}(\d{{8}}T\d{{6}}Z)-([0-9a-f]{{16}})")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file to put by: `path` holds its bytes now, `place` and `name` say where it belongs."""

    place: str
    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class StateFile:
    """A file of a snapshot, and the key of the object that holds it."""

    place: str
    name: str
    sha256: Sha256
    size_bytes: int
    key: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood in the data folder at one time."""

    schema: str
    taken_at: datetime
    files: tuple[StateFile, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What taking a snapshot did: its key, its files, and those of them that were new."""

    key: str
    files: int
    new_files: int
    new_bytes: int


def take(
    store: ObjectStore, vault: IdentityVault, files: Iterable[Kept], *, now: datetime
) -> Written:
    """Seal and put what is not there yet, and last the list; the same state twice writes nothing.

    Args:
        files: looked at one after the other; each may be gone once the next is asked for.

    Raises:
        OSError: a file can't be read.
        StoreUnavailable, DiskFull: run it again; without its list nothing of it counts.
    """
    month = f"{_PREFIX}{now.astimezone(UTC):%Y-%m}/"
    there = set(store.keys(month))
    told: list[StateFile] = []
    new_files, new_bytes = 0, 0
    for kept in files:
        content = StoredFile.of(kept.path)
        key = month + _name(vault, content.sha256)
        if key not in there:
            new_files, new_bytes = new_files + 1, new_bytes + _put(store, vault, kept.path, key)
            there.add(key)
        told.append(StateFile(kept.place, kept.name, content.sha256, content.size_bytes, key))
    whole = tuple(sorted(told, key=lambda one: (one.place, one.name)))
    mark = _name(vault, codec.digest(whole))[:16]
    newest = latest(store)
    if newest is not None and newest.endswith(f"-{mark}"):
        return Written(newest, len(whole), 0, 0)
    key = f"{_LISTS}{now.astimezone(UTC).strftime(_STAMP)}-{mark}"
    with TemporaryDirectory() as folder:
        plain = spool_bytes(codec.encode(Snapshot(SCHEMA, now, whole)), Path(folder) / "list")
        new_bytes += _put(store, vault, plain.path, key)
    return Written(key, len(whole), new_files, new_bytes)


def latest(store: ObjectStore, *, until: datetime | None = None) -> str | None:
    """Return the key of the newest snapshot, of those taken up to `until` if that is given."""
    limit = until.astimezone(UTC).strftime(_STAMP) if until else "9"
    keys = (key for key in store.keys(_LISTS) if (m := _LIST.fullmatch(key)) and m[1] <= limit)
    return max(keys, default=None)


def read(store: ObjectStore, vault: IdentityVault, key: str) -> Snapshot:
    """Return the snapshot of that key.

    Raises:
        ConfigError: it was sealed under another identity key.
        IntegrityError: it has changed.
        ObjectMissing, StoreUnavailable, DiskFull: it can't be fetched.
    """
    with TemporaryDirectory() as folder:
        plain = _opened(store, vault, key, Path(folder) / "list")
        try:
            return codec.decode(Snapshot, plain.path.read_bytes())
        except ValueError as error:
            raise IntegrityError(f"{key} is no list of a snapshot") from error


def fetch(store: ObjectStore, vault: IdentityVault, held: StateFile, target: Path) -> StoredFile:
    """Bring one file back to `target`, which must not exist. Raises as `read`."""
    plain = _opened(store, vault, held.key, target)
    if plain.sha256 != held.sha256:
        target.unlink()
        raise StoredObjectDiffers(difference(held.key, held.sha256, plain.sha256))
    return plain


def _put(store: ObjectStore, vault: IdentityVault, path: Path, key: str) -> int:
    with TemporaryDirectory() as folder:
        sealed = seal_file(vault, path, Path(folder) / "sealed")
        store.put(key, sealed)
        return sealed.size_bytes


def _opened(store: ObjectStore, vault: IdentityVault, key: str, target: Path) -> StoredFile:
    with TemporaryDirectory() as folder:
        sealed = store.fetch(key, Path(folder) / "sealed")
        return open_sealed(vault, sealed.path, target)


def _name(vault: IdentityVault, digest: Sha256) -> str:
    return hmac.digest(vault.state_key, digest.encode(), "sha256").hex()
