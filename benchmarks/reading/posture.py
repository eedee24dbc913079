"""Skew, orientation and blank pages: `python -m benchmarks.reading.posture`.

Real pages and drawn ones are leaned by known angles and given to the cleaning stage as files. A
real page's own skew is not known; it is taken as the median of what all its trials say, less the
angle each was leaned by. Each real page is also turned the four ways, and must come out upright;
which way it was scanned, and which page is blank, was seen by eye.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.born_digital import averaged, born_pages, picture
from benchmarks.reading.trial import staged
from digitizer.clean.stage import clean
from digitizer.model import (
    Capture,
    CleanedPage,
    DocumentId,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.settings import CleanSettings

Pixels = NDArray[np.uint8]
ANGLES_DEG: Final = (0.2, -0.2, 0.7, -0.7, 2.0, -2.0, 5.0, -5.0, 8.0, -8.0)
LIMIT_DEG: Final = CleanSettings().limit_skew_deg
SIDEWAYS: Final = MappingProxyType(
    {
        "qng_2025_237-QD.p3": 270,
        "qng_2025_237-QD.p4": 90,
        "qng_2025_237-QD.p5": 270,
    }
)
"""The clockwise turn that makes a real page upright, where it is not."""
BLANK: Final = frozenset({"qn_2025_574-UBND.p2"})
_SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
_DRAWN_DPI: Final = (150, 200, 300)
_TURNS: Final = (0, 90, 180, 270)
_QUALITY: Final = 92


@dataclass(frozen=True, slots=True)
class Leaned:
    """One page leaned by one angle: what was found less what should have been, in degrees."""

    page: str
    angle_deg: float
    error_deg: float


@dataclass(frozen=True, slots=True)
class Turned:
    """One page turned one way; `expected_deg` is the clockwise turn that makes it upright."""

    page: str
    expected_deg: int
    found_deg: int
    is_blank: bool

    @property
    def is_right(self) -> bool:
        if self.page in BLANK:
            return self.is_blank
        return not self.is_blank and self.found_deg == self.expected_deg


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reading.posture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shared", type=Path, default=_SHARED)
    shared = parser.parse_args().shared
    drawn = [trial for name, page in drawn_pages(shared) for trial in lean(name, page, own_deg=0.0)]
    _print_skew("drawn", drawn)
    real, turns = [], []
    for name, page in real_pages(shared):
        turns += list(turn_all_ways(name, page))
        if name not in BLANK:
            upright = np.rot90(page, -SIDEWAYS.get(name, 0) // 90)
            real += lean(name, np.ascontiguousarray(upright))
    _print_skew("real", real)
    wrong = [turned for turned in turns if not turned.is_right]
    print(f"orientation and blank pages: {len(turns)} trials, {len(wrong)} wrong")
    for turned in wrong:
        print(f"  {turned}")


def _print_skew(kind: str, trials: Sequence[Leaned]) -> None:
    errors = sorted(abs(trial.error_deg) for trial in trials)
    worst = max(trials, key=lambda trial: abs(trial.error_deg))
    print(
        f"skew, {kind}: {len(trials)} trials, error median {median(errors):.3f}°,"
        f" 95 % within {errors[int(0.95 * len(errors))]:.3f}°, worst {errors[-1]:.3f}°"
        f" ({worst.page} at {worst.angle_deg:+}°)",
        flush=True,
    )
    for trial in trials:
        if abs(trial.error_deg) > 0.3:
            print(f"  {trial}")


def drawn_pages(shared: Path) -> Iterator[tuple[str, Pixels]]:
    """Yield the born-digital pages in grey, level, at 150, 200 and 300 dpi by turns."""
    for index, page in enumerate(born_pages(shared)):
        image = averaged(picture(page, _DRAWN_DPI[index % len(_DRAWN_DPI)]))
        yield page.name, np.asarray(image.convert("L"), np.uint8)


def real_pages(shared: Path) -> Iterator[tuple[str, Pixels]]:
    """Yield all pages of the real scans as they were scanned, in blue, green and red or grey."""
    for pdf in sorted((shared / "scans").glob("*.pdf")):
        with staged(pdf, MediaType.PDF) as (scanned, _):
            for page in scanned.pages:
                pixels = cv2.imdecode(np.fromfile(page.image.path, np.uint8), cv2.IMREAD_UNCHANGED)
                assert pixels is not None
                yield f"{pdf.stem}.p{page.number}", np.asarray(pixels, np.uint8)


def lean(name: str, page: Pixels, *, own_deg: float | None = None) -> list[Leaned]:
    """Lean an upright page by every angle and see what is found.

    Args:
        own_deg: the page's own skew; without it, what the trials agree on.

    Returns:
        One trial for each angle; those that lean the page past the limit are left out.
    """
    found = [(angle, cleaned(leaned(page, angle)).geometry.skew_deg) for angle in ANGLES_DEG]
    own = median(skew - angle for angle, skew in found) if own_deg is None else own_deg
    return [
        Leaned(name, angle, skew - angle - own)
        for angle, skew in found
        if abs(angle + own) <= LIMIT_DEG
    ]


def leaned(page: Pixels, angle_deg: float) -> Pixels:
    """Return the page turned clockwise about its center, on paper of its own color."""
    height, width = page.shape[:2]
    middle = (width / 2 - 0.5, height / 2 - 0.5)
    paper = np.atleast_1d(np.median(page.reshape(height * width, -1), axis=0))
    turned = cv2.warpAffine(
        page,
        cv2.getRotationMatrix2D(middle, -angle_deg, 1.0),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderValue=tuple(float(value) for value in paper),
    )
    return np.asarray(turned, np.uint8)


def turn_all_ways(name: str, page: Pixels) -> Iterator[Turned]:
    """Turn a page as it was scanned by each quarter and see which way up it is found."""
    for turn_deg in _TURNS:
        result = cleaned(np.ascontiguousarray(np.rot90(page, -turn_deg // 90)))
        expected = (SIDEWAYS.get(name, 0) - turn_deg) % 360
        yield Turned(name, expected, result.geometry.rotation_deg, result.is_blank)


def cleaned(page: Pixels) -> CleanedPage:
    """Return what the cleaning stage makes of a page given as a JPEG."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "page.jpg")
        cv2.imwrite(str(path), page, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        file = StoredFile.of(path)
        height, width = page.shape[:2]
        scan = ScannedPage(1, file, MediaType.JPEG, width, height, 200.0, Capture.NATIVE)
        document = Scanned(DocumentId(file.sha256[:32]), Origin.SCAN, 0, (scan,))
        return clean(document, folder=Path(folder), settings=CleanSettings()).pages[0]


if __name__ == "__main__":
    main()
