"""See that CCITT data (fax codes, Groups 3 and 4) is there to its last row.

Fax decoders take data that stops early for a page whose rest is white, and do not tell. But a
decoder reads nothing behind the last row: whole data gives the same rows whatever follows it, data
that was cut off gives other rows with other continuations. So the decoder that draws the page is
asked again, with continuations of ours. Nothing is asked where the data closes with its end mark,
as nearly all scanners write it. What can pass is a cut within the very last row.

Source: ITU-T T.4, 4.1.2 (end of line), 4.1.4 (return to control); T.6, 2.4.1.1 (end of block).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.bool_]
Decode = Callable[[bytes], Rows | None]
"""Gives the rows of data, (H, W), or None where the decoder gives up."""

# No run of codes for pixels holds eleven zeros. Two ends of line in a row, each after fill bits
# and before a tag bit if it has one, stand nowhere but at the end.
_END_MARK: Final = re.compile(r"(?:0{11,18}11?){2}0*$")
_LINE_END: Final = "0" * 11 + "1"
_LONGEST_END: Final = 32
# What a code for pixels ends in, at most; more zeros are padding, and joined with an ending of
# ours could look like the end of a line, which decoders take notice of.
_PADDING: Final = re.compile("(?<=1000)0+$")
# Bits, repeated, that are read as other codes from wherever the data breaks off. A decoder that
# has met ends of line waits for the next one; one that has not must not meet any.
_PLAIN: Final = ("1", "01", "100", "0010111")
_BY_LINES: Final = tuple(_LINE_END + part * 8 for part in _PLAIN)
_MOST_BITS_A_ROW: Final = 4


def first_missing_row(data: bytes, height: int, decode: Decode) -> int | None:
    """Return the first row, from 0, that the data does not code; None when every row is there.

    Args:
        data: most significant bit first.
        height: rows that it must code.
        decode: the decoder that draws the page.
    """
    if has_end_mark(data):
        return None
    bits = _PADDING.sub("", _bits(data))
    if "1" not in bits:
        return 0
    endings = (*_PLAIN, *_BY_LINES) if _LINE_END in bits else _PLAIN
    pages = [decode(_bytes(bits + ending * (_MOST_BITS_A_ROW * height))) for ending in endings]
    decoded = [page for page in pages if page is not None]
    if len(decoded) < len(pages):
        # Whole data is decoded, or not, whatever comes after it.
        return 0 if decoded else None
    differs = np.logical_or.reduce([(page != pages[0]).any(axis=1) for page in decoded[1:]])
    return int(np.argmax(differs)) if differs.any() else None


def has_end_mark(data: bytes) -> bool:
    """Say whether the data closes with EOFB or RTC, the words of its encoder that it is whole."""
    return _END_MARK.search(_bits(data.rstrip(b"\0")[-_LONGEST_END:])) is not None


def _bits(data: bytes) -> str:
    return f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}" if data else ""


def _bytes(bits: str) -> bytes:
    size = (len(bits) + 7) // 8
    return int(bits.ljust(8 * size, "0"), 2).to_bytes(size, "big")
