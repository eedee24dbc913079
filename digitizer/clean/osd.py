"""Tesseract's orientation detector, for the few pages whose letters leave it open."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from digitizer.clean.ink import Gray
from digitizer.errors import MissingDependency

# One thread a page: Tesseract reads the limit when it is loaded, which is in `_detector`.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

_SIDE: Final = 2000
_SURE: Final = 1.0
_FOLDERS: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
)


def detect_rotation(page: Gray) -> int | None:
    """Return the clockwise turn (0, 90, 180, 270) that makes the page upright; None if unsure.

    Costs about half a second of CPU; not for two threads at once.

    Raises:
        MissingDependency: Tesseract's `osd` model is not installed.
    """
    scale = min(1.0, _SIDE / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    detector = _detector()
    detector.SetImage(Image.fromarray(np.asarray(small, np.uint8)))
    found = detector.DetectOrientationScript()
    detector.Clear()
    if not found or found["orient_conf"] < _SURE:
        return None
    # It names the turn the page has had; ours is the one that undoes it.
    had: int = found["orient_deg"]
    return -had % 360


@cache
def _detector() -> Any:
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
