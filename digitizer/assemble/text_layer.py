"""The invisible text of one page, each word under its own ink.

Boxes are pixels of the upright, deskewed page. The page image stands in the PDF as it was
scanned, so each word is carried back through skew and rotation, and drawn along its own slanted,
turned baseline: selecting text in a viewer marks the printed words.

A line's words share the line's height, for one baseline is what readers take for one line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from digitizer.assemble.glyphless import ADVANCE, SPACE, UNITS_PER_EM, Characters
from digitizer.model import Box, Geometry, RecognizedPage, ScannedPage, TextLine

POINTS_PER_INCH: Final = 72.0

# Share of the line's height. poppler joins words whose gap is below 0.15 of the font size, even
# with a space between them (TextOutputDev.cc, minWordSpacing).
_LEAST_GAP: Final = 0.18

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the scan lies on its PDF page: `width` × `height` pixels at `dpi`, unturned."""

    width: int
    height: int
    dpi: float
    geometry: Geometry

    @classmethod
    def of(cls, scanned: ScannedPage, recognized: RecognizedPage) -> Frame:
        """Return the frame of one page."""
        return cls(scanned.width, scanned.height, scanned.dpi, recognized.geometry)

    @property
    def width_pt(self) -> float:
        """Page width in points at 100 % scale."""
        return self.width * POINTS_PER_INCH / self.dpi

    @property
    def height_pt(self) -> float:
        """Page height in points at 100 % scale."""
        return self.height * POINTS_PER_INCH / self.dpi

    def to_points(self, x: float, y: float) -> Point:
        """Carry a pixel of the deskewed page to PDF points, origin bottom left, y upward."""
        u, v = self.geometry.to_upright_scan(x, y)
        is_sideways = self.geometry.rotation_deg in (90, 270)
        upright_width, upright_height = (
            (self.height, self.width) if is_sideways else (self.width, self.height)
        )
        # The upright page may have been resampled for the reading.
        u *= upright_width / self.geometry.width
        v *= upright_height / self.geometry.height
        left, top = {
            0: (u, v),
            90: (v, self.height - u),
            180: (self.width - u, self.height - v),
            270: (self.width - v, u),
        }[self.geometry.rotation_deg]
        scale = POINTS_PER_INCH / self.dpi
        return left * scale, (self.height - top) * scale


@dataclass(frozen=True, slots=True)
class _Run:
    """One word to show: CIDs, where it starts, its length and the space behind it in points.

    `gap` is 0 behind the last word of a line.
    """

    cids: bytes
    start: Point
    length: float
    gap: float


def text_content(page: RecognizedPage, frame: Frame, characters: Characters) -> bytes:
    """Return the content stream's text part, "" for a page without words.

    Args:
        page: the words as read.
        frame: where the scan lies on the PDF page.
        characters: the document's characters; those of this page are added.
    """
    lines = b"".join(_line(line, frame, characters) for line in page.lines)
    return b"BT\n3 Tr\n" + lines + b"ET\n" if lines else b""


def _line(line: TextLine, frame: Frame, characters: Characters) -> bytes:
    runs = list(_runs(line, frame, characters))
    if not runs:
        return b""
    origin = frame.to_points(line.box.left, line.box.bottom)
    end = frame.to_points(line.box.left + 1, line.box.bottom)
    top = frame.to_points(line.box.left, line.box.bottom - max(line.box.height, 1))
    angle = math.atan2(end[1] - origin[1], end[0] - origin[0])
    size = math.dist(origin, top)
    shown = "".join(_show(run, angle, size) for run in runs)
    return f"/F0 {_number(size)} Tf\n{shown}".encode("ascii")


def _runs(line: TextLine, frame: Frame, characters: Characters) -> Iterator[_Run]:
    encoded = [(word.box, characters.encode(word.text)) for word in line.words]
    visible = [(box, cids) for box, cids in encoded if cids]
    least_gap = _LEAST_GAP * line.box.height
    next_lefts = [*(float(box.left) for box, _ in visible), math.inf][1:]
    for (box, cids), next_left in zip(visible, next_lefts, strict=True):
        right = _right_end(box, next_left, least_gap)
        gap = 0.0 if next_left == math.inf else max(next_left - right, 1.0)
        start = frame.to_points(box.left, line.box.bottom)
        end = frame.to_points(right, line.box.bottom)
        length = math.dist(start, end)
        yield _Run(cids, start, length, gap * length / (right - box.left))


def _right_end(box: Box, next_left: float, least_gap: float) -> float:
    """Return where a word's text ends, in pixels: at its right edge, or short of its neighbor.

    At least half of the word is left, or a pixel if it has no width.
    """
    right = min(box.right, next_left - least_gap) if next_left > box.left else box.right
    return max(right, (box.left + box.right) / 2, box.left + 1)


def _show(run: _Run, angle: float, size: float) -> str:
    cos, sin = _number(math.cos(angle), 6), _number(math.sin(angle), 6)
    minus_sin = _number(-math.sin(angle), 6)
    x, y = (_number(value) for value in run.start)
    em_share = ADVANCE / UNITS_PER_EM * size
    stretch = 100 * run.length / (em_share * (len(run.cids) // 2))
    shown = f"{cos} {sin} {minus_sin} {cos} {x} {y} Tm {_number(stretch)} Tz <{run.cids.hex()}> Tj"
    if run.gap:
        shown += f" {_number(100 * run.gap / em_share)} Tz <{SPACE.hex()}> Tj"
    return shown + "\n"


def _number(value: float, digits: int = 3) -> str:
    """Return a PDF real: no exponent, no negative zero, no idle zeros."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
