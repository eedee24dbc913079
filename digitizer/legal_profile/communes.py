"""Communes before and after 1 July 2025: who keeps whose papers now.

10,040 communes became 3,321 of 34 provinces. The table in `data` is made by `python -m
benchmarks.build_communes` from a published list; the resolutions were not read for it.

Source: the 34 resolutions of the Standing Committee of the National Assembly of 16 June 2025
(1654 to 1687/NQ-UBTVQH15), in force on 1 July 2025; names and successions after
vietnamadminunits 1.0.4.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from digitizer.vietnamese import fold

_TITLE: Final = re.compile("(?:Tỉnh|Thành phố|Huyện|Quận|Thị xã|Thị trấn|Xã|Phường|Đặc khu) ")
_LEVELS: Final = {
    "tinh": (0,),
    "thanh pho": (0, 1),
    **dict.fromkeys(("huyen", "quan", "thi xa"), (1,)),
    **dict.fromkeys(("xa", "phuong", "thi tran", "dac khu"), (2,)),
}


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune as it was until 30 June 2025; `name` is "" in five island districts without one."""

    name: str
    district: str
    province: str


def former_communes(name: str, province: str = "") -> tuple[Commune, ...]:
    """Return the communes whose papers a present one keeps, whole or in part; itself among them.

    Args:
        name: with its title, in any case and with or without accents: `xã Nghi Lộc`.
        province: likewise; "" where it is not said. Nothing is returned then for a name that
            several provinces have.
    """
    found = _by_name().get(fold(name), {})
    if province:
        return found.get(fold(province), ())
    return next(iter(found.values())) if len(found) == 1 else ()


@cache
def present_provinces() -> tuple[str, ...]:
    """Return the 34 provinces with their titles, folded: `tinh nghe an`."""
    return tuple(sorted({province for places in _by_name().values() for province in places}))


def provinces_of_district(name: str) -> frozenset[str]:
    """Return the former provinces that had a district of that name, its title included."""
    return _provinces_by_district().get(fold(name), frozenset())


@cache
def _provinces_by_district() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for _, _, province, district, _ in _rows():
        found[fold(district)].add(province)
    return {district: frozenset(provinces) for district, provinces in found.items()}


def place_spellings(letters: str, title: str) -> frozenset[str]:
    """Return how the places are spelled, title apart, that have these folded letters unspaced.

    Provinces, districts and communes, before and after 1 July 2025: `daklak` of a `tỉnh` gives
    `Đắk Lắk`, of a `xã` nothing.

    Args:
        title: says the level, in any case; a `thành phố` may be a province or a district.
    """
    levels = _LEVELS.get(fold(title), ())
    return frozenset().union(*(_spellings()[level].get(letters, ()) for level in levels))


@cache
def _spellings() -> tuple[Mapping[str, set[str]], ...]:
    """Return the spellings of provinces, districts and communes, by their letters."""
    found: tuple[dict[str, set[str]], ...] = tuple(defaultdict(set) for _ in range(3))
    for level, columns in enumerate(((0, 2), (3,), (1, 4))):
        for name in {row[column] for row in _rows() for column in columns if row[column]}:
            bare = _TITLE.sub("", name)
            found[level][fold(bare).replace(" ", "")].add(bare)
    return found


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    """Return (present province and commune, former province, district and commune)."""
    path = resources.files(__package__).joinpath("data", "communes.tsv.gz")
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return tuple(tuple(line.split("\t")) for line in lines)


@cache
def _by_name() -> Mapping[str, Mapping[str, tuple[Commune, ...]]]:
    """Return the former communes by present commune and province, both folded."""
    folded = cache(fold)
    found: dict[str, dict[str, list[Commune]]] = defaultdict(lambda: defaultdict(list))
    for province, commune, was_in, district, name in _rows():
        found[folded(commune)][folded(province)].append(Commune(name, district, was_in))
    return {
        commune: {province: tuple(former) for province, former in places.items()}
        for commune, places in found.items()
    }
