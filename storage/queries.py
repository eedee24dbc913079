"""What a look-up asks the catalog, each as one statement that is written once.

Every question of a kind costs the same statements whether something is found or not, so that the
time of an answer does not tell (docs/adr/0034).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from storage.lines import AS_OF
from storage.tables import documents, earlier, facts, holders, identity_keys, links

KEY = "key"
MOST_FOUND = 200
"""More papers than any one holder or number has; a bound on what one answer can cost."""
_NEWEST_FIRST = (documents.c.issued_on.desc().nulls_last(), documents.c.document_id)
_CHOSEN_BY = (documents.c.document_id, documents.c.issued_on)
_LIMIT: sa.ColumnElement[int] = sa.literal_column(str(MOST_FOUND))
_SIZES = (1, 4, 16, MOST_FOUND)


LINE = (documents.c.document_id, documents.c.line)
"""What `storage.lines.read` makes an entry of."""


_NONE: sa.ColumnElement[str] = sa.literal_column("''")
_ZERO: sa.ColumnElement[int] = sa.literal_column("0")
_SPACE: sa.ColumnElement[str] = sa.literal_column("' '")
"""Written into the SQL: a value that never changes need not be bound each time."""


def _found(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(*LINE).where(condition).order_by(*_NEWEST_FIRST).limit(_LIMIT)


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.Text)


def _numbered(*, has_agency: bool, has_year: bool) -> sa.Select[Any]:
    """Return the statement for a number: of any or of one agency, of any or of one year.

    A paper whose year is not known can be the one asked for: it is among those found.
    """
    condition = (documents.c.number_key == _text("number")) & (documents.c.number_key != _NONE)
    if has_agency:
        condition &= _names_agency(_text("agency"))
    if not has_year:
        return _newest(sa.select(*_CHOSEN_BY).where(condition))
    years = (
        documents.c.year == sa.bindparam("year", type_=sa.Integer),
        documents.c.year.is_(None),
    )
    # Two searches of the index, where one with OR would go through the number's every year.
    of_year = [sa.select(*_CHOSEN_BY).where(condition & year) for year in years]
    return _newest(sa.union_all(*of_year))


def _newest(chosen: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.Select[Any]:
    """Return the lines of the newest of some, which the index of numbers alone can choose."""
    some = chosen.subquery("chosen")
    newest = (some.c.issued_on.desc().nulls_last(), some.c.document_id)
    ids = sa.select(some.c.document_id).order_by(*newest).limit(_LIMIT)
    return _found(documents.c.document_id.in_(ids))


def _names_agency(asked: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return `storage.reference.names_agency` in SQL, for an asked key that is not empty.

    In the database: hundreds of communes have a 01/QĐ-UBND, and the index holds their keys. Almost
    none has anything of the other: that is looked at first, since to look at whole words each key
    has to be copied.
    """
    held = documents.c.agency_key
    is_part = (_Place(held, asked) > _ZERO) & (_Place(_spaced(held), _spaced(asked)) > _ZERO)
    is_whole = (_Place(asked, held) > _ZERO) & (_Place(_spaced(asked), _spaced(held)) > _ZERO)
    return (held != _NONE) & (is_part | is_whole)


def _spaced(key: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    return _SPACE + key + _SPACE


class _Place(sa.sql.functions.FunctionElement[int]):
    """Where in a text another one begins, from 1 on; 0 nowhere."""

    type = sa.Integer()
    inherit_cache = True


@compiles(_Place)
def _instr(element: _Place, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_Place, "postgresql")
def _strpos(element: _Place, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


BY_NUMBER = {
    (has_agency, has_year): _numbered(has_agency=has_agency, has_year=has_year)
    for has_agency in (False, True)
    for has_year in (False, True)
}
"""Values: `number`, and where they are given `agency` and `year`."""

BY_HOLDER = _found(
    documents.c.document_id.in_(
        sa.select(holders.c.document_id).where(
            (holders.c.key == _text("key")) & (holders.c.key != _NONE)
        )
    )
)
"""Value: `key`, a keyed number or a keyed name with birth date."""

BY_CASE = _found((documents.c.case_key == _text("key")) & (documents.c.case_key != _NONE))
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
"""Value: `sha256`, of an original, a file it is made of, or a signed PDF of any version."""

_AS_OF: sa.ColumnElement[str] = sa.literal_column(f"'{AS_OF}'")
_KEY: sa.ColumnElement[str] = sa.literal_column(f"'{KEY}'")
STANDING = sa.union_all(
    sa.select(_AS_OF.label("name"), facts.c.value).where(facts.c.name == _AS_OF),
    sa.select(_KEY, identity_keys.c.key_id),
)
"""Up to when the catalog is complete (`AS_OF`, one line or none), and each identity key (`KEY`)."""


def _affecting(size: int) -> sa.Select[Any]:
    dates = links.c.issued_on.in_([_text(name) for name in _names("on", size)])
    return (
        sa.select(links.c.number_key, links.c.issued_on, links.c.agency_key, links.c.kind, *LINE)
        .join_from(links, documents, documents.c.document_id == links.c.document_id)
        .where(
            links.c.number_key.in_([_text(name) for name in _names("number", size)])
            & (links.c.number_key != _NONE)
            & (links.c.issued_on.is_(None) | dates)
        )
        .order_by(*_NEWEST_FIRST)
    )


def _names(what: str, size: int) -> tuple[str, ...]:
    return tuple(f"{what}_{place}" for place in range(size))


_AFFECTING = {
    size: (_affecting(size), (*_names("number", size), *_names("on", size))) for size in _SIZES
}


def affecting(
    numbers: Sequence[str], dates: Sequence[str]
) -> tuple[sa.Select[Any], dict[str, str]]:
    """Return the statement for the papers that do something to some, and its values.

    More than do: it gives every paper that names one of the numbers, and one of the dates or none.
    None at all cost the same as one.

    Args:
        numbers, dates: keys of the numbers and ISO dates, at most `MOST_FOUND` of each.
    """
    most = max(len(numbers), len(dates))
    size = next(size for size in _SIZES if most <= size)
    statement, names = _AFFECTING[size]
    numbers_whole = (*numbers, *([""] * (size - len(numbers))))
    dates_whole = (*dates, *([""] * (size - len(dates))))
    return statement, dict(zip(names, numbers_whole + dates_whole, strict=True))
