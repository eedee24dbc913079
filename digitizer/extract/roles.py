"""What each page is to its document: first page, continuation, signature page, annex, form …

Source: NĐ 30/2020 PL I (slots 1, 7; annexes); NĐ 23/2015 Điều 20 (certified copies).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from digitizer.extract.anchors import is_near
from digitizer.extract.header import opens_paper
from digitizer.extract.layout import Layout, lay_out
from digitizer.extract.paper import Paper
from digitizer.model import PageRole, Recognized, RecognizedPage
from digitizer.scope import find_certification

_ANNEX: Final = re.compile(r"^(?:phu luc|phu bieu|bieu mau|mau so|danh (?:muc|sach))\b")
_ISSUED_WITH: Final = re.compile(r"\b(?:kem theo|dinh kem)\b")
_TITLE_SHARE: Final = 0.30
_EMPTY_SLOT: Final = re.compile(r"^\s*(?:[.…_·]{2,}|…|$)")
_LEAST_SLOTS: Final = 3
_EMPTY_SHARE: Final = 0.7
_FEW_WORDS: Final = 160


def read_roles(recognized: Recognized, paper: Paper | None) -> tuple[PageRole, ...]:
    """Return the role of each page, blank ones included.

    A page is told by what stands on it (nothing, a certificate, a form, a national title, the
    heading of an annex), and else by where the main text ended. One that is two things at once
    has the stronger role: a document of one page is its first page, not its signature page.
    """
    if paper is None:
        return (PageRole.BLANK,) * len(recognized.pages)
    return tuple(_roles(recognized, paper))


def _roles(recognized: Recognized, paper: Paper) -> Iterator[PageRole]:
    signed = paper.signature.page if paper.signature else None
    first = paper.first.page.number
    behind = PageRole.CONTINUATION
    for page in recognized.pages:
        layout = lay_out(page)
        if page.is_blank or not layout.pieces:
            yield PageRole.BLANK
            continue
        own = _own_role(page, layout, is_first=page.number == first)
        if own in (PageRole.ATTACHED, PageRole.APPENDIX):
            behind = own if behind is not PageRole.ATTACHED else behind
        if own is not None:
            yield own
        elif page.number == first:
            yield PageRole.FIRST
        elif signed is not None and page.number > signed and behind is PageRole.CONTINUATION:
            behind = PageRole.APPENDIX
            yield behind
        elif page.number == signed:
            yield PageRole.SIGNATURE
        else:
            yield behind


def _own_role(page: RecognizedPage, layout: Layout, *, is_first: bool) -> PageRole | None:
    """Return the role that the page itself states, None for a page of running text."""
    if find_certification(page) is not None:
        return PageRole.CERTIFIED_COPY
    if _is_form(layout):
        return PageRole.FORM
    if is_first:
        return None
    if opens_paper(layout):
        return PageRole.ATTACHED
    return PageRole.APPENDIX if _opens_annex(layout) else None


def _opens_annex(layout: Layout) -> bool:
    """Claim that a heading in the upper part names an annex, or what it was issued with."""
    top = [piece for piece in layout.pieces if piece.box.top < _TITLE_SHARE * layout.height]
    for piece in top:
        is_heading = abs(piece.center - layout.width / 2) < 0.16 * layout.width
        if is_heading and (is_near(piece.key, "phu luc") or _ANNEX.match(piece.key)):
            return True
        if is_heading and piece.text.startswith("(") and _ISSUED_WITH.search(piece.key):
            return True
    return False


def _is_form(layout: Layout) -> bool:
    """Claim that the page asks for much and answers next to nothing: labels without values."""
    slots = [part for piece in layout.pieces for part in piece.text.split(":")[1:]]
    empty = sum(bool(_EMPTY_SLOT.match(part)) for part in slots)
    words = sum(len(piece.words) for piece in layout.pieces)
    is_empty = empty >= max(_LEAST_SLOTS, _EMPTY_SHARE * len(slots))
    return is_empty and words <= _FEW_WORDS
