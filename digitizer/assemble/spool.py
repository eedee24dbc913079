"""A PDF being filled on disk: bulk streams go straight to the file, one at a time.

pikepdf keeps every stream it is given in memory until the file is saved; a 2,000-page dossier
would need gigabytes. So images and page contents are laid down in a bare PDF first, which
pikepdf then opens, where each stream is a place in the file and no more.

Source: ISO 32000-1 7.5 (file structure).
"""

from __future__ import annotations

from typing import BinaryIO, Final

import pikepdf

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_SKELETON: Final = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")


class Spool:
    """A bare PDF with a catalog, no pages, and the streams added to it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = stream.write(_HEADER)
        self._offsets: list[int] = []
        for body in _SKELETON:
            self._object(body)

    def add(self, dictionary: pikepdf.Dictionary, data: bytes) -> int:
        """Write one stream and return its object number; its /Length is set here."""
        dictionary["/Length"] = len(data)
        return self._object(dictionary.unparse(), b"\nstream\n", data, b"\nendstream")

    def finish(self) -> None:
        """Write the cross-reference table; the file can be opened now."""
        count = len(self._offsets) + 1
        entries = b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets)
        self._stream.write(
            b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, entries)
            + b"trailer\n<< /Size %d /Root 1 0 R >>\n" % count
            + b"startxref\n%d\n%%%%EOF\n" % self._position
        )
        self._stream.flush()

    def _object(self, *parts: bytes) -> int:
        number = len(self._offsets) + 1
        self._offsets.append(self._position)
        for part in (b"%d 0 obj\n" % number, *parts, b"\nendobj\n"):
            self._position += self._stream.write(part)
        return number
