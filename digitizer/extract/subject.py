"""What a paper is about: slots 5a and 5b of NĐ 30/2020.

A subject cut short reads well and is wrong, so every sign that a line was lost counts.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.header import Header
from digitizer.extract.layout import Layout, Piece, cover
from digitizer.extract.openings import without_foreword
from digitizer.extract.title import Title

_LOOSE: Final = 1.45
_ROOM: Final = 2.75
_FAR: Final = 3.6
_WHOLE_SHARE: Final = 0.2
_CENTERED_SHARE: Final = 0.011
_SHIFTED_SHARE: Final = 0.02
"""Of the page's width, by which a title may stand off the middle of the lines below it."""
_AGREED_SHARE: Final = 0.003
_INDENT: Final = 0.25
_PARAGRAPHS: Final = 3
_OPEN_ENDS: Final = frozenset(
    ("va", "cua", "ve", "viec", "tai", "cho", "voi", "cac", "den", "tu", "trong", "theo", "thuoc")
)
_ABOUT: Final = ("v v ", "vv ", "ve viec ")
_RECEIVED: Final = re.compile(r"(?:cong van )?den|(?:den )?so \d{1,6}|ngay(?: den)? [\d /]{6,10}")
_STAMP_LABELS: Final = ("so", "ngay", "chuyen")
_STAMPED: Final = ("cong", "van", "den", *_STAMP_LABELS)
_BODY_STARTS: Final = ("can cu ", "kinh gui", "theo de nghi", "thuc hien ", "dieu 1")


@dataclass(frozen=True, slots=True)
class Subject:
    """The lines of a subject, from top to bottom.

    `is_clear` unless something stands in between or it may begin earlier or go on. `has_room`
    when a further line would fit in under the last: none was seen, but one may have been lost.
    """

    pieces: tuple[Piece, ...]
    is_clear: bool
    has_room: bool = False


def find_subject(layout: Layout, title: Title) -> Subject:
    """Find the centered lines under a title, down to the first that is of the body.

    Source: NĐ 30/2020 PL I phần I mục II.5.
    """
    pitch = _pitch(layout)
    anchor = cover([word for piece in title.pieces for word in piece.words])
    center, previous = _center(layout, title), title.pieces[-1].box.top
    lines: list[Piece] = []
    is_clear = True
    for crossing, has_noise in _crossing(layout, anchor.bottom, center):
        piece = _without_stamp(crossing, center, layout)
        step = (piece.box.top - previous) / pitch
        if step > (_LOOSE if lines else 2 * _LOOSE):
            break
        if lines and (piece.is_capital or piece.key.startswith(_BODY_STARTS)):
            break
        if not _is_centered(piece, center, layout):
            is_clear = is_clear and bool(lines) and _is_body(piece, layout)
            if lines:
                break
        is_clear = is_clear and not has_noise and step <= _LOOSE
        lines.append(piece)
        previous = piece.box.top
    if not lines:
        return Subject((), False)
    following = _following(lines[-1], center, layout, pitch)
    gap = (following.box.top - lines[-1].box.top) / pitch if following else _FAR
    is_clear = is_clear and gap < _FAR and not _is_open(lines[-1])
    is_clear = is_clear and following is not None and not _goes_on(following, center, layout)
    return Subject(tuple(lines), is_clear, gap > _ROOM)


def _center(layout: Layout, title: Title) -> float:
    """Return the middle of a subject's lines: the title's, unless two lines agree on another.

    A word lost at a line's end moves the middle of that line, not of the next one.
    """
    center, bottom = title.pieces[-1].center, title.pieces[-1].box.bottom
    lines = [piece for piece, _ in islice(_crossing(layout, bottom, center), 2)]
    if len(lines) < 2:
        return center
    first, second = lines
    is_near = abs(first.center - center) <= _SHIFTED_SHARE * layout.width
    is_agreed = abs(first.center - second.center) <= _AGREED_SHARE * layout.width
    return (first.center + second.center) / 2 if is_near and is_agreed else center


def _is_centered(piece: Piece, center: float, layout: Layout) -> bool:
    return abs(piece.center - center) <= _CENTERED_SHARE * layout.width


def _is_open(last: Piece) -> bool:
    """Claim that the line's last word can't be the last of a subject."""
    rest, _, word = last.key.rpartition(" ")
    # `về việc` goes on, `quy chế làm việc` does not.
    return word in _OPEN_ENDS and (word != "viec" or rest.endswith("ve"))


def _following(last: Piece, center: float, layout: Layout, pitch: float) -> Piece | None:
    """Return the next whole line under a subject; None when scraps stand before it.

    A short line is whole where it is who decides (`GIÁM ĐỐC`): in capitals, surely read, in the
    middle. The lines of a stamp for incoming mail, beside the middle, are none of the paper's.
    """
    below = [
        piece
        for piece in layout.pieces
        if piece.box.top > last.box.top + 0.5 * pitch and not _is_received_stamp(piece, center)
    ]
    for piece in below[:1]:
        is_whole = piece.box.width > _WHOLE_SHARE * layout.width
        is_whole = is_whole or piece.key.startswith(_BODY_STARTS)
        return piece if is_whole or _is_authority(piece, center, layout) else None
    return None


def _is_received_stamp(piece: Piece, center: float) -> bool:
    """Claim that a line is one of `CÔNG VĂN ĐẾN`, `Số: 512`, `Ngày: 03/4/2026`, left of the middle.

    Source: NĐ 30/2020 PL IV (dấu "Đến").
    """
    return piece.box.right < center and bool(_RECEIVED.fullmatch(piece.key))


def _without_stamp(piece: Piece, center: float, layout: Layout) -> Piece:
    """Return a line without what a received stamp in the left margin left before it.

    The line is in the middle without these words, and they are the stamp's or hardly read.
    """
    if _is_centered(piece, center, layout):
        return piece
    found = [
        rest
        for rest in _rests(piece)
        if _is_centered(rest, center, layout) and rest.text[0].isalnum()
    ]
    return min(found, key=lambda rest: abs(rest.center - center), default=piece)


def _rests(piece: Piece) -> Iterator[Piece]:
    """Yield what is left of a line without one and more first words, or parts of a word."""
    for count, (word, following) in enumerate(pairwise(piece.words)):
        bare = without_foreword(word, following)
        if bare is not word:
            yield Piece.of(piece.page, (bare, *piece.words[count + 1 :]))
        if word.is_legible and any(map(str.isalpha, word.text)) and not _is_stamped(word.text):
            return
        yield Piece.of(piece.page, piece.words[count + 1 :])


def _is_stamped(text: str) -> bool:
    """Claim that a word is one of `CÔNG VĂN ĐẾN`, `Số:`, `Ngày:`, as printed on a stamp."""
    return plain(text) in (_STAMPED if text.isupper() else _STAMP_LABELS) and text[:1].isupper()


def _is_authority(piece: Piece, center: float, layout: Layout) -> bool:
    is_sure = all(word.accepted for word in piece.words)
    return is_sure and piece.is_capital and _is_centered(piece, center, layout)


def _goes_on(piece: Piece, center: float, layout: Layout) -> bool:
    """Claim that the line looks like more of the subject: centered, narrow, in small letters."""
    is_other = piece.is_capital or piece.key.startswith(_BODY_STARTS) or _is_full(piece, layout)
    is_more = not is_other and not _is_indented(piece, layout)
    return is_more and _is_centered(piece, center, layout)


def _is_indented(piece: Piece, layout: Layout) -> bool:
    """Claim that the line begins where paragraphs do: a short one is in the middle by chance."""
    others = [
        other
        for other in layout.pieces
        if other.box.top > piece.box.top
        and abs(other.box.left - piece.box.left) < _INDENT * layout.line_height
    ]
    return len(others) >= _PARAGRAPHS


def _is_full(piece: Piece, layout: Layout) -> bool:
    return piece.box.right > layout.right - layout.line_height


def _is_body(piece: Piece, layout: Layout) -> bool:
    """Claim that the line opens a paragraph: indented, and full to the right margin."""
    return piece.box.left > layout.left and _is_full(piece, layout)


def _crossing(layout: Layout, below: int, center: float) -> Iterator[tuple[Piece, bool]]:
    """Yield the lines that cross the center line, each with whether its row holds more of it.

    What stands on one side only of a line that is surely read and in the middle is none of it.
    """
    for piece in layout.pieces:
        if piece.box.top < below - layout.line_height // 2:
            continue
        if piece.box.left < center < piece.box.right:
            middle = (piece.box.top + piece.box.bottom) / 2
            sides = {
                other.center < piece.center
                for other in layout.pieces
                if other is not piece and other.box.top < middle < other.box.bottom
            }
            is_legible = all(word.is_legible for word in piece.words)
            is_whole = is_legible and _is_centered(piece, center, layout)
            yield piece, len(sides) == 2 or (bool(sides) and not is_whole)


def _pitch(layout: Layout) -> float:
    """Return the distance from line to line in pixels."""
    steps = [
        lower.box.top - upper.box.top
        for upper, lower in pairwise(layout.pieces)
        if 0.6 <= (lower.box.top - upper.box.top) / layout.line_height <= 2.2
    ]
    return statistics.median(steps) if steps else 1.2 * layout.line_height


def find_letter_subject(layout: Layout, header: Header) -> Subject:
    """Find `V/v …` under the number of an official letter (công văn), left half.

    Source: NĐ 30/2020 PL I phần I mục II.5.
    """
    pitch = _pitch(layout)
    left = [
        piece
        for piece in layout.pieces
        if piece.box.top >= header.slot.top
        and piece.center < layout.width * 0.5
        and piece.box.right < layout.width * 0.6
    ]
    start = next((n for n, piece in enumerate(left) if piece.key.startswith(_ABOUT)), None)
    if start is None or left[start].box.top - header.slot.bottom > 3 * pitch:
        return Subject((), False)
    lines = [left[start]]
    is_clear = True
    for piece in left[start + 1 :]:
        step = (piece.box.top - lines[-1].box.top) / pitch
        if step > _ROOM or piece.key.startswith("kinh gui"):
            break
        if step > _LOOSE and piece.is_capital:
            # The caption of the stamp for incoming mail, clear of the subject.
            continue
        is_clear = is_clear and step <= _LOOSE and _is_centered(piece, lines[0].center, layout)
        if not is_clear:
            break
        lines.append(piece)
    return Subject(tuple(lines), is_clear and not _is_open(lines[-1]))
