"""Take the one image of a scanned PDF page out as the scanner wrote it.

Drawing the page anew would resample it. JPEG bytes are passed through untouched; other codings
are decoded to their own pixels. Whatever is not plainly one opaque sheet-sized image is refused
here (None), and drawn instead.

Source: ISO 32000-1, 8.9.5 (image dictionaries), 7.4 (filters).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import pikepdf
from PIL import Image

from digitizer.errors import DamagedFile
from digitizer.model import Capture
from digitizer.scan.answers import PageImage
from digitizer.scan.page_folder import PageFolder
from digitizer.scan.pdf_complete import check_fax, check_pixel_bytes
from digitizer.scan.pdf_content import Area, DrawnImage, overlap, size_of
from digitizer.scan.pdf_stream import (
    COLOR,
    GREY,
    PIXEL_FILTERS,
    coded_bytes,
    color_space,
    filters_of,
    jpeg_mode,
    number_of,
)
from digitizer.scan.raster import jpeg2000, plain, proven_jpeg
from digitizer.scan.resolution import page_dpi

_SHEET_SHARE: Final = 0.90
_UNCUT_SHARE: Final = 0.97
_MOST_STRETCH: Final = 1.05
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
    width, height = number_of(stream, "/Width"), number_of(stream, "/Height")
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
    filters = filters_of(image.stream)
    if filters and filters[-1] == "/DCTDecode":
        return _native_jpeg(image, sheet.number, folder)
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
        filters_of(image.stream) == ["/JBIG2Decode"] and image.is_square and _is_plain(image.stream)
    )


def is_opaque(image: DrawnImage) -> bool:
    """Say whether a painted image hides what lies below, as a scan does and a seal doesn't."""
    stream = image.xobject
    if not isinstance(stream, pikepdf.Stream):
        return True
    return not any(key in stream for key in ("/SMask", "/Mask", "/SMaskInData"))


def _native_jpeg(image: SheetImage, number: int, folder: PageFolder) -> PageImage | None:
    data = coded_bytes(image.stream, number)
    if data is None or image.is_mirrored:
        return None
    decoded = proven_jpeg(data, number, folder)
    is_usual = decoded.mode == jpeg_mode(image.stream)
    if not is_usual or decoded.size != (image.width, image.height):
        return None
    return folder.keep_jpeg(number, data, decoded.size, image.dpi, Capture.NATIVE)


def _pixels(image: SheetImage, filters: list[str], number: int) -> Image.Image | None:
    """Decode the stored pixels without loss, or return None for what only a viewer can."""
    stream = image.stream
    try:
        if filters == ["/JPXDecode"]:
            decoded = jpeg2000(stream.read_raw_bytes(), number)
            return decoded if decoded.size == (image.width, image.height) else None
        if filters == ["/CCITTFaxDecode"]:
            check_fax(stream, number)
            return _loaded(stream)
        if not set(filters) <= PIXEL_FILTERS or color_space(stream)[0] not in (
            *GREY,
            *COLOR,
            "/ICCBased",
            "/Indexed",
        ):
            return None
        check_pixel_bytes(stream, number)
        return _loaded(stream) if number_of(stream, "/BitsPerComponent") <= 8 else None
    except (pikepdf.UnsupportedImageTypeError, NotImplementedError):
        return None
    except (pikepdf.PdfError, OSError, ValueError) as error:
        raise DamagedFile(f"its image can't be decoded: {error}", page=number) from error


def _loaded(stream: pikepdf.Stream) -> Image.Image:
    image = pikepdf.PdfImage(stream).as_pil_image()
    image.load()
    return image


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
        return color_space(stream)[0] != "/Indexed"
    # pikepdf turns bilevel fax images itself.
    return values == [1.0, 0.0] and filters_of(stream) == ["/CCITTFaxDecode"]
