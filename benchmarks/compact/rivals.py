"""The plain ways to make a page smaller: the whole page as one picture at 150 dpi."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.compact.measure import VIEW_DPI, scanned_in
from digitizer.assemble.likeness import similarity
from digitizer.assemble.pixels import read_image
from digitizer.assemble.resampling import Pixels, averaged, luma, size_at

_JPEG_QUALITIES: Final = (10, 20, 30, 50)
_JPEG_2000_RATIO: Final = 60


@dataclass(frozen=True, slots=True)
class Rival:
    """Bytes and similarity of one page as one picture. Its view is the picture itself."""

    name: str
    size_bytes: int
    similarity: float


def rivals(path: Path) -> list[Rival]:
    """Return what each way makes of each page that is not black and white."""
    with TemporaryDirectory() as folder:
        pages = scanned_in(path, Path(folder) / "pages").pages
        images = [(page, read_image(page)) for page in pages if not _is_one_bit(page.image.path)]
        return [
            rival
            for page, image in images
            for rival in _of(averaged(np.asarray(image), _view_size(np.asarray(image), page.dpi)))
        ]


def _view_size(pixels: Pixels, dpi: float) -> tuple[int, int]:
    return size_at(pixels, dpi, VIEW_DPI)


def _is_one_bit(path: Path) -> bool:
    with Image.open(path) as image:
        return image.mode == "1"


def _of(pixels: Pixels) -> list[Rival]:
    made = [
        _rival(f"JPEG q{quality}", pixels, "JPEG", quality=quality, optimize=True, progressive=True)
        for quality in _JPEG_QUALITIES
    ]
    rate = _rival(
        "JPEG 2000", pixels, "JPEG2000", quality_mode="rates", quality_layers=[_JPEG_2000_RATIO]
    )
    return [*made, rate]


def _rival(name: str, pixels: Pixels, coding: str, **options: object) -> Rival:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, coding, **options)
    with Image.open(stream) as decoded:
        seen = np.asarray(decoded)
    return Rival(name, len(stream.getvalue()), similarity(luma(pixels), luma(seen)))
