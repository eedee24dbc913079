"""A document laid out once, with the closed lists it is held against; what every rule reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from digitizer.extract.agency import Agency, agency_names, read_agency
from digitizer.extract.anchors import plain
from digitizer.extract.echo import Echoes, listen
from digitizer.extract.header import Header, opens_paper, read_header
from digitizer.extract.layout import Layout, Piece, lay_out, words_of
from digitizer.extract.signature import SignatureBlock, find_signature
from digitizer.extract.title import Title, find_title
from digitizer.legal_profile import DocumentType, Profile
from digitizer.model import Barcode, Recognized, Word
from digitizer.settings import ExtractSettings


@dataclass(frozen=True, slots=True)
class Lists:
    """Closed lists by folded letters."""

    titles: Mapping[str, DocumentType]
    agencies: Mapping[str, str]
    suffixes: Mapping[str, DocumentType]


@dataclass(frozen=True, slots=True)
class Paper:
    """All that the rules need, read once.

    `layouts` leaves out blank pages, and whatever follows the main text under a national title
    of its own: a draft or a form that was attached.
    """

    layouts: tuple[Layout, ...]
    header: Header | None
    title: Title | None
    signature: SignatureBlock | None
    echoes: Echoes
    barcodes: tuple[Barcode, ...]
    profile: Profile
    lists: Lists
    settings: ExtractSettings

    @property
    def first(self) -> Layout:
        return self.layouts[0]

    @property
    def agency(self) -> Agency:
        """Slot 2 read against the list of agencies; empty without a head."""
        pieces = self.header.agency if self.header else ()
        date = self.header.date if self.header else None
        place = re.split(r"[,.]?\s*[Nn]g\wy", date.text)[0] if date else ""
        return read_agency(pieces, self.lists.agencies, place=place, page_width=self.first.width)

    @property
    def main_pieces(self) -> tuple[Piece, ...]:
        """Everything on the pages of the main text, annexes left out."""
        last = self.signature.page if self.signature else self.layouts[-1].page.number
        return tuple(
            piece
            for layout in self.layouts
            if layout.page.number <= last
            for piece in layout.pieces
        )

    @property
    def main_words(self) -> tuple[Word, ...]:
        return words_of(self.main_pieces)


def open_paper(recognized: Recognized, profile: Profile, settings: ExtractSettings) -> Paper | None:
    """Lay a reading out; None when no page holds a word."""
    layouts = tuple(
        layout
        for layout in (lay_out(page) for page in recognized.pages if not page.is_blank)
        if layout.pieces
    )
    if not layouts:
        return None
    layouts = layouts[: _main_count(layouts)]
    lists = lists_of(profile)
    header = read_header(layouts[0])
    title = find_title(layouts[0], header, lists.titles)
    form = title.kind if title and not title.kind.is_administrative else None
    return Paper(
        layouts=layouts,
        header=header,
        title=title,
        signature=find_signature(
            layouts,
            profile,
            is_form=form is not None,
            is_issued=form is not None and bool(form.issuers),
        ),
        echoes=listen(piece for layout in layouts for piece in layout.pieces),
        barcodes=tuple(code for page in recognized.pages for code in page.barcodes),
        profile=profile,
        lists=lists,
        settings=settings,
    )


def _main_count(layouts: Sequence[Layout]) -> int:
    """Return how many pages there are before another paper begins."""
    for index, layout in enumerate(layouts[1:], 1):
        if opens_paper(layout):
            return index
    return len(layouts)


@cache
def _lists(types: tuple[DocumentType, ...], agencies: tuple[str, ...]) -> Lists:
    return Lists(
        {plain(title).replace(" ", ""): kind for kind in types for title in kind.titles},
        agency_names(agencies),
        {suffix: kind for kind in types for suffix in kind.suffixes},
    )


def lists_of(profile: Profile) -> Lists:
    """Return the profile's closed lists, folded once."""
    return _lists(profile.types, profile.agencies)
