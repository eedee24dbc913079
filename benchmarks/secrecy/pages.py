"""The pages: made-up administrative papers with one thing added, scanned in three grades.

Each is the upper part of a first page, as no mark is looked for further down; half of them bear
what hands put over print. The seed decides everything.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from benchmarks.reading.grades import GRADES, GradeName, conditions, scanned
from benchmarks.reading.kept import kept
from benchmarks.reading.marks import Place
from benchmarks.secrecy.marks import STYLES, WORDS, Mark, printed, secret, stamp
from benchmarks.understanding import administrative
from benchmarks.understanding.pen import render
from samples.layout import PAPER

VERSION: Final = 2
"""Raise it whenever a page would come out otherwise."""
_OVERSAMPLING: Final = 2
_VISIBLE: Final = 24
"""Levels of 255 by which ink differs from paper so that an eye sees it."""
_UPPER_SHARE: Final = 0.60
_MIDDLE, _FIRST_ROW = 105.0, 122.0
Sort = Literal["secret", "near_miss"]

_STAMPS: Final = (
    "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN", "THU HỒI", "TÀI LIỆU THU HỒI", "XEM XONG TRẢ LẠI",
    "LƯU HÀNH NỘI BỘ", "BẢN SAO", "SAO Y", "CÔNG VĂN ĐẾN", "BẢN CHÍNH", "DỰ THẢO",
)  # fmt: skip
_HEADINGS: Final = (
    "BẢO MẬT", "BẢO MẬT THÔNG TIN", "MẬT KHẨU", "MẬT ONG", "MẬT MÃ", "MẶT TRẬN", "MẶT TRƯỚC",
    "BÍ MẬT NHÀ NƯỚC", "DANH MỤC BÍ MẬT NHÀ NƯỚC", "THƯƠNG MẠI", "MẪU SỐ 01", "TỐI THIỂU",
    "MẬT ĐỘ XÂY DỰNG", "BỆNH TỤY MẬT",
)  # fmt: skip
_LINES: Final = (
    "Độ mật: Thường", "Độ mật: Không", "Mức độ mật: Thường", "Mật ong Mẫu Sơn",
    "Người ký: NGUYỄN VĂN MẬT", "Họ và tên: ĐỖ THỊ MẬT", "Ông LÊ VĂN MẠT", "Mật khẩu: 123456",
    "Luật Bảo vệ bí mật nhà nước số 29/2018/QH14", "Về việc bảo mật thông tin, dữ liệu",
    "Tài liệu không mật", "Dân tộc: Mạ, tên: Mạt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One page to put before the guard; `sort` is the truth, `style` the kind of thing added."""

    name: str
    sort: Sort
    style: str
    grade: GradeName
    marks: tuple[Mark, ...]
    seed: int


def pages(count: int) -> Iterator[Page]:
    """Yield `count` pages with a mark and `count` without, styles and grades in turn."""
    for number in range(count):
        chance = Random(f"secret/{number}")
        drawn_as = STYLES[number % 3]
        mark = secret(drawn_as, WORDS[number // 3 % 3], chance)
        yield _page("secret", drawn_as, number, GRADES[number // 9 % 3], (mark,))
    for number in range(count):
        chance = Random(f"near/{number}")
        style, make = _NEAR[number % len(_NEAR)]
        grade = GRADES[number // len(_NEAR) % 3]
        yield _page("near_miss", style, number, grade, tuple(make(number // len(_NEAR), chance)))


def _page(sort: Sort, style: str, number: int, grade: GradeName, marks: Sequence[Mark]) -> Page:
    return Page(f"{sort}-{number:03}.{grade}", sort, style, grade, tuple(marks), number)


def _stamped(turn: int, chance: Random) -> list[Mark]:
    return [stamp(_STAMPS[turn % len(_STAMPS)], chance)]


def _headed(turn: int, chance: Random) -> list[Mark]:
    at = (_MIDDLE, chance.uniform(124, 134))
    return [printed(_HEADINGS[turn % len(_HEADINGS)], at, is_bold=True)]


def _at_the_slot(turn: int, chance: Random) -> list[Mark]:
    return [printed(_HEADINGS[turn % len(_HEADINGS)], None, is_bold=chance.random() < 0.7)]


def _lined(turn: int, chance: Random) -> list[Mark]:
    return [printed(_LINES[turn % len(_LINES)], None, is_bold=chance.random() < 0.3)]


def _listed(turn: int, chance: Random) -> list[Mark]:
    """A list of names, given names in a column of their own, some of them Mật."""
    rows = []
    for row in range(4):
        name = "MẬT" if row == turn % 4 else chance.choice(("LAN", "HÙNG", "MAI", "MẠNH"))
        cells = (
            str(row + 1),
            chance.choice(("NGUYỄN VĂN", "TRẦN THỊ", "LÊ")),
            name,
            "1990",
            "Kinh",
        )
        y = _FIRST_ROW + 7 * row
        rows += [
            printed(cell, (x, y), is_bold=False)
            for cell, x in zip(cells, (34, 65, 100, 130, 160), strict=True)
        ]
    return rows


def _ordinary(_turn: int, _chance: Random) -> list[Mark]:
    return []


_NEAR: Final[tuple[tuple[str, Callable[[int, Random], list[Mark]]], ...]] = (
    ("other_stamp", _stamped),
    ("heading", _headed),
    ("line_in_slot", _lined),
    ("heading_in_slot", _at_the_slot),
    ("name_in_list", _listed),
    ("nothing", _ordinary),
)


def scan_page(page: Page, folder: Path) -> Path:
    """Return the scan of a page, made now unless the folder has it."""
    return kept(folder, f"{page.name}-v{VERSION}", lambda: _scan(page, page.marks))


def mark_left(page: Page, folder: Path) -> float:
    """Return how much of the marks' ink the scan still shows, about 0 to 1.

    The page is scanned once more without them, with the same wear and noise; what differs is the
    marks. A scanner that lost them leaves nothing that anyone could find.
    """
    path = folder / f"{page.name}-v{VERSION}.left"
    if not path.is_file():
        bare, _ = _scan(page, ())
        with Image.open(scan_page(page, folder)) as scan, Image.open(io.BytesIO(bare)) as other:
            seen = _differing(scan.convert("RGB"), other.convert("RGB"), _VISIBLE)
        drawn, clean = _drawn(page, page.marks), _drawn(page, ())
        put = _differing(drawn, clean, _VISIBLE) / _OVERSAMPLING**2
        path.write_text(str(seen / max(put, 1.0)))
    return float(path.read_text())


def _differing(left: Image.Image, right: Image.Image, limit: int) -> int:
    """Return in how many pixels a color differs by `limit` or more."""
    apart = np.asarray(ImageChops.difference(left, right)).max(axis=2)
    return int(np.count_nonzero(apart >= limit))


def _scan(page: Page, marks: Sequence[Mark]) -> tuple[bytes, str]:
    seed = int.from_bytes(hashlib.sha256(page.name.encode()).digest()[:6], "big")
    place = Place(is_first=True, closing=None) if page.seed % 2 else None
    return scanned(_drawn(page, marks), conditions(page.grade, seed), seed, None, place)


def _drawn(page: Page, marks: Sequence[Mark]) -> Image.Image:
    kinds = administrative.KINDS
    sheets, _ = administrative.draw(kinds[page.seed % len(kinds)], page.seed)
    seed = int.from_bytes(hashlib.sha256(page.name.encode()).digest()[:6], "big")
    dpi = conditions(page.grade, seed).dpi * _OVERSAMPLING
    scale = dpi / 25.4
    drawn: Image.Image = render(sheets[0], dpi)
    below = round(_UPPER_SHARE * drawn.height)
    if page.style in ("heading", "name_in_list"):
        below = round((_FIRST_ROW - 7) * scale)
    ImageDraw.Draw(drawn).rectangle((0, below, drawn.width, drawn.height), fill=PAPER)
    for mark in marks:
        mark.draw()(drawn, scale)
    return drawn
