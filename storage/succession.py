"""Under which names an agency's papers may stand: its own, and those of whom it took over from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from digitizer.legal_profile.succession import load_successions
from storage.reference import agency_key


def agency_keys(agency: str) -> tuple[str, ...]:
    """Return the look-up keys of an agency and of every agency whose papers it keeps now.

    Its own key comes first. A department of a merged province has the departments of the former
    provinces, and of former names, among its predecessors. "" for no agency gives no key.
    District agencies have no successor that a table could name; they are found by their own name.

    >>> agency_keys("UBND tỉnh Tuyên Quang")
    ('uy ban nhan dan tinh tuyen quang', 'uy ban nhan dan tinh ha giang')
    """
    own = agency_key(agency)
    if not own:
        return ()
    places = [own, *_former(own)]
    return tuple(dict.fromkeys((*places, *(key for place in places for key in _former(place)))))


def _former(key: str) -> Iterator[str]:
    padded = f" {key} "
    for present, former in _pairs():
        if f" {present} " in padded:
            yield padded.replace(f" {present} ", f" {former} ").strip()


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    return tuple((agency_key(row.present), agency_key(row.former)) for row in load_successions())
