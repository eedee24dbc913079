"""Walk through the tile parts of a JPEG 2000 image inside a PDF, to see that they are all there.

Viewers draw what tiles they find and leave the rest white or coarse. Nothing is decoded here.

Source: ITU-T T.800, A.4 (delimiting markers), A.5.1 (image and tile size), annex I (boxes).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Final

from digitizer.errors import DamagedFile, TruncatedImage

_CODESTREAM_BOX: Final = b"jp2c"
_START, _SIZE, _TILE_PART, _END = 0xFF4F, 0xFF51, 0xFF90, 0xFFD9
_MOST_PARTS: Final = 100_000
_MOST_BOXES: Final = 1000


@dataclass(frozen=True, slots=True)
class _Size:
    """The image's size in pixels, and how many tiles it is cut into."""

    width: int
    height: int
    tile_count: int


def image_size(data: bytes, number: int) -> tuple[int, int] | None:
    """Return (width, height) in pixels as the image itself tells them, None where it does not.

    Args:
        data: a codestream, or the boxes of a JP2 file around one.
        number: of the page, for errors.

    Raises:
        TruncatedImage: a tile is missing, or reaches past the end.
        DamagedFile: far too many tile parts.
    """
    try:
        place = _codestream(data)
        if place is None:
            return None
        size, place = _main_header(data, place)
        if size is None:
            return None
        _check_tiles(data, place, size, number)
    except struct.error as error:
        raise TruncatedImage("JPEG 2000", page=number) from error
    return size.width, size.height


def _codestream(data: bytes) -> int | None:
    """Return where the codestream begins."""
    if data[:2] == _START.to_bytes(2, "big"):
        return 0
    place = 0
    for _ in range(_MOST_BOXES):
        if place >= len(data):
            return None
        length, kind = struct.unpack_from(">I4s", data, place)
        header = 8
        if length == 1:
            (length,), header = struct.unpack_from(">Q", data, place + 8), 16
        if kind == _CODESTREAM_BOX:
            return place + header
        if length < header:
            return None
        place += length
    return None


def _main_header(data: bytes, place: int) -> tuple[_Size | None, int]:
    """Return what the size marker tells, and where the first tile part begins."""
    size = None
    place += 2
    while True:
        marker, length = struct.unpack_from(">HH", data, place)
        if marker in (_TILE_PART, _END) or marker < _START:
            return size, place
        if marker == _SIZE:
            size = _told(data, place)
        place += 2 + length


def _told(data: bytes, place: int) -> _Size | None:
    right, bottom, left, top, tile_width, tile_height, tiles_left, tiles_top = struct.unpack_from(
        ">8I", data, place + 6
    )
    if not tile_width or not tile_height:
        return None
    across = math.ceil((right - tiles_left) / tile_width)
    down = math.ceil((bottom - tiles_top) / tile_height)
    return _Size(right - left, bottom - top, across * down)


def _check_tiles(data: bytes, place: int, size: _Size, number: int) -> None:
    parts: dict[int, int] = {}
    announced: dict[int, int] = {}
    for _ in range(_MOST_PARTS):
        if place + 2 > len(data) or struct.unpack_from(">H", data, place)[0] != _TILE_PART:
            break
        _, _, tile, length, _, count = struct.unpack_from(">HHHIBB", data, place)
        parts[tile] = parts.get(tile, 0) + 1
        announced[tile] = max(count, announced.get(tile, 0))
        if length == 0:
            # The last one may leave its length open: it reaches to the end marker.
            if _END.to_bytes(2, "big") not in data[-64:]:
                raise TruncatedImage("JPEG 2000 without an end", page=number)
            break
        if place + length > len(data):
            raise TruncatedImage(
                f"JPEG 2000 needs {place + length} bytes, has {len(data)}", page=number
            )
        place += length
    else:
        raise DamagedFile("JPEG 2000 of too many tile parts", page=number)
    short = [tile for tile, count in announced.items() if parts[tile] < count]
    if len(parts) < size.tile_count or short:
        raise TruncatedImage(
            f"JPEG 2000 of {len(parts) - len(short)} of {size.tile_count} tiles", page=number
        )
