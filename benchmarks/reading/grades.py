"""Three grades of paper and scanner. Pictures in, files out; the seed decides everything."""

from __future__ import annotations

import io
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.reading.marks import Place, received, sealed
from samples.degrade import Mode, Wear, as_jpeg, scan

GradeName = Literal["office", "worn", "bad"]
GRADES: Final = get_args(GradeName)
Range = tuple[float, float]
_LEAST_BILEVEL_DPI: Final = 200
_MM_PER_INCH: Final = 25.4
_OVERSAMPLING: Final = 2


@dataclass(frozen=True, slots=True)
class Grade:
    """From where to where a grade's pages differ; see `samples.degrade.Wear` for the units.

    Attributes:
        skew_deg: to either side.
        noise: of the sensor at 300 dpi.
        quality: of the JPEG; bilevel pages are stored without loss.
        ink: blackness of the print, 1 is fresh.
        erosion: how much of the ink has come off in patches and grains, 0 to 1.
        sealed_share: share of pages with a seal, and a signature where one belongs.
        received_share: share of first pages with a black received stamp over print.
    """

    dpis: tuple[int, ...]
    modes: tuple[Mode, ...]
    skew_deg: Range
    blur_px: Range
    shading: Range
    noise: Range
    quality: Range
    ghost: Range
    ink: Range
    erosion: Range
    sealed_share: float
    received_share: float


_BY_NAME: Final = MappingProxyType(
    {
        "office": Grade(
            dpis=(200, 300),
            modes=("color", "color", "gray"),
            skew_deg=(0.2, 0.6),
            blur_px=(0.45, 0.65),
            shading=(0.02, 0.06),
            noise=(1.0, 2.0),
            quality=(60, 80),
            ghost=(0.01, 0.03),
            ink=(0.9, 1.0),
            erosion=(0.0, 0.05),
            sealed_share=0.6,
            received_share=0.25,
        ),
        "worn": Grade(
            dpis=(150, 200, 300),
            modes=("color", "gray", "bilevel"),
            skew_deg=(0.4, 1.5),
            blur_px=(0.55, 0.85),
            shading=(0.06, 0.15),
            noise=(2.5, 4.0),
            quality=(35, 55),
            ghost=(0.03, 0.07),
            ink=(0.65, 0.85),
            erosion=(0.1, 0.25),
            sealed_share=0.7,
            received_share=0.35,
        ),
        "bad": Grade(
            dpis=(150, 200, 300),
            modes=("color", "gray", "bilevel"),
            skew_deg=(1.0, 3.0),
            blur_px=(0.8, 1.1),
            shading=(0.15, 0.3),
            noise=(4.0, 7.0),
            quality=(20, 35),
            ghost=(0.06, 0.12),
            ink=(0.45, 0.65),
            erosion=(0.25, 0.45),
            sealed_share=0.8,
            received_share=0.4,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What one page goes through, drawn from its grade."""

    dpi: int
    wear: Wear
    quality: int
    ink: float
    erosion: float
    is_sealed: bool
    is_received: bool


def conditions(name: GradeName, seed: int) -> Conditions:
    """Draw one page's conditions from a grade; the same seed gives the same."""
    grade, chance = _BY_NAME[name], np.random.default_rng(seed)

    def within(limits: Range) -> float:
        return float(chance.uniform(*limits))

    dpi = int(chance.choice(grade.dpis))
    mode = grade.modes[int(chance.integers(len(grade.modes)))]
    if dpi < _LEAST_BILEVEL_DPI and mode == "bilevel":
        mode = "gray"
    skew_deg = within(grade.skew_deg) * (1 if chance.random() < 0.5 else -1)
    ink = within(grade.ink)
    wear = Wear(
        mode=mode,
        skew_deg=round(skew_deg, 2),
        blur_px=within(grade.blur_px) * max(1.0, dpi / 200),
        shading=within(grade.shading),
        noise=within(grade.noise) * dpi / 300,
        yellow=within((0.0, 0.2)),
        # A scanner's own choice: half-way between paper and print.
        threshold=round(250 - 110 * ink),
        ghost=within(grade.ghost),
    )
    return Conditions(
        dpi=dpi,
        wear=wear,
        quality=round(within(grade.quality)),
        ink=ink,
        erosion=within(grade.erosion),
        is_sealed=bool(chance.random() < grade.sealed_share),
        is_received=bool(chance.random() < grade.received_share),
    )


def scanned(
    drawn: Image.Image,
    chosen: Conditions,
    seed: int,
    behind: Image.Image | None,
    place: Place | None,
) -> tuple[bytes, str]:
    """Return the file a scanner would hand over, and its suffix (`.jpg` or `.tif`).

    Args:
        drawn: RGB, upright, at twice `chosen.dpi`.
        behind: the other side of the sheet, any size.
        place: where marks go, if the conditions ask for any; None for none at all.
    """
    chance = np.random.default_rng(seed)
    page = drawn.copy()
    if place is not None:
        _mark(page, chosen, place, chance)
    worn = _worn_ink(page.reduce(_OVERSAMPLING), chosen, chance)
    image = scan(worn, chosen.wear, seed, behind)
    if image.mode != "1":
        return as_jpeg(image, chosen.quality, chosen.dpi), ".jpg"
    stream = io.BytesIO()
    image.save(stream, "TIFF", compression="group4", dpi=(chosen.dpi, chosen.dpi))
    return stream.getvalue(), ".tif"


def _mark(page: Image.Image, chosen: Conditions, place: Place, chance: np.random.Generator) -> None:
    scale = chosen.dpi * _OVERSAMPLING / _MM_PER_INCH
    size_mm = (page.width / scale, page.height / scale)
    draws = sealed(size_mm, place, chance) if chosen.is_sealed else []
    draws += [received(size_mm, chance)] if chosen.is_received and place.is_first else []
    for draw in draws:
        draw(page, scale)


def _worn_ink(page: Image.Image, chosen: Conditions, chance: np.random.Generator) -> Image.Image:
    """Make ink paler everywhere, and let it come off in patches and grains."""
    pixels = np.asarray(page, np.float32)
    kept = chosen.ink * (1 - chosen.erosion * _loss(pixels.shape[:2], chosen.dpi, chance))
    return Image.fromarray((255 - (255 - pixels) * kept[..., None]).astype(np.uint8))


def _loss(shape: tuple[int, ...], dpi: int, chance: np.random.Generator) -> NDArray[np.float32]:
    """Return (H, W) in [0, 1]: broad patches of some centimeters times grains of a few pixels."""
    height, width = shape
    patches = chance.random((9, 7)).astype(np.float32)
    broad = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
    grains = chance.normal(0, 1, shape).astype(np.float32)
    fine = cv2.GaussianBlur(grains, (0, 0), dpi / 200) * dpi / 200 * 3
    return np.asarray(np.clip(broad * (0.9 + fine), 0, 1), np.float32)
