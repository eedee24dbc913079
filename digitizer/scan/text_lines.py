"""Put the words of a born-digital page into lines, in the order a person reads them.

Vietnamese administrative papers open with two blocks side by side (agency left, state title
right) and close with two more (recipients left, signer right). Read straight across they mix, so
a block with a clear gutter is read left side first. Pure: words in, lines out.

Source: Decree 30/2020/NĐ-CP, appendix I, layout of a paper (slots 1, 2, 3, 7, 9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from digitizer.model import Box, TextLine, Word

_GUTTER_HEIGHTS: Final = 1.0
_CELL_GAP_HEIGHTS: Final = 3.0
_SAME_ROW: Final = 0.5
# A row far below the one before it starts another block.
_BLOCK_GAP_HEIGHTS: Final = 3.5
_MOST_BLOCK_ROWS: Final = 16

Row = list[Word]


@dataclass(frozen=True, slots=True)
class _Gutter:
    """A vertical strip [left, right) that no word of a block enters."""

    left: float
    right: float

    def narrowed(self, other: _Gutter) -> _Gutter:
        return _Gutter(max(self.left, other.left), min(self.right, other.right))

    @property
    def width(self) -> float:
        return self.right - self.left


def text_lines(
    words: tuple[Word, ...], page_width: int, tables: tuple[tuple[Box, ...], ...] = ()
) -> tuple[TextLine, ...]:
    """Return the lines of a page in reading order; a table cell by cell, row after row.

    Args:
        words: boxes in pixels, any order.
        page_width: in pixels; gutters are looked for in the page's middle half.
        tables: the cells of each ruled table, in pixels.
    """
    lines: list[TextLine] = []
    rest = words
    for cells in sorted(tables, key=lambda cells: min(cell.top for cell in cells)):
        top = min(cell.top for cell in cells)
        lines += _flow(tuple(word for word in rest if _middle(word) < top), page_width)
        rest = tuple(word for word in rest if _middle(word) >= top)
        for cell in sorted(cells, key=lambda cell: (cell.top, cell.left)):
            lines += _flow(tuple(word for word in rest if _stands_in(word, cell)), page_width)
            rest = tuple(word for word in rest if not _stands_in(word, cell))
    return (*lines, *_flow(rest, page_width))


def _stands_in(word: Word, cell: Box) -> bool:
    center = (word.box.left + word.box.right) / 2
    return cell.left <= center < cell.right and cell.top <= _middle(word) < cell.bottom


def _flow(words: tuple[Word, ...], page_width: int) -> list[TextLine]:
    rows = _rows(words)
    lines: list[TextLine] = []
    index = 0
    while index < len(rows):
        count, gutter = _two_columns(rows, index, page_width)
        if gutter is None:
            lines += _cells(rows[index])
            index += 1
            continue
        block = rows[index : index + count]
        for side in (0, 1):
            for row in block:
                part = [word for word in row if (word.box.left >= gutter.right) == bool(side)]
                lines += _cells(part)
        index += count
    return lines


def _rows(words: tuple[Word, ...]) -> list[Row]:
    """Group words that stand at one height, top to bottom, each row left to right."""
    rows: list[Row] = []
    for word in sorted(words, key=_middle):
        if rows and _middle(word) - _middle(rows[-1][0]) < _SAME_ROW * _height(rows[-1]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.box.left) for row in rows]


def _middle(word: Word) -> float:
    return (word.box.top + word.box.bottom) / 2


def _height(row: Row) -> float:
    return max(word.box.height for word in row)


def _two_columns(rows: list[Row], start: int, page_width: int) -> tuple[int, _Gutter | None]:
    """Return how many rows from `start` share a gutter, and the gutter; (0, None) if under two."""
    gutters = _both_sides(rows[start], page_width)
    best: tuple[int, _Gutter | None] = (0, None)
    for gutter in gutters:
        count, common = _follow(rows, start, gutter, page_width)
        if count >= 2 and (count, common.width) > (best[0], best[1].width if best[1] else 0):
            best = count, common
    return best


def _follow(rows: list[Row], start: int, gutter: _Gutter, page_width: int) -> tuple[int, _Gutter]:
    """Go down while rows keep the gutter free; a block ends with its last two-sided row."""
    count, common, kept = 1, gutter, gutter
    for index in range(start + 1, min(len(rows), start + _MOST_BLOCK_ROWS)):
        row = rows[index]
        gap = row[0].box.top - rows[index - 1][0].box.bottom
        if gap > _BLOCK_GAP_HEIGHTS * _height(row):
            break
        wide = [common.narrowed(free) for free in _free_strips(row, page_width)]
        widest = max(wide, key=lambda strip: strip.width)
        if widest.width < _GUTTER_HEIGHTS * _height(row):
            break
        common = widest
        if _is_two_sided(row, common):
            count, kept = index - start + 1, common
    return count, kept


def _is_two_sided(row: Row, gutter: _Gutter) -> bool:
    return row[0].box.left < gutter.left and row[-1].box.right > gutter.right


def _both_sides(row: Row, page_width: int) -> list[_Gutter]:
    """Return the gaps of a row that may be a gutter: wide, and in the page's middle half."""
    return [
        gap
        for gap in _free_strips(row, page_width)
        if gap.width >= _GUTTER_HEIGHTS * _height(row)
        and gap.left > row[0].box.left
        and gap.right < math.inf
        and page_width * 0.25 <= (gap.left + gap.right) / 2 <= page_width * 0.75
    ]


def _free_strips(row: Row, page_width: int) -> list[_Gutter]:
    edges = [-1.0]
    strips = []
    for word in row:
        strips.append(_Gutter(max(edges), word.box.left))
        edges.append(word.box.right)
    strips.append(_Gutter(max(edges), math.inf if page_width else 0))
    return strips


def _cells(row: Row) -> list[TextLine]:
    """Cut a row where a gap is wider than three letters are high: table cells, far columns."""
    if not row:
        return []
    parts: list[Row] = [[row[0]]]
    limit = _CELL_GAP_HEIGHTS * _height(row)
    for word in row[1:]:
        if word.box.left - parts[-1][-1].box.right > limit:
            parts.append([])
        parts[-1].append(word)
    return [TextLine(tuple(part), _around(part)) for part in parts]


def _around(row: Row) -> Box:
    box = row[0].box
    for word in row[1:]:
        box = box.union(word.box)
    return box
