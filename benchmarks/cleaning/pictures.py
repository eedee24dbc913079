"""Draw the before and after of docs/cleaning.md: `python -m benchmarks.cleaning.pictures`.

From a synthetic decision, so that nobody's real paper is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.cleaning.__main__ import as_page
from benchmarks.cleaning.damage import DAMAGES, office
from digitizer.clean.stage import clean
from digitizer.model import DocumentId, Origin, Scanned
from digitizer.settings import CleanSettings
from samples import decisions, layout, stamps

Pixels = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) blue-green-red."""
Inches = tuple[float, float, float, float]
_OUT: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
_SEED: Final = 3
_DPI: Final = 200
_A4: Final[Inches] = (0.0, 0.0, 8.27, 11.69)
_LYING: Final[Inches] = (0.0, 0.0, 11.69, 8.27)
_SEAL_MM: Final = (105.0, 135.0)
_WIDTH: Final = 480
_SMALL: Final = 300
_GAP: Final = 12
_LEVELS: Final = 36


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: how its page is spoiled, and which part is shown, in inches, how wide."""

    name: str
    spoil: Callable[[], Pixels]
    before: Inches
    after: Inches
    dpi: int = _DPI
    shown: int = _WIDTH


def main() -> None:
    for picture in PICTURES:
        worn = picture.spoil()
        cleaned = _cleaned(worn, picture.dpi)
        before, after = (
            _cut(page, part, picture.dpi, picture.shown)
            for page, part in ((worn, picture.before), (cleaned, picture.after))
        )
        _write(picture.name, before, after)
    # A blank page comes out as it went in: the pair shows what is blank, and what is not.
    _write("blank", *(_cut(page, _A4, _DPI, _SMALL) for page in (_unwritten(), _number_only())))


def damaged(name: str) -> Pixels:
    """Return the first page of the decision with a damage of the benchmark."""
    damage = DAMAGES[name]
    front, back = _drawn(0, damage.dpi), _drawn(1, damage.dpi)
    return damage.do(front, back, damage.dpi, np.random.default_rng(_SEED))


def _drawn(number: int, dpi: int = _DPI) -> Pixels:
    page = layout.render(decisions.regulation()[number], dpi).convert("L")
    return np.asarray(page, np.uint8)


def _sealed() -> Pixels:
    page: Image.Image = layout.render(decisions.regulation()[0], _DPI).convert("RGB")
    ring = "DẤU MẪU KHÔNG CÓ GIÁ TRỊ - "
    stamps.seal(_SEAL_MM, ring, ("CON DẤU", "MẪU"), 12.0)(page, _DPI / 25.4)
    return np.ascontiguousarray(np.asarray(page, np.uint8)[:, :, ::-1])


def _sealed_in_grey() -> Pixels:
    return np.asarray(cv2.cvtColor(_sealed(), cv2.COLOR_BGR2GRAY), np.uint8)


def _turned() -> Pixels:
    return np.ascontiguousarray(np.rot90(office(_drawn(0), np.random.default_rng(_SEED))))


def _unwritten() -> Pixels:
    """Return an empty page with two punched holes, dust and the shadow of the lid."""
    page, chance = np.full_like(_drawn(0), 250), np.random.default_rng(_SEED)
    for x, y in chance.integers(100, 1500, (40, 2)):
        page[y : y + 3, x : x + 3] = 30
    for middle in ((90, 800), (90, 1430)):
        cv2.circle(page, middle, 26, (20,), -1)
    page[:, :9] = 10
    return office(page, chance)


def _number_only() -> Pixels:
    page = np.full_like(_drawn(0), 250)
    cv2.putText(page, "2", (820, 170), cv2.FONT_HERSHEY_COMPLEX, 1.2, (20,), 2)
    return office(page, np.random.default_rng(_SEED))


PICTURES: Final = (
    Picture("red", _sealed, (3.0, 4.6, 5.4, 5.9), (3.0, 4.6, 5.4, 5.9)),
    Picture("seal", _sealed_in_grey, (3.0, 4.6, 5.4, 5.9), (3.0, 4.6, 5.4, 5.9)),
    Picture("upright", _turned, _LYING, _A4, shown=_SMALL),
    Picture("level", lambda: damaged("leaned 3°"), (0.4, 0.4, 8.0, 4.4), (0.4, 0.4, 8.0, 4.4)),
    Picture(
        "through",
        lambda: damaged("shows through 25 %"),
        (1.2, 7.6, 5.1, 9.6),
        (1.2, 7.6, 5.1, 9.6),
    ),
    Picture("faint", lambda: damaged("faint 30 %"), (1.2, 4.2, 3.6, 5.4), (1.2, 4.2, 3.6, 5.4)),
    Picture(
        "stamp",
        lambda: damaged("received stamp"),
        (0.0, 1.9, 4.4, 4.0),
        (0.0, 1.9, 4.4, 4.0),
        dpi=DAMAGES["received stamp"].dpi,
    ),
)


def _cleaned(worn: Pixels, dpi: int) -> Pixels:
    with TemporaryDirectory() as folder:
        page = as_page(worn, dpi, Path(folder))
        document = Scanned(DocumentId("0" * 32), Origin.SCAN, 0, (page,))
        cleaned = clean(document, folder=Path(folder), settings=CleanSettings()).pages[0]
        pixels = cv2.imread(str(cleaned.raster.path), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def _cut(page: Pixels, part: Inches, dpi: int, width: int) -> Pixels:
    """Return the part in color, `width` pixels wide, with few levels so that its file is small."""
    left, top, right, bottom = (round(edge * dpi) for edge in part)
    piece = page[top:bottom, left:right]
    color = piece if piece.ndim == 3 else cv2.cvtColor(piece, cv2.COLOR_GRAY2BGR)
    scale = width / color.shape[1]
    # Smaller by area, larger by whole pixels: what the raster has is to be seen.
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    sized = cv2.resize(color, None, fx=scale, fy=scale, interpolation=way)
    return np.asarray(np.rint(sized / _LEVELS).clip(0, 255 / _LEVELS) * _LEVELS, np.uint8)


def _write(name: str, before: Pixels, after: Pixels) -> None:
    """Put two pictures side by side, tops level, on grey."""
    height = max(before.shape[0], after.shape[0])
    width = before.shape[1]
    sheet = np.full((height, width + _GAP + after.shape[1], 3), 160, np.uint8)
    sheet[: before.shape[0], :width] = before
    sheet[: after.shape[0], width + _GAP :] = after
    cv2.imwrite(str(_OUT / f"cleaning-{name}.png"), sheet)


if __name__ == "__main__":
    main()
