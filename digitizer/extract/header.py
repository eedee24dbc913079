"""The head of page 1: slots 1 to 4 of NĐ 30/2020 (agency, number, place and date)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.extract.agency import spell_agency, without_specks
from digitizer.extract.anchors import is_near
from digitizer.extract.dates import has_date_slot
from digitizer.extract.layout import Layout, Piece, cover, whole_row
from digitizer.extract.numbers import has_label, parse_code, strip_label
from digitizer.model import Box

_TITLE: Final = "cong hoa xa hoi chu nghia viet nam"
_MOTTO: Final = "doc lap tu do hanh phuc"
_HEAD_SHARE: Final = 0.40
_SLOT_LINES: Final = 6
_CENTER_SHARE: Final = 0.55


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in the head; empty tuples and None where nothing was found.

    `number` and `date` are the pieces of slots 3 and 4; `slot` is where the number must stand
    when it was not found. `is_level` claims that slot 2 begins on the row of slot 1, as it must
    when none of its lines was lost.
    """

    top: int
    bottom: int
    agency: tuple[Piece, ...]
    number: Piece | None
    date: Piece | None
    slot: Box
    is_level: bool


def read_header(layout: Layout) -> Header | None:
    """Find the head of a page by its national title; None on forms and pages without.

    Source: NĐ 30/2020 PL I phần I mục II.1 to II.4.
    """
    motto = _find_motto(layout.pieces)
    if motto is None or motto.box.top > layout.height / 2 or _is_centered(motto, layout):
        return None
    height = layout.line_height
    is_title = is_near(motto.key, _TITLE)
    top = motto.box.top - int((1.2 if is_title else 2.6) * height)
    limit = motto.box.top + int(_HEAD_SHARE * layout.height)
    zone = [piece for piece in layout.pieces if top <= piece.box.top < limit and piece != motto]
    slots = [piece for piece in zone if piece.box.top < motto.box.bottom + _SLOT_LINES * height]
    number = _find_number(slots, layout)
    date = _find_date(slots, layout)
    below = number or date
    limit = below.box.top if below else motto.box.bottom + 3 * height
    found = without_specks(_find_agency(zone, layout, limit, motto), layout.width)
    agency = tuple(map(spell_agency, found))
    slot = number.box if number else _expected_slot(agency, layout, motto)
    bottom = max(piece.box.bottom for piece in (motto, *agency, number, date) if piece)
    first = agency[0].box.top if agency else layout.height
    is_level = first - motto.box.top < (0.6 if is_title else -0.4) * height
    return Header(top, bottom, agency, number, date, slot, is_level)


def opens_paper(layout: Layout) -> bool:
    """Claim that the page has a national title in its upper third: a paper begins on it."""
    motto = _find_motto(layout.pieces)
    return motto is not None and motto.box.top < layout.height / 3


def _find_motto(pieces: Sequence[Piece]) -> Piece | None:
    for wording in (_TITLE, _MOTTO):
        found = next((piece for piece in pieces if is_near(piece.key, wording)), None)
        if found:
            return found
    return None


def _is_centered(motto: Piece, layout: Layout) -> bool:
    """Claim that the national title stands alone over a form, with no agency beside it."""
    beside = [
        piece
        for piece in layout.pieces
        if piece is not motto
        and piece.box.top < motto.box.bottom
        and piece.is_capital
        and piece.box.bottom > motto.box.top
        and piece.box.right < motto.box.left
    ]
    return not beside and abs(motto.center - layout.width / 2) < 0.08 * layout.width


def _find_number(zone: Sequence[Piece], layout: Layout) -> Piece | None:
    """Find slot 3: the first piece on the left that begins with `Số` or is a code."""
    left = [piece for piece in zone if piece.center <= _CENTER_SHARE * layout.width]
    for piece in left:
        if has_label(piece.text) or parse_code(piece.text) is not None:
            return whole_row(piece, left)
        if re.search(r"/\s?[A-ZĐ]{2,}\w*-[A-ZĐ]", piece.text) and len(piece.words) <= 4:
            return piece
    return None


def _find_date(zone: Sequence[Piece], layout: Layout) -> Piece | None:
    """Find slot 4: `Place, ngày … tháng … năm …` on the right, blanks and all."""
    right = [piece for piece in zone if piece.box.right > layout.width / 2]
    for piece in right:
        whole = whole_row(piece, right)
        if has_date_slot(whole.text) and whole.center > 0.45 * layout.width:
            return whole
    return None


def _find_agency(
    zone: Sequence[Piece], layout: Layout, limit: int, motto: Piece
) -> tuple[Piece, ...]:
    """Find slot 2: the capital lines on the left, level with slot 1, above slot 3."""
    found: list[Piece] = []
    for piece in zone:
        is_left = piece.center < 0.5 * layout.width and piece.box.left < motto.box.left
        if not is_left or piece.box.top >= limit - layout.line_height // 3:
            continue
        if is_near(piece.key, _MOTTO):
            continue
        if piece.is_capital and not strip_label(piece.text).startswith("/"):
            found.append(piece)
    return tuple(found)


def _expected_slot(agency: Sequence[Piece], layout: Layout, motto: Piece) -> Box:
    """Return where slot 3 stands on every such paper: under the agency, as wide."""
    if not agency:
        top, left, right = motto.box.bottom, 0, motto.box.left
    else:
        box = cover([word for piece in agency for word in piece.words])
        top, left, right = box.bottom, box.left, box.right
    bottom = min(layout.height, top + 4 * layout.line_height)
    return Box(max(0, left), max(0, min(top, bottom - 1)), max(right, left + 1), bottom)
