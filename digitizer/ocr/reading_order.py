"""Put lines into reading order: blocks by TrueOCR's order model, tables cell by cell.

The model reads a page of letters as a clerk would (header left, header right, body, Nơi nhận,
signature), but runs through the cells of a ruled table line by line. So the lines of a table
are taken out of its order and put back cell by cell, row by row, where the table's first line
stood (docs/reading.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from trueocr.order import decode_blocks_order, line_features

from digitizer.model import Box
from digitizer.ocr.weights import Weights, open_graph

_LEAST_CELLS: Final = 3
# Cells of one row begin within this share of an inch of each other.
_ROW_INCH: Final = 0.08
_RULE_INCH: Final = 0.07
# Of the narrower line's width: less is a slant or a stray letter.
_SHARED: Final = 0.1


class BlockOrder:
    """TrueOCR's order model. One page at a time."""

    def __init__(self, weights: Weights) -> None:
        self._session = open_graph(weights.order)

    def order(
        self, boxes: Sequence[Box], texts: Sequence[str], *, width: int, height: int
    ) -> tuple[int, ...]:
        """Return the indices of the lines in reading order.

        Args:
            boxes: one for each line, in pixels of the page.
            texts: what the lines say.
            width, height: of the page, in pixels.
        """
        if len(boxes) < 2:
            return tuple(range(len(boxes)))
        corners = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes], np.float32)
        features = line_features(corners, (width, height), list(texts))[None]
        before, kinds, same = self._session.run(
            ["a", "cls", "same"], {"feats": features, "mask": np.ones((1, len(boxes)), bool)}
        )
        return tuple(decode_blocks_order(before[0], same[0], corners, kinds[0]))


def from_above(order: Sequence[int], boxes: Sequence[Box]) -> tuple[int, ...]:
    """Return `order` with no line before one that stands above it over the same columns.

    The model sometimes takes the outdented second line of a paragraph for another block. Otherwise
    its order is kept as it is.

    Source: T. Breuel, "High performance document layout analysis", 2003, first criterion.
    """
    rank = {line: place for place, line in enumerate(order)}
    above = _above(boxes)
    waits_for = above.sum(axis=0)
    ready = [(rank[i], i) for i in order if not waits_for[i]]
    heapify(ready)
    ordered: list[int] = []
    while ready:
        _, line = heappop(ready)
        ordered.append(line)
        for below in np.flatnonzero(above[line]).tolist():
            waits_for[below] -= 1
            if not waits_for[below]:
                heappush(ready, (rank[below], below))
    return tuple(ordered)


def _above(boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """Return (N, N): line i stands above line j, and they share some of their columns."""
    left, top, right, bottom = (
        np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], np.float64)
        .reshape(-1, 4)
        .T
    )
    middle, width = (top + bottom) / 2, right - left
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    overlaps = shared > _SHARED * np.minimum(width[:, None], width)
    # One line's middle above the other's top, and that one's middle below this one's bottom: no
    # two lines can then stand above each other, nor any ring of lines.
    is_above = (middle[:, None] < top) & (bottom[:, None] < middle)
    return np.asarray(overlaps & is_above)


def with_tables(
    order: Sequence[int], boxes: Sequence[Box], cells: Sequence[Box], *, dpi: float
) -> tuple[int, ...]:
    """Return `order` with the lines of each ruled table put cell by cell, row by row.

    Args:
        order: indices of `boxes`, as far as possible in reading order.
        boxes: the lines'.
        cells: what `table_cells.find_cells` found on the page.
        dpi: the page's resolution.
    """
    homes = [_home(box, cells) for box in boxes]
    table_of = _tables(cells, frozenset(home for home in homes if home is not None), dpi)
    ordered: list[int] = []
    for i in order:
        home = homes[i]
        if home is None or len(table_of[home]) < _LEAST_CELLS:
            ordered.append(i)
        else:
            ordered.extend(_table_lines(table_of[home], homes, boxes, cells, dpi=dpi))
    # A table comes once for each of its lines: the first time counts.
    return tuple(dict.fromkeys(ordered))


def _home(box: Box, cells: Sequence[Box]) -> int | None:
    """Return the index of the smallest cell that holds the middle of the box."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    around = [
        (cell.width * cell.height, i)
        for i, cell in enumerate(cells)
        if cell.left <= x < cell.right and cell.top <= y < cell.bottom
    ]
    return min(around)[1] if around else None


def _tables(cells: Sequence[Box], used: frozenset[int], dpi: float) -> dict[int, tuple[int, ...]]:
    """Return for each used cell all used cells of its table: those that touch, and so on.

    Empty cells join the others, too: a row that goes on from the page before often has letters
    at its two ends only.
    """
    group = {i: frozenset((i,)) for i in range(len(cells))}
    for one, other in combinations(group, 2):
        if _touch(cells[one], cells[other], _RULE_INCH * dpi) and group[one] is not group[other]:
            merged = group[one] | group[other]
            group.update(dict.fromkeys(merged, merged))
    return {i: tuple(sorted(group[i] & used)) for i in used}


def _touch(one: Box, other: Box, gap: float) -> bool:
    return (
        one.left - gap <= other.right
        and other.left - gap <= one.right
        and one.top - gap <= other.bottom
        and other.top - gap <= one.bottom
    )


def _table_lines(
    members: Iterable[int],
    homes: Sequence[int | None],
    boxes: Sequence[Box],
    cells: Sequence[Box],
    *,
    dpi: float,
) -> list[int]:
    lines = []
    for cell in _row_by_row(members, cells, dpi):
        inside = [i for i, home in enumerate(homes) if home == cell]
        lines.extend(sorted(inside, key=lambda i: (boxes[i].top + boxes[i].bottom, boxes[i].left)))
    return lines


def _row_by_row(members: Iterable[int], cells: Sequence[Box], dpi: float) -> list[int]:
    rows: list[list[int]] = []
    for i in sorted(members, key=lambda i: cells[i].top):
        if rows and cells[i].top - cells[rows[-1][0]].top < _ROW_INCH * dpi:
            rows[-1].append(i)
        else:
            rows.append([i])
    return [i for row in rows for i in sorted(row, key=lambda i: cells[i].left)]
