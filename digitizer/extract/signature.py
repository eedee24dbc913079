"""Who signed, and in what post: slot 7 of NĐ 30/2020."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.extract.anchors import is_near
from digitizer.extract.layout import Layout, Piece
from digitizer.extract.posts import Post, make_sense, read_post
from digitizer.legal_profile import Profile
from digitizer.model import Box
from digitizer.vietnamese import nfc

_HONORIFIC: Final = re.compile(
    r"^(?:(?:GS|PGS|TS|ThS|Ths|BS|CN|KS|CKI|CKII|LS|Dr)\s*\.\s*)+|"
    r"^(?:Đại tướng|Thượng tướng|Trung tướng|Thiếu tướng|Đại tá|Thượng tá|Trung tá|Thiếu tá)\s+"
)
_REACH_SHARE: Final = 0.34
_COLUMN_SHARE: Final = 0.42
_CENTERED_SHARE: Final = 0.016
_ADJACENT: Final = 1.7


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """The lower right block of the last page of the main text.

    `is_complete` claims that the lines of the post make sense together and that none is missing;
    `is_centered` that the name stands in the middle under them, as it does when no word of it
    was lost.
    """

    page: int
    posts: tuple[Post, ...]
    name: Piece | None
    zone: Box
    is_complete: bool
    is_centered: bool


def find_signature(
    layouts: Sequence[Layout], profile: Profile, *, is_form: bool = False
) -> SignatureBlock | None:
    """Find the first signature block of a document; what follows it is an annex or a draft.

    A page with `Nơi nhận` comes before one without, because a post alone in the right half also
    heads a letter. None when no page has either.

    Args:
        layouts: the pages of the main text, in order.
        profile: posts and surnames.
        is_form: a citizen's paper, which has no `Nơi nhận`: none is asked for then.

    Source: NĐ 30/2020 PL I phần I mục II.7 and II.9; Điều 13.
    """
    for layout in layouts:
        recipients = _find_recipients(layout)
        if recipients is not None:
            return _block(layout, recipients, profile)
    for layout in layouts:
        start = next(_post_pieces(layout, layout.height // 3, profile), None)
        if start is not None:
            block = _block(layout, start.piece, profile)
            if block.posts and block.name:
                return block if is_form else replace(block, is_complete=False)
    return None


def _find_recipients(layout: Layout) -> Piece | None:
    for piece in layout.pieces:
        if piece.center < layout.width / 2 and is_near(piece.key[:12], "noi nhan"):
            return piece
        if piece.box.left < layout.width / 2 and piece.key.startswith(("noi nhan", "noinhan")):
            return piece
    return None


def _post_pieces(layout: Layout, below: int, profile: Profile) -> Iterator[Post]:
    for piece in layout.pieces:
        if piece.box.top >= below and piece.center > layout.width * 0.55 and piece.is_capital:
            post = read_post(piece, profile)
            if post.is_proven:
                yield post


def _block(layout: Layout, start: Piece, profile: Profile) -> SignatureBlock:
    height = layout.line_height
    top = start.box.top - 3 * height
    bottom = min(layout.height, start.box.top + int(_REACH_SHARE * layout.height))
    column = [
        piece
        for piece in layout.pieces
        if top <= piece.box.top < bottom
        and piece.box.left > layout.width * _COLUMN_SHARE
        and not piece.key.startswith("nguoi ky")
    ]
    name = _find_name(column, profile)
    above = [piece for piece in column if name is None or piece.box.top < name.box.top]
    lines = [read_post(piece, profile) for piece in above if piece.is_capital]
    posts = tuple(post for post in lines if _is_kept(post, lines))
    zone = Box(layout.width // 2, max(0, top), layout.width, bottom)
    is_complete = (
        bool(posts)
        and posts[0].piece.box.top < start.box.top + height / 2
        and not _hides_more(above, posts, name, height)
        and make_sense(posts)
    )
    is_centered = name is not None and _is_centered(name, posts, layout)
    return SignatureBlock(layout.page.number, posts, name, zone, is_complete, is_centered)


def _is_centered(name: Piece, posts: Sequence[Post], layout: Layout) -> bool:
    centers = [post.piece.center for post in posts if post.is_proven]
    return not centers or min(abs(name.center - center) for center in centers) <= (
        _CENTERED_SHARE * layout.width
    )


def _find_name(column: Sequence[Piece], profile: Profile) -> Piece | None:
    """Return the last line that is a name; one with no known surname only for want of another."""
    names = [piece for piece in column if is_name(piece.text, profile)]
    names = names or [piece for piece in column if _may_be_name(piece.text)]
    return names[-1] if names else None


def _is_kept(post: Post, posts: Sequence[Post]) -> bool:
    """Claim that the line is no debris: a list knows it, or it stands among those it knows.

    The seal's own letters lie apart from them, lower down, over the signature.
    """
    if post.is_proven:
        return True
    if not any(word.accepted and len(word.text) > 1 for word in post.piece.words):
        return False
    known = [other.piece.box for other in posts if other.is_proven]
    return not known or any(
        abs(post.piece.box.top - box.top) < _ADJACENT * box.height for box in known
    )


def _hides_more(
    above: Sequence[Piece], posts: Sequence[Post], name: Piece | None, height: int
) -> bool:
    """Claim that something unread stands where lines of the post may be.

    What lies among the lines of the post, right under or above them, or right over the name,
    may be one of them.
    """
    taken = [post.piece for post in posts]
    lines = [piece.box.top for piece in taken] + ([name.box.top] if name else [])
    return any(
        piece not in taken and any(abs(piece.box.top - line) < _ADJACENT * height for line in lines)
        for piece in above
    )


def is_name(text: str, profile: Profile) -> bool:
    """Claim that the text is a person's name as printed, its surname a known one."""
    return _looks_like_name(text) and strip_honorific(text).split()[0] in profile.surnames


def _looks_like_name(text: str) -> bool:
    words = strip_honorific(text).split()
    return 2 <= len(words) <= 6 and all(word.isalpha() and word.istitle() for word in words)


def _may_be_name(text: str) -> bool:
    words = text.split()
    is_short = 2 <= len(words) <= 6 and all(word.isalpha() for word in words)
    return is_short and 2 * sum(word.istitle() for word in words) >= len(words)


def strip_honorific(text: str) -> str:
    """Return a name without its academic or military title."""
    text = _HONORIFIC.sub("", nfc(text).strip(" .,:;-"))
    return re.sub(r"(?<=[^\W\d_])(?=[^\W\d_])", _space_before_capital, text)


def _space_before_capital(gap: re.Match[str]) -> str:
    """Part two syllables glued in reading: `ThịLê`."""
    before, after = gap.string[gap.start() - 1], gap.string[gap.start()]
    return " " if before.islower() and after.isupper() else ""
