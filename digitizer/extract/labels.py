"""Labels and what stands after them: `Họ, chữ đệm, tên: …… Giới tính: ……`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.extract.anchors import edit_distance, plain
from digitizer.extract.layout import Layout
from digitizer.model import Word
from digitizer.vietnamese import nfc

_LEADERS: Final = re.compile(r"[.…_·]{2,}")
_STOPS: Final = (
    "gioi tinh", "nam nu", "dan toc", "quoc tich", "ngay", "noi sinh", "que quan", "ghi bang chu",
    "so dinh danh", "giay to", "noi cu tru", "dien thoai", "so", "nam sinh", "sinh nam", "cap ngay",
)  # fmt: skip
"""Labels that may follow on the same row and so end a value."""


@dataclass(frozen=True, slots=True)
class Row:
    """The words of one printed row, left to right, whatever blocks they were read in."""

    page: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What stands after a label: words (maybe none) and their text without leaders."""

    page: int
    label: tuple[Word, ...]
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        text = _LEADERS.sub(" ", nfc(" ".join(word.text for word in self.words)))
        return re.sub(r"\s+", " ", text).strip(" .:;,-…")


def rows_of(layout: Layout) -> tuple[Row, ...]:
    """Return a page's rows from top to bottom."""
    rows: list[list[Word]] = []
    middles: list[float] = []
    for piece in layout.pieces:
        middle = (piece.box.top + piece.box.bottom) / 2
        if rows and abs(middle - middles[-1]) < 0.5 * layout.line_height:
            rows[-1].extend(piece.words)
        else:
            rows.append(list(piece.words))
            middles.append(middle)
    number = layout.page.number
    return tuple(Row(number, tuple(sorted(row, key=lambda w: w.box.left))) for row in rows)


def find_labels(rows: Sequence[Row], wordings: Sequence[str]) -> Iterator[Labelled]:
    """Yield each place where one of the wordings (folded) opens a row or follows a value."""
    split = [tuple(wording.split()) for wording in sorted(wordings, key=len, reverse=True)]
    for row in rows:
        keys = [plain(word.text) for word in row.words]
        for index in range(len(keys)):
            end = next((e for w in split if (e := _match(keys, index, w))), 0)
            if end:
                yield _labelled(row, keys, index, end)
                break


def _labelled(row: Row, keys: Sequence[str], start: int, end: int) -> Labelled:
    stop = len(row.words)
    for index in range(end + 1, len(row.words)):
        is_label = any(_match(keys, index, tuple(label.split())) for label in _STOPS)
        if is_label and any(":" in word.text for word in row.words[index : index + 6]):
            stop = index
            break
    return Labelled(row.page, row.words[start:end], row.words[end:stop])


def _match(keys: Sequence[str], start: int, wanted: Sequence[str]) -> int:
    """Return where the wording that begins at `start` ends, 0 when it does not stand there."""
    end, rest = start, list(wanted)
    while rest and end < len(keys):
        tokens = keys[end].split()
        if not tokens and end > start:
            end += 1
            continue
        if not tokens or len(tokens) > len(rest):
            return 0
        if any(not _alike(a, b) for a, b in zip(tokens, rest, strict=False)):
            return 0
        rest = rest[len(tokens) :]
        end += 1
    return 0 if rest else end


def _alike(read: str, wanted: str) -> bool:
    return read == wanted or (len(wanted) > 3 and edit_distance(read, wanted, 1) <= 1)
