"""One page image as a PDF will hold it: the scanner's own pixels, never a lossy copy.

JPEG bytes pass through untouched; 1-bit pages become CCITT Group 4, other PNGs keep their
deflate stream. What PDF can't hold as it stands (alpha, interlacing) is stored again without
loss.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, UnidentifiedImageError

from digitizer.assemble.group4 import group_4
from digitizer.assemble.jpeg import read_head
from digitizer.assemble.pixels import on_paper
from digitizer.assemble.png import Png, PngColor, read_png
from digitizer.errors import DamagedFile, DocumentError, IntegrityError, UnsupportedFormat
from digitizer.model import MediaType, ScannedPage


class ColorSpace(StrEnum):
    GRAY = "DeviceGray"
    RGB = "DeviceRGB"
    INDEXED = "Indexed"
    STENCIL = "ImageMask"
    """No color at all: where ink goes."""


class Coding(StrEnum):
    """PDF's names of the filters used."""

    JPEG = "DCTDecode"
    GROUP_4 = "CCITTFaxDecode"
    FLATE = "FlateDecode"


@dataclass(frozen=True, slots=True)
class PageImage:
    """An image stream of `width` × `height` pixels, ready to stand in a PDF.

    `parms` are integer or boolean entries of the filter's DecodeParms; `palette` holds RGB
    triples for an indexed image, else nothing.
    """

    width: int
    height: int
    color_space: ColorSpace
    bits: int
    coding: Coding
    parms: tuple[tuple[str, int | bool], ...]
    data: bytes
    palette: bytes = b""


def page_image(page: ScannedPage) -> PageImage:
    """Read a page's image file and return it in the form a PDF can hold.

    Raises:
        IntegrityError: the file is gone or is not the one that was scanned.
        DamagedFile: the bytes are not the image they should be (TruncatedImage: cut short).
        UnsupportedFormat: an image PDF/A can't hold without a change of color, e.g. CMYK.
    """
    try:
        image = _embed(page.media_type, _own_bytes(page))
        if (image.width, image.height) != (page.width, page.height):
            raise DamagedFile(
                f"image is {image.width}×{image.height} pixels, "
                f"the scan said {page.width}×{page.height}"
            )
    except DocumentError as error:
        error.page = page.number
        raise
    return image


def _own_bytes(page: ScannedPage) -> bytes:
    try:
        data = page.image.path.read_bytes()
    except OSError as error:
        detail = f"{page.image.path.name}: {error.strerror}"
        raise IntegrityError(detail, page=page.number) from error
    if hashlib.sha256(data).hexdigest() != page.image.sha256:
        detail = f"{page.image.path.name} changed since it was scanned"
        raise IntegrityError(detail, page=page.number)
    return data


def _embed(media_type: MediaType, data: bytes) -> PageImage:
    if media_type is MediaType.JPEG:
        return _from_jpeg(data)
    if media_type is MediaType.PNG:
        return _from_png(data)
    raise UnsupportedFormat(f"a page image is JPEG or PNG, not {media_type}")


def _from_jpeg(data: bytes) -> PageImage:
    head = read_head(data)
    return PageImage(
        width=head.width,
        height=head.height,
        color_space=ColorSpace.GRAY if head.components == 1 else ColorSpace.RGB,
        bits=8,
        coding=Coding.JPEG,
        # ISO 32000-1 table 13: without this a viewer may take R, G, B for Y, Cb, Cr.
        parms=(("ColorTransform", 0),) if head.is_rgb else (),
        data=data,
    )


def _from_png(data: bytes) -> PageImage:
    png = read_png(data)
    if png.bits == 1 and png.color is PngColor.GRAY and png.is_plain:
        return one_bit(_decoded(data))
    if not png.is_plain:
        png = read_png(_flattened(data, png))
    return _from_plain_png(png)


def _from_plain_png(png: Png) -> PageImage:
    colors = 3 if png.color is PngColor.RGB else 1
    spaces = {
        PngColor.GRAY: ColorSpace.GRAY,
        PngColor.RGB: ColorSpace.RGB,
        PngColor.PALETTE: ColorSpace.INDEXED,
    }
    return PageImage(
        width=png.width,
        height=png.height,
        color_space=spaces[png.color],
        bits=png.bits,
        coding=Coding.FLATE,
        parms=(
            ("Predictor", 15),
            ("Colors", colors),
            ("BitsPerComponent", png.bits),
            ("Columns", png.width),
        ),
        data=png.pixels,
        palette=png.palette if png.color is PngColor.PALETTE else b"",
    )


def _decoded(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=("PNG",))
        image.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise DamagedFile(f"PNG can't be decoded: {error}") from error
    return image


def _flattened(data: bytes, png: Png) -> bytes:
    """Return a plain PNG: not interlaced, laid on white paper where it was transparent."""
    if png.bits == 16:
        raise UnsupportedFormat("PNG with 16 bits per component and alpha or interlacing")
    stream = io.BytesIO()
    on_paper(_decoded(data)).save(stream, "PNG")
    return stream.getvalue()


def one_bit(image: Image.Image, color_space: ColorSpace = ColorSpace.GRAY) -> PageImage:
    """Return a black and white image without loss.

    Args:
        image: mode "1", 0 is ink.
        color_space: gray, or a stencil through which another image is painted.
    """
    data, parms = group_4(image)
    return PageImage(
        width=image.width,
        height=image.height,
        color_space=color_space,
        bits=1,
        coding=Coding.GROUP_4,
        parms=parms,
        data=data,
    )
