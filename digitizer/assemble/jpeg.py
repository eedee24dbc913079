"""The head of a JPEG file: what a PDF must say about bytes it passes through untouched.

Nothing is decoded. The marker segments are walked to the end of the image, so a file that stops
early is noticed here at the cost of a search.

Source: ITU-T T.81 annex B; ISO 32000-1 7.4.8 (DCTDecode); Adobe Technical Note 5116 (APP14).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from digitizer.errors import DamagedFile, TruncatedImage, UnsupportedFormat

_SOI, _EOI, _SOS, _APP0, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Baseline, extended and progressive Huffman: what ISO 32000-1 allows inside DCTDecode.
_ALLOWED_FRAMES = frozenset((0xC0, 0xC1, 0xC2))
# Inside entropy-coded data 0xFF is followed by a stuffed zero or a restart marker.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


@dataclass(frozen=True, slots=True)
class JpegHead:
    """Width and height in pixels; `components` is 1 (gray) or 3.

    `is_rgb` is True when three components are stored as R, G, B instead of Y, Cb, Cr.
    """

    width: int
    height: int
    components: int
    is_rgb: bool


@dataclass(slots=True)
class _Markers:
    frame: tuple[int, int, bytes] | None = None
    is_jfif: bool = False
    adobe_transform: int | None = None


def read_head(data: bytes) -> JpegHead:
    """Return what the markers of a whole JPEG file say.

    Raises:
        DamagedFile: not a JPEG, or its markers make no sense.
        TruncatedImage: the file stops before its end-of-image marker.
        UnsupportedFormat: arithmetic, lossless or 12-bit coding, or a CMYK image: PDF/A with an
            sRGB output intent has no place for these.
    """
    if data[:2] != bytes((0xFF, _SOI)):
        raise DamagedFile("JPEG without a start marker")
    markers = _Markers()
    position = 2
    while True:
        marker, position = _next_marker(data, position)
        if marker == _EOI:
            return _head(markers)
        if marker in _STANDALONE:
            continue
        segment, position = _segment(data, position)
        _note(markers, marker, segment)
        if marker == _SOS:
            position = _after_scan(data, position)


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    if position < len(data) and data[position] != 0xFF:
        raise DamagedFile(f"JPEG marker expected at byte {position}")
    while position < len(data) and data[position] == 0xFF:
        position += 1
    if position >= len(data):
        raise TruncatedImage(f"JPEG stops at byte {len(data)}")
    return data[position], position + 1


def _segment(data: bytes, position: int) -> tuple[bytes, int]:
    length = int.from_bytes(data[position : position + 2], "big")
    end = position + length
    if position + 2 > len(data) or end > len(data):
        raise TruncatedImage(f"JPEG stops at byte {len(data)}")
    if length < 2:
        raise DamagedFile(f"JPEG segment of length {length} at byte {position}")
    return data[position + 2 : end], end


def _after_scan(data: bytes, position: int) -> int:
    found = _NEXT_MARKER.search(data, position)
    if found is None:
        raise TruncatedImage(f"JPEG stops at byte {len(data)}")
    return found.start()


def _note(markers: _Markers, marker: int, segment: bytes) -> None:
    if marker == _APP0 and segment[:5] == b"JFIF\0":
        markers.is_jfif = True
    elif marker == _APP14 and segment[:5] == b"Adobe" and len(segment) >= 12:
        markers.adobe_transform = segment[11]
    elif marker in _FRAMES:
        if markers.frame is not None:
            raise DamagedFile("JPEG with more than one frame")
        markers.frame = _frame(marker, segment)


def _frame(marker: int, segment: bytes) -> tuple[int, int, bytes]:
    if marker not in _ALLOWED_FRAMES:
        raise UnsupportedFormat(f"JPEG coding process SOF{marker - 0xC0} has no place in a PDF")
    if len(segment) < 6 or len(segment) < 6 + 3 * segment[5]:
        raise DamagedFile("JPEG frame header is too short")
    if segment[0] != 8:
        raise UnsupportedFormat(f"JPEG with {segment[0]} bits per component")
    height = int.from_bytes(segment[1:3], "big")
    width = int.from_bytes(segment[3:5], "big")
    return width, height, segment[6 : 6 + 3 * segment[5] : 3]


def _head(markers: _Markers) -> JpegHead:
    if markers.frame is None:
        raise DamagedFile("JPEG without a frame")
    width, height, component_ids = markers.frame
    components = len(component_ids)
    if components not in (1, 3):
        raise UnsupportedFormat(
            f"JPEG with {components} color components (CMYK?); scan in gray or RGB"
        )
    return JpegHead(width, height, components, components == 3 and _is_rgb(markers, component_ids))


def _is_rgb(markers: _Markers, component_ids: bytes) -> bool:
    # libjpeg's rule (jdapimin.c, default_decompress_parms), which every PDF viewer inherits.
    if markers.is_jfif:
        return False
    if markers.adobe_transform is not None:
        return markers.adobe_transform == 0
    return component_ids == b"RGB"
