"""The issuing agency's name: slot 2 of NĐ 30/2020, over one line or several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.layout import Piece
from digitizer.extract.places import believe_kinds, believe_titles, spell_places, spelled_apart
from digitizer.legal_profile import load_profile
from digitizer.vietnamese import edit_distance, fold, squeeze

_LOWER_PLACES: Final = (
    "huyen ",
    "quan ",
    "thi xa ",
    "xa ",
    "phuong ",
    "thi tran ",
)
_COUNCILS: Final = ("uy ban nhan dan ", "hoi dong nhan dan ", "ubnd ", "hdnd ")
_HEADS: Final = tuple(
    f"{word} "
    for word in (
        *("ban", "bao hiem", "benh vien", "bo tu lenh", "chi cuc", "cong an", "cong ty", "cuc"),
        *("dai hoc", "hoc vien", "hoi", "kho bac", "lien doan", "ngan hang", "phong", "so", "thue"),
        *("thanh tra", "toa an", "tong cong ty", "tong cuc", "trung tam", "truong", "van phong"),
        *("vien", "tap doan", "tram", "quoc hoi", "dang uy", "tinh uy", "mat tran", "doan"),
    )
)
_CITY: Final = "thanh pho "
_OF_CITIES: Final = ("ubndthanhpho", "uybannhandanthanhpho", "hoidongnhandanthanhpho", "thanhpho")
_SPELLED_CITY: Final = re.compile(r" THÀNH PHỐ \w")
_SLIPS: Final = 1
"""Letters by which a misread province's name may differ from the list's."""
_LETTERS_OF_LONG: Final = 10
"""A shorter name is near too many."""
_CENTERED_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Agency:
    """Slot 2 as one text, listed names in their one spelling.

    `is_listed` claims that closed lists hold all of it; `is_sound` that nothing seems to be
    missing: what no list holds begins as agencies do, and its lines are centered on one another.
    """

    text: str
    is_listed: bool
    is_sound: bool


def read_agency(
    pieces: Sequence[Piece], names: Mapping[str, str], *, place: str, page_width: int
) -> Agency:
    """Return the agency that the lines of slot 2 name.

    Args:
        pieces: its lines from top to bottom.
        names: names that have one spelling, by their folded letters (`agency_names`).
        place: where the paper was issued, as slot 4 says, "" when unknown.
        page_width: in pixels, to judge what is centered.
    """
    keys = [piece.key.replace(" ", "") for piece in pieces]
    parts: list[str] = []
    unlisted: list[str] = []
    start = 0
    while start < len(pieces):
        end, name = _listed(keys, start, names)
        if not name:
            end = _next_listed(keys, start, names)
            bodies = tuple(_bodies([piece.text for piece in pieces[start:end]]))
            unlisted += bodies
            name = " ".join(bodies)
        parts.append(name)
        start = end
    is_sound = bool(parts) and all(
        _is_whole(text, plain(place), names) and _is_spelled_as(text, place) for text in unlisted
    )
    if unlisted:
        is_sound = is_sound and _are_centered(pieces, page_width)
    return Agency(" ".join(parts), bool(parts) and not unlisted, is_sound)


def _listed(keys: Sequence[str], start: int, names: Mapping[str, str]) -> tuple[int, str]:
    """Return the longest listed name that begins at `start`, and where it ends; "" if none does.

    Below another line a province stands alone, too (`SỞ TÀI CHÍNH` / `TỈNH LÀO CAI`). Where no
    line fits, one letter may be misread, of a name that no other comes as near to.
    """
    for find in (_exact, _near):
        for end in range(len(keys), start, -1):
            key = "".join(keys[start:end])
            if found := find(key, names):
                return end, found
            is_province = bool(start) and key.startswith(("tinh", "thanhpho"))
            if is_province and (found := find(f"ubnd{key}", names)):
                return end, found.removeprefix("UBND ")
    return start, ""


def _exact(key: str, names: Mapping[str, str]) -> str:
    return names.get(key, "")


def _near(key: str, names: Mapping[str, str]) -> str:
    """Return the one name that is a slip away from `key`; "" for none, several, or a short one.

    Cities are left out: below a province any name may follow, `ĐÔNG HẢI` is no misread `ĐỒNG NAI`.
    """
    if len(key) < _LETTERS_OF_LONG or key.startswith(_OF_CITIES):
        return ""
    near = {
        name
        for letters, name in names.items()
        if abs(len(letters) - len(key)) <= _SLIPS and edit_distance(key, letters, _SLIPS) <= _SLIPS
    }
    return near.pop() if len(near) == 1 else ""


def _next_listed(keys: Sequence[str], start: int, names: Mapping[str, str]) -> int:
    """Return where the next listed name begins after `start`, or the end."""
    begins = range(start + 1, len(keys))
    return next((begin for begin in begins if _listed(keys, begin, names)[1]), len(keys))


def _bodies(texts: Sequence[str]) -> Iterator[str]:
    """Yield the names of one body each; a new one begins on a line that begins as agencies do."""
    body: list[str] = []
    for text in texts:
        if body and begins_as_agency(text):
            yield " ".join(body)
            body = []
        body.append(text)
    yield " ".join(body)


def _is_whole(text: str, place: str, names: Mapping[str, str]) -> bool:
    """Claim that a name that no list holds begins and goes on as agencies do.

    Ministries and provinces are listed in full, so what looks like one and is not listed has
    lost a word, unless slot 4 names the same place (REQ-1.6). A council has a place; a city that
    is nearly spelled as a province is one misread, any other belongs to a province.
    """
    key = plain(text) + " "
    council = next((name for name in _COUNCILS if key.startswith(name)), None)
    if council is None:
        return key.startswith(_HEADS)
    seat = key.removeprefix(council)
    if place and seat in (f"tinh {place} ", f"thanh pho {place} "):
        return True
    if seat.startswith(_CITY):
        return bool(_SPELLED_CITY.search(squeeze(text).upper())) and not _is_nearly_listed(
            key, names
        )
    return seat.startswith(_LOWER_PLACES)


def _is_nearly_listed(key: str, names: Mapping[str, str]) -> bool:
    letters = key.replace(" ", "")
    return any(edit_distance(letters, name, _SLIPS) <= _SLIPS for name in names)


def without_specks(pieces: Sequence[Piece], page_width: int) -> tuple[Piece, ...]:
    """Return the lines of slot 2, a lone letter or figure at an end gone that is none of theirs.

    They stand one under the middle of the other without it.
    """
    bare = tuple(
        Piece.of(piece.page, piece.words[:-1])
        if len(piece.words) > 1 and len(piece.words[-1].text) == 1
        else piece
        for piece in pieces
    )
    if len(pieces) < 2 or not _are_centered(bare, page_width):
        return tuple(pieces)
    return bare if 2 * _askew(bare) < _askew(pieces) else tuple(pieces)


def spell_agency(piece: Piece) -> Piece:
    """Return a line of an agency's name with what form and list leave no doubt about."""
    kinds = load_profile().agency_kinds
    words = spelled_apart(
        piece.words, lambda words: spell_places(believe_kinds(believe_titles(words), kinds))
    )
    return Piece.of(piece.page, words)


def begins_as_agency(text: str) -> bool:
    """Claim that a text begins with a council's, an office's or a department's kind of name.

    Names begin with a capital; `bản sao …` in running text is no `Ban …`.
    """
    return text[:1].isupper() and (plain(text) + " ").startswith((*_COUNCILS, *_HEADS))


def _is_spelled_as(text: str, place: str) -> bool:
    """Claim that a name says the place as slot 4 does, or does not say it at all (REQ-1.6).

    The two are separate prints: `XÃ THÍ ĐIẾM` over `Thí Điểm, ngày …` is a misread mark in one.
    """
    names, seat = squeeze(text).lower().split(), squeeze(place).lower().split()
    spans = (names[start : start + len(seat)] for start in range(len(names) - len(seat) + 1))
    folded = [fold(word) for word in seat]
    return all(span == seat for span in spans if seat and [fold(w) for w in span] == folded)


def _are_centered(pieces: Sequence[Piece], page_width: int) -> bool:
    return _askew(pieces) <= _CENTERED_SHARE * page_width


def _askew(pieces: Sequence[Piece]) -> float:
    """Return how far apart the middles of lines are."""
    centers = [piece.center for piece in pieces]
    return max(centers) - min(centers)


def agency_names(names: Sequence[str]) -> Mapping[str, str]:
    """Return the names by their folded letters, without those that two of them share."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain(name).replace(" ", ""), name)
    return found
