"""Draw PDF pages with PDFium: without annotations, so that no signature stamp hides the paper.

The one module of this stage that calls pypdfium2. PDFium isn't thread-safe; the decoding child
has one thread.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import raw

from digitizer.errors import DamagedFile
from digitizer.model import Capture
from digitizer.scan.answers import PageImage
from digitizer.scan.page_folder import PageFolder, png_bytes

JPEG_QUALITY: Final = 92
# Anti-aliased grey type takes about 0.06 bytes a pixel as PNG, a grey photograph over 0.5.
_MOST_PNG_SHARE: Final = 0.25
# Rounding in PDFium's blending makes grey off by one.
_GREY_SLACK: Final = 2

Color = NDArray[np.uint8]


class Drawing:
    """An open PDF that pages are drawn from."""

    def __init__(self, source: Path | bytes) -> None:
        """Open a file, or bytes. Raises DamagedFile when PDFium can't."""
        try:
            self._pdf: Any = pypdfium2.PdfDocument(source)
        except pypdfium2.PdfiumError as error:
            raise DamagedFile(f"PDFium: {error}") from error

    def __len__(self) -> int:
        return len(self._pdf)

    def close(self) -> None:
        self._pdf.close()

    def size_px(self, number: int, dpi: float, user_unit: float) -> tuple[int, int]:
        """Return how large page `number` (from 1) will be drawn, turned as it shows."""
        page = self._page(number)
        width, height = page.get_size()
        page.close()
        scale = dpi * user_unit / 72
        return max(1, round(width * scale)), max(1, round(height * scale))

    def draw(self, number: int, dpi: float, user_unit: float) -> Image.Image:
        """Draw page `number` (from 1), as mode L when it has no color, else RGB.

        Raises:
            DamagedFile: the page can't be loaded.
        """
        page = self._page(number)
        try:
            bitmap = page.render(
                scale=dpi * user_unit / 72,
                may_draw_forms=False,
                draw_annots=False,
                rev_byteorder=True,
                limit_image_cache=True,
            )
        except (ValueError, pypdfium2.PdfiumError) as error:
            raise DamagedFile("the page can't be drawn", page=number) from error
        pixels: Color = bitmap.to_numpy()
        image = _without_idle_color(pixels)
        bitmap.close()
        page.close()
        return image

    def image_pixels(self, number: int, width: int, height: int) -> Image.Image | None:
        """Return the pixels of page `number`'s image of that size, at its own resolution.

        Bilevel comes back as mode 1. None when PDFium can't decode it.
        """
        page = self._page(number)
        try:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=6):
                if item.get_px_size() == (width, height):
                    decoded: Image.Image = item.get_bitmap().to_pil()
                    return (
                        _bilevel(decoded.convert("L")) if decoded.size == (width, height) else None
                    )
        except pypdfium2.PdfiumError:
            return None
        finally:
            page.close()
        return None

    def _page(self, number: int) -> Any:
        try:
            return self._pdf[number - 1]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise DamagedFile("the page can't be loaded", page=number) from error


def keep_drawn(number: int, image: Image.Image, dpi: float, folder: PageFolder) -> PageImage:
    """Store a drawn page: grey as PNG where that is small, else JPEG of quality 92, 4:4:4."""
    if image.mode in ("1", "L"):
        data = png_bytes(image)
        if len(data) <= _MOST_PNG_SHARE * image.width * image.height + 65536:
            return folder.keep_png_bytes(number, data, image.size, dpi, Capture.RENDERED)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0, dpi=(dpi, dpi))
    return folder.keep_jpeg(number, stream.getvalue(), image.size, dpi, Capture.RENDERED)


def _without_idle_color(pixels: Color) -> Image.Image:
    red, green, blue = (pixels[..., channel].astype(np.int16) for channel in range(3))
    is_grey = np.abs(red - green).max() <= _GREY_SLACK and np.abs(green - blue).max() <= _GREY_SLACK
    return Image.fromarray(np.ascontiguousarray(pixels[..., 1] if is_grey else pixels[..., :3]))


def _bilevel(grey: Image.Image) -> Image.Image:
    levels = np.asarray(grey)
    if np.isin(levels, (0, 255)).all():
        return grey.convert("1", dither=Image.Dither.NONE)
    return grey
