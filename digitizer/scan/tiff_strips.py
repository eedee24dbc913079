"""See that the strips or tiles of a TIFF page are coded to their last row.

libtiff fills up, in silence, what fax and JPEG data lack; Pillow reads bare pixels on into what
follows them. The other codings are refused by their decoders when they stop early.

Source: TIFF 6.0 (Adobe, 1992) sections 8, 10, 11 and 15; TIFF Technical Note 2 (JPEG).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
from PIL import Image, TiffImagePlugin

from digitizer.errors import TruncatedImage
from digitizer.scan.fax import Decode, Rows, first_missing_row

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _SIZES = 273, 277, 278, 279
_T4_OPTIONS, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_SIZES = 292, 322, 323, 324, 325
_BARE: Final = 1
_GROUP_3: Final = 3
_FAX: Final = (2, _GROUP_3, 4, 32771)
_JPEG: Final = 7
_LOW_BIT_FIRST: Final = 2
_YCBCR: Final = 6
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_END_OF_IMAGE: Final = b"\xff\xd9"
_LONGEST_PADDING: Final = 64


@dataclass(frozen=True, slots=True)
class _Strip:
    """Where a strip or tile lies in the file, and the pixels it codes, `top` on the page."""

    offset: int
    size: int
    width: int
    height: int
    top: int


def check_strips(stream: BinaryIO, image: Image.Image, page: int) -> None:
    """Refuse the frame that `image` stands at if one of its strips stops early.

    Args:
        stream: the file that `image` was opened from; its place is kept.
        page: its number, for errors.

    Raises:
        TruncatedImage: naming the page and the row.
    """
    tags: Any = image.tag_v2  # type: ignore[attr-defined] # TIFF only
    place = stream.tell()
    try:
        compression = tags.get(_COMPRESSION, _BARE)
        if compression in _FAX:
            _check_fax(stream, tags, page)
        elif compression == _JPEG:
            _check_jpeg(stream, tags, page)
        elif compression == _BARE:
            _check_bare(tags, page)
    finally:
        stream.seek(place)


def _check_fax(stream: BinaryIO, tags: Any, page: int) -> None:
    for strip in _strips(tags):
        data = _data(stream, strip, tags)
        missing = first_missing_row(data, strip.height, _decoder(strip, tags))
        if missing is not None:
            rows = tags[_HEIGHT]
            raise TruncatedImage(f"codes {strip.top + missing} of {rows} rows", page=page)


def _check_jpeg(stream: BinaryIO, tags: Any, page: int) -> None:
    for strip in _strips(tags):
        stream.seek(strip.offset + max(0, strip.size - _LONGEST_PADDING))
        tail = stream.read(min(strip.size, _LONGEST_PADDING))
        if _END_OF_IMAGE not in tail:
            raise TruncatedImage(f"JPEG data without an end at row {strip.top}", page=page)


def _check_bare(tags: Any, page: int) -> None:
    """Count bytes, if the directory tells them and no color is kept more coarsely."""
    if tags.get(_PHOTOMETRIC) == _YCBCR:
        return
    held = sum(tags.get(_SIZES, ()) or tags.get(_TILE_SIZES, ()))
    bits = sum(tags.get(_BITS, (1,))) or tags.get(_SAMPLES, 1)
    needed = math.ceil(tags[_WIDTH] * bits / 8) * tags[_HEIGHT]
    if 0 < held < needed:
        raise TruncatedImage(f"holds {held} of {needed} image bytes", page=page)


def _strips(tags: Any) -> Iterator[_Strip]:
    width, height = tags[_WIDTH], tags[_HEIGHT]
    if _TILE_OFFSETS in tags:
        size = tags[_TILE_WIDTH], tags[_TILE_HEIGHT]
        across = math.ceil(width / size[0])
        pairs = zip(tags[_TILE_OFFSETS], tags.get(_TILE_SIZES, ()), strict=False)
        for index, (offset, length) in enumerate(pairs):
            yield _Strip(offset, length, *size, index // across * size[1])
        return
    rows = min(tags.get(_ROWS_PER_STRIP, height), height)
    for index, (offset, length) in enumerate(
        zip(tags.get(_OFFSETS, ()), tags.get(_SIZES, ()), strict=False)
    ):
        yield _Strip(offset, length, width, min(rows, height - index * rows), index * rows)


def _data(stream: BinaryIO, strip: _Strip, tags: Any) -> bytes:
    """Return a fax strip's codes, most significant bit first."""
    stream.seek(strip.offset)
    data = stream.read(strip.size)
    return data.translate(_REVERSED) if tags.get(_FILL_ORDER) == _LOW_BIT_FIRST else data


def _decoder(strip: _Strip, tags: Any) -> Decode:
    """Return libtiff's reading of one strip's codes, as a page of their own."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[_WIDTH], directory[_HEIGHT] = strip.width, strip.height
    directory[_BITS] = directory[_SAMPLES] = 1
    directory[_COMPRESSION], directory[_PHOTOMETRIC] = tags[_COMPRESSION], 0
    directory[_ROWS_PER_STRIP] = strip.height
    if tags[_COMPRESSION] == _GROUP_3:
        directory[_T4_OPTIONS] = tags.get(_T4_OPTIONS, 0)

    def decode(data: bytes) -> Rows | None:
        stream = io.BytesIO()
        # Pillow counts strip offsets from behind the directory.
        directory[_OFFSETS], directory[_SIZES] = 0, len(data)
        directory.save(stream)
        stream.write(data)
        try:
            image = Image.open(stream, formats=("TIFF",))
            image.load()
        except (OSError, SyntaxError, ValueError):
            return None
        return np.asarray(image, dtype=np.bool_)

    return decode
