"""Which way up a page is: a cheap look at its lines first, Tesseract's detector when unsure."""

from __future__ import annotations

import itertools
import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.ink import Gray, Ink
from digitizer.clean.skew import find_skew, level
from digitizer.errors import MissingDependency

_STRIPS: Final = 6
_SMOOTH: Final = np.array([0.25, 0.5, 0.25])
_SURELY_LEVEL: Final = math.log(1.5)
_SURELY_UPRIGHT: Final = 0.15
_FEWEST_MARKS: Final = 40
_LIMIT_DEG: Final = 8.0
_DETECTOR_SIDE: Final = 2000
_DETECTOR_SURE: Final = 1.0
_FOLDERS: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
)
_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A clockwise turn (0, 90, 180, 270) that makes a page upright, and whether it is sure."""

    rotation_deg: int
    is_sure: bool


def turn(page: Gray, rotation_deg: int) -> Gray:
    """Return the page turned clockwise by 0, 90, 180 or 270 degrees."""
    if rotation_deg == 0:
        return page
    return np.asarray(cv2.rotate(page, _TURNS[rotation_deg]), np.uint8)


def find_rotation(page: Gray, ink: Ink, marks: int) -> int:
    """Return the clockwise turn that makes the page upright; 0 when nobody can tell.

    Args:
        page: (H, W) uint8 as scanned.
        ink: its letter-like marks, `marks` in number.
    """
    if marks < _FEWEST_MARKS:
        return 0
    guess = guess_rotation(ink)
    if not guess.is_sure:
        guess = guess_rotation(_leveled(ink), _leveled(ink.T))
    if guess.is_sure:
        return guess.rotation_deg
    detected = _detect(page)
    return guess.rotation_deg if detected is None else detected


def guess_rotation(ink: Ink, sideways: Ink | None = None) -> Guess:
    """Judge by the profile of the ink across the lines.

    Args:
        ink: the marks of the page as it is.
        sideways: the same with rows and columns exchanged; made from `ink` unless given.

    Lines run the way whose profile is the sharper. A line of Latin letters ends sharply below,
    at the baseline, and raggedly above, where ascenders and Vietnamese marks stand: so the
    profile falls more steeply than it rises. Tones below (nặng) are too few to turn that.

    Source: the idea is that of Spitz 1997 on character shape codes; thresholds from 64 real
        pages in all four turns, docs/adr/0004.
    """
    rows, columns = _profiles(ink), _profiles(ink.T if sideways is None else sideways)
    sharper = math.log((_energy(rows) + 1e-9) / (_energy(columns) + 1e-9))
    if sharper >= 0:
        lean = _lean(rows)
        rotation = 0 if lean >= 0 else 180
    else:
        lean = _lean(columns)
        # Columns are read from the left: ragged left, sharp right means the top is at the left.
        rotation = 90 if lean >= 0 else 270
    sure = abs(sharper) > _SURELY_LEVEL and abs(lean) > _SURELY_UPRIGHT
    return Guess(rotation, sure)


def _leveled(ink: Ink) -> Ink:
    """Return the marks turned level, as far as their lines run across: skew flattens profiles."""
    skew_deg = find_skew(ink, _LIMIT_DEG)
    return level((~ink).astype(np.uint8) * 255, skew_deg) < 128


def _profiles(ink: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (strips, rows): ink per row in each of several strips side by side."""
    edges = np.linspace(0, ink.shape[1], _STRIPS + 1).astype(int)
    profiles = [ink[:, a:b].sum(axis=1, dtype=np.float64) for a, b in itertools.pairwise(edges)]
    # A baseline that is not quite level is spread over rows; smoothing makes its fall one step.
    return np.stack([np.convolve(profile, _SMOOTH, mode="same") for profile in profiles])


def _energy(profiles: NDArray[np.float64]) -> float:
    return float((np.diff(profiles, axis=1) ** 2).mean())


def _lean(profiles: NDArray[np.float64]) -> float:
    """Return how much more steeply the profiles fall than rise, as a logarithm."""
    slope = np.diff(profiles, axis=1)
    rise = (np.clip(slope, 0, None) ** 3).sum()
    fall = (np.clip(-slope, 0, None) ** 3).sum()
    return math.log((fall + 1) / (rise + 1))


def _detect(page: Gray) -> int | None:
    """Ask Tesseract's orientation detector; None when it can't tell either."""
    from PIL import Image

    scale = min(1.0, _DETECTOR_SIDE / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    detector = _detector()
    detector.SetImage(Image.fromarray(small))
    found = detector.DetectOrientationScript()
    detector.Clear()
    if not found or found["orient_conf"] < _DETECTOR_SURE:
        return None
    # It names the turn the page has had; ours is the one that undoes it.
    turned: int = found["orient_deg"]
    return -turned % 360


@cache
def _detector() -> Any:
    """Return this process's detector, loaded when the first unsure page asks for it."""
    import tesserocr

    try:
        return tesserocr.PyTessBaseAPI(lang="osd", psm=tesserocr.PSM.OSD_ONLY, path=_models())
    except RuntimeError as error:
        raise MissingDependency("apt-get install tesseract-ocr-osd") from error


def _models() -> str:
    named = os.environ.get("TESSDATA_PREFIX")
    folders: tuple[str, ...] = (named, *_FOLDERS) if named else _FOLDERS
    for folder in folders:
        if (Path(folder) / "osd.traineddata").is_file():
            return folder
    raise MissingDependency("apt-get install tesseract-ocr-osd")
