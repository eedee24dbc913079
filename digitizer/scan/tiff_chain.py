"""Walk the page directories (IFDs) of a TIFF without decoding anything.

Pillow finds pages lazily and libtiff pads a strip that ends too early in silence, so the pages
are counted, loops refused and every strip checked against the file's end before either is asked.

Source: TIFF 6.0 (Adobe, 1992) section 2; BigTIFF (8-byte offsets).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from digitizer.errors import BudgetExceeded, DamagedFile, TruncatedImage

_NEW_SUBFILE_TYPE: Final = 254
_OFFSETS: Final = {273: 279, 324: 325}  # StripOffsets → StripByteCounts, TileOffsets → …
_REDUCED_OR_MASK: Final = 0b101
_SHORT, _LONG, _IFD, _LONG8, _IFD8 = 3, 4, 13, 16, 18
_FORMAT: Final = {_SHORT: "H", _LONG: "I", _IFD: "I", _LONG8: "Q", _IFD8: "Q"}
_MOST_ENTRIES: Final = 512
_MOST_STRIPS: Final = 200_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """Byte order and field widths: classic TIFF counts in 32 bits, BigTIFF in 64."""

    order: str
    count: str
    offset: str

    @property
    def entry_size(self) -> int:
        return 4 + 2 * struct.calcsize(self.offset)


def page_frames(stream: BinaryIO, *, max_pages: int) -> tuple[int, ...]:
    """Return the frame numbers (from 0) that are pages, not thumbnails or masks.

    Raises:
        BudgetExceeded: more than `max_pages` directories.
        DamagedFile: a directory chain that loops or points outside the file, or no page.
        TruncatedImage: strips or tiles of a page lie beyond the end of the file.
    """
    size = stream.seek(0, 2)
    layout, offset = _header(stream)
    seen: set[int] = set()
    frames: list[int] = []
    while offset:
        if offset in seen:
            raise DamagedFile("the chain of pages runs in a circle")
        if len(seen) >= max_pages:
            raise BudgetExceeded(f"more than {max_pages} pages")
        frame = len(seen)
        seen.add(offset)
        is_page, offset = _directory(stream, layout, offset, size, len(frames) + 1)
        if is_page:
            frames.append(frame)
    if not frames:
        raise DamagedFile("holds no page")
    return tuple(frames)


def _header(stream: BinaryIO) -> tuple[_Layout, int]:
    stream.seek(0)
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    try:
        if struct.unpack(order + "H", head[2:4])[0] == 43:
            return _Layout(order, order + "Q", order + "Q"), _unpack(order + "Q", head[8:16])
        return _Layout(order, order + "H", order + "I"), _unpack(order + "I", head[4:8])
    except struct.error as error:
        raise DamagedFile("the TIFF header is cut short") from error


def _unpack(form: str, data: bytes) -> int:
    value: int = struct.unpack(form, data)[0]
    return value


def _directory(
    stream: BinaryIO, layout: _Layout, offset: int, size: int, page: int
) -> tuple[bool, int]:
    """Check one directory; return whether it is a page, and where the next one stands."""
    stream.seek(offset)
    try:
        count = _unpack(layout.count, stream.read(struct.calcsize(layout.count)))
        if count > _MOST_ENTRIES:
            raise DamagedFile(f"a directory of {count} entries", page=page)
        table = stream.read(count * layout.entry_size)
        following = _unpack(layout.offset, stream.read(struct.calcsize(layout.offset)))
        entries = _entries(layout, table)
        subfile = _values(stream, layout, entries.get(_NEW_SUBFILE_TYPE), size)
        if subfile and subfile[0] & _REDUCED_OR_MASK:
            return False, following
        _check_strips(stream, layout, entries, size, page)
    except struct.error as error:
        raise DamagedFile("a page directory lies outside the file", page=page) from error
    return True, following


def _entries(layout: _Layout, table: bytes) -> dict[int, bytes]:
    step = layout.entry_size
    entries = {}
    for start in range(0, len(table), step):
        entry = table[start : start + step]
        entries[_unpack(layout.order + "H", entry[:2])] = entry
    return entries


def _values(stream: BinaryIO, layout: _Layout, entry: bytes | None, size: int) -> tuple[int, ...]:
    if entry is None:
        return ()
    kind, count = struct.unpack(
        layout.order + "H" + layout.offset[-1], entry[2 : 4 + (len(entry) - 4) // 2]
    )
    if kind not in _FORMAT or count > _MOST_STRIPS:
        return ()
    form = f"{layout.order}{count}{_FORMAT[kind]}"
    field = entry[4 + (len(entry) - 4) // 2 :]
    length = struct.calcsize(form)
    if length <= len(field):
        return struct.unpack(form, field[:length])
    where = _unpack(layout.offset, field)
    if where + length > size:
        raise struct.error("values beyond the end")
    stream.seek(where)
    return struct.unpack(form, stream.read(length))


def _check_strips(
    stream: BinaryIO, layout: _Layout, entries: dict[int, bytes], size: int, page: int
) -> None:
    for offsets_tag, counts_tag in _OFFSETS.items():
        offsets = _values(stream, layout, entries.get(offsets_tag), size)
        counts = _values(stream, layout, entries.get(counts_tag), size)
        for start, length in zip(offsets, counts, strict=False):
            if start + length > size:
                raise TruncatedImage(f"needs {start + length} bytes, has {size}", page=page)
