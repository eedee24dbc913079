"""Papers of abolished provinces are found under the province that took their place.

On 1 July 2025 sixty-three provinces became thirty-four. A paper keeps the name of who issued it;
who asks today names the successor. Communes and districts are not in the legal profile, so only
the province in an agency's name is translated.

Source: NQ 202/2025/QH15; the legal profile's provinces; REQ-3.12, REQ-7.5.
"""

from __future__ import annotations

import re
from functools import cache

from digitizer.legal_profile import load_profile
from storage.reference import agency_key

_CITY = "thanh pho "


def agency_keys(agency: str) -> tuple[str, ...]:
    """Return the key of an agency as asked for, and those of its province's predecessors.

    >>> agency_keys("UBND tỉnh Tuyên Quang")
    ('uy ban nhan dan tinh tuyen quang', 'uy ban nhan dan tinh ha giang')
    """
    asked = agency_key(agency)
    found = [asked]
    for present, former in _merged():
        named = re.compile(rf"\b(?:{_CITY}|tinh )?{re.escape(present)}\b")
        if named.search(asked):
            found.append(named.sub(f"tinh {former}", asked, count=1))
    return tuple(found)


@cache
def _merged() -> tuple[tuple[str, str], ...]:
    """Return present and former name of every province that lost its name, as keys."""
    pairs = (
        (agency_key(row.present_name).removeprefix(_CITY), agency_key(row.name))
        for row in load_profile().provinces
    )
    return tuple((present, former) for present, former in pairs if present != former)
