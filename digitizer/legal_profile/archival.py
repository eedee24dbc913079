"""Under which codes a document is filed, how long it is kept, and on what text that stands.

Source: TT 05/2025/TT-BNV (code lists; annexes read second-hand), `data/archival.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from digitizer.legal_profile.profile import Access, load_profile, read_data
from digitizer.model import ArchivalCodes

_OTHER_TYPE = "32"
_LAST_DAY = (12, 31)


def archival_codes(document_type: str, *, stored_on: date) -> ArchivalCodes:
    """Return how a document of a type is filed.

    Args:
        document_type: a code of the profile, or "" or any other word where it is not known: such a
            paper is kept like every other whose period is not determined.
        stored_on: the day it is put away; periods count from the end of that year.
    """
    table = _table()
    kind = load_profile().type_of(document_type) if document_type else None
    row = _retention(table, document_type)
    period = next(one for one in table["period"] if one["code"] == row["maintenance"])
    return ArchivalCodes(
        type_name=kind.tt05 if kind else _OTHER_TYPE,
        mode=table["mode"][(kind.access if kind else Access.SENSITIVE).value],
        language=table["language"],
        maintenance=row["maintenance"],
        keep_until=_end(stored_on, period["years"]) if "years" in period else None,
        lock_until=_end(stored_on, period["lock_years"]),
        basis=row["basis"],
        is_confirmed=row["confirmed"],
    )


def period_name(maintenance: str) -> str:
    """Return the words of a retention period's code, e.g. `vĩnh viễn` of 01."""
    return str(next(one["name"] for one in _table()["period"] if one["code"] == maintenance))


def erasure_rule() -> tuple[str, str, str, bool]:
    """Return what a person who asks for erasure is told.

    In Vietnamese, in English, the texts it stands on, and whether those were read.
    """
    rule = _table()["erasure"]
    return rule["vi"], rule["en"], rule["basis"], rule["confirmed"]


def undetermined_types() -> tuple[str, ...]:
    """Return the codes of the types for which no period is set."""
    table = _table()
    unset = table["undetermined"]
    types = (kind.code for kind in load_profile().types)
    return tuple(code for code in types if _retention(table, code)["maintenance"] == unset)


@cache
def _table() -> Mapping[str, Any]:
    return read_data("archival")


def _retention(table: Mapping[str, Any], document_type: str) -> Mapping[str, Any]:
    default = {"maintenance": table["undetermined"], "basis": "chưa có văn bản quy định thời hạn"}
    rows = (row for row in table["retention"] if document_type in row["types"])
    return {"confirmed": table["confirmed"], **next(rows, default)}


def _end(stored_on: date, years: int) -> date:
    return date(stored_on.year + years, *_LAST_DAY)
