"""The lines of a signer's post, and whether they make sense together: slot 7a of NĐ 30/2020."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from digitizer.extract.anchors import nearest, plain
from digitizer.extract.layout import Piece
from digitizer.legal_profile import Profile
from digitizer.model import Word
from digitizer.vietnamese import edit_distance, nfc

_MARK: Final = re.compile(r"^\W*(TM|KT|TL|TUQ|Q)\s*[.,:]\s*(.*)$")
_DEPUTIES: Final = ("PHÓ ", "THỨ ", "HIỆU PHÓ")
_SLIPS_UNDER_CHIEF: Final = 2
_LETTERS_A_SLIP: Final = 4
_BODIES: Final = frozenset(
    ("uy ban nhan dan", "hoi dong nhan dan", "ban chap hanh", "chinh phu", "hoi dong quan tri")
)


@dataclass(frozen=True, slots=True)
class Post:
    """A line of the post.

    `is_proven` claims that a closed list holds the wording; `is_plausible` that it at least
    begins with a post of the list (`TRƯỞNG PHÒNG ĐÀO TẠO`), so that no word was lost before.
    """

    piece: Piece
    mark: str
    wording: str
    is_proven: bool
    is_plausible: bool

    @property
    def text(self) -> str:
        return f"{self.mark} {self.wording}".strip()

    @property
    def center(self) -> float:
        """The middle of its words, in pixels; strokes of a seal at the ends are none."""
        edges = (self.piece.words[0], self.piece.words[-1])
        kept = [word for word in self.piece.words if not _is_scrap(word, is_edge=word in edges)]
        return Piece.of(self.piece.page, kept).center if kept else self.piece.center

    @property
    def is_deputy(self) -> bool:
        return self.wording.startswith(_DEPUTIES)


def read_post(piece: Piece, profile: Profile) -> Post:
    """Read one line; only a wording whose letters all fit is proven, a near one is a guess."""
    edges = (piece.words[0], piece.words[-1])
    words = [word.text for word in piece.words if not _is_scrap(word, is_edge=word in edges)]
    text = nfc(" ".join(words))
    match = _MARK.match(text)
    mark, rest = (f"{match[1]}.", match[2]) if match else ("", text)
    rest = rest.strip(" .,:;")
    wording = nearest(rest, ((name, name) for name in profile.positions))
    is_proven = wording is not None and _letters(rest) == _letters(wording)
    read = plain(rest) + " "
    is_plausible = is_proven or any(read.startswith(plain(p) + " ") for p in profile.positions)
    return Post(piece, mark, wording or rest, is_proven, is_plausible)


def read_posts(pieces: Iterable[Piece], profile: Profile) -> tuple[Post, ...]:
    """Read the lines of a post from above, each in the light of the one over it."""
    posts: list[Post] = []
    for piece in pieces:
        post = read_post(piece, profile)
        if not post.is_proven:
            mended = _mended(piece, posts[-1] if posts else None, profile)
            post = read_post(mended, profile) if mended else post
        posts.append(post)
    return tuple(posts)


def _mended(piece: Piece, above: Post | None, profile: Profile) -> Piece | None:
    """Return the line with its first word put right where only one post of the list can stand.

    A seal lies over the beginning of the line. The letters of the other words must make the rest
    of a listed post, what comes after it must be read surely, and the first word must be near the
    only one that completes it. Under `KT. GIÁM ĐỐC` nothing but `PHÓ GIÁM ĐỐC` can stand (NĐ
    30/2020 Điều 13), so it may be less near there.
    """
    first, *others = piece.words
    is_under_chief = above is not None and above.mark == "KT." and above.is_proven
    found = []
    for name in () if first.is_legible else profile.positions:
        head, *tail = name.split()
        is_whole = bool(tail) and [plain(word.text) for word in others[: len(tail)]] == [
            plain(word) for word in tail
        ]
        may_stand = name.startswith(_DEPUTIES) or not is_under_chief
        most = _SLIPS_UNDER_CHIEF if is_under_chief else len(head) // _LETTERS_A_SLIP
        is_near = edit_distance(plain(first.text), plain(head), most) <= most
        if is_whole and may_stand and is_near:
            found.append((head, *tail))
    if len(found) != 1 or not all(word.is_legible for word in others[len(found[0]) - 1 :]):
        return None
    settled = [
        replace(word, text=text, accepted=True)
        for word, text in zip(piece.words, found[0], strict=False)
    ]
    return Piece.of(piece.page, [*settled, *piece.words[len(settled) :]])


def _is_scrap(word: Word, *, is_edge: bool) -> bool:
    """Claim that a word is a stroke of a seal or a pen: one sign that is not surely read.

    A sign that is no letter is none at the ends of a line; within it stands for a dash.
    """
    is_sign = not word.text.isalpha()
    return len(word.text) == 1 and (not word.accepted or (is_sign and is_edge))


def _letters(text: str) -> str:
    return plain(text).replace(" ", "")


def make_sense(posts: Sequence[Post]) -> bool:
    """Claim that nothing is missing among the lines, as far as their meaning tells.

    A deputy stands where KT. says so, and only there, and of the same office; a council signs
    by TM. only; a KT. that is not first follows another mark; the last line is a post.

    Source: NĐ 30/2020 Điều 13, PL I phần I mục II.7.
    """
    last = posts[-1]
    chiefs = [post for post in posts if post.mark == "KT."]
    if not all(post.is_plausible for post in posts) or last.mark in ("KT.", "TL.", "TUQ.", "TM."):
        return False
    if last.is_deputy != bool(chiefs) or not all(_is_deputy_of(last, post) for post in chiefs):
        return False
    if any((plain(post.wording) in _BODIES) != (post.mark == "TM.") for post in posts):
        return False
    return all(upper.mark for upper, lower in pairwise(posts) if lower.mark)


def _is_deputy_of(deputy: Post, chief: Post) -> bool:
    same_end = deputy.wording.split()[-1:] == chief.wording.split()[-1:]
    return same_end or chief.wording in deputy.wording
