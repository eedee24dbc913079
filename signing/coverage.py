"""Does a signature cover what it claims to, byte by byte.

pyHanko compares lengths; published attacks (universal forgery, signature wrapping, content hidden
in /Contents) live in the gap between the two ranges, so that gap is looked at here.

Source: ISO 32000-2, 12.8.1; Mladenov et al., "1 Trillion Dollar Refund", CCS 2019.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEX_STRING = re.compile(rb"<([0-9A-Fa-f]*)>")


def covers_up_to(data: bytes, byte_range: Sequence[int]) -> int | None:
    """Return the offset up to which everything but the signature itself is covered.

    Args:
        data: the whole file.
        byte_range: /ByteRange as it stands in the file.

    Returns:
        The end of the second range; None when the ranges are anything but "from the first byte to
        one hexadecimal string, and from its end onwards".
    """
    if len(byte_range) != 4 or not all(type(int(value)) is int for value in byte_range):
        return None
    start, before, resume, after = (int(value) for value in byte_range)
    if start != 0 or before <= 0 or after < 0 or not before < resume <= len(data) - after:
        return None
    if _HEX_STRING.fullmatch(data, before, resume) is None:
        return None
    return resume + after


def is_padded_der(contents: bytes) -> bool:
    """Return whether `contents` is one DER element followed by nothing but zero bytes."""
    length = _element_length(contents)
    return length is not None and not any(contents[length:])


def matches_gap(data: bytes, byte_range: Sequence[int], contents: bytes) -> bool:
    """Return whether the bytes left out are exactly `contents` in hexadecimal."""
    before, resume = int(byte_range[1]), int(byte_range[2])
    return bytes.fromhex(data[before + 1 : resume - 1].decode("ascii")) == contents


def is_one_case(data: bytes, byte_range: Sequence[int]) -> bool:
    """Return whether the hexadecimal digits are all small or all capital, as programs write them.

    A digit whose case was flipped means the same, and no signature covers it.
    """
    digits = data[int(byte_range[1]) : int(byte_range[2])]
    return digits in {digits.lower(), digits.upper()}


def _element_length(data: bytes) -> int | None:
    """Length of a definite-length SEQUENCE with its header, None when it is anything else."""
    if len(data) < 2 or data[0] != 0x30:
        return None
    if data[1] < 0x80:
        total = 2 + data[1]
    else:
        count = data[1] & 0x7F
        if not 1 <= count <= 4 or len(data) < 2 + count:
            return None
        total = 2 + count + int.from_bytes(data[2 : 2 + count], "big")
    return total if total <= len(data) else None
