"""The pixels of a page image: decoded, on white paper, eight bits a color."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from digitizer.errors import DamagedFile
from digitizer.model import ScannedPage

_GRAY_MODES: Final = ("1", "L", "LA", "I", "I;16", "F")


def read_image(page: ScannedPage, least_side: int | None = None) -> Image.Image:
    """Return the page image in mode "L" or "RGB", not turned.

    Args:
        page: a JPEG or a PNG.
        least_side: where a smaller copy does, its least side in pixels: a JPEG is then decoded
            at an eighth to a half of its size, which is what makes it cheap.

    Raises:
        DamagedFile: it can't be decoded.
    """
    try:
        with Image.open(page.image.path, formats=("JPEG", "PNG")) as image:
            if least_side:
                image.draft(None, (least_side, least_side))
            return _plain(on_paper(image))
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise DamagedFile(f"{page.image.path.name}: {error}", page=page.number) from error


def on_paper(image: Image.Image) -> Image.Image:
    """Return the image laid on white paper, itself if nothing of it is transparent."""
    if not image.has_transparency_data:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "I;16":
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image.convert("L" if image.mode in _GRAY_MODES else "RGB")
