"""The chunks of a PNG file: its compressed pixels fit into a PDF as they stand.

PNG's deflate stream with its row filters is what PDF calls FlateDecode with predictor 15, so a
plain PNG is embedded without being decoded.

Source: ISO/IEC 15948 (PNG); ISO 32000-1 7.4.4.4 (predictors).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from digitizer.errors import DamagedFile, TruncatedImage

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class PngColor(IntEnum):
    """PNG's color types."""

    GRAY = 0
    RGB = 2
    PALETTE = 3
    GRAY_ALPHA = 4
    RGB_ALPHA = 6


@dataclass(frozen=True, slots=True)
class Png:
    """A PNG taken apart. `pixels` is the zlib stream of all IDAT chunks, `palette` RGB triples."""

    width: int
    height: int
    bits: int
    color: PngColor
    is_interlaced: bool
    has_transparency: bool
    palette: bytes
    pixels: bytes

    @property
    def is_plain(self) -> bool:
        """True when PDF can hold `pixels` unchanged: no alpha, no interlacing."""
        return not (
            self.is_interlaced
            or self.has_transparency
            or self.color in (PngColor.GRAY_ALPHA, PngColor.RGB_ALPHA)
        )


def read_png(data: bytes) -> Png:
    """Take a whole PNG file apart and check every chunk's CRC.

    Raises:
        DamagedFile: not a PNG, a chunk that fails its CRC, or a missing part.
        TruncatedImage: the file stops before its IEND chunk.
    """
    if not data.startswith(_SIGNATURE):
        raise DamagedFile("PNG without its signature")
    chunks: dict[bytes, list[memoryview]] = {}
    position = len(_SIGNATURE)
    view = memoryview(data)
    while b"IEND" not in chunks:
        kind, body, position = _chunk(view, position)
        chunks.setdefault(kind, []).append(body)
    return _png(chunks)


def _chunk(view: memoryview, position: int) -> tuple[bytes, memoryview, int]:
    if position + 12 > len(view):
        raise TruncatedImage(f"PNG stops at byte {len(view)}")
    (length,) = struct.unpack_from(">I", view, position)
    end = position + 12 + length
    if end > len(view):
        raise TruncatedImage(f"PNG stops at byte {len(view)}")
    kind = bytes(view[position + 4 : position + 8])
    (crc,) = struct.unpack_from(">I", view, end - 4)
    if zlib.crc32(view[position + 4 : end - 4]) != crc:
        raise DamagedFile(f"PNG chunk at byte {position} fails its CRC")
    return kind, view[position + 8 : end - 4], end


def _png(chunks: dict[bytes, list[memoryview]]) -> Png:
    header = chunks.get(b"IHDR", [memoryview(b"")])[0]
    if len(header) != 13 or b"IDAT" not in chunks:
        raise DamagedFile("PNG without a header or without pixels")
    width, height, bits, color, _, _, interlace = struct.unpack(">IIBBBBB", header)
    if color not in list(PngColor):
        raise DamagedFile(f"PNG with color type {color}")
    return Png(
        width=width,
        height=height,
        bits=bits,
        color=PngColor(color),
        is_interlaced=interlace != 0,
        has_transparency=b"tRNS" in chunks,
        palette=bytes(chunks[b"PLTE"][0]) if b"PLTE" in chunks else b"",
        pixels=b"".join(chunks[b"IDAT"]),
    )
