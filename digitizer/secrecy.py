"""Find the mark of a state secret, so that the paper is stopped before anything is kept of it.

TT 01/2023/TT-VPCP Điều 4 keeps state-secret papers out of digitization. The mark is slot 10a of
NĐ 30/2020 PL I: MẬT, TỐI MẬT or TUYỆT MẬT in capitals, framed, alone in its place under the
number or the subject, left half. Missing one is worse than stopping a harmless page, which a
person can release; so any capital mark that stands by itself in the upper half counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import takewhile
from typing import Final

from digitizer.model import Box, RecognizedPage, TextLine, Word
from digitizer.vietnamese import edit_distance, fold, nfc

_UPPER_SHARE: Final = 0.55
_HEADER_SHARE: Final = 0.40
_GAP_HEIGHTS: Final = 1.3
_ROW_NEIGHBORS: Final = 2
_LONG_MARKS: Final = ("toimat", "tuyetmat")
_ACROSS: Final = 6
"""Letters of other print that may be read with a framed mark."""
_SLIPS: Final = (("toimat", 2), ("tuyetmat", 3))
"""How many letters of a framed mark may be lost: no other stamp comes near it."""
_URGENCY: Final = ("hoatoc", "thuongkhan")
"""NĐ 30/2020 PL I phần I mục II, ô số 10b; KHẨN is the end of one."""
_LEAST_LETTERS: Final = 3
_LETTER_MM: Final = 8.0
"""A stamp's letters are set closer than this, its margins and spaces counted in."""
_LEAST_SURE: Final = 0.25
"""Of a word in a stamp that is read at all, in [0, 1]; mere strokes come to less."""
_OTHER_FRAMED: Final = ("mau", "ma", "at", "hat", "sat")
_DECLARED: Final = re.compile(r"^(?:do|muc do) mat[\s:.\-]+(?:toi |tuyet )?mat\W*$")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_LOOKALIKES: Final = str.maketrans({"1": "I", "0": "O", "|": "", "!": "I", "l": "I"})


def find_mark(page: RecognizedPage) -> Box | None:
    """Return where the page bears a state-secret mark, None when it bears none.

    Args:
        page: a page as read, in any line order; boxes in pixels of the upright page.

    Returns:
        The box of the first mark from the top, or None. Running text (bảo mật, bí mật, Luật Bảo
        vệ bí mật nhà nước), "Độ mật: Thường" and a name in a table row are no marks.

    Source: TT 01/2023/TT-VPCP Điều 4; NĐ 30/2020 PL I phần I mục II (ô số 10a).
    """
    pieces = sorted(_pieces(page.lines), key=lambda words: _box(words).top)
    boxes = [_box(words) for words in pieces]
    for words, box in zip(pieces, boxes, strict=True):
        if _is_declared(words) or (_is_mark(words, box, page) and _is_alone(box, boxes)):
            return box
        if _opens_line(words, box, page):
            return box
    return None


def begins_document(page: RecognizedPage) -> bool:
    """Claim that a document may begin here, so that its mark would stand here.

    The first page, and any other that bears the nation's name at its head: several papers can come
    in one file. Looking into every frame of every table costs a quarter of the reading.

    Source: NĐ 30/2020 PL I phần I mục II (the mark stands under the number, on page 1).
    """
    head = _HEADER_SHARE * page.geometry.height
    return page.number == 1 or any(
        "xa hoi chu nghia" in fold(line.text) for line in page.lines if line.box.top < head
    )


def bears_mark(lines: Sequence[TextLine], *, is_stamp: bool) -> bool:
    """Claim that what was read inside a small frame is a mark, by itself or with print across it.

    Args:
        is_stamp: the frame is surely a stamp's; only there a letter of MẬT may be misread.

    Source: NĐ 30/2020/NĐ-CP PL I phần I mục II (ô số 10a).
    """
    rows = [_letters(word.text for word in line.words) for line in lines]
    whole = "".join(rows)
    if any(_reads_mark(row) for row in (*rows, whole)):
        return True
    return is_stamp and any(_is_nearly_short(row) for row in rows)


def is_unreadable(lines: Sequence[TextLine], width_mm: float) -> bool:
    """Claim that too little was read in a stamp of this width: what can't be read may be a mark."""
    rows = [
        _letters(word.text for word in line.words if word.confidence >= _LEAST_SURE)
        for line in lines
    ]
    if any(_is_of_urgency(fold(row)) for row in rows):
        return False
    return max(map(len, rows), default=0) < max(_LEAST_LETTERS, width_mm / _LETTER_MM)


def _is_of_urgency(row: str) -> bool:
    """Claim that a row is a part of the other stamps of slot 10, and of no mark."""
    is_part = len(row) > 1 and any(row in word for word in _URGENCY)
    return is_part and not any(row in mark for mark in _LONG_MARKS)


def _reads_mark(letters: str) -> bool:
    if len(letters) > len(_LONG_MARKS[-1]) + _ACROSS:
        return False
    capitals = fold("".join(char for char in letters if char.isupper()))
    if capitals in _OTHER_FRAMED:
        return False
    is_large = 2 * sum(map(str.isupper, letters)) >= len(letters)
    read = (capitals, fold(letters)) if is_large else (capitals,)
    if capitals.endswith("mat") or "mat" in (capitals, fold(letters)):
        return True
    return any(_is_near(word, mark, slips) for word in read for mark, slips in _SLIPS)


def _is_nearly_short(row: str) -> bool:
    """Claim that one row is MẬT with one letter misread.

    Three letters are soon a scrap of something else, or another word (ĐẤT): they must be capitals
    on a row of their own, and their first an M or what an M is taken for.
    """
    folded = fold(row)
    is_near = len(folded) > 2 and _differs_by_one(folded, "mat")
    return _is_capital(row) and is_near and folded[0] in "mnw" and folded not in _OTHER_FRAMED


def _is_near(word: str, mark: str, slips: int) -> bool:
    """Claim that `word` is `mark` misread: most of its letters are there, whatever they became."""
    return len(word) > len(mark) - slips and edit_distance(word, mark, slips) <= slips


def _letters(texts: Iterable[str]) -> str:
    """Return the letters, digits and bars taken for the letters they look like."""
    return "".join(_LETTERS.findall(nfc("".join(texts)).translate(_LOOKALIKES)))


def _pieces(lines: Sequence[TextLine]) -> Iterator[tuple[Word, ...]]:
    """Cut each line where the gap is wider than words are apart: two blocks read as one line."""
    for line in lines:
        piece: list[Word] = []
        for word in sorted(line.words, key=lambda word: word.box.left):
            limit = _GAP_HEIGHTS * max(word.box.height, 1)
            if piece and word.box.left - piece[-1].box.right > limit:
                yield tuple(piece)
                piece = []
            piece.append(word)
        if piece:
            yield tuple(piece)


def _box(words: Sequence[Word]) -> Box:
    return reduce(Box.union, (word.box for word in words))


def _is_declared(words: Sequence[Word]) -> bool:
    """Claim that the piece states a degree in words: `Độ mật: Tối mật`."""
    return bool(_DECLARED.match(fold(" ".join(word.text for word in words))))


def _is_mark(words: Sequence[Word], box: Box, page: RecognizedPage) -> bool:
    height, width = page.geometry.height, page.geometry.width
    if (box.top + box.bottom) / 2 > _UPPER_SHARE * height:
        return False
    letters = _letters(word.text for word in words)
    if not _is_capital(letters):
        return False
    folded = fold(letters)
    if any(_differs_by_one(folded, mark) for mark in _LONG_MARKS):
        return True
    in_header = box.top < _HEADER_SHARE * height and box.left < width / 2
    if folded == "mat":
        return in_header or "\u0302" in unicodedata.normalize("NFD", letters)
    is_misread = not any(word.accepted for word in words)
    return in_header and is_misread and any(_is_near(folded, mark, n) for mark, n in _SLIPS)


def _is_capital(letters: str) -> bool:
    """Claim that a word is in capitals; one vowel's accents can make it look small (`MậT`)."""
    small = sum(map(str.islower, letters))
    return letters.isupper() or (small == 1 and letters[0].isupper() and letters[-1].isupper())


def _opens_line(words: Sequence[Word], box: Box, page: RecognizedPage) -> bool:
    """Claim that a mark was read into a line of small print right of it: `TỐI MẬT bảo đảm …`.

    The line goes on in small letters, so that no heading (`MẬT KHẨU`) is one.
    """
    if box.top > _HEADER_SHARE * page.geometry.height or box.left > page.geometry.width / 3:
        return False
    for count in (1, 2, 3):
        first = fold(_letters(word.text for word in words[:count]))
        if any(_differs_by_one(first, mark) for mark in _LONG_MARKS):
            return True
    letters = _letters(word.text for word in words)
    opening = "".join(takewhile(str.isupper, letters))
    if opening == letters:
        return False
    folded = fold(opening)
    cut = (folded, folded[:-1])
    if any(_differs_by_one(part, mark) for part in cut for mark in _LONG_MARKS):
        return True
    is_short = words[0].text.strip("|[]!.,:;-_") in ("MẬT", "MÂT")
    return is_short and len(words) > 1 and words[1].text[:1].islower()


def _is_alone(box: Box, others: Sequence[Box]) -> bool:
    """Claim that the row is no table row: few other pieces stand level with the box."""
    level = [
        other
        for other in others
        if other != box and min(box.bottom, other.bottom) - max(box.top, other.top) > 0
    ]
    return len(level) <= _ROW_NEIGHBORS


def _differs_by_one(left: str, right: str) -> bool:
    """Claim that one substitution, insertion or deletion at most turns `left` into `right`."""
    return edit_distance(left, right, 1) <= 1
