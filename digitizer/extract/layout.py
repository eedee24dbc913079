"""Where things stand on a page: pieces of lines, margins, columns."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.model import Box, Hand, RecognizedPage, Word
from digitizer.vietnamese import edit_distance, nfc

_GAP_HEIGHTS: Final = 1.3
_BAND: Final = 24
_BLOCK_STARTS: Final = (("cong", "hoa", "xa"), ("doc", "lap", "tu"))
_NATION: Final = ("cong", "hoa", "xa", "hoi", "chu", "nghia", "viet", "nam")
_TOUCHING: Final = re.compile(r"(?P<left>\w{2,}?)C?ỘNG")
_GLUED: Final = re.compile(r"(?<=[^\W\d_])-$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line that belong together; `key` is folded, letters and digits only."""

    page: int
    words: tuple[Word, ...]
    box: Box
    text: str
    key: str

    @classmethod
    def of(cls, page: int, words: Sequence[Word]) -> Piece:
        text = nfc(" ".join(word.text for word in words))
        return cls(page, tuple(words), cover(words), text, plain(text))

    @property
    def center(self) -> float:
        return (self.box.left + self.box.right) / 2

    @property
    def is_capital(self) -> bool:
        """Claim that its letters, two at least, are capitals (one slip in six allowed)."""
        letters = [char for char in self.text if char.isalpha()]
        small = sum(char.islower() for char in letters)
        return len(letters) >= 2 and small * 6 <= len(letters)


@dataclass(frozen=True, slots=True)
class Layout:
    """A page as pieces from top to bottom; margins and line height in pixels."""

    page: RecognizedPage
    pieces: tuple[Piece, ...]
    left: int
    right: int
    line_height: int

    @property
    def width(self) -> int:
        return self.page.geometry.width

    @property
    def height(self) -> int:
        return self.page.geometry.height

    @property
    def middle(self) -> float:
        """The middle of the text column."""
        return (self.left + self.right) / 2


def whole_row(first: Piece, pieces: Sequence[Piece]) -> Piece:
    """Return a piece with all that stands right of it on its row: blanks cut slots in two."""
    middle = (first.box.top + first.box.bottom) / 2
    row = [
        piece
        for piece in pieces
        if piece.box.left >= first.box.left and piece.box.top < middle < piece.box.bottom
    ]
    words = [
        word for piece in sorted(row, key=lambda piece: piece.box.left) for word in piece.words
    ]
    return Piece.of(first.page, words) if len(row) > 1 else first


def cover(words: Sequence[Word]) -> Box:
    """Return the box around the words, which must be some."""
    return reduce(Box.union, (word.box for word in words))


def lay_out(page: RecognizedPage) -> Layout:
    """Cut the page's lines into pieces and measure its text column. An empty page is fine."""
    pieces = sorted(_mend(list(_pieces(page))), key=lambda piece: (piece.box.top, piece.box.left))
    if not pieces:
        return Layout(page, (), 0, page.geometry.width, max(1, page.geometry.height // 60))
    long = [piece for piece in pieces if piece.box.width > page.geometry.width * 0.4] or pieces
    lefts = sorted(piece.box.left for piece in long)
    rights = sorted(piece.box.right for piece in long)
    return Layout(
        page,
        tuple(pieces),
        lefts[len(lefts) // 10],
        rights[-1 - len(rights) // 10],
        max(1, int(statistics.median(piece.box.height for piece in pieces))),
    )


def _pieces(page: RecognizedPage) -> Iterator[Piece]:
    for line in page.lines:
        words: list[Word] = []
        row = _unglued(sorted((word for word in line.words if word.text.strip()), key=_left))
        keys = [plain(word.text) for word in row]
        for index, word in enumerate(row):
            if words and (_is_apart(words[-1], word, line.box) or _starts_block(keys[index:])):
                yield Piece.of(page.number, words)
                words = []
            words.append(word)
        if words:
            yield Piece.of(page.number, words)


def _unglued(row: list[Word]) -> list[Word]:
    """Return a row with the nation's name apart from the agency's, where the two touch."""
    keys = [plain(word.text) for word in row]
    for index, word in enumerate(row[: 1 - len(_NATION)]):
        glued = _TOUCHING.fullmatch(nfc(word.text))
        if glued and tuple(keys[index + 1 : index + len(_NATION)]) == _NATION[1:]:
            share = len(glued["left"]) / len(word.text)
            edge = word.box.left + round(share * word.box.width)
            left = replace(word, text=glued["left"], box=replace(word.box, right=edge))
            right = replace(word, text="CỘNG", box=replace(word.box, left=edge))
            return [*row[:index], left, right, *row[index + 1 :]]
    return row


def _mend(pieces: list[Piece]) -> list[Piece]:
    """Join what a line finder cut in two: pieces on one row no further apart than words are."""
    rows: dict[int, list[Piece]] = {}
    for piece in sorted(pieces, key=lambda piece: piece.box.left):
        band = piece.box.bottom // _BAND
        for row in (rows.setdefault(near, []) for near in (band, band - 1, band + 1)):
            left = next((other for other in row if _continues(other, piece)), None)
            if left is not None:
                row[row.index(left)] = Piece.of(piece.page, (*left.words, *piece.words))
                break
        else:
            rows[band].append(piece)
    return [piece for row in rows.values() for piece in row]


def _continues(left: Piece, right: Piece) -> bool:
    height = min(left.box.height, right.box.height)
    gap = right.box.left - left.box.right
    return (
        abs(left.box.top - right.box.top) < 0.3 * height
        and abs(left.box.bottom - right.box.bottom) < 0.3 * height
        and -0.3 * height < gap < 0.6 * height
        and not _starts_block(right.key.split())
    )


def _left(word: Word) -> int:
    return word.box.left


def _is_apart(left: Word, right: Word, line: Box) -> bool:
    height = max(left.box.height, right.box.height, int(0.8 * line.height), 1)
    return right.box.left - left.box.right > _GAP_HEIGHTS * height


def _starts_block(keys: Sequence[str]) -> bool:
    """Claim that the national title begins here: the header's right block, glued to the left."""
    return any(
        len(keys) >= 3
        and all(
            edit_distance(key, wanted, 1) <= 1 and key[:1] == wanted[:1]
            for key, wanted in zip(keys, start, strict=False)
        )
        for start in _BLOCK_STARTS
    )


def has_wide_gap(piece: Piece, heights: float = 0.9) -> bool:
    """Claim that two words stand further apart than print sets them: a blank filled in by hand.

    What was written there may have been read in part only, however sure the part is. A blank into
    which a number was printed or stamped is explained by that number: see `Hand.PRINTED`.
    """
    limit = heights * max(word.box.height for word in piece.words)
    return any(
        b.box.left - a.box.right > limit and Hand.PRINTED not in (a.hand, b.hand)
        for a, b in pairwise(piece.words)
    )


def join(pieces: Sequence[Piece]) -> str:
    """Return the pieces' text as running text; a code cut after its hyphen is glued again."""
    text = ""
    for piece in pieces:
        is_code = bool(_GLUED.search(text)) and piece.text[:1].isupper()
        text = text + piece.text if not text or is_code else f"{text} {piece.text}"
    return text


def words_of(pieces: Sequence[Piece]) -> tuple[Word, ...]:
    """Return all words of the pieces, in order."""
    return tuple(word for piece in pieces for word in piece.words)
