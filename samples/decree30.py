"""The slots of an administrative document, where NĐ 30/2020/NĐ-CP Phụ lục I puts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from samples import stamps
from samples.layout import Style, line_height
from samples.writer import BOLD, CENTER_MM, Writer

LEFT_BLOCK_MM = 66.0
RIGHT_BLOCK_MM = 146.0
SIGNER_MM = 150.0
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: `parent` lines stand in regular capitals over the bold `name` lines."""

    parent: tuple[str, ...]
    name: tuple[str, ...]
    place: str
    seal_ring: str
    seal_middle: tuple[str, ...]

    @property
    def printed(self) -> str:
        return " ".join(self.name)


COMMUNE = Issuer(
    (),
    ("ỦY BAN NHÂN DÂN", "XÃ THÍ ĐIỂM"),
    "Thí Điểm",
    "BẢN MẪU * KHÔNG CÓ GIÁ TRỊ * ",
    ("ỦY BAN", "NHÂN DÂN", "XÃ THÍ ĐIỂM"),
)
CONSTRUCTION = Issuer(
    ("UBND TỈNH MINH HỌA",),
    ("SỞ XÂY DỰNG",),
    "Minh Họa",
    "BẢN MẪU * KHÔNG CÓ GIÁ TRỊ * ",
    ("SỞ", "XÂY DỰNG", "MINH HỌA"),
)
SERVICE_CENTER = Issuer(
    ("UBND XÃ THÍ ĐIỂM",),
    ("TRUNG TÂM PHỤC VỤ", "HÀNH CHÍNH CÔNG"),
    "Thí Điểm",
    "BẢN MẪU * KHÔNG CÓ GIÁ TRỊ * ",
    ("TRUNG TÂM", "PHỤC VỤ HÀNH", "CHÍNH CÔNG"),
)


def long_date(day: date) -> str:
    """Return `ngày 05 tháng 01 năm 2026`: days below 10 and months 1, 2 get a zero.

    Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần II, mục 4.
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def heading(writer: Writer, issuer: Issuer) -> None:
    """Write slots 1 and 2: state and motto on the right, agency on the left, with their rules."""
    top = writer.y_mm + 5.0
    _state(writer, RIGHT_BLOCK_MM, top)
    y = top
    rows = [(text, "regular") for text in issuer.parent] + [(text, "bold") for text in issuer.name]
    for text, face in rows:
        style = Style("bold" if face == "bold" else "regular", 13 if face == "bold" else 12.5)
        writer.sheet.write(text, (LEFT_BLOCK_MM - 4, y), style, "center")
        y += 5.4
    half = 10.0 if len(issuer.name[-1]) < 14 else 14.0
    writer.sheet.rule((LEFT_BLOCK_MM - 4 - half, y - 3.3), (LEFT_BLOCK_MM - 4 + half, y - 3.3))
    writer.y_mm = max(y, top + 8.6)


def _state(writer: Writer, center: float, top: float) -> None:
    writer.sheet.write(STATE, (center, top), Style("bold", 12.5), "center")
    line = writer.sheet.write(MOTTO, (center, top + 5.6), Style("bold", 13.5), "center")
    ends = line.words[0].left_mm, line.words[-1].right_mm
    writer.sheet.rule((ends[0], top + 7.6), (ends[1], top + 7.6))


def state_only(writer: Writer) -> None:
    """Write slot 1 alone, centered, as on citizens' forms."""
    writer.y_mm += 5.0
    _state(writer, CENTER_MM, writer.y_mm)
    writer.y_mm += 13.0


def number_and_date(writer: Writer, issuer: Issuer, number: str, day: date) -> None:
    """Write slots 3 and 4 on one line. A number's leading `~27~` is written by hand."""
    writer.y_mm += 5.0
    place = f"{issuer.place}, {long_date(day)}"
    if number.startswith("~"):
        _, digits, rest = number.split("~")
        line = writer.sheet.write("Số:", (LEFT_BLOCK_MM - 24, writer.y_mm), Style("regular", 13))
        pen = line.words[-1].right_mm + 2.0
        hand = stamps.handwriting(digits, (pen, writer.y_mm + 0.6), 5.2, seed=int(digits))
        writer.sheet.paint(hand)
        after = pen + 4.6 * len(digits) + 1.0
        writer.sheet.write(rest, (after, writer.y_mm), Style("regular", 13))
    else:
        at = (LEFT_BLOCK_MM - 4, writer.y_mm)
        writer.sheet.write(f"Số: {number}", at, Style("regular", 13), "center")
    writer.sheet.write(place, (RIGHT_BLOCK_MM, writer.y_mm), Style("italic", 13.5), "center")


def subject_of_letter(writer: Writer, rows: Sequence[str]) -> None:
    """Write slot 5b under the number: `V/v …`."""
    writer.y_mm += 1.2
    for text in rows:
        writer.y_mm += 5.0
        at = (LEFT_BLOCK_MM - 4, writer.y_mm)
        writer.sheet.write(text, at, Style("regular", 12.5), "center")


def title(writer: Writer, name: str, rows: Sequence[str], rule_mm: float = 45) -> None:
    """Write slot 5a: the type's name, the subject line by line, a rule."""
    writer.y_mm += 7.5
    writer.centered(name, BOLD)
    for text in rows:
        writer.centered(text, BOLD, width_mm=160)
    writer.short_rule(rule_mm)


@dataclass(frozen=True, slots=True)
class Signing:
    """Slot 7 and 9b: position lines, name, addressees, and which scrawl."""

    position: tuple[str, ...]
    name: str
    addressees: tuple[str, ...] = ()
    seed: int = 1
    sealed: bool = True


def closing(writer: Writer, issuer: Issuer, signing: Signing) -> None:
    """Write position, signature, name and addressees; the seal covers a third of the signature.

    Source: NĐ 30/2020/NĐ-CP Đ33.2 and Phụ lục I, Phần II, mục 7-9.
    """
    writer.room(57)
    top = writer.y_mm + 6.5
    _addressees(writer, top, signing.addressees)
    y = top
    for text in signing.position:
        writer.sheet.write(text, (SIGNER_MM, y), Style("bold", 13.5), "center")
        y += 5.6
    writer.sheet.paint(stamps.signature((SIGNER_MM - 14, y + 12), 30, signing.seed))
    if signing.sealed:
        center = (SIGNER_MM - 22, y + 11.5)
        tilt = (signing.seed * 37) % 23 - 11.0
        writer.sheet.paint(stamps.seal(center, issuer.seal_ring, issuer.seal_middle, tilt))
    writer.sheet.write(signing.name, (SIGNER_MM, y + 33.5), Style("bold", 14), "center")
    writer.y_mm = y + 35


def _addressees(writer: Writer, top: float, addressees: Sequence[str]) -> None:
    if not addressees:
        return
    y, left = top, writer.left_mm
    writer.sheet.write("Nơi nhận:", (left, y), Style("bold_italic", 12))
    for text in addressees:
        y += line_height(Style(size_pt=11), 1.16)
        writer.sheet.write(text, (left, y), Style("regular", 11))
