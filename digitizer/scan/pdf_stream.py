"""What the dictionary of an image in a PDF says, and its coded bytes.

Source: ISO 32000-1, 8.9.5 (image dictionaries), 7.4 (filters).
"""

from __future__ import annotations

import zlib
from typing import Final

import pikepdf

from digitizer.errors import BudgetExceeded, DamagedFile

GREY: Final = ("/DeviceGray", "/CalGray", "/G")
COLOR: Final = ("/DeviceRGB", "/CalRGB", "/RGB")
PIXEL_FILTERS: Final = frozenset(
    ("/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode")
)
_MOST_CODED_BYTES: Final = 256 << 20


def filters_of(stream: pikepdf.Stream) -> list[str]:
    """Return the names of the stream's filters, in the order they are undone."""
    value = stream.get("/Filter")
    if value is None:
        return []
    names = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [str(name) for name in names]


def number_of(stream: pikepdf.Stream, key: str) -> int:
    """Return a whole number of the dictionary, 0 where it has none."""
    return int(stream.get(key, 0))


def color_space(stream: pikepdf.Stream) -> list[str]:
    """Return the name of the color space, of an ICC profile with its number of components."""
    space = stream.get("/ColorSpace", pikepdf.Name("/None"))
    if isinstance(space, pikepdf.Array) and len(space) > 1 and str(space[0]) == "/ICCBased":
        return ["/ICCBased", str(space[1].get("/N", ""))]
    if isinstance(space, pikepdf.Array) and len(space) > 0:
        return [str(space[0])]
    return [str(space)]


def jpeg_mode(stream: pikepdf.Stream) -> str:
    """Return Pillow's mode for the color space the PDF gives its JPEG, "" for unusual ones."""
    parts = color_space(stream)
    if parts[0] in GREY or parts == ["/ICCBased", "1"]:
        return "L"
    if parts[0] in COLOR or parts == ["/ICCBased", "3"]:
        return "RGB"
    return ""


def coded_bytes(stream: pikepdf.Stream, number: int) -> bytes | None:
    """Return what the last filter decodes, unpacked from the deflate some writers put around it.

    None where something else is around it.

    Raises:
        DamagedFile, BudgetExceeded: naming the page `number`.
    """
    data = stream.read_raw_bytes()
    for name in filters_of(stream)[:-1]:
        if name != "/FlateDecode":
            return None
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(data, _MOST_CODED_BYTES)
        except zlib.error as error:
            raise DamagedFile("an image can't be unpacked", page=number) from error
        if unpacker.unconsumed_tail:
            raise BudgetExceeded("an image unpacks to more than 256 MiB", page=number)
    return data
