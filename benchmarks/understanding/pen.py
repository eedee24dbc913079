"""A pen that writes forms in any family, line by line; pages become pixels at any resolution.

Unlike the samples' writer it keeps no boxes: here the truth is the fields, not the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from PIL import Image, ImageDraw

from benchmarks.understanding import faces
from benchmarks.understanding.faces import Face, Family
from samples.layout import A4, BLUE, INK, PAPER, Color
from samples.stamps import Draw, handwriting
from samples.typeface import POINT_MM

Align = Literal["left", "center", "right"]
Leaders = Literal["under", "after", "none"]
_SHIFT: Final = {"left": 0.0, "center": 0.5, "right": 1.0}
_MM_PER_INCH: Final = 25.4
_HAND_STEP: Final = 0.72
"""Advance of a handwritten digit, as a share of its height."""


@dataclass(slots=True)
class Sheet:
    """One side of paper: what to draw on it, in millimeters from its top left corner.

    `closing` is where recipients and signatures begin, as a share of the height; None where
    nobody signs.
    """

    size_mm: tuple[float, float] = A4
    draws: list[Draw] = field(default_factory=list)
    closing: float | None = None


def render(sheet: Sheet, dpi: int) -> Image.Image:
    """Return the sheet as RGB at `dpi`."""
    scale = dpi / _MM_PER_INCH
    width, height = sheet.size_mm
    page = Image.new("RGB", (round(width * scale), round(height * scale)), PAPER)
    for draw in sheet.draws:
        draw(page, scale)
    return page


@dataclass(slots=True)
class Pen:
    """Sheets written so far; `y` is the baseline last written on the newest, in millimeters."""

    family: Family = "serif"
    size_pt: float = 14.0
    leaders: Leaders = "none"
    sheets: list[Sheet] = field(default_factory=lambda: [Sheet()])
    y: float = 20.0
    left: float = 30.0
    right: float = 193.0
    bottom: float = 275.0
    spacing: float = 1.2

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def center(self) -> float:
        return (self.left + self.right) / 2

    @property
    def step(self) -> float:
        return self.size_pt * POINT_MM * self.spacing

    def width(self, text: str, face: Face = "regular", size_pt: float = 0.0) -> float:
        return faces.width_mm(text, self.family, face, size_pt or self.size_pt)

    def put(
        self,
        text: str,
        x: float,
        *,
        y: float | None = None,
        face: Face = "regular",
        size_pt: float = 0.0,
        align: Align = "left",
        color: Color = INK,
    ) -> float:
        """Write one line at `x`, on `y` or the present baseline; return its right end."""
        size, family = size_pt or self.size_pt, self.family
        baseline = self.y if y is None else y
        width = self.width(text, face, size)
        left = x - _SHIFT[align] * width

        def draw(page: Image.Image, scale: float) -> None:
            font = faces.at_pixels(family, face, size * POINT_MM * scale)
            at = (left * scale, baseline * scale)
            ImageDraw.Draw(page).text(at, text, color, font, anchor="ls")

        self.sheet.draws.append(draw)
        return left + width

    def hand(self, digits: str, x: float, seed: int, *, height: float = 5.0) -> float:
        """Write digits by hand on the present baseline; return where the next letter may begin."""
        self.sheet.draws.append(handwriting(digits, (x, self.y + 0.5), height, seed, BLUE))
        return x + len(digits) * _HAND_STEP * height + 1.2

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], thick: float = 0.25
    ) -> None:
        def draw(page: Image.Image, scale: float) -> None:
            ends = (start[0] * scale, start[1] * scale, end[0] * scale, end[1] * scale)
            ImageDraw.Draw(page).line(ends, INK, max(1, round(thick * scale)))

        self.sheet.draws.append(draw)

    def dots(self, left: float, right: float) -> None:
        """Put the dotted line that a clerk writes on, under the present baseline."""
        baseline = self.y

        def draw(page: Image.Image, scale: float) -> None:
            pen, radius, x = ImageDraw.Draw(page), 0.18 * scale, left
            y = (baseline + 0.8) * scale
            while x < right:
                pen.ellipse((x * scale - radius, y - radius, x * scale + radius, y + radius), INK)
                x += 1.1

        self.sheet.draws.append(draw)

    def turn(self) -> None:
        """Begin the next sheet with its number, top center (NĐ 30/2020 PL I)."""
        self.sheets.append(Sheet(self.sheet.size_mm))
        self.put(
            str(len(self.sheets)), self.sheet.size_mm[0] / 2, y=13.0, size_pt=13, align="center"
        )
        self.y = 20.0

    def skip(self, height: float) -> None:
        self.y += height

    def down(self, factor: float = 1.0) -> None:
        """Go to the next line, on the next sheet where this one is full."""
        if self.y + self.step * factor > self.bottom:
            self.turn()
        self.y += self.step * factor

    def broken(self, text: str, width: float, face: Face, indent: float = 0.0) -> list[str]:
        """Return `text` in lines of at most `width`, the first shorter by `indent`."""
        lines: list[str] = []
        line, room = "", width - indent
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self.width(longer, face) > room:
                lines.append(line)
                line, room = word, width
            else:
                line = longer
        return [*lines, line]

    def paragraph(
        self, text: str, *, face: Face = "regular", indent: float = 12.0, after: float = 1.8
    ) -> None:
        """Write a justified paragraph."""
        lines = self.broken(text, self.right - self.left, face, indent)
        for number, line in enumerate(lines):
            self.down()
            start = self.left + (0.0 if number else indent)
            if number == len(lines) - 1:
                self.put(line, start, face=face)
            else:
                self._spread(line.split(), start, face)
        self.skip(after)

    def _spread(self, words: Sequence[str], left: float, face: Face) -> None:
        free = self.right - left - sum(self.width(word, face) for word in words)
        gap = free / max(1, len(words) - 1)
        for word in words:
            left = self.put(word, left, face=face) + gap

    def centered(self, text: str, *, face: Face = "bold", width: float = 145.0) -> int:
        """Write lines about the middle of the text area; return how many."""
        lines = self.broken(text, width, face)
        for line in lines:
            self.down()
            self.put(line, self.center, face=face, align="center")
        return len(lines)

    def entry(
        self,
        label: str,
        value: str,
        *,
        left: float = 0.0,
        right: float = 0.0,
        face: Face = "regular",
    ) -> None:
        """Write `label` and `value` from the present baseline on, over dots where a form has them.

        A value too long for the line goes on at the left margin of the next.
        """
        end = right or self.right
        start = self.put(label, left or self.left) + self.width(" ")
        taken = self.right - self.left - end + start
        lines = self.broken(value, self.right - self.left, face, taken)
        if self.width(lines[0], face) > end - start:
            lines = ["", *self.broken(value, self.right - self.left, face)]
        for number, line in enumerate(lines):
            if number:
                self.down()
                start = self.left
            stop = self.put(line, start + 0.8, face=face) if line else start
            if self.leaders == "under":
                self.dots(start, end)
            elif self.leaders == "after":
                self.dots(stop + 1.0, end)

    def row(self, *pairs: tuple[str, str], face: Face = "regular", factor: float = 1.25) -> None:
        """Write labels with their values side by side on a new line, with equal room to spare."""
        self.down(factor)
        taken = [self.width(f"{label}  ") + self.width(value, face) for label, value in pairs]
        spare = max(2.0, (self.right - self.left - sum(taken)) / len(pairs))
        left = self.left
        for width, (label, value) in zip(taken, pairs, strict=True):
            right = self.right if len(pairs) == 1 else left + width + spare - 2.0
            self.entry(label, value, left=left, right=right, face=face)
            left += width + spare

    def columns(
        self, *pairs: tuple[str, str], face: Face = "regular", factor: float = 1.25
    ) -> None:
        """Write labels with their values in columns of equal width on a new line."""
        self.down(factor)
        width = (self.right - self.left) / len(pairs)
        for number, (label, value) in enumerate(pairs):
            left = self.left + number * width
            self.entry(label, value, left=left, right=left + width - 2.0, face=face)
