"""Under which names an agency's papers may stand: its own, and those of whom it took over from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from digitizer.legal_profile.communes import (
    Commune,
    former_communes,
    present_provinces,
    provinces_of_district,
)
from digitizer.legal_profile.succession import load_successions
from storage.reference import agency_key

_COMMUNE = re.compile(r"((?:uy ban|hoi dong) nhan dan) ((?:xa|phuong|dac khu) .+)")
_OFFICE = re.compile(r"(?:phong|van phong|thanh tra|chi nhanh|trung tam|ban) ")
_PROVINCE = re.compile(r"(?:tinh|thanh pho) (?=.)")


@lru_cache(maxsize=4096)
def agency_keys(agency: str) -> tuple[str, ...]:
    """Return the look-up keys of an agency and of every agency whose papers it keeps now.

    Its own key comes first; "" for no agency, which means any. A department of a merged province
    has the departments of the former provinces, and of former names, among its predecessors; a
    commune's committee and council those of the communes it was made of. Whose name several
    provinces have must be asked for with its province. For districts see `district_bodies`.

    >>> agency_keys("UBND tỉnh Tuyên Quang")
    ('uy ban nhan dan tinh tuyen quang', 'uy ban nhan dan tinh ha giang')
    """
    own = agency_key(agency)
    places = [own, *_of_communes(own), *_former(own)]
    return tuple(dict.fromkeys((*places, *(key for place in places for key in _former(place)))))


@dataclass(frozen=True, slots=True)
class DistrictBody:
    """A committee or council of a district, which ended on 30 June 2025, by the key of its name.

    `province` is the key of its former province, without its title; `is_alone` claims that no
    other province had a district of that name (of `huyện Châu Thành` there were several).
    """

    key: str
    province: str
    is_alone: bool

    def issued(self, agency_key: str) -> bool:
        """Claim that the agency of that key is this body, or a department of it.

        Names go on (`thành phố Vinh`, `thành phố Vinh Long`), and the papers of communes begin with
        the district's line: those are others. Where several districts have the name, the agency
        must name the province.
        """
        _, found, after = f" {agency_key} ".partition(f" {self.key} ")
        rest = _PROVINCE.sub("", after.strip())
        is_named = self.is_alone and (not rest or bool(_OFFICE.match(rest)))
        return bool(found) and (is_named or rest == self.province)


@lru_cache(maxsize=4096)
def district_bodies(agency: str) -> tuple[DistrictBody, ...]:
    """Return those whose work a present commune's body took over: where its predecessors lay.

    Source: REQ-3.13 (the results of districts go to the present holder).

    >>> [body.key for body in district_bodies("UBND xã Nghi Lộc, tỉnh Nghệ An")]
    ['uy ban nhan dan huyen nghi loc']
    """
    match = _COMMUNE.fullmatch(agency_key(agency))
    if match is None:
        return ()
    bodies = [
        DistrictBody(
            f"{match[1]} {agency_key(former.district)}",
            _PROVINCE.sub("", agency_key(former.province)),
            is_alone=len(provinces_of_district(former.district)) == 1,
        )
        for former in _predecessors(match[2])
        if former.name
    ]
    return tuple(dict.fromkeys(bodies))


def _of_communes(key: str) -> Iterator[str]:
    """Yield how the heads and the forms of a commune's predecessors name them.

    A head has the district's line first, `ỦY BAN NHÂN DÂN HUYỆN …`; its first words are left out,
    because the district's own papers are none of the commune's.
    """
    match = _COMMUNE.fullmatch(key)
    if match is None:
        return
    body = match[1]
    for former in _predecessors(match[2]):
        commune, district = agency_key(former.name), agency_key(former.district)
        if commune:
            yield f"{body} {commune} {district}"
            yield f"{district} {body} {commune}"
        else:
            yield f"{body} {district}"


def _predecessors(commune: str) -> tuple[Commune, ...]:
    """Return the former communes of one that may be named with its province, title or not."""
    for province in present_provinces():
        bare = province[title.end() :] if (title := _PROVINCE.match(province)) else province
        if commune.endswith(f" {bare}"):
            name = commune.removesuffix(bare).strip().removesuffix(" tinh")
            if found := former_communes(name.removesuffix(" thanh pho"), province):
                return found
    return former_communes(commune)


def _former(key: str) -> Iterator[str]:
    for present, former in _pairs():
        if present.search(key):
            yield present.sub(former, key, count=1)


@cache
def _pairs() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what to look for in a key and what stood there; a province may lack its title."""
    rows = [(agency_key(row.present), agency_key(row.former)) for row in load_successions()]
    return tuple((_pattern(present), former) for present, former in rows)


def _pattern(present: str) -> re.Pattern[str]:
    title = _PROVINCE.match(present)
    if title is None:
        return re.compile(rf"\b{re.escape(present)}\b")
    return re.compile(rf"\b(?:tinh |thanh pho )?{re.escape(present[title.end() :])}\b")
