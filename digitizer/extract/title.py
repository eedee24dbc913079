"""The title of a paper: slot 5a of NĐ 30/2020, or the heading of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.extract.anchors import tolerance
from digitizer.extract.header import Header
from digitizer.extract.layout import Layout, Piece
from digitizer.legal_profile import DocumentType
from digitizer.vietnamese import edit_distance

_TITLE_SHARE: Final = 0.50
_TITLE_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Title:
    """A title found: its type, its pieces, and whether each letter fits."""

    kind: DocumentType
    pieces: tuple[Piece, ...]
    is_exact: bool


def find_title(
    layout: Layout, header: Header | None, titles: Mapping[str, DocumentType]
) -> Title | None:
    """Find the first title in the upper half of a page, one to four lines long.

    Args:
        layout: page 1.
        header: its head, None when it has none (forms, cards).
        titles: types by the folded letters of their titles, without spaces.

    Source: NĐ 30/2020 PL I.II.5; REQ-8.1.
    """
    # A number under the title is taken for slot 3 (HKD, DKDN): the head ends above it then.
    top = header.top if header else 0
    zone = [
        piece
        for piece in layout.pieces
        if top - layout.line_height // 2 <= piece.box.top < _TITLE_SHARE * layout.height
        and piece.is_capital
        and abs(piece.center - layout.width / 2) < 0.16 * layout.width
    ]
    for start in range(len(zone)):
        for count in range(_TITLE_LINES, 0, -1):
            pieces = zone[start : start + count]
            found = _match(pieces, titles) if len(pieces) == count else None
            if found:
                return found
    return None


def _match(pieces: Sequence[Piece], titles: Mapping[str, DocumentType]) -> Title | None:
    read = "".join(piece.key for piece in pieces).replace(" ", "").removesuffix("bansao")
    if read in titles:
        return Title(titles[read], tuple(pieces), True)
    for wording, kind in titles.items():
        if kind.is_open_ended and read.startswith(wording):
            return Title(kind, tuple(pieces), True)
        allowed = tolerance(wording)
        if allowed and edit_distance(read, wording, allowed) <= allowed:
            return Title(kind, tuple(pieces), False)
    return None
