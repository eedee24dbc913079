"""The plain engine: the `tesseract` program on the whole page, no neural line finder."""

from __future__ import annotations

import os
from itertools import groupby
from typing import Any

# One thread a page: Tesseract reads the limit when it starts.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import pytesseract
from PIL import Image

from digitizer.errors import MissingDependency, PageTimedOut
from digitizer.model import Box, TextLine, Word
from digitizer.ocr.engine import Gray
from digitizer.ocr.hygiene import tidy
from digitizer.ocr.tessdata import tessdata_folder

_SURE = 0.9


class TesseractEngine:
    """One program call a page. See `OcrEngine`."""

    def __init__(self) -> None:
        """Raises MissingDependency without the program or its Vietnamese data."""
        try:
            self._config = f"--psm 3 --tessdata-dir {tessdata_folder()}"
            version = pytesseract.get_tesseract_version()
        except pytesseract.TesseractNotFoundError as error:
            raise MissingDependency(
                "the tesseract program is not installed; apt-get install tesseract-ocr-vie"
            ) from error
        self.name = f"tesseract ({version} vie)"

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        """See `OcrEngine.read`."""
        try:
            found = pytesseract.image_to_data(
                Image.fromarray(gray),
                lang="vie",
                config=f"{self._config} --dpi {round(dpi)}",
                timeout=timeout_s,
                output_type=pytesseract.Output.DICT,
            )
        except RuntimeError as error:
            # pytesseract has no class of its own for this: it kills the child and says so.
            if "timeout" not in str(error).lower():
                raise
            raise PageTimedOut(f"not read within {timeout_s:g} s") from error
        # In the program's own order of blocks; it reads a two-column header across.
        return _lines(found)


def _lines(found: dict[str, list[Any]]) -> tuple[TextLine, ...]:
    columns = ("block_num", "par_num", "line_num", "left", "top", "width", "height", "conf", "text")
    rows = list(zip(*(found[column] for column in columns), strict=True))
    lines = []
    for _, group in groupby(rows, key=lambda row: row[:3]):
        words = [word for row in group if (word := _word(*row[3:])) is not None]
        if words:
            box = words[0].box
            for word in words[1:]:
                box = box.union(word.box)
            lines.append(TextLine(tuple(words), box))
    return tuple(lines)


def _word(left: int, top: int, width: int, height: int, conf: float, text: str) -> Word | None:
    kept = tidy(text)
    if not kept or width <= 0 or height <= 0:
        return None
    confidence = min(1.0, max(0.0, float(conf) / 100))
    return Word(kept, Box(left, top, left + width, top + height), confidence, confidence >= _SURE)
