"""Communes before and after 1 July 2025: who keeps whose papers now.

10,040 communes became 3,321 of 34 provinces. The table in `data` is made by `python -m
benchmarks.build_communes` from a published list; the resolutions were not read for it.

Source: the 34 resolutions of the Standing Committee of the National Assembly of 16 June 2025
(1654 to 1687/NQ-UBTVQH15), in force on 1 July 2025; names and successions after
vietnamadminunits 1.0.4.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from digitizer.vietnamese import fold


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


@cache
def _by_name() -> Mapping[str, Mapping[str, tuple[Commune, ...]]]:
    """Return the former communes by present commune and province, both folded."""
    path = resources.files(__package__).joinpath("data", "communes.tsv.gz")
    folded = cache(fold)
    found: dict[str, dict[str, list[Commune]]] = defaultdict(lambda: defaultdict(list))
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        province, commune, was_in, district, name = line.split("\t")
        found[folded(commune)][folded(province)].append(Commune(name, district, was_in))
    return {
        commune: {province: tuple(former) for province, former in places.items()}
        for commune, places in found.items()
    }
