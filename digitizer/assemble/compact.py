"""The compact picture of a page: coarse paper, sharp ink, and colored ink as a photograph.

From bottom to top: the paper, a low-resolution JPEG without ink; the ink, a lossless stencil at the
scan's own resolution that takes its color from a coarse JPEG; and seals, signatures and whatever
else is colored, cut out as small JPEGs. The page is then compared with the scan, and if it is not
close enough or not smaller, the scan's own image is kept.

Source: mixed raster content, ITU-T T.44; docs/adr/0023-compact-pages.md for every number.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitizer.assemble.colored_ink import colored_regions
from digitizer.assemble.ink_mask import Ink, find_ink
from digitizer.assemble.layers import ink_color, paper_color
from digitizer.assemble.likeness import cells_of, similarity, worst_place
from digitizer.assemble.page_image import Coding, ColorSpace, PageImage, one_bit
from digitizer.assemble.picture import Layer, Picture
from digitizer.assemble.resampling import Pixels, averaged, luma, size_at, stretched
from digitizer.model import Box

# Both of a simulated view; viewers are within 0.01 and a few gray levels of it.
_LEAST_SIMILARITY: Final = 0.96
_WORST_PLACE: Final = 40.0
_VIEW_DPI: Final = 150.0
_PHOTO_DPI: Final = 200.0
_PHOTO_QUALITY: Final = 70
_MOST_PHOTO_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class _Effort:
    """Resolutions and JPEG qualities of one try."""

    paper_dpi: float
    paper_quality: int
    ink_dpi: float
    ink_quality: int


_EFFORTS: Final = (_Effort(100, 40, 50, 40), _Effort(150, 60, 75, 60))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with all that every try needs of it."""

    pixels: Pixels
    dpi: float
    ink: Ink
    stencil: PageImage
    photos: tuple[Layer, ...]
    view: Pixels


def compact_picture(own: PageImage, pixels: Pixels, dpi: float) -> Picture:
    """Return the page in layers; its own image if that is as small or the layers are not like it.

    Args:
        own: the scanner's image, in the form a PDF can hold.
        pixels: the same image decoded: (H, W) gray or (H, W, 3) red-green-blue, uint8.
        dpi: of `pixels`.
    """
    unchanged = Picture.own(own)
    if own.coding is Coding.GROUP_4 or min(pixels.shape[:2]) < dpi / 2:
        return unchanged
    if _is_black_and_white(pixels):
        lossless = Picture.own(one_bit(Image.fromarray(pixels > 0)))
        return min(unchanged, lossless, key=lambda picture: picture.size_bytes)
    page = _taken_apart(pixels, dpi)
    for effort in _EFFORTS:
        layers, seen = _layers(page, effort)
        picture = Picture(layers, is_own=False)
        if picture.size_bytes >= unchanged.size_bytes:
            return unchanged
        if _is_like(page, seen):
            return picture
    return unchanged


def _is_like(page: _Page, seen: Pixels) -> bool:
    cells = cells_of(page.pixels.shape[1], page.pixels.shape[0], page.dpi)
    return (
        similarity(luma(seen), luma(page.view)) >= _LEAST_SIMILARITY
        and worst_place(seen, page.view, cells) <= _WORST_PLACE
    )


def _is_black_and_white(pixels: Pixels) -> bool:
    """Say whether a page in shades of gray has but two: some scanners write those as 8 bits."""
    return pixels.ndim == 2 and bool(np.isin(pixels, (0, 255)).all())


def _taken_apart(pixels: Pixels, dpi: float) -> _Page:
    boxes = colored_regions(pixels, dpi)
    height, width = pixels.shape[:2]
    if sum(box.width * box.height for box in boxes) > _MOST_PHOTO_SHARE * width * height:
        boxes = ()
    ink = find_ink(luma(pixels), dpi, elsewhere=boxes)
    return _Page(
        pixels=pixels,
        dpi=dpi,
        ink=ink,
        stencil=one_bit(Image.fromarray(ink.stencil == 0), ColorSpace.STENCIL),
        photos=tuple(_photo(pixels, box, dpi) for box in boxes),
        view=averaged(pixels, size_at(pixels, dpi, _VIEW_DPI)),
    )


def _layers(page: _Page, effort: _Effort) -> tuple[tuple[Layer, ...], Pixels]:
    """Return the layers of one try, and the view of them."""
    height, width = page.pixels.shape[:2]
    sheet = Box(0, 0, width, height)
    paper = _jpeg(
        paper_color(page.pixels, page.ink, size_at(page.pixels, page.dpi, effort.paper_dpi)),
        effort.paper_quality,
    )
    ink = _jpeg(
        ink_color(page.pixels, page.ink, size_at(page.pixels, page.dpi, effort.ink_dpi)),
        effort.ink_quality,
    )
    layers = (Layer(paper, sheet), Layer(ink, sheet, page.stencil), *page.photos)
    return layers, _seen(page, paper, ink)


def _seen(page: _Page, paper: PageImage, ink: PageImage) -> Pixels:
    """Return what a viewer shows at 150 dpi: ink over paper by the share it covers."""
    size = (page.view.shape[1], page.view.shape[0])
    cover = averaged(page.ink.stencil * np.uint8(255), size)
    share = (cover.astype(np.float32) / 255).reshape(*cover.shape, *(1,) * (page.view.ndim - 2))
    below, above = (stretched(_decoded(image), size) for image in (paper, ink))
    seen = np.asarray(below * (1 - share) + above * share + 0.5).astype(np.uint8)
    height, width = page.pixels.shape[:2]
    across, down = size[0] / width, size[1] / height
    for photo in page.photos:
        left, right = (round(x * across) for x in (photo.box.left, photo.box.right))
        top, bottom = (round(y * down) for y in (photo.box.top, photo.box.bottom))
        shown = averaged(_decoded(photo.image), (right - left, bottom - top))
        seen[top:bottom, left:right] = shown
    return seen


def _photo(pixels: Pixels, box: Box, dpi: float) -> Layer:
    cut = pixels[box.top : box.bottom, box.left : box.right]
    small = averaged(cut, size_at(cut, dpi, _PHOTO_DPI))
    # Strokes are a pixel or two wide: color of half the resolution halves their color.
    return Layer(_jpeg(small, _PHOTO_QUALITY, "4:4:4"), box)


def _jpeg(pixels: Pixels, quality: int, subsampling: str = "4:2:0") -> PageImage:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(
        stream, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=subsampling
    )
    space = ColorSpace.GRAY if pixels.ndim == 2 else ColorSpace.RGB
    height, width = pixels.shape[:2]
    return PageImage(width, height, space, 8, Coding.JPEG, (), stream.getvalue())


def _decoded(image: PageImage) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(image.data), formats=("JPEG",)) as opened:
        return np.asarray(opened)
