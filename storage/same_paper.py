"""Is this paper one that we hold? Candidates by keyed hashes, the verdict by its digits.

Candidates are found by every number, personal number and name that stands on the paper, each under
the same key as in the catalog: doubtful ones, too, since finding decides nothing. What decides is
how alike the digits are, and whether the fields by which papers are told apart agree. Nothing is
merged or deleted: the verdict is told with its evidence.

Source: docs/adr/0035; REQ-4.11 (a number alone proves nothing).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from digitizer.likeness import Likeness, compare_pages
from digitizer.model import DocumentId
from storage.entry import Entry
from storage.snapshot import Snapshot
from storage.sought import Mark, Sought, marks

SAME_FROM = 0.9
"""Least digit likeness of one paper scanned twice; other people's of one form stay below 0.5."""
PERHAPS_FROM = 0.6
_LEAST_SHARED = 3
"""Fewer shared digit tokens prove nothing, however alike."""
_MOST_CANDIDATES = 40
_PERSONS = 8
"""Digits from which on a token may be a birth date or a person's number: shown masked."""


class Sameness(StrEnum):
    """What was found out; anything less is no match."""

    SAME = "same"
    """One paper, scanned again: the digits are alike and nothing speaks against it."""
    PERHAPS = "perhaps"
    """Alike, but a person has to compare."""
    CONFLICT = "conflict"
    """One number, agency and date, and another content or holder: a forgery, or a slip."""


@dataclass(frozen=True, slots=True)
class Match:
    """One paper that we hold, and why it is, or may be, the one asked about.

    Attributes:
        likeness: of the digits, in [0, 1].
        only_asked, only_held: digits of one and not of the other; long ones masked.
    """

    entry: Entry
    verdict: Sameness
    likeness: float
    agrees: tuple[Mark, ...]
    differs: tuple[Mark, ...]
    only_asked: tuple[str, ...]
    only_held: tuple[str, ...]


PagesOf = Callable[[DocumentId], tuple[str, ...]]
"""Gives the page texts of a document that is archived."""


def candidates(sought: Sought, seen: Snapshot) -> tuple[Entry, ...]:
    """Return papers of ours worth comparing with this one, those with most shared keys first.

    Raises:
        CatalogUnavailable: the catalog can't be asked.
    """
    by_id: dict[DocumentId, Entry] = {}
    shared: Counter[DocumentId] = Counter()
    for found in _found(sought, seen):
        for entry in found:
            by_id[entry.document_id] = entry
            shared[entry.document_id] += 1
    near = [by_id[one] for one, _ in shared.most_common()]
    return tuple(one for one in near if _is_worth_reading(sought, one))[:_MOST_CANDIDATES]


def matches(sought: Sought, held: Iterable[Entry], pages_of: PagesOf) -> tuple[Match, ...]:
    """Return which of some papers are, or may be, this one: the same ones first.

    Raises:
        IntegrityError, Unavailable: the archive can't be read.
    """
    found = (judged(sought, entry, pages_of(entry.document_id)) for entry in held)
    order = tuple(Sameness)
    return tuple(
        sorted(
            (match for match in found if match),
            key=lambda match: (order.index(match.verdict), -match.likeness),
        )
    )


def judged(sought: Sought, entry: Entry, pages: tuple[str, ...]) -> Match | None:
    """Return whether one paper of ours, whose page texts are given, is the one sought."""
    agrees, differs = marks(sought, entry)
    likeness = compare_pages(sought.pages, pages)
    verdict = _verdict(likeness, agrees, differs)
    if verdict is None:
        return None
    return Match(
        entry,
        verdict,
        round(likeness.jaccard, 3),
        agrees,
        differs,
        tuple(_masked(one) for one in likeness.only_here),
        tuple(_masked(one) for one in likeness.only_there),
    )


def _found(sought: Sought, seen: Snapshot) -> Iterator[tuple[Entry, ...]]:
    year = sought.issued_on.year if sought.issued_on else None
    for key in {sought.number_key, *sought.said_numbers} - {""}:
        # Thousands share a number: any year and any agency at once only where neither was read.
        if year or sought.agency_key:
            yield seen.find_by_number(key, year, "") if year else ()
            yield seen.find_by_number(key, None, sought.agency_key) if sought.agency_key else ()
        else:
            yield seen.find_by_number(key, None, "")
    for holder in sought.holder_keys | sought.said_holders:
        yield seen.find_by_holder(holder)
    for person in sought.name_keys:
        yield seen.find_by_name(person)


def _is_worth_reading(sought: Sought, entry: Entry) -> bool:
    """Leave out what only cites a number in common: another agency's, or another day's."""
    agrees, differs = marks(sought, entry)
    has_other_origin = Mark.AGENCY in differs or Mark.DATE in differs
    return Mark.HOLDER in agrees or not has_other_origin


def _verdict(
    likeness: Likeness, agrees: tuple[Mark, ...], differs: tuple[Mark, ...]
) -> Sameness | None:
    is_alike = likeness.jaccard >= SAME_FROM and likeness.shared >= _LEAST_SHARED
    if is_alike and agrees and not differs:
        return Sameness.SAME
    has_its_number = {Mark.NUMBER, Mark.DATE} <= set(agrees) and Mark.AGENCY not in differs
    is_unlike = likeness.jaccard < PERHAPS_FROM
    if has_its_number and (Mark.HOLDER in differs or (is_unlike and Mark.HOLDER not in agrees)):
        return Sameness.CONFLICT
    return None if is_unlike and not has_its_number else Sameness.PERHAPS


def _masked(digits: str) -> str:
    return (
        digits if len(digits) < _PERSONS else f"{digits[:3]}{'*' * (len(digits) - 6)}{digits[-3:]}"
    )
