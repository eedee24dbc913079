"""An sRGB ICC profile of our own: the meaning of the PDF/A's colors.

A version 2 matrix/curve display profile, the same bytes on every machine (libraries stamp the
profiles they make with the clock). Compared with LittleCMS's sRGB by a test.

Source: IEC 61966-2-1 (primaries, curve), ICC.1:2001-04 (format), ISO 19005-2 6.2.2 and 6.2.3.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Final

# Media white and sRGB's primaries adapted to D50 (Bradford), as ICC profiles state them.
_D50: Final = (0.9642, 1.0, 0.8249)
_RED: Final = (0.43607, 0.22249, 0.01392)
_GREEN: Final = (0.38515, 0.71687, 0.09708)
_BLUE: Final = (0.14307, 0.06061, 0.71410)
_CURVE_POINTS: Final = 1024
_HEADER_SIZE: Final = 128


@cache
def srgb_profile() -> bytes:
    """Return the profile, about 2.6 kB, always the same bytes."""
    curve = _curve()
    tags = (
        (b"desc", _description(b"sRGB IEC61966-2.1")),
        (b"cprt", b"text" + bytes(4) + b"No copyright, use freely\0"),
        (b"wtpt", _xyz(_D50)),
        (b"rXYZ", _xyz(_RED)),
        (b"gXYZ", _xyz(_GREEN)),
        (b"bXYZ", _xyz(_BLUE)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    )
    table, body = _tag_table(tags)
    size = _HEADER_SIZE + len(table) + len(body)
    return _header(size) + table + body


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, values))


def _description(text: bytes) -> bytes:
    ascii_part = struct.pack(">I", len(text) + 1) + text + b"\0"
    no_unicode, no_script = bytes(8), bytes(2 + 1 + 67)
    return b"desc" + bytes(4) + ascii_part + no_unicode + no_script


def _linear(encoded: float) -> float:
    return encoded / 12.92 if encoded <= 0.04045 else ((encoded + 0.055) / 1.055) ** 2.4


def _curve() -> bytes:
    points = [round(65535 * _linear(i / (_CURVE_POINTS - 1))) for i in range(_CURVE_POINTS)]
    return b"curv" + bytes(4) + struct.pack(f">I{_CURVE_POINTS}H", _CURVE_POINTS, *points)


def _tag_table(tags: tuple[tuple[bytes, bytes], ...]) -> tuple[bytes, bytes]:
    """Return the tag table and the data behind it; equal data is stored once."""
    start = _HEADER_SIZE + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    body = b""
    entries = b""
    for name, data in tags:
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        entries += name + struct.pack(">II", places[data], len(data))
    return struct.pack(">I", len(tags)) + entries, body


def _header(size: int) -> bytes:
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    header = (
        struct.pack(">I", size)
        + bytes(4)  # no preferred color engine
        + b"\x02\x10\x00\x00"  # version 2.1
        + b"mntrRGB XYZ "
        + date
        + b"acsp"
        + bytes(28)  # platform, flags, device, attributes, perceptual intent
        + b"".join(map(_fixed, _D50))
    )
    return header + bytes(_HEADER_SIZE - len(header))
