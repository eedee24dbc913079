"""Several files that are one document, bound into one: every byte kept, the order written down.

A POSIX tar (ustar) without times, owners or names of people: `binding.json`, then the files as
`0001.jpg`, `0002.jpg` …. The same files in the same order give the same bytes, so the digest of
the bound file stands for the document as that of a single file does (docs/adr/0036).

Source: IEEE Std 1003.1-2017, pax, ustar interchange format.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from digitizer import codec
from digitizer.errors import DamagedFile
from digitizer.model import MediaType, Sha256

SCHEMA: Final = "sohoa-binding/1"
_INDEX: Final = "binding.json"
_LARGEST_INDEX: Final = 16 << 20
_SUFFIX: Final = {
    MediaType.PDF: "pdf",
    MediaType.TIFF: "tif",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page image came from that was cut out of a file of many pages.

    Attributes:
        sha256: of that whole file, as the scanner wrote it.
        page: from 1.
        dpi: the resolution the page has there, which the image itself may not tell.
    """

    sha256: Sha256
    page: int
    dpi: float


@dataclass(frozen=True, slots=True)
class Member:
    """One of the files. `cut` is None where it is a file as the scanner wrote it."""

    file: str
    sha256: Sha256
    size_bytes: int
    media_type: MediaType
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class PageRef:
    """Page `page` (from 1) of member `member` (from 1)."""

    member: int
    page: int


@dataclass(frozen=True, slots=True)
class Binding:
    """What is bound, and in which order it reads.

    `pages` is empty where the members' pages follow one another as they come; otherwise it names
    every page of every member once (fronts and backs that were scanned apart).
    """

    schema: str
    members: tuple[Member, ...]
    pages: tuple[PageRef, ...] = ()


def member_name(number: int, media_type: MediaType) -> str:
    """Return the name of the member `number` (from 1). Raises KeyError for what is no scan."""
    return f"{number:04d}.{_SUFFIX[media_type]}"


def bind(binding: Binding, files: tuple[Path, ...], stream: BinaryIO) -> None:
    """Write the binding and its files, in the order of its members.

    Raises:
        OSError: a file can't be read, the stream can't be written.
    """
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        index = codec.encode(binding)
        archive.addfile(_entry(_INDEX, len(index)), BytesIO(index))
        for member, path in zip(binding.members, files, strict=True):
            with path.open("rb") as source:
                archive.addfile(_entry(member.file, member.size_bytes), source)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o444
    return entry


@contextmanager
def opened(path: Path) -> Iterator[tuple[Binding, tarfile.TarFile]]:
    """Yield what a bound file holds, its index read and checked against its members.

    Raises:
        DamagedFile: no bound file of ours.
    """
    try:
        archive = tarfile.open(path, mode="r:")  # noqa: SIM115 - closed below
    except (tarfile.TarError, EOFError) as error:
        raise DamagedFile("the bound file can't be opened") from error
    with archive:
        try:
            binding = _index(archive)
        except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
            raise DamagedFile("the bound file's index can't be read") from error
        yield binding, archive


def _index(archive: tarfile.TarFile) -> Binding:
    first = archive.next()
    if first is None or first.name != _INDEX or first.size > _LARGEST_INDEX:
        raise ValueError(_INDEX)
    stream = archive.extractfile(first)
    assert stream is not None, "a regular file has a stream"
    binding = codec.decode(Binding, stream.read())
    names = [entry.name for entry in archive.getmembers()[1:] if entry.isreg()]
    if binding.schema != SCHEMA or names != [member.file for member in binding.members]:
        raise ValueError("other members than the index names")
    return binding


def unpack(archive: tarfile.TarFile, member: Member, target: Path) -> None:
    """Write one member to `target`, which must not exist. Raises DamagedFile, OSError."""
    try:
        stream = archive.extractfile(member.file)
        assert stream is not None, "the index was checked"
        with stream, target.open("xb") as copy:
            shutil.copyfileobj(stream, copy)
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise DamagedFile(f"{member.file} can't be read") from error
