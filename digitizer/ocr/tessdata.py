"""Where Tesseract's Vietnamese data lies on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from digitizer.errors import MissingDependency

LANGUAGE: Final = "vie"
_FOLDERS: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)


def tessdata_folder() -> Path:
    """Return the folder that holds Tesseract's Vietnamese data.

    Raises:
        MissingDependency: it is in none of the usual places, nor where TESSDATA_PREFIX points.
    """
    named = os.environ.get("TESSDATA_PREFIX")
    for folder in (*([named] if named else ()), *_FOLDERS):
        if (Path(folder) / f"{LANGUAGE}.traineddata").is_file():
            return Path(folder)
    raise MissingDependency("Tesseract has no Vietnamese data; apt-get install tesseract-ocr-vie")
