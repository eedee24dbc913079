"""A pen that goes down the page and turns to the next sheet by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from samples.layout import Sheet, Style, broken, justified, line_height, spans

TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20.0, 275.0, 30.0, 193.0
Leaders = Literal["under", "after", "none"]
"""Dotted lines: under what is filled in by hand, after what a program printed, or not at all."""
CENTER_MM = (LEFT_MM + RIGHT_MM) / 2
BODY = Style("regular", 14)
BASIS = Style("italic", 14)
BOLD = Style("bold", 14)
CELL = Style("regular", 12)
CELL_HEAD = Style("bold", 12)


@dataclass(slots=True)
class Writer:
    """Sheets written so far and `y_mm`, the baseline last written on the newest."""

    sheets: list[Sheet] = field(default_factory=lambda: [Sheet()])
    y_mm: float = TOP_MM
    left_mm: float = LEFT_MM
    right_mm: float = RIGHT_MM
    leaders: Leaders = "under"

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def center_mm(self) -> float:
        return (self.left_mm + self.right_mm) / 2

    def turn(self, sheet: Sheet | None = None) -> None:
        """Begin the next sheet with its number, top center, as NĐ 30/2020 PL I asks."""
        self.sheets.append(sheet or Sheet())
        self.right_mm = self.sheet.size_mm[0] - (210.0 - RIGHT_MM)
        at = (self.sheet.size_mm[0] / 2, 13.0)
        self.sheet.write(str(len(self.sheets)), at, Style("regular", 13), "center")
        self.y_mm = TOP_MM

    def room(self, height_mm: float) -> None:
        """Turn the page unless `height_mm` is left on it."""
        if self.y_mm + height_mm > self.sheet.size_mm[1] - (297.0 - BOTTOM_MM):
            self.turn()

    def skip(self, height_mm: float) -> None:
        self.y_mm += height_mm

    def paragraph(
        self, text: str, style: Style = BODY, *, indent: float = 12.7, after: float = 2.1
    ) -> None:
        """Write justified lines; `**…**` is bold."""
        step = line_height(style)
        lines = list(broken(spans(text, style), self.right_mm - self.left_mm, indent))
        for index, words in enumerate(lines):
            self.room(step)
            self.y_mm += step
            lead = 0.0 if index else indent
            last = index == len(lines) - 1
            width = None if last else self.right_mm - self.left_mm - lead
            line = justified(words, self.left_mm + lead, self.y_mm, width)
            self.sheet.lines.append(line)
        self.skip(after)

    def centered(self, text: str, style: Style = BOLD, *, width_mm: float = 130) -> None:
        """Write lines about the middle of the text area."""
        for words in broken(spans(text, style), width_mm, 0.0):
            self.room(line_height(style))
            self.y_mm += line_height(style)
            joined = " ".join(word for word, _ in words)
            self.sheet.write(joined, (self.center_mm, self.y_mm), style, "center")

    def short_rule(self, width_mm: float) -> None:
        """Draw the rule under a title."""
        self.skip(2.8)
        half = width_mm / 2
        self.sheet.rule((self.center_mm - half, self.y_mm), (self.center_mm + half, self.y_mm))
        self.skip(3.0)

    def filled(self, label: str, value: str, style: Style = BODY, *, until: float = 0.0) -> None:
        """Write `label` and `value` over a dotted leader that runs to the margin or `until`."""
        self.room(line_height(style, 1.42))
        self.y_mm += line_height(style, 1.42)
        self.entry(self.left_mm, until or self.right_mm, (label, value), style)

    def entry(self, left: float, right: float, pair: tuple[str, str], style: Style = BODY) -> None:
        """Write one label and its value on the present baseline, between `left` and `right`."""
        label = self.sheet.write(pair[0], (left, self.y_mm), style)
        start = label.words[-1].right_mm + 1.2
        value = self.sheet.write(pair[1], (start + 1.0, self.y_mm), style) if pair[1] else None
        if self.leaders == "after" and value:
            start = value.words[-1].right_mm + 0.8
        if self.leaders != "none":
            self.sheet.leader(start, right, self.y_mm)

    def table(self, widths: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
        """Draw a ruled table; the first row is its head and is repeated on a new page."""
        self.skip(1.5)
        self._row(widths, rows[0], CELL_HEAD, "center")
        for row in rows[1:]:
            before = len(self.sheets)
            self.room(self._row_height(widths, row, CELL))
            if len(self.sheets) > before:
                self._row(widths, rows[0], CELL_HEAD, "center")
            self._row(widths, row, CELL, "left")
        self.skip(3)

    def _row_height(self, widths: Sequence[float], row: Sequence[str], style: Style) -> float:
        counts = [
            len(list(broken(spans(text, style), width - 3.0, 0.0)))
            for text, width in zip(row, widths, strict=True)
        ]
        return max(counts) * line_height(style) + 2.2

    def _row(self, widths: Sequence[float], row: Sequence[str], style: Style, align: str) -> None:
        height, step = self._row_height(widths, row, style), line_height(style)
        left, top = self.left_mm, self.y_mm
        for index, (text, width) in enumerate(zip(row, widths, strict=True)):
            lines = list(broken(spans(text, style), width - 3.0, 0.0))
            middle = align == "center" or index == 0
            y = top + step * 0.92 + (height - 2.2 - len(lines) * step) / 2 * middle
            for words in lines:
                joined = " ".join(word for word, _ in words)
                at = (left + width / 2, y) if middle else (left + 1.5, y)
                self.sheet.write(joined, at, style, "center" if middle else "left")
                y += step
            left += width
        self._grid(widths, top, top + height)
        self.y_mm = top + height

    def _grid(self, widths: Sequence[float], top: float, bottom: float) -> None:
        edges = [self.left_mm]
        for width in widths:
            edges.append(edges[-1] + width)
        for edge in edges:
            self.sheet.rule((edge, top), (edge, bottom))
        for y in (top, bottom):
            self.sheet.rule((edges[0], y), (edges[-1], y))
