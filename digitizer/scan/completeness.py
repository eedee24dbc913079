"""Whether a file is there to its last page, told without decoding it.

For scanners that write into the inbox over a network: a file whose end is not there yet is still
being written. What is complete by this measure may yet be damaged; the decoders decide that.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from digitizer.errors import DocumentError
from digitizer.model import MediaType
from digitizer.scan.tiff_chain import page_frames

_TAIL_BYTES: Final = 4096
_MOST_PAGES: Final = 100_000
_XREF: Final = re.compile(rb"startxref\s+(\d{1,15})\s+%%EOF")


def is_complete(path: Path, media_type: MediaType) -> bool:
    """Claim that the end of the file is there.

    PDF: `startxref`, a place inside the file, `%%EOF`. TIFF: every page's directory and strips
    lie inside the file. JPEG: the end-of-image marker; PNG: the IEND chunk. Zeros after the end,
    which some network disks leave behind, do not count.

    Raises:
        OSError: the file can't be read.

    Source: ISO 32000-1, 7.5.5; TIFF 6.0, section 2; ITU-T T.81, B.1.1.3; RFC 2083, 4.1.4.
    """
    if media_type is MediaType.TIFF:
        return _is_whole_tiff(path)
    tail = _tail(path)
    if media_type is MediaType.PDF:
        found = _XREF.findall(tail)
        return bool(found) and int(found[-1]) < path.stat().st_size
    bare = tail.rstrip(b"\0\r\n")
    if media_type is MediaType.JPEG:
        return bare.endswith(b"\xff\xd9")
    return bare.endswith(b"IEND\xaeB`\x82")


def _tail(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-min(_TAIL_BYTES, path.stat().st_size), 2)
        return stream.read()


def _is_whole_tiff(path: Path) -> bool:
    with path.open("rb") as stream:
        try:
            page_frames(stream, max_pages=_MOST_PAGES)
        except DocumentError:
            return False
    return True
