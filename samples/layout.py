"""A page as a list of marks in millimeters: drawn as pixels, as PDF, or measured as truth.

Origin top left. Text is placed word by word with the face's own advances, so the same page gives
the same boxes at any resolution.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from digitizer.model import Box
from samples import typeface
from samples.typeface import POINT_MM, Face

Color = tuple[int, int, int]
INK: Color = (28, 28, 30)
BLUE: Color = (38, 58, 150)
RED: Color = (200, 30, 45)
PAPER: Color = (255, 255, 255)
A4 = (210.0, 297.0)
OVERSAMPLING = 2


@dataclass(frozen=True, slots=True)
class Style:
    face: Face = "regular"
    size_pt: float = 14.0
    color: Color = INK


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """One word; `left_mm` is where its pen starts."""

    text: str
    style: Style
    left_mm: float
    baseline_mm: float

    @property
    def right_mm(self) -> float:
        return self.left_mm + typeface.width_mm(self.text, self.style.face, self.style.size_pt)


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one printed line of one block or table cell, in reading order."""

    words: tuple[PlacedWord, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line. `dash_mm` is (drawn, skipped), None for a full line."""

    start: tuple[float, float]
    end: tuple[float, float]
    width_mm: float = 0.25
    dash_mm: tuple[float, float] | None = None
    color: Color = INK


@dataclass(frozen=True, slots=True)
class Picture:
    """What is neither text nor rule: a seal, a signature, a frame.

    `draw` gets the page as RGB and its pixels per millimeter, and paints on it in place.
    """

    draw: Callable[[Image.Image, float], None]


@dataclass(slots=True)
class Sheet:
    """One side of paper under the pen."""

    size_mm: tuple[float, float] = A4
    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def write(self, text: str, at: tuple[float, float], style: Style, align: str = "left") -> Line:
        """Put one line of text; `at` is its (left, center or right end; baseline).

        Raises:
            MissingGlyph: a character the face can't draw.
        """
        left = at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * _width(text, style)
        words = []
        for word in text.split():
            words.append(PlacedWord(word, style, left, at[1]))
            left += _width(word, style) + _width(" ", style)
        line = Line(tuple(words))
        self.lines.append(line)
        return line

    def rule(self, start: tuple[float, float], end: tuple[float, float], **options: object) -> None:
        self.rules.append(Rule(start, end, **options))  # type: ignore[arg-type] # passed on

    def leader(self, left: float, right: float, baseline: float) -> None:
        """Put a dotted leader, the line a clerk writes on."""
        dots = (0.35, 0.75)
        self.rule((left, baseline + 0.9), (right, baseline + 0.9), width_mm=0.3, dash_mm=dots)

    def paint(self, draw: Callable[[Image.Image, float], None]) -> None:
        self.pictures.append(Picture(draw))


def _width(text: str, style: Style) -> float:
    return typeface.width_mm(text, style.face, style.size_pt)


# ── paragraphs ───────────────────────────────────────────────────────────────────────────────

_SPAN = re.compile(r"\*\*(.+?)\*\*|([^*]+)")


def spans(text: str, style: Style) -> list[tuple[str, Style]]:
    """Split `a **bold** b` into words with their styles."""
    heavy: Face = "bold_italic" if style.face == "italic" else "bold"
    strong = Style(heavy, style.size_pt, style.color)
    words: list[tuple[str, Style]] = []
    for match in _SPAN.finditer(text):
        chosen = strong if match[1] else style
        words.extend((word, chosen) for word in (match[1] or match[2]).split())
    return words


def broken(
    words: list[tuple[str, Style]], width: float, indent: float
) -> Iterator[list[tuple[str, Style]]]:
    """Yield the words line by line, first-fit."""
    line: list[tuple[str, Style]] = []
    used, room = 0.0, width - indent
    for word, style in words:
        step = _width(word, style) + (_width(" ", style) if line else 0.0)
        if line and used + step > room:
            yield line
            line, used, room = [], 0.0, width
            step = _width(word, style)
        line.append((word, style))
        used += step
    if line:
        yield line


def justified(
    words: list[tuple[str, Style]], left: float, baseline: float, width: float | None
) -> Line:
    """Place words from `left`; spread them to `width`, or leave them ragged where it is None."""
    gaps = [_width(" ", style) for _, style in words]
    if width is not None and len(words) > 1:
        natural = sum(_width(word, style) for word, style in words) + sum(gaps[1:])
        extra = (width - natural) / (len(words) - 1)
        gaps = [gap + extra for gap in gaps]
    placed, pen = [], left
    for index, (word, style) in enumerate(words):
        pen += gaps[index] if index else 0.0
        placed.append(PlacedWord(word, style, pen, baseline))
        pen += _width(word, style)
    return Line(tuple(placed))


def line_height(style: Style, spacing: float = 1.18) -> float:
    """Return the distance of baselines in millimeters; 1.15 is the face's own."""
    return style.size_pt * POINT_MM * spacing


# ── pixels and truth ─────────────────────────────────────────────────────────────────────────


def render(sheet: Sheet, dpi: int) -> Image.Image:
    """Return the sheet as RGB at `dpi`, drawn larger and averaged down as a scanner would."""
    scale = dpi * OVERSAMPLING / 25.4
    width, height = pixel_size(sheet, dpi)
    image = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), PAPER)
    pen = ImageDraw.Draw(image)
    for rule in sheet.rules:
        _draw_rule(pen, rule, scale)
    for word in (word for line in sheet.lines for word in line.words):
        font = typeface.at_pixels(word.style.face, word.style.size_pt * POINT_MM * scale)
        at = (word.left_mm * scale, word.baseline_mm * scale)
        pen.text(at, word.text, word.style.color, font, anchor="ls")
    for picture in sheet.pictures:
        picture.draw(image, scale)
    return image.reduce(OVERSAMPLING)


def pixel_size(sheet: Sheet, dpi: int) -> tuple[int, int]:
    """Return the (width, height) of the sheet in pixels."""
    return round(sheet.size_mm[0] / 25.4 * dpi), round(sheet.size_mm[1] / 25.4 * dpi)


def word_box(word: PlacedWord, dpi: int) -> Box:
    """Return the smallest box of pixels that holds the word's ink at `dpi`."""
    scale = dpi * OVERSAMPLING / 25.4
    font = typeface.at_pixels(word.style.face, word.style.size_pt * POINT_MM * scale)
    left, top, right, bottom = font.getbbox(word.text, anchor="ls")
    x, y = word.left_mm * scale, word.baseline_mm * scale
    return Box(
        math.floor((x + left) / OVERSAMPLING),
        math.floor((y + top) / OVERSAMPLING),
        math.ceil((x + right) / OVERSAMPLING),
        math.ceil((y + bottom) / OVERSAMPLING),
    )


def dashes(rule: Rule) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the strokes of a rule, one for a full line, as start and end in millimeters."""
    if rule.dash_mm is None:
        yield rule.start, rule.end
        return
    drawn, skipped = rule.dash_mm
    (x0, y0), (x1, y1) = rule.start, rule.end
    length = math.hypot(x1 - x0, y1 - y0)
    for index in range(int(length / (drawn + skipped))):
        near = index * (drawn + skipped) / length
        far = near + drawn / length
        yield (
            (x0 + (x1 - x0) * near, y0 + (y1 - y0) * near),
            (x0 + (x1 - x0) * far, y0 + (y1 - y0) * far),
        )


def _draw_rule(pen: ImageDraw.ImageDraw, rule: Rule, scale: float) -> None:
    width = max(1, round(rule.width_mm * scale))
    for (x0, y0), (x1, y1) in dashes(rule):
        pen.line((x0 * scale, y0 * scale, x1 * scale, y1 * scale), rule.color, width)
