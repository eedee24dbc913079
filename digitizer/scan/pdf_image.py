"""Take the one image of a scanned PDF page out as the scanner wrote it.

Drawing the page anew would resample it. JPEG bytes are passed through untouched; other codings
are decoded to their own pixels. Whatever is not plainly one opaque sheet-sized image is refused
here (None), and drawn instead.

Source: ISO 32000-1, 8.9.5 (image dictionaries), 7.4 (filters).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Final

import pikepdf
from PIL import Image

from digitizer.errors import BudgetExceeded, DamagedFile, TruncatedImage
from digitizer.model import Capture
from digitizer.scan import jbig2
from digitizer.scan.answers import PageImage
from digitizer.scan.page_folder import PageFolder
from digitizer.scan.pdf_content import Area, DrawnImage, overlap, size_of
from digitizer.scan.raster import jpeg2000, plain, proven_jpeg
from digitizer.scan.resolution import page_dpi

_SHEET_SHARE: Final = 0.90
_UNCUT_SHARE: Final = 0.97
_MOST_STRETCH: Final = 1.05
_MOST_JPEG_BYTES: Final = 256 << 20
_GREY: Final = ("/DeviceGray", "/CalGray", "/G")
_COLOR: Final = ("/DeviceRGB", "/CalRGB", "/RGB")
_PIXEL_FILTERS: Final = frozenset(
    ("/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode")
)
_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a page shows: its visible area in points, /Rotate in degrees, /UserUnit."""

    number: int
    area: Area
    rotate_deg: int
    user_unit: float


@dataclass(frozen=True, slots=True)
class SheetImage:
    """The one image that fills a page.

    Attributes:
        turn_deg: clockwise turn a viewer gives the stored pixels (0, 90, 180, 270).
        is_mirrored: the viewer shows them mirrored, left to right, before that turn.
        across_dpi, down_dpi: along the stored rows and columns.
    """

    stream: pikepdf.Stream
    width: int
    height: int
    across_dpi: float
    down_dpi: float
    turn_deg: int
    is_mirrored: bool

    @property
    def finest_dpi(self) -> float:
        return max(self.across_dpi, self.down_dpi)

    @property
    def is_square(self) -> bool:
        """Pixels are as high as they are wide, within 5 %."""
        return 1 / _MOST_STRETCH <= self.across_dpi / self.down_dpi <= _MOST_STRETCH

    @property
    def dpi(self) -> float:
        return page_dpi(self.width, self.height, (self.across_dpi + self.down_dpi) / 2)


def sheet_image(drawn: DrawnImage | None, sheet: Sheet) -> SheetImage | None:
    """Return the page's one image if it fills the sheet upright or in quarter turns."""
    if drawn is None or not drawn.is_plain or not isinstance(drawn.xobject, pikepdf.Stream):
        return None
    if not _fills(drawn, sheet.area):
        return None
    a, b, c, d, _, _ = drawn.matrix
    if max(abs(b), abs(c)) < 0.01 * max(abs(a), abs(d)):
        turn, is_mirrored = (0 if d > 0 else 180), (a > 0) != (d > 0)
    elif max(abs(a), abs(d)) < 0.01 * max(abs(b), abs(c)):
        turn, is_mirrored = (90 if c > 0 else 270), (b > 0) == (c > 0)
    else:
        return None
    stream = drawn.xobject
    width, height = _number(stream, "/Width"), _number(stream, "/Height")
    inch = 72 / sheet.user_unit
    across, down = math.hypot(a, b) / inch, math.hypot(c, d) / inch
    return SheetImage(
        stream,
        width,
        height,
        width / across,
        height / down,
        (turn + sheet.rotate_deg) % 360,
        is_mirrored,
    )


def native_page(image: SheetImage, sheet: Sheet, folder: PageFolder) -> PageImage | None:
    """Store the image without drawing it, or return None when only drawing is faithful.

    A JPEG that the viewer turns keeps its bytes and loses the turn: the page's orientation is
    found later by reading it, and turning JPEG pixels would mean coding them anew. A mirrored
    JPEG is drawn.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    folder.check_size(sheet.number, image.width, image.height)
    if not image.is_square or not _is_plain(image.stream):
        return None
    filters = _filters(image.stream)
    if filters and filters[-1] == "/DCTDecode":
        return _native_jpeg(image, filters, sheet.number, folder)
    pixels = _pixels(image, filters, sheet.number)
    if pixels is None:
        return None
    shown = _as_shown(plain(pixels, sheet.number), image)
    return folder.keep_png(sheet.number, shown, image.dpi, Capture.LOSSLESS)


def keep_decoded(
    pixels: Image.Image, image: SheetImage, sheet: Sheet, folder: PageFolder
) -> PageImage:
    """Store pixels that another decoder made of the sheet's image, at their own resolution."""
    shown = _as_shown(pixels, image)
    return folder.keep_png(sheet.number, shown, image.dpi, Capture.LOSSLESS)


def is_jbig2(image: SheetImage) -> bool:
    """Say whether the image is JBIG2, which pikepdf would hand to an outside program."""
    return (
        _filters(image.stream) == ["/JBIG2Decode"] and image.is_square and _is_plain(image.stream)
    )


def is_opaque(image: DrawnImage) -> bool:
    """Say whether a painted image hides what lies below, as a scan does and a seal doesn't."""
    stream = image.xobject
    if not isinstance(stream, pikepdf.Stream):
        return True
    return not any(key in stream for key in ("/SMask", "/Mask", "/SMaskInData"))


def check_complete(image: DrawnImage, number: int, folder: PageFolder) -> None:
    """Refuse a picture on a drawn page whose data stops early; viewers show it half empty.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    stream = image.xobject
    if not isinstance(stream, pikepdf.Stream):
        return
    folder.check_size(number, _number(stream, "/Width"), _number(stream, "/Height"))
    filters = _filters(stream)
    if filters and filters[-1] == "/DCTDecode":
        data = _jpeg_bytes(stream, filters, number)
        if data is not None:
            proven_jpeg(data, number, folder)
    elif filters == ["/JBIG2Decode"]:
        check_jbig2(stream, number, folder)
    elif filters and set(filters) <= _PIXEL_FILTERS:
        _check_pixel_bytes(stream, number)


def check_jbig2(stream: pikepdf.Stream, number: int, folder: PageFolder) -> None:
    """Refuse JBIG2 that stops early or is larger than its dictionary lets one think.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    told = jbig2.page_size(stream.read_raw_bytes(), number)
    if told is not None:
        folder.check_size(number, *told)


def _native_jpeg(
    image: SheetImage, filters: list[str], number: int, folder: PageFolder
) -> PageImage | None:
    data = _jpeg_bytes(image.stream, filters, number)
    if data is None or image.is_mirrored:
        return None
    decoded = proven_jpeg(data, number, folder)
    is_usual = decoded.mode == _jpeg_mode(image.stream)
    if not is_usual or decoded.size != (image.width, image.height):
        return None
    return folder.keep_jpeg(number, data, decoded.size, image.dpi, Capture.NATIVE)


def _jpeg_bytes(stream: pikepdf.Stream, filters: list[str], number: int) -> bytes | None:
    """Return the JPEG inside, unpacked from the deflate some writers put around it."""
    data = stream.read_raw_bytes()
    for name in filters[:-1]:
        if name != "/FlateDecode":
            return None
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(data, _MOST_JPEG_BYTES)
        except zlib.error as error:
            raise DamagedFile("an image can't be unpacked", page=number) from error
        if unpacker.unconsumed_tail:
            raise BudgetExceeded("an image unpacks to more than 256 MiB", page=number)
    return data


def _jpeg_mode(stream: pikepdf.Stream) -> str:
    """Return Pillow's mode for the color space the PDF gives its JPEG, "" for unusual ones."""
    parts = _color_space(stream)
    if parts[0] in _GREY or parts == ["/ICCBased", "1"]:
        return "L"
    if parts[0] in _COLOR or parts == ["/ICCBased", "3"]:
        return "RGB"
    return ""


def _color_space(stream: pikepdf.Stream) -> list[str]:
    space = stream.get("/ColorSpace", pikepdf.Name("/None"))
    if isinstance(space, pikepdf.Array) and len(space) > 1 and str(space[0]) == "/ICCBased":
        return ["/ICCBased", str(space[1].get("/N", ""))]
    if isinstance(space, pikepdf.Array) and len(space) > 0:
        return [str(space[0])]
    return [str(space)]


def _pixels(image: SheetImage, filters: list[str], number: int) -> Image.Image | None:
    """Decode the stored pixels without loss, or return None for what only a viewer can."""
    stream = image.stream
    try:
        if filters == ["/JPXDecode"]:
            decoded = jpeg2000(stream.read_raw_bytes(), number)
            return decoded if decoded.size == (image.width, image.height) else None
        if filters == ["/CCITTFaxDecode"]:
            return _loaded(stream)
        if not set(filters) <= _PIXEL_FILTERS or _color_space(stream)[0] not in (
            *_GREY,
            *_COLOR,
            "/ICCBased",
            "/Indexed",
        ):
            return None
        _check_pixel_bytes(stream, number)
        return _loaded(stream) if _number(stream, "/BitsPerComponent") <= 8 else None
    except (pikepdf.UnsupportedImageTypeError, NotImplementedError):
        return None
    except (pikepdf.PdfError, OSError, ValueError) as error:
        raise DamagedFile(f"its image can't be decoded: {error}", page=number) from error


def _loaded(stream: pikepdf.Stream) -> Image.Image:
    image = pikepdf.PdfImage(stream).as_pil_image()
    image.load()
    return image


def _check_pixel_bytes(stream: pikepdf.Stream, number: int) -> None:
    width, height = _number(stream, "/Width"), _number(stream, "/Height")
    components = 3 if _jpeg_mode(stream) == "RGB" else 1
    bits = 1 if stream.get("/ImageMask", False) else int(stream.get("/BitsPerComponent", 8))
    needed = (width * bits * components + 7) // 8 * height
    try:
        held = len(stream.read_bytes())
    except pikepdf.PdfError as error:
        raise TruncatedImage("its image data breaks off", page=number) from error
    if held < needed:
        raise TruncatedImage(f"holds {held} of {needed} image bytes", page=number)


def _as_shown(pixels: Image.Image, image: SheetImage) -> Image.Image:
    if image.is_mirrored:
        pixels = pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if image.turn_deg:
        pixels = pixels.transpose(_TURNS[image.turn_deg])
    return pixels


def _fills(drawn: DrawnImage, sheet: Area) -> bool:
    shown = overlap(drawn.area, sheet)
    if drawn.clip is not None:
        shown = overlap(shown, drawn.clip)
    if size_of(sheet) <= 0 or size_of(drawn.area) <= 0:
        return False
    covers = size_of(shown) / size_of(sheet)
    return covers >= _SHEET_SHARE and size_of(shown) / size_of(drawn.area) >= _UNCUT_SHARE


def _is_plain(stream: pikepdf.Stream) -> bool:
    """Say whether the stored samples are the picture: no mask, no remapping, no layer."""
    if any(key in stream for key in ("/SMask", "/Mask", "/OC", "/SMaskInData")):
        return False
    if bool(stream.get("/ImageMask", False)):
        return False
    parms = stream.get("/DecodeParms")
    for entry in list(parms) if isinstance(parms, pikepdf.Array) else [parms]:
        if isinstance(entry, pikepdf.Dictionary) and "/ColorTransform" in entry:
            return False
    return _has_plain_decode(stream)


def _has_plain_decode(stream: pikepdf.Stream) -> bool:
    if "/Decode" not in stream:
        return True
    values = [float(value) for value in list(stream.Decode)]
    if values == [0.0, 1.0] * (len(values) // 2):
        return _color_space(stream)[0] != "/Indexed"
    # pikepdf turns bilevel fax images itself.
    return values == [1.0, 0.0] and _filters(stream) == ["/CCITTFaxDecode"]


def _filters(stream: pikepdf.Stream) -> list[str]:
    value = stream.get("/Filter")
    if value is None:
        return []
    names = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [str(name) for name in names]


def _number(stream: pikepdf.Stream, key: str) -> int:
    return int(stream.get(key, 0))
