"""Land certificates: serial, one or two owners, day, office, and changes entered later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from digitizer.extract.agency import read_agency, spell_agency
from digitizer.extract.anchors import is_near, plain
from digitizer.extract.confidence import (
    DOUBTED,
    LISTED,
    decide,
    evidence_of,
    slot_evidence,
    weigh,
)
from digitizer.extract.dates import find_dates
from digitizer.extract.labels import Entry, entries_of
from digitizer.extract.layout import Layout, Piece, words_of
from digitizer.extract.paper import Paper
from digitizer.extract.persons import Person, read_person
from digitizer.extract.posts import Post, make_sense, read_post
from digitizer.extract.rows import Row, rows_of
from digitizer.extract.wordings import Label
from digitizer.model import Box, Field, FieldName, Word
from digitizer.vietnamese import fold, nfc

NEW_FORM: Final = date(2024, 8, 1)
"""Since this day serials have eight digits (TT 10/2024/TT-BTNMT)."""
_SERIAL: Final = re.compile(r"(?P<letters>[A-ZĐ]{2})\s?(?P<digits>\d{8}|\d{6})")
_IN_CODE: Final = re.compile(r"(?<![A-Z0-9])([A-Z]{2})\s?(\d{8})(?!\d)")
_OWNERS: Final = ("nguoi su dung dat", "nguoi su dung dat chu so huu", "ten nguoi su dung dat")
_AFTER_OWNERS: Final = re.compile(r"^(?:\d |ii |[a-z] )?(?:dia chi|thong tin thua dat|thua dat)\b")
_HONORIFICS: Final = {"Ông": "Nam", "Bà": "Nữ"}
_OFFICES: Final = ("uy ban nhan dan", "chi nhanh", "van phong", "so ", "ubnd")
_LEVELS: Final = tuple(
    f" {level} "
    for level in (
        "TỈNH", "THÀNH PHỐ", "HUYỆN", "QUẬN", "THỊ XÃ", "XÃ", "PHƯỜNG", "THỊ TRẤN", "KHU VỰC",
    )
)  # fmt: skip
_MARKS: Final = ("kt", "tl", "tuq", "q ")
_LEADS: Final = frozenset({"va", "vo", "chong", "ho", "cung", "la", "i", "1", "a", ""})
_CHANGES: Final = "noi dung thay doi va co so phap ly"
_CHANGES_HEAD: Final = ("nhung thay doi sau khi cap giay chung nhan", "thay doi sau khi cap")
_CLOSING: Final = 0.35


def read_land(paper: Paper) -> Iterator[Field]:
    """Yield serial, owners, day and office of a land certificate, and a mark for its changes.

    Source: REQ-4.7; TT 10/2024/TT-BTNMT, TT 23/2014/TT-BTNMT (forms).
    """
    issued = _issued(paper)
    yield from _serial(paper, issued.day if issued else None)
    yield from _owners(paper)
    if issued is not None:
        yield from issued.fields(paper)
    yield from _changes(paper)


# ── serial ───────────────────────────────────────────────────────────────────────────────────


def _serial(paper: Paper, day: date | None) -> Iterator[Field]:
    """Yield the serial, which stands alone; a symbol that names another leaves it to a person."""
    found = [
        (piece, f"{match['letters']} {match['digits']}")
        for layout in paper.layouts
        for piece in layout.pieces
        if (match := _SERIAL.fullmatch(nfc(piece.text).strip(" .:;")))
    ]
    if not found:
        return
    piece, serial = found[0]
    coded = {f"{a} {b}" for code in paper.barcodes for a, b in _IN_CODE.findall(code.text)}
    is_alone = len({text for _, text in found}) == 1
    is_timely = day is None or (len(serial) == 11) == (day >= NEW_FORM)
    is_odd = not is_alone or not is_timely or bool(coded - {serial})
    confidence = weigh(piece.words, is_proven=serial in coded or len(found) > 1, is_doubted=is_odd)
    evidence = evidence_of(piece.page, piece.words, "land.serial", confidence)
    yield decide(FieldName.SO_KY_HIEU, serial, evidence, paper.settings)


# ── owners ───────────────────────────────────────────────────────────────────────────────────


def _owners(paper: Paper) -> Iterator[Field]:
    for layout in paper.layouts:
        rows = _rows_of_owners(rows_of(layout))
        if rows:
            owners = owners_of(rows, layout.line_height)
            for holder, owner in enumerate(owners, 1):
                is_odd = len(owners) > 2
                yield from read_person(owner, paper, holder, is_doubted=is_odd, asks_birth=False)
            return


def _rows_of_owners(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows between the heading of the owners and the address, or none."""
    keys = [plain(" ".join(word.text for word in row.words)) for row in rows]
    start = next((i for i, key in enumerate(keys) if any(o in key for o in _OWNERS)), None)
    if start is None:
        return ()
    below = range(start + 1, len(rows))
    end = next((i for i in below if _AFTER_OWNERS.match(keys[i])), None)
    return rows[start + 1 : end] if end is not None else ()


def owners_of(rows: Sequence[Row], line_height: int) -> tuple[Person, ...]:
    """Return the owners in printed order: each begins with `Ông` or `Bà`.

    Words before the first, or a spouse without the one before (`và vợ`), say that a line was
    lost: then nobody's values are certain.
    """
    words = [(row.page, word) for row in rows for word in row.words]
    starts = [i for i, (_, word) in enumerate(words) if _is_honorific(word)]
    if not starts:
        return ()
    lead = [plain(word.text) for _, word in words[: starts[0]]]
    is_clear = not {"va", "vo", "chong", "cung"} & set(lead) and set(lead) <= _LEADS
    persons = []
    for start, stop in zip(starts, [*starts[1:], len(words)], strict=True):
        sex = _HONORIFICS[_letters(words[start][1])]
        mine = _rows_again(words[start + 1 : stop], rows)
        if not mine:
            is_clear = False
            continue
        persons.append(replace(_person(mine, line_height), sex=sex, is_clear=is_clear))
    return tuple(persons)


def _is_honorific(word: Word) -> bool:
    return _letters(word) in _HONORIFICS


def _letters(word: Word) -> str:
    return nfc(word.text).strip(" .,:;()").capitalize()


def _rows_again(words: Sequence[tuple[int, Word]], rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the words in their rows, without what leads over to the next owner."""
    kept = list(words)
    while kept and plain(kept[-1][1].text) in _LEADS - {"", "i", "1", "a"}:
        kept.pop()
    mine = {id(word) for _, word in kept}
    cut = (Row(row.page, tuple(word for word in row.words if id(word) in mine)) for row in rows)
    return tuple(row for row in cut if row.words)


def _person(rows: Sequence[Row], line_height: int) -> Person:
    """Return one owner: the name comes first, then labels in running text."""
    entries = entries_of(rows, line_height)
    first = rows[0]
    named = {id(word) for entry in entries for word in (*entry.label, *entry.all_words)}
    name = tuple(word for word in first.words if id(word) not in named)
    lead = Entry(Label.HOLDER, first.page, first.words[:1], name)
    return Person(Label.HOLDER, (lead, *entries))


# ── day, office, post ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Issued:
    """The lower right block: place and day, the office's lines, the posts under them.

    `is_whole` is False where a line between them could not be read for either.
    """

    day: date
    dated: Piece
    office: tuple[Piece, ...]
    posts: tuple[Post, ...]
    place: str
    page_width: int
    is_whole: bool

    def fields(self, paper: Paper) -> Iterator[Field]:
        """Yield day, office and post."""
        page = self.dated.page
        digits = [word for word in self.dated.words if any(map(str.isdigit, word.text))]
        confidence = weigh(digits)
        evidence = evidence_of(page, self.dated.words, "land.date", confidence)
        yield decide(FieldName.NGAY_BAN_HANH, self.day.isoformat(), evidence, paper.settings)
        if self.office:
            yield self._office(paper)
        if self.posts:
            words = words_of([post.piece for post in self.posts])
            is_whole = self.is_whole and make_sense(self.posts)
            confidence = max(weigh(words), LISTED) if is_whole else DOUBTED
            evidence = evidence_of(page, words, "land.post", confidence)
            text = " ".join(post.text for post in self.posts)
            yield decide(FieldName.CHUC_VU, text, evidence, paper.settings)

    def _office(self, paper: Paper) -> Field:
        agency = read_agency(
            [_without_mark(piece) for piece in self.office],
            paper.lists.agencies,
            place=self.place,
            page_width=self.page_width,
        )
        words = words_of(self.office)
        kind = paper.profile.type_of("GCN_DAT")
        is_own = kind is not None and kind.is_issued_by(agency.text)
        is_here = _is_seated(agency.text, self.place)
        confidence = weigh(words, is_doubted=not (is_own and is_here))
        evidence = evidence_of(self.dated.page, words, "land.office", confidence)
        return decide(FieldName.CO_QUAN_BAN_HANH, agency.text, evidence, paper.settings)


def _is_seated(agency: str, place: str) -> bool:
    """Claim that a name ends with the place that the date names, and says what kind it is."""
    name, seat = agency.upper(), place.upper()
    return bool(seat) and name.endswith(seat) and name.removesuffix(seat).endswith(_LEVELS)


def _without_mark(piece: Piece) -> Piece:
    """Return `TM. ỦY BAN NHÂN DÂN …` as the body in whose place somebody signs."""
    is_marked = plain(piece.words[0].text) == "tm" and len(piece.words) > 1
    return Piece.of(piece.page, piece.words[1:]) if is_marked else piece


def _issued(paper: Paper) -> Issued | None:
    """Find the date over the signature, on the first page that has one in its lower part."""
    for layout in paper.layouts:
        for piece in layout.pieces:
            is_low = piece.box.top > _CLOSING * layout.height
            days = list(find_dates(piece.text)) if is_low else []
            is_slot = bool(re.search(r"ng\wy .*th\wng .*n\wm", fold(piece.text)))
            if len(days) == 1 and is_slot and piece.center > 0.5 * layout.width:
                return _block(layout, piece, days[0].day, paper)
    return None


def _block(layout: Layout, dated: Piece, day: date, paper: Paper) -> Issued:
    column = [
        piece
        for piece in layout.pieces
        if dated.box.bottom - layout.line_height // 2 < piece.box.top
        and piece.box.top < dated.box.bottom + 8 * layout.line_height
        and piece.is_capital
        and abs(piece.center - dated.center) < 0.1 * layout.width
    ]
    office: list[Piece] = []
    posts: list[Post] = []
    is_whole = True
    for piece in column:
        post = read_post(piece, paper.profile)
        if post.mark == "TM." and not posts and not office:
            office.append(piece)
            posts.append(post)
        elif not posts and piece.key.startswith(_OFFICES):
            office.append(piece)
        elif post.is_proven:
            posts.append(post)
        elif office and not posts and not post.mark and not piece.key.startswith(_MARKS):
            office.append(piece)
        else:
            is_whole = False
            break
    place = re.split(r"[,.]?\s*[Nn]g\wy", dated.text)[0]
    return Issued(
        day, dated, tuple(map(spell_agency, office)), tuple(posts), place, layout.width, is_whole
    )


# ── changes ──────────────────────────────────────────────────────────────────────────────────


def _changes(paper: Paper) -> Iterator[Field]:
    """Yield thoi_han for review where something stands in the table of changes.

    What was entered after the issue (a sale, a mortgage, a part given back) decides whether the
    paper still says who owns what; that is for a person to read.
    """
    for layout in paper.layouts:
        head = next((piece for piece in layout.pieces if _heads_changes(piece)), None)
        if head is None:
            continue
        below = [p for p in layout.pieces if p.box.top > head.box.bottom and _is_entry(p)]
        if below:
            box = Box(0, head.box.top, layout.width, layout.height)
            evidence = slot_evidence(layout.page.number, box, "land.changes")
            yield decide(FieldName.THOI_HAN, "", evidence, paper.settings)
            return


def _heads_changes(piece: Piece) -> bool:
    return _CHANGES in piece.key or any(
        is_near(piece.key, wording) or wording in piece.key for wording in _CHANGES_HEAD
    )


def _is_entry(piece: Piece) -> bool:
    """Claim that a piece is something entered, not the table's own heads."""
    is_head = any(
        word in piece.key
        for word in ("xac nhan cua", "co quan co tham quyen", "noi dung thay doi", "iv ", "6 ")
    )
    return not is_head and len(piece.words) >= 3 and any(map(str.isdigit, piece.text))
