"""Taking documents in: every file under the inbox, once, by our own copy of its bytes.

A source is never moved, changed or deleted by a run. What is taken is a copy, hashed while it is
made; a file that changes meanwhile is left for the next run.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from digitizer.errors import (
    BudgetExceeded,
    DamagedFile,
    DigitizationError,
    DocumentError,
    UnsupportedFormat,
)
from digitizer.model import DocumentId, Intake, MediaType, Sha256, StoredFile
from digitizer.scan.binding import Binding, bind
from digitizer.scan.completeness import is_complete
from digitizer.scan.sniff import sniff
from pipelines import durable
from pipelines.expectation import Expected
from pipelines.outcome import MustWait, WaitReason

_CHUNK = 1 << 20
LARGEST_BYTES = 4 << 30
"""A larger file is refused before it is copied. It would be some 150 uncompressed pages in color,
and a file that is mostly holes would fill the disk and stop the whole run."""
EXTENSIONS = {
    MediaType.PDF: "pdf",
    MediaType.TIFF: "tif",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.TAR: "tar",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """Files that are one document, in our own copies, and how they are bound."""

    binding: Binding
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file found under the inbox.

    `name` is for people and records: relative, `/`-separated, NFC, bytes that are no UTF-8
    written as `\\xNN`.

    Attributes:
        bound: set where the document is made of several files, or cut out of a stack
            (`pipelines.door`); `path` is then only a name to know it by.
        expected: what manifest, sheet or file name say of it.
        trouble: why it can't be let in now.
        pages: how many it has, where that is known before it is read.
        spooled: our copy of its bytes, where the inbox no longer has them (`pipelines.hot_folder`).
    """

    path: Path
    name: str
    size_bytes: int
    mtime_ns: int
    bound: Bound | None = None
    expected: Expected | None = None
    trouble: MustWait | DigitizationError | None = None
    pages: int | None = None
    spooled: Path | None = None

    @property
    def bytes_at(self) -> Path:
        """Where its bytes are to be read."""
        return self.spooled or self.path


def find(inbox: Path, ignore: tuple[str, ...]) -> tuple[Source, ...]:
    """Return all files under `inbox` in natural order (page2 before page10).

    Folders and files whose name matches a pattern of `ignore` are passed over. Links are not
    followed; they, folders that may not be looked into and other things that are no files are
    returned, to be refused by name.
    """
    seen = (_source(path, inbox) for path in _files(inbox, ignore))
    sources = (source for source in seen if source is not None)
    return tuple(sorted(sources, key=lambda source: natural_key(source.name)))


def _files(folder: Path, ignore: tuple[str, ...]) -> Iterator[Path]:
    try:
        listed = os.scandir(folder)
    except FileNotFoundError:
        return  # it went between its listing and now
    except OSError:
        yield folder
        return
    with listed as entries:
        for entry in entries:
            if any(fnmatch.fnmatch(entry.name, pattern) for pattern in ignore):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), ignore)
            else:
                yield Path(entry.path)


def _source(path: Path, inbox: Path) -> Source | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None  # it went between its listing and now
    return Source(path, readable(path.relative_to(inbox)), status.st_size, status.st_mtime_ns)


def readable(path: Path) -> str:
    """Return a file name that can be printed, stored and compared whatever bytes it is made of."""
    text = os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else f"\\x{ord(char):02x}"
        for char in unicodedata.normalize("NFC", text)
    )


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key under which numbers in names count as numbers."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d{1,18})", name.lower())
        if part
    ]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Our copy of a source, hashed, and not yet where its document is worked on."""

    source: Source
    copy: StoredFile
    media_type: MediaType

    @property
    def document_id(self) -> DocumentId:
        return document_id_of(self.copy.sha256)

    def place(self, work: Path) -> Intake:
        """Move the copy to `work/<document id>/` and return the document. Raises DiskFull."""
        folder = work / self.document_id
        original = folder / f"original.{EXTENSIONS[self.media_type]}"
        durable.move(self.copy.path, durable.made(folder) / original.name)
        return Intake(
            self.document_id,
            self.source.name,
            StoredFile(original, self.copy.sha256, self.copy.size_bytes),
            self.media_type,
        )


def document_id_of(sha256: Sha256) -> DocumentId:
    """Return the id of the document whose original has this digest: its first 32 digits."""
    return DocumentId(sha256[:32])


def take(source: Source, work: Path, *, now_ns: int, stable_s: float) -> Intake:
    """Copy a source into `work/<document id>/` and return the document. Raises as `arrive`."""
    return arrive(source, work / ".arrival", now_ns=now_ns, stable_s=stable_s).place(work)


def arrive(
    source: Source, target: Path, *, now_ns: int, stable_s: float, incomplete_s: float = 0.0
) -> Arrival:
    """Copy a source to the file `target`, hashing it on the way.

    Args:
        stable_s: seconds since its last change before it is taken. A time to come, as a file
            server's clock may give, counts as no time at all.
        incomplete_s: seconds since its last change for which a file without its end is waited for.

    Raises:
        MustWait: the file changed a moment ago, lacks its end, or changed while it was copied.
        DocumentError: not a regular file, unreadable, or not of a kind we take.
        DiskFull: no room for the copy.
    """
    if source.bound is not None:
        return _bind(source, source.bound, target)
    if source.size_bytes > LARGEST_BYTES:
        raise BudgetExceeded(f"{source.size_bytes} bytes", document=source.name)
    age_s = (now_ns - source.mtime_ns) / 1e9
    if 0 <= age_s < stable_s:
        raise MustWait(WaitReason.STILL_WRITTEN)
    try:
        if not stat.S_ISREG(source.bytes_at.lstat().st_mode):
            raise UnsupportedFormat("link, pipe or device", document=source.name)
        media_type = sniff(source.bytes_at)
        if age_s < incomplete_s and not is_complete(source.bytes_at, media_type):
            raise MustWait(WaitReason.STILL_WRITTEN)
    except DocumentError as error:
        raise error.located(source.name) from None
    except OSError as error:
        raise DamagedFile(str(error.strerror), document=source.name) from error
    digest = _copy(source, target)
    return Arrival(source, StoredFile(target, digest, source.size_bytes), media_type)


def _bind(source: Source, bound: Bound, target: Path) -> Arrival:
    durable.made(target.parent)
    try:
        with durable.replacing(target) as stream:
            bind(bound.binding, bound.files, stream)
    except FileNotFoundError as error:
        raise DamagedFile(str(error.strerror), document=source.name) from error
    return Arrival(source, StoredFile.of(target), MediaType.TAR)


def _copy(source: Source, target: Path) -> Sha256:
    """Copy durably, hashing on the way; refuse what is not the file that was found."""
    hasher = hashlib.sha256()
    durable.made(target.parent)
    left = source.size_bytes
    with _opened(source) as stream, durable.replacing(target) as copy:
        # Not a byte more than was found: a file that grows as fast as it is read has no end.
        while left >= 0 and (chunk := _read(stream.fileno(), source)):
            hasher.update(chunk)
            copy.write(chunk)
            left -= len(chunk)
        status = os.fstat(stream.fileno())
    if (status.st_size, status.st_mtime_ns) != (source.size_bytes, source.mtime_ns):
        raise MustWait(WaitReason.STILL_WRITTEN)
    return Sha256(hasher.hexdigest())


def _opened(source: Source) -> BinaryIO:
    """Open what was found, and not what somebody has put in its place since then."""
    # O_NONBLOCK: opening a pipe must not wait for a writer.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        stream = os.fdopen(os.open(source.bytes_at, flags), "rb")
    except OSError as error:
        raise DamagedFile(str(error.strerror), document=source.name) from error
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise UnsupportedFormat("link, pipe or device", document=source.name)
    return stream


def _read(descriptor: int, source: Source) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:
        raise DamagedFile(str(error.strerror), document=source.name) from error
