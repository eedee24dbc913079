"""What can be asked of the catalog at one moment: the few questions of a look-up, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digitizer.model import DocumentId, RelationKind, Sha256
from storage import lines, queries
from storage.entry import Affecting, Entry
from storage.identity import HolderKey
from storage.link import from_text
from storage.reader import Rows, Statement
from storage.reference import names_agency


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the catalog can be believed when it does not find something.

    Attributes:
        as_of: up to when it is complete, None when empty.
        knows_key: all holders entered so far were hashed under the vault's key; where False,
            "no paper of this holder" can't be said.
    """

    as_of: datetime | None
    knows_key: bool


class Snapshot:
    """Made by `Catalog.snapshot`, for its block only. Raises (everywhere) CatalogUnavailable."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def standing(self, key_ids: Sequence[str]) -> Standing:
        """Return what "not held" can be concluded from, for holders hashed under these keys."""
        told = [(str(name), str(value)) for name, value in self._rows(queries.STANDING)]
        moments = [value for name, value in told if name == lines.AS_OF]
        others = any(name == queries.KEY and value not in key_ids for name, value in told)
        return Standing(datetime.fromisoformat(moments[0]) if moments else None, not others)

    def find_by_number(
        self, number_key: str, year: int | None, agency_key: str
    ) -> tuple[Entry, ...]:
        """Return papers of a folded number; of that year and agency, where these are given.

        A paper whose year is not known is among them: it can be the one, and it can't be
        excluded. `agency_key` "" means any (see `storage.reference.names_agency`).
        """
        statement = queries.BY_NUMBER[bool(agency_key), year is not None]
        return self._found(statement, number=number_key, year=year, agency=agency_key)

    def find_by_holder(self, holder_key: HolderKey) -> tuple[Entry, ...]:
        """Return the papers of the person with that keyed number."""
        return self._found(queries.BY_HOLDER, key=holder_key)

    def find_by_name(self, name_key: HolderKey) -> tuple[Entry, ...]:
        """Return the papers of people with that keyed name and birth date."""
        return self._found(queries.BY_HOLDER, key=name_key)

    def find_by_case(self, key: str) -> tuple[Entry, ...]:
        """Return the papers that bear the case code of that key (`storage.reference.case_key`)."""
        return self._found(queries.BY_CASE, key=key)

    def find_by_sha256(self, sha256: Sha256) -> tuple[Entry, ...]:
        """Return what has a file of that digest: as original, part of it, or signed PDF.

        Of a stack that was parted into several documents, all of them.
        """
        return self._found(queries.BY_SHA256, sha256=sha256)

    def affecting(self, entries: Sequence[Entry]) -> dict[DocumentId, tuple[Affecting, ...]]:
        """Return by document the papers that replace, repeal or amend it, newest first.

        For the first 200; a document to which nothing was done is not in the mapping.
        """
        held = entries[: queries.MOST_FOUND]
        numbers = tuple({entry.number_key for entry in held if entry.number_key})
        dates = tuple({entry.issued_on.isoformat() for entry in held if entry.issued_on})
        statement, values = queries.affecting(numbers, dates)
        found: dict[DocumentId, dict[DocumentId, Affecting]] = {}
        for number, issued_on, agency, kind, *line in self._rows(statement, **values):
            other = lines.read(*line)
            one = Affecting(RelationKind(kind), other, issued_on is not None)
            for entry in held:
                if _names(entry, number, issued_on, agency) and entry != other:
                    found.setdefault(entry.document_id, {})[other.document_id] = one
        return {document_id: tuple(others.values()) for document_id, others in found.items()}

    def affected(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the papers of ours that this one says it replaces, repeals or amends."""
        found: list[Entry] = []
        for link in from_text(entry.links):
            year = link.issued_on.year if link.issued_on else None
            candidates = self.find_by_number(link.number_key, year, link.agency_key)
            found += [
                one
                for one in candidates
                if link.issued_on in (None, one.issued_on) and one.document_id != entry.document_id
            ]
        return tuple(dict.fromkeys(found))

    def _found(self, statement: Statement, **values: object) -> tuple[Entry, ...]:
        return tuple(lines.read(*row) for row in self._rows(statement, **values))


def _names(entry: Entry, number: str, issued_on: str | None, agency: str) -> bool:
    """Claim that a link speaks of that paper: its number, its date where named, its agency."""
    if number != entry.number_key or not names_agency(agency, entry.agency_key):
        return False
    return issued_on is None or (
        entry.issued_on is not None and issued_on == entry.issued_on.isoformat()
    )
