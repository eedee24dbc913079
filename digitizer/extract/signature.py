"""Who signed, and in what post: slot 7 of NĐ 30/2020."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.extract.anchors import is_near
from digitizer.extract.layout import Layout, Piece, whole_row
from digitizer.extract.person_name import is_name, may_be_name
from digitizer.extract.posts import Post, make_sense, read_post, read_posts
from digitizer.legal_profile import Profile
from digitizer.model import Box
from digitizer.vietnamese import edit_distance

_REACH_SHARE: Final = 0.34
_COLUMN_SHARE: Final = 0.42
_CENTERED_SHARE: Final = 0.016
_ADJACENT: Final = 1.7
_PLACE_AND_DAY: Final = re.compile(r"\bngay \d{1,2} thang \d{1,2} nam \d{4}$")
_ROLE: Final = "nguoiky"
_ROLE_SLIPS: Final = 2
_ROLE_PAPERS: Final = ("giay", "trich", "luc")


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
    layouts: Sequence[Layout],
    profile: Profile,
    *,
    is_form: bool = False,
    is_issued: bool = False,
) -> SignatureBlock | None:
    """Find the first signature block of a document; what follows it is an annex or a draft.

    A page with `Nơi nhận` comes before one without, because a post alone in the right half also
    heads a letter. None when no page has either.

    Args:
        layouts: the pages of the main text, in order.
        profile: posts and surnames.
        is_form: a citizen's paper, which has no `Nơi nhận`: none is asked for then.
        is_issued: it is an agency's, too, and no application: under place and day stands a signer.

    Source: NĐ 30/2020 PL I phần I mục II.7 and II.9; Điều 13.
    """
    for layout in layouts:
        recipients = _find_recipients(layout)
        if recipients is not None:
            return _block(layout, recipients, profile)
    for layout in layouts:
        start = _find_start(layout, profile, is_form=is_form, is_issued=is_issued)
        if start is not None:
            block = _block(layout, start, profile)
            if block.name and (block.posts or _is_role(start) or _PLACE_AND_DAY.search(start.key)):
                return block if is_form else replace(block, is_complete=False)
    return None


def _find_recipients(layout: Layout) -> Piece | None:
    for piece in layout.pieces:
        if piece.center < layout.width / 2 and is_near(piece.key[:12], "noi nhan"):
            return piece
        if piece.box.left < layout.width / 2 and piece.key.startswith(("noi nhan", "noinhan")):
            return piece
    return None


def _find_start(
    layout: Layout, profile: Profile, *, is_form: bool, is_issued: bool
) -> Piece | None:
    """Return the first line of a block that has no `Nơi nhận` beside it.

    On a form a post that a seal has touched will do: who signs there stands under it, alone.
    """
    if is_form:
        for piece in layout.pieces:
            if _is_role(piece) and piece.center > layout.width / 2:
                return whole_row(piece, layout.pieces)
    posts = tuple(_post_pieces(layout, layout.height // 3, profile))
    proven = next((post.piece for post in posts if post.is_proven), None)
    if proven or not is_form:
        return proven
    if posts:
        return posts[0].piece
    return _day_over_signature(layout) if is_issued else None


def _day_over_signature(layout: Layout) -> Piece | None:
    """Return the last line that says place and day in the right half: the post stands below it."""
    days = [
        piece
        for piece in layout.pieces
        if piece.center > layout.width / 2 and _PLACE_AND_DAY.search(piece.key)
    ]
    return days[-1] if days else None


def _post_pieces(layout: Layout, below: int, profile: Profile) -> Iterator[Post]:
    """Yield the lines in the right half that are, or nearly are, a post of the list."""
    for piece in layout.pieces:
        if piece.box.top >= below and piece.center > layout.width * 0.55 and piece.is_capital:
            post = read_post(piece, profile)
            if post.wording in profile.positions:
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
    lines = read_posts([piece for piece in above if piece.is_capital], profile)
    posts = tuple(post for post in lines if _is_kept(post, lines))
    zone = Box(layout.width // 2, max(0, top), layout.width, bottom)
    is_over = _is_role(start) or bool(_PLACE_AND_DAY.search(start.key))
    over = [post.center for post in posts if post.is_proven] + [start.center] * is_over
    over = over or [post.center for post in posts if post.wording in profile.positions]
    is_centered = name is not None and _is_centered(name, over, layout)
    is_complete = (
        bool(posts)
        and (is_centered or _are_centered(posts, layout))
        and posts[0].piece.box.top < _first_line(start, height)
        and not _hides_more(above, posts, name, height)
        and make_sense(posts)
    )
    return SignatureBlock(layout.page.number, posts, name, zone, is_complete, is_centered)


def _first_line(start: Piece, height: int) -> float:
    """Return above which line the post must begin when no line of it was lost."""
    return start.box.bottom + height if _is_role(start) else start.box.top + height / 2


def _is_role(piece: Piece) -> bool:
    """Claim that the line says who signs here (`NGƯỜI KÝ GIẤY KHAI SINH`), as on forms.

    Under a seal it may be misread, if it still names a paper: who applies (`NGƯỜI KHAI`) is none.
    """
    letters = piece.key.replace(" ", "")
    is_near_role = edit_distance(letters[: len(_ROLE)], _ROLE, _ROLE_SLIPS) <= _ROLE_SLIPS
    names_paper = any(word in letters for word in _ROLE_PAPERS)
    return piece.key.startswith("nguoi ky ") or (is_near_role and names_paper)


def _is_centered(name: Piece, over: Sequence[float], layout: Layout) -> bool:
    """Claim that the name stands under the middle of a line over it, if any is known."""
    reach = _CENTERED_SHARE * layout.width
    return not over or any(abs(name.center - center) <= reach for center in over)


def _are_centered(posts: Sequence[Post], layout: Layout) -> bool:
    """Claim that several lines stand one under the middle of the other: none is cut.

    One line alone is held against the name: `CHỦ TỊCH` may be what a seal left of `KT. CHỦ TỊCH`.
    """
    centers = [post.center for post in posts]
    return len(posts) > 1 and max(centers) - min(centers) <= _CENTERED_SHARE * layout.width


def _find_name(column: Sequence[Piece], profile: Profile) -> Piece | None:
    """Return the last line that is a name; one with no known surname only for want of another."""
    names = [piece for piece in column if is_name(piece.text, profile)]
    names = names or [piece for piece in column if may_be_name(piece.text)]
    return names[-1] if names else None


def _is_kept(post: Post, posts: Sequence[Post]) -> bool:
    """Claim that the line is no debris: a list knows it, or it stands among those it knows.

    The seal's own letters lie apart from them, lower down, over the signature.
    """
    if post.is_proven:
        return True
    if not any(word.is_legible and len(word.text) > 1 for word in post.piece.words):
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
    taken = [post.piece.box for post in posts]
    lines = [box.top for box in taken] + ([name.box.top] if name else [])
    return any(
        box not in taken and any(abs(box.top - line) < _ADJACENT * height for line in lines)
        for box in (piece.box for piece in above)
    )
