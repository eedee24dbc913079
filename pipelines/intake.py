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

from digitizer.errors import DamagedFile, DocumentError, UnsupportedFormat
from digitizer.model import DocumentId, Intake, MediaType, Sha256, StoredFile
from digitizer.scan.sniff import sniff
from pipelines import durable
from pipelines.outcome import MustWait, WaitReason

_CHUNK = 1 << 20
EXTENSIONS = {
    MediaType.PDF: "pdf",
    MediaType.TIFF: "tif",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file found under the inbox.

    `name` is for people and records: relative, `/`-separated, NFC, bytes that are no UTF-8
    written as `\\xNN`.
    """

    path: Path
    name: str
    size_bytes: int
    mtime_ns: int


def find(inbox: Path, ignore: tuple[str, ...]) -> tuple[Source, ...]:
    """Return all files under `inbox` in natural order (page2 before page10).

    Folders and files whose name matches a pattern of `ignore` are passed over. Links are not
    followed; they and other things that are no files are returned, to be refused by name.
    """
    sources = (_source(path, inbox) for path in _files(inbox, ignore))
    return tuple(sorted(sources, key=lambda source: natural_key(source.name)))


def _files(folder: Path, ignore: tuple[str, ...]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if any(fnmatch.fnmatch(entry.name, pattern) for pattern in ignore):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), ignore)
            else:
                yield Path(entry.path)


def _source(path: Path, inbox: Path) -> Source:
    status = path.lstat()
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


def take(source: Source, work: Path, *, now_ns: int, stable_s: float) -> Intake:
    """Copy a source into `work/<document id>/` and return the document.

    Raises:
        MustWait: the file changed a moment ago, or while it was copied.
        DocumentError: not a regular file, unreadable, or not of a kind we take.
        DiskFull: no room for the copy.
    """
    if now_ns - source.mtime_ns < stable_s * 1e9:
        raise MustWait(WaitReason.STILL_WRITTEN)
    if not stat.S_ISREG(source.path.lstat().st_mode):
        raise UnsupportedFormat("link, pipe or device", document=source.name)
    try:
        media_type = sniff(source.path)
    except DocumentError as error:
        raise error.located(source.name) from None
    arrival = work / ".arrival"
    digest = _copy(source, arrival)
    document_id = DocumentId(digest[:32])
    original = work / document_id / f"original.{EXTENSIONS[media_type]}"
    original.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrival.replace(original)
    return Intake(
        document_id,
        source.name,
        StoredFile(original, digest, source.size_bytes),
        media_type,
    )


def _copy(source: Source, target: Path) -> Sha256:
    """Copy durably, hashing on the way; refuse what is not the file that was found."""
    hasher = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        stream = source.path.open("rb")
    except OSError as error:
        raise DamagedFile(str(error.strerror), document=source.name) from error
    with stream, durable.replacing(target) as copy:
        while chunk := _read(stream.fileno(), source):
            hasher.update(chunk)
            copy.write(chunk)
        status = os.fstat(stream.fileno())
    if (status.st_size, status.st_mtime_ns) != (source.size_bytes, source.mtime_ns):
        raise MustWait(WaitReason.STILL_WRITTEN)
    return Sha256(hasher.hexdigest())


def _read(descriptor: int, source: Source) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:
        raise DamagedFile(str(error.strerror), document=source.name) from error
