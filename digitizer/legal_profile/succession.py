"""Agencies that were dissolved or merged, and who keeps their papers now.

Source: QĐ 19/2025/QĐ-TTg (34 provinces from 1 July 2025); Nghị quyết 176/2025/QH15 (ministries) and
NĐ 45/2025/NĐ-CP (departments), both from 1 March 2025.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from digitizer.legal_profile.profile import Legal, load_profile

MERGED_ON: Final = date(2025, 7, 1)
"""The day on which 63 provinces became 34."""
_CITIES: Final = frozenset(("Hà Nội", "Hồ Chí Minh", "Đà Nẵng", "Hải Phòng", "Cần Thơ"))
_CITY: Final = "Thành phố "


@dataclass(frozen=True, slots=True)
class Succession:
    """`present` took over from `former`: two names, or two places within names."""

    former: str
    present: str
    legal: Legal


@cache
def load_successions() -> tuple[Succession, ...]:
    """Return who took over from whom; `legal.valid_from` is the day it did."""
    return (*_places(), *_agencies())


def _places() -> Iterator[Succession]:
    for row in load_profile().provinces:
        bare = row.name.removeprefix(_CITY)
        former = f"{_CITY if bare in _CITIES else 'Tỉnh '}{bare}"
        is_city = row.present_name.startswith(_CITY)
        present = row.present_name if is_city else f"Tỉnh {row.present_name}"
        if former != present:
            legal = Legal(row.legal.basis, MERGED_ON, None, row.legal.confirmed)
            yield Succession(former, present, legal)


def _agencies() -> Iterator[Succession]:
    path = resources.files(__package__).joinpath("data", "successions.toml")
    file = tomllib.loads(path.read_text("utf-8"))
    for row in file["succession"]:
        legal = Legal(row["basis"], file["valid_from"], None, file["confirmed"])
        for former in row["former"]:
            yield Succession(former, row["present"], legal)
