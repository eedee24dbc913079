"""What a look-up asks the catalog, each as one statement that is written once.

Every question of a kind costs the same statements whether something is found or not, so that the
time of an answer does not tell (docs/adr/0034).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from storage.identity import MOST_KEYS
from storage.lines import AS_OF
from storage.tables import documents, earlier, facts, holders, identity_keys, links

MOST_FOUND = 200
"""More papers than any one holder or number has; a bound on what one answer can cost."""
_NEWEST_FIRST = (documents.c.issued_on.desc().nulls_last(), documents.c.document_id)
_SIZES = (1, 8, MOST_FOUND)


def _found(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(documents).where(condition).order_by(*_NEWEST_FIRST).limit(MOST_FOUND)


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.Text)


def _numbered(*, has_agency: bool, has_year: bool) -> sa.Select[Any]:
    """Return the statement for a number: of any or of one agency, of any or of one year.

    A paper whose year is not known can be the one asked for: it is among those found.
    """
    condition = (documents.c.number_key == _text("number")) & (documents.c.number_key != "")
    if has_agency:
        condition &= _names_agency(_text("agency"))
    if not has_year:
        return _found(condition)
    years = (
        documents.c.year == sa.bindparam("year", type_=sa.Integer),
        documents.c.year.is_(None),
    )
    # Two searches of the index, where one with OR would go through the number's every year.
    of_year = [sa.select(documents.c.document_id).where(condition & year) for year in years]
    return _found(documents.c.document_id.in_(sa.union_all(*of_year)))


def _names_agency(asked: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return `storage.reference.names_agency` in SQL, for an asked key that is not empty.

    In the database: hundreds of communes have a 01/QĐ-UBND, and the index holds their keys. Keys
    hold letters, digits and spaces only, so nothing in them is a pattern.
    """
    held = documents.c.agency_key
    spaced_held, spaced = sa.literal(" ") + held + " ", sa.literal(" ") + asked + " "
    return (held != "") & (
        spaced_held.like(sa.literal("%") + spaced + "%")
        | spaced.like(sa.literal("%") + spaced_held + "%")
    )


BY_NUMBER = {
    (has_agency, has_year): _numbered(has_agency=has_agency, has_year=has_year)
    for has_agency in (False, True)
    for has_year in (False, True)
}
"""Values: `number`, and where they are given `agency` and `year`."""

BY_HOLDER = _found(
    documents.c.document_id.in_(
        sa.select(holders.c.document_id).where(
            (holders.c.key == _text("key")) & (holders.c.key != "")
        )
    )
)
"""Value: `key`, a keyed number or a keyed name with birth date."""

BY_CASE = _found((documents.c.case_key == _text("key")) & (documents.c.case_key != ""))
"""Value: `key`, of a case code."""

BY_SHA256 = _found(
    documents.c.document_id.in_(
        sa.union_all(
            *(
                sa.select(column.table.c.document_id).where(column == _text("sha256"))
                for column in (
                    documents.c.original_sha256,
                    documents.c.signed_sha256,
                    earlier.c.sha256,
                )
            )
        )
    )
)
"""Value: `sha256`, of an original or a signed PDF of any version."""

STANDING = sa.select(
    sa.select(facts.c.value).where(facts.c.name == AS_OF).scalar_subquery(),
    sa.select(sa.func.count())
    .select_from(identity_keys)
    .where(*(identity_keys.c.key_id != _text(f"key_{n}") for n in range(MOST_KEYS)))
    .scalar_subquery(),
)
"""Up to when the catalog is complete, how many other identity keys were used; `key_0` … `key_7`."""


def _affecting(size: int) -> sa.Select[Any]:
    held, other = documents.alias("held"), documents.alias("other")
    says = (
        (links.c.number_key == held.c.number_key)
        & (held.c.number_key != "")
        & (links.c.issued_on.is_(None) | (links.c.issued_on == held.c.issued_on))
    )
    joined = held.join(links, says).join(other, other.c.document_id == links.c.document_id)
    newest_first = (other.c.issued_on.desc().nulls_last(), other.c.document_id)
    return (
        sa.select(
            *(held.c.document_id, held.c.agency_key),
            *(links.c.kind, links.c.issued_on, links.c.agency_key),
            *other.c,
        )
        .select_from(joined)
        .where(
            held.c.document_id.in_([_text(name) for name in names(size)])
            & (other.c.document_id != held.c.document_id)
        )
        .order_by(*newest_first)
    )


def names(size: int) -> tuple[str, ...]:
    """Return the names of the values of a statement of `AFFECTING` of that size."""
    return tuple(f"id_{place}" for place in range(size))


AFFECTING = {size: _affecting(size) for size in _SIZES}
"""Which papers do something to some; `names(size)`, as many as the least size that holds them."""


def padded(ids: Sequence[str]) -> tuple[sa.Select[Any], dict[str, str]]:
    """Return the statement of `AFFECTING` for some ids, at most `MOST_FOUND`, and its values.

    None at all costs the same as one.
    """
    size = next(size for size in _SIZES if len(ids) <= size)
    whole = (*ids, *([""] * (size - len(ids))))
    return AFFECTING[size], dict(zip(names(size), whole, strict=True))
