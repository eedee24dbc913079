"""The object store: a place for bytes that are written once, read back, and never changed.

Two implementations pass the same tests: a plain folder (`storage.folder`) and S3
(`storage.s3`). Neither has a method that deletes or overwrites, so no run can.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from digitizer.errors import ConfigError, ObjectMissing, StoredObjectDiffers
from digitizer.model import ArchivedObject, Sha256, StoredFile
from storage.settings import StorageSettings

CHUNK_BYTES = 1 << 20

OBJECTS = "documents/"
"""The OCFL storage root."""
MARKER_KEY = "archive-format.json"
"""Says what the store is. Written by the first `check`, the same bytes for ever after."""
MARKER = b'{"format":"sohoa-archive","version":2}'
README_KEY = "README.txt"
"""How to read the archive without this program, in the words of the release that began it."""
MARKS = {
    README_KEY: resources.files(__package__).joinpath(README_KEY).read_bytes(),
    MARKER_KEY: MARKER,
    f"{OBJECTS}0=ocfl_1.1": b"ocfl_1.1\n",
}

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._=-]{0,127}"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,15}}")


class ObjectStore(Protocol):
    """What the archive needs of a store. Safe to call from several processes at once."""

    @property
    def name(self) -> str:
        """The store as a person would look for it: a folder, or endpoint and bucket."""

    def put(
        self, key: str, source: StoredFile, *, keep_until: date | None = None
    ) -> ArchivedObject:
        """Write `source` under `key`, once, and read it back.

        The same bytes already there count as done.

        Args:
            keep_until: hold it against everyone to the end of that day, where the store can and
                its settings say so; None for no such lock.

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

    def digest(self, key: str) -> Sha256:
        """Read the object to its end and return its SHA-256. Raises as `read`."""

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


def mark(store: ObjectStore) -> None:
    """Write what says what the store is, where it is not written yet.

    Raises:
        ConfigError: the store was written in another format.
        StoreUnavailable, DiskFull: could not be written.
    """
    with TemporaryDirectory() as folder:
        for number, (key, data) in enumerate(MARKS.items()):
            path = Path(folder) / str(number)
            path.write_bytes(data)
            try:
                store.put(key, StoredFile.of(path))
            except StoredObjectDiffers as error:
                if key != README_KEY:
                    raise ConfigError(other_format(store)) from error


def require_format(store: ObjectStore) -> None:
    """Raise ConfigError when the store was written in another format; an empty one is none."""
    try:
        found = store.read(MARKER_KEY)
    except ObjectMissing:
        return
    if found != MARKER:
        raise ConfigError(other_format(store))


def other_format(store: ObjectStore) -> str:
    """Return the facts and the cure for a store of another format."""
    wanted = json.loads(MARKER)["version"]
    return (
        f"{store.name}: {MARKER_KEY} is not of format {wanted}; read it with the release that "
        "wrote it, and name a new folder, bucket or prefix in [storage] for this one"
    )


def checked_key(key: str) -> str:
    """Return `key` if it is safe as a path and as an S3 key anywhere.

    Segments of ASCII letters, digits, `.`, `_`, `=` and `-`, none beginning with a dot.

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
