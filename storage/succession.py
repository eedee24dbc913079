"""Under which names an agency's papers may stand: its own, and those of whom it took over from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from digitizer.legal_profile.succession import load_successions
from storage.reference import agency_key

_PROVINCE = re.compile(r"(?:tinh|thanh pho) (?=.)")


@lru_cache(maxsize=4096)
def agency_keys(agency: str) -> tuple[str, ...]:
    """Return the look-up keys of an agency and of every agency whose papers it keeps now.

    Its own key comes first; "" for no agency, which means any. A department of a merged province
    has the departments of the former provinces, and of former names, among its predecessors.
    District agencies have no successor that a table could name; they are found by their own name.

    >>> agency_keys("UBND tỉnh Tuyên Quang")
    ('uy ban nhan dan tinh tuyen quang', 'uy ban nhan dan tinh ha giang')
    """
    own = agency_key(agency)
    places = [own, *_former(own)]
    return tuple(dict.fromkeys((*places, *(key for place in places for key in _former(place)))))


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
