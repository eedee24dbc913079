"""Walk through the segments of a JBIG2 image inside a PDF, to see that it is all there.

Decoders take data that stops early for an image whose rest is white. Nothing is decoded here.

Source: ITU-T T.88, 7.2 (segment header), 7.4.8 (page information), annex H.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from digitizer.errors import DamagedFile, TruncatedImage

_PAGE: Final = 48
_UNKNOWN: Final = 0xFFFFFFFF
_MOST_SEGMENTS: Final = 100_000
_MOST_SHORT_COUNT: Final = 4
_LONG_COUNT: Final = 7


def page_size(data: bytes, number: int) -> tuple[int, int] | None:
    """Return (width, height) in pixels as the image itself tells them, None where it does not.

    Args:
        data: an embedded stream: segments one after the other, no file header.
        number: of the page, for errors.

    Raises:
        TruncatedImage: a segment reaches past the end.
        DamagedFile: a segment of unknown length where there can be none, or far too many.
    """
    found = None
    for kind, start, length in _segments(data, number):
        if kind == _PAGE and length >= 8:
            width = int.from_bytes(data[start : start + 4], "big")
            height = int.from_bytes(data[start + 4 : start + 8], "big")
            found = None if height == _UNKNOWN else (width, height)
    return found


def _segments(data: bytes, number: int) -> Iterator[tuple[int, int, int]]:
    """Yield type, place and length of each segment's data."""
    place = 0
    for _ in range(_MOST_SEGMENTS):
        if place >= len(data):
            return
        if not data[place:].strip(b"\0\r\n"):
            return  # what some writers pad the stream with
        kind, length, place = _header(data, place, number)
        if length == _UNKNOWN:
            return  # of a generic region only, and it is the last that matters
        if place + length > len(data):
            raise TruncatedImage("JBIG2", page=number)
        yield kind, place, length
        place += length
    raise DamagedFile("JBIG2 of too many segments", page=number)


def _header(data: bytes, place: int, number: int) -> tuple[int, int, int]:
    """Return type, data length, and where the data begins."""
    try:
        own = int.from_bytes(data[place : place + 4], "big")
        flags = data[place + 4]
        count, place = _references(data, place + 5)
        place += count * (1 if own <= 1 << 8 else 2 if own <= 1 << 16 else 4)
        place += 4 if flags & 0x40 else 1
    except IndexError as error:
        raise TruncatedImage("JBIG2", page=number) from error
    field = data[place : place + 4]
    if len(field) < 4:
        raise TruncatedImage("JBIG2", page=number)
    return flags & 0x3F, int.from_bytes(field, "big"), place + 4


def _references(data: bytes, place: int) -> tuple[int, int]:
    """Return how many segments are referred to, and where their numbers begin."""
    count = data[place] >> 5
    if count <= _MOST_SHORT_COUNT:
        return count, place + 1
    if count != _LONG_COUNT:
        raise IndexError
    count = int.from_bytes(data[place : place + 4], "big") & 0x1FFFFFFF
    return count, place + 4 + (count + 8) // 8
