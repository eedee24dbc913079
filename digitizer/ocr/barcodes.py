"""Find QR codes and bar codes on a page."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import zxingcpp

from digitizer.model import Barcode, Box
from digitizer.ocr.engine import Gray

_FORMATS: Final = zxingcpp.BarcodeFormat
# What offices print: at full resolution these two cost 0.04 CPU s a page, all formats 0.26.
_COMMON: Final = zxingcpp.BarcodeFormats((_FORMATS.QRCode, _FORMATS.Code128))
# The rest is large where it occurs, and is looked for on the page at half its size. Formats
# without a check digit of their own are left out: text reads as them.
_RARE: Final = zxingcpp.BarcodeFormats(
    (_FORMATS.DataMatrix, _FORMATS.PDF417, _FORMATS.Aztec, _FORMATS.EAN13)
)


def find_barcodes(gray: Gray, *, page: int, rare: bool = True) -> tuple[Barcode, ...]:
    """Return the symbols that could be decoded, top to bottom.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
        page: the page's number, for the result.
        rare: also look for what offices seldom print.
    """
    if not rare:
        return tuple(_decode(gray, _COMMON, 1, page))
    half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = [*_decode(gray, _COMMON, 1, page), *_decode(np.asarray(half), _RARE, 2, page)]
    return tuple(sorted(found, key=lambda barcode: (barcode.box.top, barcode.box.left)))


def _decode(pixels: Any, formats: zxingcpp.BarcodeFormats, scale: int, page: int) -> list[Barcode]:
    symbols = zxingcpp.read_barcodes(pixels, formats=formats, try_downscale=False, try_invert=False)
    return [
        Barcode(symbol.format.name, symbol.text, page, _box(symbol.position, scale))
        for symbol in symbols
        if symbol.valid
    ]


def _box(position: Any, scale: int) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    xs, ys = [corner.x * scale for corner in corners], [corner.y * scale for corner in corners]
    return Box(min(xs), min(ys), max(xs) + scale, max(ys) + scale)
