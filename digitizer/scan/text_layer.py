"""Read the visible text of born-digital PDF pages: words with their places.

With `legacy_fonts` the one module of this stage that knows pdfplumber. What it returns is a claim
of the file; `text_proof` decides whether it is believed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pdfplumber
from pdfplumber.utils.text import extract_words

from digitizer.model import Box, Word
from digitizer.scan.legacy_fonts import in_unicode
from digitizer.scan.text_proof import is_legible
from digitizer.vietnamese import nfc

log = logging.getLogger(__name__)

_MOST_LETTERS: Final = 60_000
# A gap of a fifth of the type size parts two words; Times' space is a quarter.
_WORD_GAP: Final = 0.2
_SMALLEST_TYPE_PT: Final = 3.0
_DOUBLE_PT: Final = 0.5


@dataclass(frozen=True, slots=True)
class PageText:
    """Words, and for each ruled table its cells, in pixels of the drawn page."""

    words: tuple[Word, ...]
    tables: tuple[tuple[Box, ...], ...]


class TextLayer:
    """An open PDF that text is read from."""

    def __init__(self, source: Path | bytes) -> None:
        self._source = source
        self._pdf: Any = None

    def close(self) -> None:
        if self._pdf is not None:
            self._pdf.close()

    def read(self, number: int, width: int, height: int) -> PageText:
        """Return the text of page `number` (from 1) in pixels of its drawing.

        Args:
            number: page number.
            width: of the drawn page, in pixels.
            height: of the drawn page, in pixels.

        Returns:
            Words in NFC, any order, TCVN3 and VNI converted; none when the text is unmapped
            glyphs, or can't be read.
        """
        try:
            return self._read(number, width, height)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - pdfminer raises any class on odd files
            # The page is then read by eye, as a scan is: nothing is lost but time.
            log.warning("text layer unreadable: %s", type(error).__name__)
            return PageText((), ())

    def _read(self, number: int, width: int, height: int) -> PageText:
        page = self._page(number)
        if len(page.chars) > _MOST_LETTERS:
            return PageText((), ())
        chars, converted = in_unicode(page.chars)
        unconverted = {str(char["fontname"]) for char in chars} - converted
        fonts = frozenset(font.rpartition("+")[2] for font in unconverted)
        grid = _Grid(page.cropbox or page.bbox, width, height)
        found = extract_words(_shown(chars), x_tolerance_ratio=_WORD_GAP)
        words = tuple(_word(item, grid) for item in found)
        tables = tuple(
            tuple(grid.box(*cell) for cell in table.cells) for table in page.find_tables()
        )
        page.close()
        if not is_legible(" ".join(word.text for word in words), fonts):
            return PageText((), ())
        return PageText(words, tables)

    def _page(self, number: int) -> Any:
        if self._pdf is None:
            stream = BytesIO(self._source) if isinstance(self._source, bytes) else self._source
            self._pdf = pdfplumber.open(stream, unicode_norm="NFC")
        return self._pdf.pages[number - 1]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Carries PDF points, as pdfplumber counts them from the top, onto the drawing's pixels."""

    visible: tuple[float, float, float, float]
    width: int
    height: int

    def box(self, x0: float, top: float, x1: float, bottom: float) -> Box:
        left, upper, right, lower = self.visible
        across, down = self.width / (right - left), self.height / (lower - upper)
        return Box(
            int((x0 - left) * across),
            int((top - upper) * down),
            round((x1 - left) * across) + 1,
            round((bottom - upper) * down) + 1,
        )


def _word(item: dict[str, Any], grid: _Grid) -> Word:
    # A soft hyphen that is drawn stands at a line's end and shows.
    text = nfc(item["text"]).replace("\u00ad", "-")
    box = grid.box(item["x0"], item["top"], item["x1"], item["bottom"])
    return Word(text, box, 1.0, accepted=True)


def _shown(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return upright letters once each: bold is sometimes faked by writing them twice.

    A blank that another letter stands on is left out too: số and ngày are stamped onto the
    blanks of "Số:      /QĐ-UBND", which would cut them into single digits.
    """
    upright = [char for char in chars if char["upright"] and char["size"] >= _SMALLEST_TYPE_PT]
    upright.sort(key=lambda char: (char["text"], round(char["top"]), char["x0"]))
    once = [
        char
        for before, char in pairwise([None, *upright])
        if char is not None and not _is_double(before, char)
    ]
    marks = [char for char in once if not char["text"].isspace()]
    if not marks:
        return []
    left, right, middle = (
        np.array(values)
        for values in zip(
            *((char["x0"], _right(char), (char["top"] + char["bottom"]) / 2) for char in marks),
            strict=True,
        )
    )
    blanks = [char for char in once if char["text"].isspace()]
    free = []
    for char in blanks:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        on_top = (left < x) & (x < right) & (np.abs(middle - y) < char["size"] / 3)
        if not on_top.any():
            free.append(char)
    return marks + free


def _right(char: dict[str, Any]) -> float:
    """Return where a letter's advance ends; a slanted one's box leans over the next."""
    _, _, shear, upward, _, _ = char["matrix"]
    slant = abs(shear / upward) if upward else 0.0
    return float(char["x1"] - slant * char["size"])


def _is_double(before: dict[str, Any] | None, char: dict[str, Any]) -> bool:
    if before is None or before["text"] != char["text"]:
        return False
    across, down = abs(before["x0"] - char["x0"]), abs(before["top"] - char["top"])
    return bool(across < _DOUBLE_PT and down < _DOUBLE_PT)
