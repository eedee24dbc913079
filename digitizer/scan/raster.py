"""Page images from JPEG, PNG and TIFF files, decoded to the last row before they are believed.

The one module of this stage that decodes with Pillow.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from digitizer.errors import BudgetExceeded, DamagedFile, TruncatedImage
from digitizer.model import Capture
from digitizer.scan.answers import PageImage
from digitizer.scan.page_folder import PageFolder
from digitizer.scan.resolution import page_dpi
from digitizer.scan.tiff_chain import page_frames
from digitizer.scan.tiff_strips import check_strips

# `PageFolder.check_size` is the pixel budget: it knows page and size, and holds for every frame,
# where Pillow's own looks at the first and only warns up to twice its limit.
Image.MAX_IMAGE_PIXELS = None

_JPEG_MODES: Final = ("L", "RGB")
_CMYK_LIKE: Final = ("CMYK", "YCbCr", "LAB", "HSV")
_FLAT_GREY: Final = (127, 129)
_MCU_ROWS: Final = 16
_START_OF_SCAN: Final = b"\xff\xda"
_MOST_SCANS: Final = 200
"""A progressive JPEG has some ten; each goes over all its pixels."""


def jpeg_pages(path: Path, folder: PageFolder) -> Iterator[PageImage]:
    """Yield the one page of a JPEG file.

    8-bit grey and color keep their bytes; CMYK becomes an RGB PNG. An EXIF orientation stays in
    the bytes and is not applied: width and height are those of the stored pixels, and the page's
    orientation is found by reading it.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming page 1.
    """
    data = path.read_bytes()
    image = proven_jpeg(data, 1, folder)
    dpi, is_fax = _resolution(image)
    if image.mode in _JPEG_MODES and not is_fax:
        yield folder.keep_jpeg(1, data, image.size, dpi, Capture.NATIVE)
    else:
        yield folder.keep_png(1, _squared(plain(image, 1), is_fax), dpi, Capture.LOSSLESS)


def png_pages(path: Path, folder: PageFolder) -> Iterator[PageImage]:
    """Yield the one page of a PNG file; of an animated PNG, its default image.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming page 1.
    """
    with _opened(BytesIO(path.read_bytes()), ("PNG",), 1) as image:
        folder.check_size(1, *image.size)
        _load(image, 1)
        dpi, is_fax = _resolution(image)
        yield folder.keep_png(1, _squared(plain(image, 1), is_fax), dpi, Capture.LOSSLESS)


def tiff_pages(path: Path, folder: PageFolder, *, max_pages: int) -> Iterator[PageImage]:
    """Yield the pages of a TIFF in file order, without thumbnails and masks.

    An Orientation tag is applied, as every viewer does.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page where known.
    """
    with path.open("rb") as stream:
        frames = page_frames(stream, max_pages=max_pages)
        with _opened(stream, ("TIFF",), None) as image:
            for number, frame in enumerate(frames, start=1):
                page = _tiff_page(image, frame, number, folder)
                check_strips(stream, image, number)
                yield page


def _tiff_page(image: Image.Image, frame: int, number: int, folder: PageFolder) -> PageImage:
    try:
        image.seek(frame)
    except (EOFError, OSError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise DamagedFile(f"page directory unreadable: {error}", page=number) from error
    folder.check_size(number, *image.size)
    _load(image, number)
    dpi, is_fax = _resolution(image)
    return folder.keep_png(number, _squared(plain(image, number), is_fax), dpi, Capture.LOSSLESS)


def proven_jpeg(data: bytes, number: int, folder: PageFolder) -> Image.Image:
    """Decode JPEG bytes strictly and return the loaded image.

    Raises:
        BudgetExceeded: too many pixels, or scans over them, told before decoding.
        TruncatedImage: the data stops early. A cut stream that was given an end marker decodes
            without complaint; libjpeg leaves its missing rows at exactly mid-grey, which no
            scanner writes over a whole row of blocks.
        DamagedFile: no JPEG.
    """
    image = _opened(BytesIO(data), ("JPEG",), number)
    folder.check_size(number, *image.size)
    if data.count(_START_OF_SCAN) > _MOST_SCANS:
        raise BudgetExceeded(f"a JPEG of more than {_MOST_SCANS} scans", page=number)
    _load(image, number)
    if image.mode in _JPEG_MODES and image.height > 2 * _MCU_ROWS:
        last = np.asarray(image.crop((0, image.height - _MCU_ROWS, image.width, image.height)))
        if last.min() >= _FLAT_GREY[0] and last.max() <= _FLAT_GREY[1]:
            raise TruncatedImage("its last rows are the decoder's filling", page=number)
    return image


def jpeg2000(data: bytes, number: int) -> Image.Image:
    """Decode a JPEG 2000 stream, as PDFs hold it. Raises TruncatedImage or DamagedFile."""
    image = _opened(BytesIO(data), ("JPEG2000",), number)
    _load(image, number)
    return image


def plain(image: Image.Image, number: int) -> Image.Image:
    """Return the loaded image as mode 1, L or RGB: on white, 8 bits, palette resolved.

    Raises:
        DamagedFile: floating-point pixels or another kind that no scanner writes.
    """
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        return _on_white(image)
    if image.mode == "P":
        return _without_palette(image)
    if image.mode.startswith("I"):
        return _eight_bit(image, number)
    if image.mode in _CMYK_LIKE:
        return image.convert("RGB")
    if image.mode in ("1", "L", "RGB"):
        return image
    raise DamagedFile(f"pixels of kind {image.mode} are not a scan's", page=number)


def _on_white(image: Image.Image) -> Image.Image:
    is_grey = image.mode in ("LA", "La", "L", "1")
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    paper.alpha_composite(layered)
    return paper.convert("L" if is_grey else "RGB")


def _without_palette(image: Image.Image) -> Image.Image:
    color = image.convert("RGB")
    pixels = np.asarray(color)
    is_grey = np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(
        pixels[..., 0], pixels[..., 2]
    )
    return color.getchannel(0) if is_grey else color


def _eight_bit(image: Image.Image, number: int) -> Image.Image:
    pixels = np.asarray(image)
    if pixels.dtype.itemsize > 2 and (pixels.min() < 0 or pixels.max() > 0xFFFF):
        raise DamagedFile("pixels of more than 16 bits are not a scan's", page=number)
    return Image.fromarray((pixels.astype(np.uint32) >> 8).astype(np.uint8))


def _squared(image: Image.Image, is_fax: bool) -> Image.Image:
    """Double the rows of a standard-resolution fax (204 × 98 dpi), so that pixels are square."""
    if not is_fax:
        return image
    return image.resize((image.width, image.height * 2), Image.Resampling.NEAREST)


def _resolution(image: Image.Image) -> tuple[float, bool]:
    """Return the page's dpi and whether its rows lie twice as far apart as its columns."""
    across, down = _stated(image)
    if across is not None and down is not None and 1.8 <= across / down <= 2.2:
        return page_dpi(image.width, image.height * 2, across), True
    if across is None or down is None or not 0.9 <= across / down <= 1.1:
        return page_dpi(image.width, image.height, None), False
    return page_dpi(image.width, image.height, (across + down) / 2), False


def _stated(image: Image.Image) -> tuple[float | None, float | None]:
    try:
        across, down = (float(value) for value in image.info.get("dpi", ()))
    except (TypeError, ValueError, ZeroDivisionError):
        return None, None
    if not (math.isfinite(across) and math.isfinite(down) and across > 0 and down > 0):
        return None, None
    return across, down


def _opened(stream: object, formats: tuple[str, ...], number: int | None) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Broken EXIF and the like: no loss to the pixels.
            warnings.simplefilter("ignore")
            return Image.open(stream, formats=formats)  # type: ignore[arg-type]  # any binary file
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError) as error:
        raise DamagedFile(f"header unreadable: {type(error).__name__}", page=number) from error


def _load(image: Image.Image, number: int) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise TruncatedImage(f"decoding stopped: {error}", page=number) from error
