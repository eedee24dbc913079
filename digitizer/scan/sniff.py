"""Tell what a file is from its first bytes, never from its name."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

from digitizer.errors import EmptyFile, UnsupportedFormat
from digitizer.model import MediaType

HEAD_BYTES: Final = 4096
PDF_HEADER_WITHIN: Final = 1024

_ACCEPTED: Final = (
    (b"%PDF-", MediaType.PDF),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"II*\0", MediaType.TIFF),
    (b"MM\0*", MediaType.TIFF),
    (b"II+\0\x08\0\0\0", MediaType.TIFF),
    (b"MM\0+\0\x08\0\0", MediaType.TIFF),
)

# What offices send by mistake, named so that the clerk knows what to convert.
_KNOWN_OTHERS: Final = (
    (b"PK\x03\x04", "a Word, Excel or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"{\\rtf", "an RTF text"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 image"),
    (b"%!PS", "a PostScript file"),
)


def sniff(path: Path) -> MediaType:
    """Return what the file at `path` is by its content; its name is not looked at.

    Reads at most 4 KiB. A PDF header may stand anywhere in the first 1024 bytes, as readers
    tolerate; the other formats must start at byte 0.

    Raises:
        EmptyFile: zero bytes.
        UnsupportedFormat: another format, or no regular file (link, pipe, device, folder).
        OSError: the file is absent or can't be read.

    Source: ISO 32000-1 annex H.3 note 13 (header); TIFF 6.0; BigTIFF; RFC 2083.
    """
    head = _read_head(path)
    if not head:
        raise EmptyFile
    for magic, media_type in _ACCEPTED:
        if head.startswith(magic):
            return media_type
    if b"%PDF-" in head[:PDF_HEADER_WITHIN]:
        return MediaType.PDF
    raise UnsupportedFormat(f"looks like {_guess(head)}")


def _read_head(path: Path) -> bytes:
    # O_NONBLOCK: opening a pipe must not wait for a writer. O_NOFOLLOW: a link in the inbox may
    # point anywhere.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnsupportedFormat("a symbolic link, not a file") from error
        if error.errno == errno.ENXIO:
            raise UnsupportedFormat("a socket or device, not a file") from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnsupportedFormat("a folder, pipe or device, not a file")
        return os.read(descriptor, HEAD_BYTES)
    finally:
        os.close(descriptor)


def _guess(head: bytes) -> str:
    for magic, name in _KNOWN_OTHERS:
        if head.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return "a HEIC photograph or a video"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "a WebP image"
    if b"\0" not in head:
        return "plain text"
    return "an unknown kind of data"
