"""The visible mark: what it says, and where it stands on the page as a viewer shows it.

The mark stands in the top right corner of page 1, in the strip above the printed text: a decree's
page has 20 to 25 mm of margin there, and the Quốc hiệu begins right below. Text that would not fit
is broken between words, then set smaller; it never grows down into the print. No seal is drawn.

Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần II (copies); TT 05/2025/TT-BNV Đ8 (digitized archival
documents); NĐ 137/2024/NĐ-CP Đ4 (mark of conversion).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from digitizer.errors import ConfigError
from signing.settings import MarkName, SigningSettings
from signing.typeface import width_em

VIETNAM = timezone(timedelta(hours=7))
MM = 72 / 25.4

LINES: dict[MarkName, tuple[str, ...]] = {
    "so_hoa_luu_tru": ("{agency}", "{time}"),
    "sao_y": ("SAO Y", "{agency}", "{time}"),
    "chuyen_doi": ("ĐÃ CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY", "{agency} – {person}", "{time}"),
}
THROWAWAY_LINE = "BẢN DÙNG THỬ"

SIZE_PT = 10.0
SMALLEST_PT = 3.0
STEP_PT = 0.25
LEADING = 1.15

TOP_MM = 5.0
BOTTOM_MM = 18.5
SIDE_MM = 10.0
STRIP_SHARE = 1 / 8


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Page 1 as the file states it, in user-space units.

    Attributes:
        left, bottom, right, top: the part a viewer shows (crop box within media box).
        rotation_deg: 0, 90, 180 or 270, clockwise, as /Rotate says.
        points_per_unit: /UserUnit, 1.0 almost always.
    """

    left: float
    bottom: float
    right: float
    top: float
    rotation_deg: int = 0
    points_per_unit: float = 1.0

    @property
    def width(self) -> float:
        """Width as shown, in units."""
        return self.right - self.left if self.rotation_deg % 180 == 0 else self.top - self.bottom

    @property
    def height(self) -> float:
        """Height as shown, in units."""
        return self.top - self.bottom if self.rotation_deg % 180 == 0 else self.right - self.left

    def to_user(self, u: float, v: float) -> tuple[float, float]:
        """Carry a point of the page as shown (origin bottom left) into user space."""
        match self.rotation_deg:
            case 90:
                return self.right - v, self.bottom + u
            case 180:
                return self.right - u, self.top - v
            case 270:
                return self.left + v, self.top - u
            case _:
                return self.left + u, self.bottom + v


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark set in lines of one size, with its place.

    Attributes:
        lines: text, top to bottom.
        size: font size in units.
        width, height: of the block as read, in units.
        rect: left, bottom, right, top in user space.
        matrix: turns the upright block the way the page is turned, corner at the origin.
    """

    lines: tuple[str, ...]
    size: float
    width: float
    height: float
    rect: tuple[float, float, float, float]
    matrix: tuple[float, float, float, float, float, float]


def mark_lines(settings: SigningSettings, *, now: datetime, is_throwaway: bool) -> tuple[str, ...]:
    """Return what the mark says, NFC, times to the second in Vietnam's zone.

    Raises:
        ConfigError: the mark of conversion without the name of the person who converts.
    """
    if settings.mark == "chuyen_doi" and not settings.converted_by.strip():
        raise ConfigError("[signing] mark = chuyen_doi needs converted_by (NĐ 137/2024 Đ4)")
    time = now.astimezone(VIETNAM).isoformat(timespec="seconds")
    values = {"agency": settings.agency, "person": settings.converted_by, "time": time}
    lines = [line.format(**values) for line in LINES[settings.mark]]
    if is_throwaway:
        lines.append(THROWAWAY_LINE)
    return tuple(unicodedata.normalize("NFC", " ".join(line.split())) for line in lines)


def place(lines: tuple[str, ...], frame: PageFrame) -> Mark:
    """Set `lines` as large as the strip allows, up to 10 pt, and place them.

    Raises:
        ConfigError: a character without a glyph, or a text that does not fit at 3 pt.
    """
    unit = frame.points_per_unit
    side = min(SIDE_MM * MM / unit, frame.width / 20)
    top = min(TOP_MM * MM / unit, frame.height / 40)
    strip = min(BOTTOM_MM * MM / unit, frame.height * STRIP_SHARE) - top
    room = frame.width / 2 - side
    for size_pt in _sizes():
        size = size_pt / unit
        broken = tuple(part for line in lines for part in _broken(line, room / size))
        width = max(width_em(line) for line in broken) * size
        height = len(broken) * LEADING * size
        if width <= room and height <= strip:
            return _placed(broken, size, (width, height), frame, side, top)
    raise ConfigError("[signing] agency is too long for the visible mark")


def _sizes() -> Iterator[float]:
    size = SIZE_PT
    while size >= SMALLEST_PT:
        yield size
        size -= STEP_PT


def _broken(line: str, room_em: float) -> Iterator[str]:
    """Break `line` between words so that each part is at most `room_em` wide, if it can be."""
    part = ""
    for word in line.split(" "):
        longer = f"{part} {word}" if part else word
        if part and width_em(longer) > room_em:
            yield part
            part = word
        else:
            part = longer
    yield part


def _placed(
    lines: tuple[str, ...],
    size: float,
    extent: tuple[float, float],
    frame: PageFrame,
    side: float,
    top: float,
) -> Mark:
    width, height = extent
    u, v = frame.width - side - width, frame.height - top - height
    (x1, y1), (x2, y2) = frame.to_user(u, v), frame.to_user(u + width, v + height)
    turns: dict[int, tuple[float, float, float, float, float, float]] = {
        90: (0, 1, -1, 0, height, 0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0, width),
    }
    return Mark(
        lines=lines,
        size=size,
        width=width,
        height=height,
        rect=(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)),
        matrix=turns.get(frame.rotation_deg, (1, 0, 0, 1, 0, 0)),
    )
