"""The object store: a place for bytes that are written once, read back, and never changed.

Two implementations pass the same tests: a plain folder (`storage.folder`) and S3
(`storage.s3`). Neither has a method that deletes or overwrites, so no run can.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from digitizer.errors import StoredObjectDiffers
from digitizer.model import ArchivedObject, Sha256, StoredFile
from storage.settings import StorageSettings

CHUNK_BYTES = 1 << 20

MARKER_KEY = "archive-format.json"
"""Says what the store is. Written by the first `check`, the same bytes for ever after."""
MARKER = b'{"format":"sohoa-archive","version":1}'

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,15}}")


class ObjectStore(Protocol):
    """What the archive needs of a store. Safe to call from several processes at once."""

    @property
    def name(self) -> str:
        """The store as a person would look for it: a folder, or endpoint and bucket."""

    def put(self, key: str, source: StoredFile) -> ArchivedObject:
        """Write `source` under `key`, once, and read it back.

        The same bytes already there count as done.

        Raises:
            ValueError: `key` is not a `checked_key`.
            StoredObjectDiffers: other bytes are there, or what was read back differs.
            IntegrityError: `source` is no longer what its digest says.
            StoreUnavailable, DiskFull: could not be written; nothing half-written is visible.
        """

    def read(self, key: str) -> bytes:
        """Return the whole object, for small ones. Raises ObjectMissing, StoreUnavailable."""

    def fetch(self, key: str, target: Path) -> StoredFile:
        """Copy the object to `target`, which must not exist, and tell its digest.

        Raises ObjectMissing, StoreUnavailable, DiskFull.
        """

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with `prefix`, sorted by their characters."""

    def check(self) -> None:
        """Prove before a run that the store can be written once and read.

        Raises ConfigError where a person must change something, StoreUnavailable otherwise.
        """


def open_store(settings: StorageSettings) -> ObjectStore:
    """Return the store that `settings` name; asks nothing of it yet (see `check`).

    Raises:
        ConfigError: a setting is missing, or a key file can't be read.
    """
    if settings.store == "s3":
        from storage.s3 import S3Store

        return S3Store.open(settings)
    from storage.folder import FolderStore

    return FolderStore(settings.folder)


def retrieve(store: ObjectStore, archived: ArchivedObject, target: Path) -> StoredFile:
    """Fetch an object and prove that it is the one that was archived.

    Raises:
        StoredObjectDiffers: its bytes have changed; `target` is removed again.
        ObjectMissing, StoreUnavailable, DiskFull: as `ObjectStore.fetch`.
    """
    fetched = store.fetch(archived.key, target)
    if fetched.sha256 != archived.sha256:
        target.unlink()
        raise StoredObjectDiffers(difference(archived.key, archived.sha256, fetched.sha256))
    return fetched


def checked_key(key: str) -> str:
    """Return `key` if it is safe as a path and as an S3 key anywhere.

    Segments of ASCII letters, digits, `.`, `_` and `-`, none beginning with a dot.

    Raises:
        ValueError: it is not; keys are made by us, so this is a bug, not an input error.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key of this archive: {key[:80]!r}")
    return key


def difference(key: str, sent: str, found: str) -> str:
    """Return the facts of a `StoredObjectDiffers`."""
    return f"{key}: sent sha256 {sent[:16]}…, found {found[:16]}…"


def sha256_of(data: bytes) -> Sha256:
    """Return the SHA-256 of `data` in hexadecimal."""
    return Sha256(hashlib.sha256(data).hexdigest())


def base64_of(digest: Sha256) -> str:
    """Return a hexadecimal digest as S3 writes it."""
    return base64.b64encode(bytes.fromhex(digest)).decode()
