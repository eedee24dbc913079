"""The slots of NĐ 30/2020 as offices print them: head, number and date, title, closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from benchmarks.understanding.issuers import Issuer
from benchmarks.understanding.pen import Pen
from samples.decree30 import MOTTO, STATE, long_date

_LEFT: Final = (60.0, 66.0)
_RIGHT: Final = (143.0, 148.0)
_SIGNER: Final = (145.0, 153.0)
_LEADER: Final = 0.62
"""A handwritten number is centered with its code by eye, further left than print."""


@dataclass(frozen=True, slots=True)
class Style:
    """Where an office puts its blocks (millimeters) and how large it writes."""

    left: float
    right: float
    signer: float
    head_pt: float
    is_upright: bool
    """Whether the old spelling is used: `UỶ`, `HOÀ`, `Ngày` without a place's comma."""

    @classmethod
    def draw(cls, chance: Random) -> Style:
        return cls(
            left=chance.uniform(*_LEFT),
            right=chance.uniform(*_RIGHT),
            signer=chance.uniform(*_SIGNER),
            head_pt=chance.choice((12.0, 12.5, 13.0)),
            is_upright=chance.random() < 0.2,
        )


@dataclass(frozen=True, slots=True)
class Dated:
    """Slots 3 and 4; which of them are written by hand."""

    number: str
    symbol: str
    day: date
    hand_number: bool = False
    hand_day: bool = False

    @property
    def code(self) -> str:
        return f"{self.number}/{self.symbol}"


def head(pen: Pen, style: Style, issuer: Issuer) -> None:
    """Write slots 1 and 2 with their rules."""
    top = pen.y + 5.0
    state(pen, style.right, top, style)
    y = top
    for text, face in [(t, "regular") for t in issuer.parent] + [(t, "bold") for t in issuer.name]:
        shown = text.replace("ỦY", "UỶ") if style.is_upright else text
        bold = face == "bold"
        pen.put(
            shown, style.left, y=y, face="bold" if bold else "regular",
            size_pt=_fitting(pen, shown, style.head_pt, 74.0, bold=bold), align="center",
        )  # fmt: skip
        y += 5.2
    half = 12.0
    pen.rule((style.left - half, y - 3.2), (style.left + half, y - 3.2))
    pen.y = max(y, top + 8.6)


def _fitting(pen: Pen, text: str, size_pt: float, width: float, *, bold: bool) -> float:
    """Return a size in which the text is no wider than its block, as typists do."""
    taken = pen.width(text, "bold" if bold else "regular", size_pt)
    return size_pt * min(1.0, width / taken)


def state(pen: Pen, center: float, top: float, style: Style) -> None:
    """Write slot 1 about `center`, its rule as long as the motto."""
    title = STATE.replace("HÒA", "HOÀ") if style.is_upright else STATE
    pt = _fitting(pen, title, style.head_pt, 88.0, bold=True)
    pen.put(title, center, y=top, face="bold", size_pt=pt, align="center")
    end = pen.put(MOTTO, center, y=top + 5.5, face="bold", size_pt=pt + 0.8, align="center")
    pen.rule((2 * center - end, top + 7.3), (end, top + 7.3))


def state_alone(pen: Pen, style: Style) -> None:
    """Write slot 1 in the middle, as on forms."""
    state(pen, pen.center, pen.y + 5.0, style)
    pen.skip(19.0)


def number_and_date(
    pen: Pen,
    style: Style,
    issuer: Issuer,
    dated: Dated,
    chance: Random,
    *,
    is_numbered: bool = True,
) -> None:
    """Write slots 3 and 4 on one line."""
    pen.skip(5.2)
    if is_numbered:
        number(pen, style.left, dated, chance)
    _date(pen, style.right, issuer.place, dated, chance)


def number(pen: Pen, center: float, dated: Dated, chance: Random) -> None:
    """Write slot 3 about `center`; by hand, its digits stand in a gap left for them."""
    if not dated.hand_number:
        tight = chance.choice((dated.code, dated.code, f" {dated.code}".strip()))
        pen.put(f"Số: {tight}", center, size_pt=13, align="center")
        return
    x = center - 26.0
    x = pen.put("Số:", x, size_pt=13) + 1.5
    x = pen.hand(dated.number, x, chance.randint(1, 9999))
    pen.put(f"/{dated.symbol}", x + 1.0, size_pt=13)


def _date(pen: Pen, center: float, place: str, dated: Dated, chance: Random) -> None:
    if not dated.hand_day:
        text = f"{place}, {long_date(dated.day)}"
        size = _fitting(pen, text, 13.5, 92.0, bold=False)
        pen.put(text, center, face="italic", size_pt=size, align="center")
        return
    rest = f"tháng {dated.day:%m} năm {dated.day.year}"
    total = pen.width(f"{place}, ngày {rest}", "italic", 13) + 14.0
    x = center - total / 2
    x = pen.put(f"{place}, ngày", x, face="italic", size_pt=13) + 1.2
    x = pen.hand(f"{dated.day.day:02}", x, chance.randint(1, 9999))
    pen.put(rest, x + 1.0, face="italic", size_pt=13)


def title(pen: Pen, name: str, subject: str, *, width: float) -> None:
    """Write slot 5a: the type, the subject in bold lines, a rule."""
    pen.skip(7.0)
    pen.centered(name, face="bold")
    pen.centered(subject, face="bold", width=width)
    pen.skip(2.6)
    pen.rule((pen.center - 22, pen.y), (pen.center + 22, pen.y))
    pen.skip(4.0)


def letter_subject(pen: Pen, style: Style, subject: str) -> None:
    """Write slot 5b in small lines under the number."""
    size, pen.size_pt = pen.size_pt, 12.0
    for line in pen.broken(subject, 68.0, "regular"):
        pen.down()
        pen.put(line, style.left, align="center")
    pen.size_pt = size


@dataclass(frozen=True, slots=True)
class Signing:
    """Slot 7 and 9b: the lines of the post, the name as printed, recipients."""

    post: tuple[str, ...]
    name: str
    recipients: tuple[str, ...] = ()


def closing(pen: Pen, style: Style, signing: Signing, *, note: str = "") -> None:
    """Write post, name and recipients; the page says where seal and signature belong."""
    if pen.y + 52.0 > pen.bottom + 8.0:
        pen.turn()
    top = pen.y + 7.0
    pen.sheet.closing = (top - 4.0) / pen.sheet.size_mm[1]
    _recipients(pen, top, signing.recipients)
    y = top
    for text in signing.post:
        pen.put(text, style.signer, y=y, face="bold", size_pt=13.5, align="center")
        y += 5.6
    if note:
        pen.put(note, style.signer, y=y, face="italic", size_pt=11.5, align="center")
        y += 5.0
    pen.y = max(y + 28.0, top + 36.0)
    pen.put(signing.name, style.signer, face="bold", align="center")


def _recipients(pen: Pen, top: float, lines: Sequence[str]) -> None:
    if not lines:
        return
    pen.put("Nơi nhận:", pen.left, y=top, face="bold_italic", size_pt=12)
    for number_, text in enumerate(lines, 1):
        pen.put(text, pen.left, y=top + number_ * 4.7, size_pt=11)
