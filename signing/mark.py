"""The visible mark: what it says, and the page it stands on.

What each mark says and where it belongs is data: `digitizer/legal_profile/data/marks.toml`. No seal
is drawn.

Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần II (copies); TT 05/2025/TT-BNV Đ8 (digitized archival
documents); NĐ 137/2024/NĐ-CP Đ4 (mark of conversion); TT 01/2023/TT-VPCP Đ8 (who scanned).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from digitizer.errors import ConfigError
from digitizer.legal_profile.marks import MarkTemplate, mark_in_force
from signing.settings import SigningSettings

VIETNAM = timezone(timedelta(hours=7))
MM = 72 / 25.4

OPERATOR_MARK = "nguoi_quet"
THROWAWAY_LINE = "BẢN DÙNG THỬ"


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

    def to_shown(self, x: float, y: float) -> tuple[float, float]:
        """Carry a point of user space into the page as shown (origin bottom left)."""
        match self.rotation_deg:
            case 90:
                return y - self.bottom, self.right - x
            case 180:
                return self.right - x, self.top - y
            case 270:
                return self.top - y, x - self.left
            case _:
                return x - self.left, y - self.bottom


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark set in lines of one size, with its place.

    Attributes:
        lines: text, top to bottom.
        size: font size in units.
        width, height: of the block as read, in units.
        rect: left, bottom, right, top in user space.
        matrix: turns the upright block the way the page is turned, corner at the origin.
        covers_print: the page has no free room, so the mark lies over something.
    """

    lines: tuple[str, ...]
    size: float
    width: float
    height: float
    rect: tuple[float, float, float, float]
    matrix: tuple[float, float, float, float, float, float]
    covers_print: bool


def template(name: str, now: datetime) -> MarkTemplate:
    """Return the mark called `name` as the law has it on the day of `now` in Vietnam.

    Raises:
        ConfigError: there is no such mark on that day.
    """
    day = now.astimezone(VIETNAM).date()
    found = mark_in_force(name, day)
    if found is None:
        raise ConfigError(f"[signing] mark = {name} is not in force on {day.isoformat()}")
    return found


def mark_lines(settings: SigningSettings, *, now: datetime, is_throwaway: bool) -> tuple[str, ...]:
    """Return what the agency's mark says, NFC, times to the second in Vietnam's zone.

    Raises:
        ConfigError: the mark of conversion without the name of the person who converts.
    """
    chosen = template(settings.mark, now)
    if chosen.names_person and not settings.converted_by.strip():
        raise ConfigError(f"[signing] mark = {chosen.name} needs converted_by (NĐ 137/2024 Đ4)")
    texts = {"agency": settings.agency, "person": settings.converted_by}
    return _written(chosen, texts, now, is_throwaway)


def operator_lines(person: str, *, now: datetime, is_throwaway: bool) -> tuple[str, ...]:
    """Return what the scanning officer's mark says: the name on the certificate, and the time."""
    return _written(template(OPERATOR_MARK, now), {"person": person}, now, is_throwaway)


def _written(
    chosen: MarkTemplate, texts: dict[str, str], now: datetime, is_throwaway: bool
) -> tuple[str, ...]:
    time = now.astimezone(VIETNAM).strftime(chosen.time_form)
    lines = [line.format(time=time, **texts) for line in chosen.lines]
    if is_throwaway:
        lines.append(THROWAWAY_LINE)
    return tuple(unicodedata.normalize("NFC", " ".join(line.split())) for line in lines)
