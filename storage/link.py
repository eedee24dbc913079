"""What one archived paper does to another, as the catalog keeps it: found from either end.

A paper says of another that it replaces, repeals or amends it; the other one says nothing, and may
come into the archive earlier, later, or never. So only the saying is kept, and both directions are
asked of it.

Source: NĐ 30/2020 PL I (clauses on effect); Luật Ban hành văn bản quy phạm pháp luật 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from digitizer import codec
from digitizer.model import RelationKind
from storage.record import Record
from storage.reference import agency_key, number_key


@dataclass(frozen=True, slots=True)
class Link:
    """A paper's word about another one, by the keys under which that is found.

    `agency_key` is that of the other's issuer: the agency named, else this paper's own, which
    may undo its own papers only. `issued_on` is None where no date was named.
    """

    kind: RelationKind
    number_key: str
    issued_on: date | None
    agency_key: str


def links_of(record: Record) -> tuple[Link, ...]:
    """Return what `record` does to others; a relation whose number gives no key does nothing."""
    return tuple(
        Link(
            relation.kind,
            key,
            relation.issued_on,
            agency_key(relation.agency) or record.reference.agency_key,
        )
        for relation in record.relations
        if (key := number_key(relation.number))
    )


def to_text(links: tuple[Link, ...]) -> str:
    """Return the links as the catalog stores them: canonical JSON, "" for none."""
    return codec.encode(links).decode() if links else ""


def from_text(text: str) -> tuple[Link, ...]:
    """Return the links that `to_text` wrote."""
    return codec.decode(tuple[Link, ...], text.encode()) if text else ()
