"""A plain folder as a write-once object store.

A new object is written to a temporary name beside its place, forced to disk, and then *linked*
to its key: unlike a rename, a link fails when the name is taken, so two writers can't overwrite
one another. A killed write leaves at most a `.….part` file that no reader sees.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from digitizer.errors import (
    ConfigError,
    DiskFull,
    IntegrityError,
    ObjectMissing,
    StoredObjectDiffers,
    StoreUnavailable,
)
from digitizer.model import ArchivedObject, Sha256, StoredFile
from storage.objects import CHUNK_BYTES, checked_key, difference, mark, sha256_of

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS})
_READ_ONLY = 0o440


class FolderStore:
    """`ObjectStore` over a folder of a file system that has hard links (ext4, xfs, NFS, NTFS)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def name(self) -> str:
        return str(self._root)

    def put(
        self,
        key: str,
        source: StoredFile,
        *,
        keep_until: date | None = None,  # noqa: ARG002 - a folder has no lock
    ) -> ArchivedObject:
        """See `ObjectStore.put`."""
        place = self._root / checked_key(key)
        with _writing(self._root):
            if not os.path.lexists(place):
                _make_folders(self._root, place.parent)
                _publish(source, place)
            # Also for an object found there: its writer may have died before this line.
            sync_folder(place.parent)
        found = self.digest(key)
        if found != source.sha256:
            raise StoredObjectDiffers(difference(key, source.sha256, found))
        return ArchivedObject(key, found, source.size_bytes)

    def read(self, key: str) -> bytes:
        """See `ObjectStore.read`."""
        with self._opened(key) as stream:
            return stream.read()

    def fetch(self, key: str, target: Path) -> StoredFile:
        """See `ObjectStore.fetch`."""
        with self._opened(key) as stream:
            return spool(iter(lambda: stream.read(CHUNK_BYTES), b""), target)

    def digest(self, key: str) -> Sha256:
        """See `ObjectStore.digest`."""
        with self._opened(key) as stream:
            # Ask the disk, not the page cache that the write has just filled.
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return Sha256(hashlib.file_digest(stream, "sha256").hexdigest())

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `ObjectStore.keys`. Temporary and hidden files are no keys."""
        start = prefix.rpartition("/")[0]
        base = self._root / checked_key(start) if start else self._root
        below = f"{start}/" if start else ""
        return (key for key in _walk(base, below) if key.startswith(prefix))

    def check(self) -> None:
        """See `ObjectStore.check`. Makes the folder if it is not there."""
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o750)
            with tempfile.NamedTemporaryFile(dir=self._root, prefix=".", suffix=".part") as probe:
                linked = Path(f"{probe.name}.link.part")
                os.link(probe.name, linked)
                linked.unlink()
        except OSError as error:
            raise ConfigError(_preflight(self._root, error)) from error
        mark(self)

    def set_aside(self, key: str) -> Path:
        """Hide a damaged object, so that the sound one can be put in its place; return where it is.

        Only for repairs: no run does this, and nothing is deleted.

        Raises:
            ObjectMissing: there is none.
            StoreUnavailable, DiskFull: it can't be moved.
        """
        place = self._root / checked_key(key)
        if not os.path.lexists(place):
            raise ObjectMissing(f"{key} in {self._root}")
        with _writing(self._root):
            folder = tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}.", suffix=".damaged")
            aside = Path(folder) / place.name
            place.rename(aside)
            sync_folder(place.parent)
        return aside

    @contextmanager
    def _opened(self, key: str) -> Iterator[BufferedReader]:
        try:
            # A symbolic link in the place of an object was not put there by us.
            handle = os.open(self._root / checked_key(key), os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(handle, "rb") as stream:
                yield stream
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ObjectMissing(f"{key} in {self._root}") from error
        except OSError as error:
            raise StoreUnavailable(f"{key} in {self._root}: {error.strerror}") from error


def spool(chunks: Iterator[bytes], target: Path) -> StoredFile:
    """Write `chunks` to the new file `target`, durably, and tell what was written.

    Raises:
        DiskFull: no room, no right, or `target` exists; then nothing new is left there.
    """
    digest, size = hashlib.sha256(), 0
    with _writing(target.parent):
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                for chunk in chunks:
                    digest.update(chunk)
                    size += stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            target.unlink()
            raise
    return StoredFile(target, Sha256(digest.hexdigest()), size)


def spool_bytes(data: bytes, target: Path) -> StoredFile:
    """Write `data` to `target`, durably, in place of what an earlier attempt left.

    Raises:
        DiskFull, StoreUnavailable: it can't be written; what an earlier attempt left may be gone.
    """
    with _writing(target.parent):
        if target.exists():
            if sha256_of(target.read_bytes()) == sha256_of(data):
                return StoredFile.of(target)
            target.unlink()
    return spool(iter((data,)), target)


def _publish(source: StoredFile, place: Path) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            _copy(source, stream)
            os.fchmod(stream.fileno(), _READ_ONLY)
            os.fsync(stream.fileno())
        with suppress(FileExistsError):  # another writer was first; `put` compares
            os.link(name, place)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(source: StoredFile, stream: BinaryIO) -> None:
    """Copy the source, and refuse to publish it if it is not what it was when it was hashed."""
    digest = hashlib.sha256()
    try:
        reader = source.path.open("rb")
    except OSError as error:
        raise IntegrityError(f"spooled {source.path.name}: {error.strerror}") from error
    with reader:
        while chunk := reader.read(CHUNK_BYTES):
            digest.update(chunk)
            stream.write(chunk)
    stream.flush()
    if digest.hexdigest() != source.sha256:
        raise IntegrityError(
            difference(f"spooled {source.path.name}", source.sha256, digest.hexdigest())
        )


def _make_folders(root: Path, folder: Path) -> None:
    """Make `folder` below `root`, each new name forced to disk before anything is put in it."""
    if folder.is_dir():
        return
    if folder != root:
        _make_folders(root, folder.parent)
    folder.mkdir(mode=0o750, exist_ok=True, parents=folder == root)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in `folder` to disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _walk(folder: Path, below: str) -> Iterator[str]:
    """Yield keys in the order of their characters: `a-b` < `a.b` < `a/b`."""
    try:
        entries = [(f"{e.name}/" if e.is_dir() else e.name, e) for e in os.scandir(folder)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreUnavailable(f"{folder}: {error.strerror}") from error
    for name, entry in sorted(entries, key=lambda pair: pair[0]):
        if name.startswith("."):
            continue
        if name.endswith("/"):
            yield from _walk(folder / entry.name, below + name)
        else:
            yield below + name


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error
    except OSError as error:
        kind = DiskFull if error.errno in _DISK else StoreUnavailable
        raise kind(f"{folder}: {error.strerror}") from error


def _preflight(root: Path, error: OSError) -> str:
    if error.errno in _NO_LINKS and root.is_dir() and os.access(root, os.W_OK):
        return f"[storage] folder {root}: its file system has no hard links; use ext4, xfs or NFS"
    return f"[storage] folder {root} can't be written to: {error.strerror}"
