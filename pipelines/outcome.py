"""How a document's day ended, and the sum that must balance to the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from digitizer.model import DocumentId, FieldRef


class State(StrEnum):
    """Where a document stands. Every one that was taken in is in exactly one of these."""

    ARCHIVED = "archived"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    WAITING = "waiting"


class WaitReason(StrEnum):
    """Why a document waits; `pipelines.messages` has the sentence and what ends the wait."""

    REVIEW = "review"
    SIGNATURE_UNPROVEN = "signature_unproven"
    UNAVAILABLE = "unavailable"
    STILL_WRITTEN = "still_written"
    NOT_REACHED = "not_reached"
    SIGNATURE = "signature"
    QUOTA = "quota"
    ELSEWHERE = "elsewhere"
    MISCOUNT = "miscount"
    MANIFEST = "manifest"


class MustWait(Exception):
    """A document can't go on now, through nobody's fault. Not an error: an outcome.

    Args:
        reason: what it waits for.
        detail: facts, such as a verdict's reason codes; never personal data.
        fields: the fields in doubt, when a person has to look.
    """

    def __init__(
        self, reason: WaitReason, detail: str = "", fields: tuple[FieldRef, ...] = ()
    ) -> None:
        super().__init__(reason, detail, fields)
        self.reason = reason
        self.detail = detail
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Outcome:
    """One source file and what became of it.

    `pages` is None where the file could not be opened far enough to count them. `code` is an
    error's code when quarantined, a `WaitReason` when waiting, "" otherwise. `is_new` tells
    whether this run brought the document there or found it so.
    """

    source: str
    document_id: DocumentId | None
    state: State
    pages: int | None
    code: str = ""
    detail: str = ""
    page: int | None = None
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """Documents and pages in one state; `unknown` counts documents without a page count."""

    documents: int
    pages: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Balance:
    """intake = archived + duplicate + quarantined + waiting, documents and pages."""

    intake: Tally
    archived: Tally
    duplicate: Tally
    quarantined: Tally
    waiting: Tally

    @property
    def holds(self) -> bool:
        """Whether the sum comes out; False would mean a document was lost sight of."""
        parts = (self.archived, self.duplicate, self.quarantined, self.waiting)
        return (
            self.intake.documents == sum(part.documents for part in parts)
            and self.intake.pages == sum(part.pages for part in parts)
            and self.intake.unknown == sum(part.unknown for part in parts)
        )


def balance(found: int, outcomes: tuple[Outcome, ...]) -> Balance:
    """Sum up `outcomes` against the number of source files `found` before work began."""

    def tally(state: State) -> Tally:
        return _tally(tuple(outcome for outcome in outcomes if outcome.state is state))

    everything = _tally(outcomes)
    return Balance(
        Tally(found, everything.pages, everything.unknown),
        tally(State.ARCHIVED),
        tally(State.DUPLICATE),
        tally(State.QUARANTINED),
        tally(State.WAITING),
    )


def _tally(outcomes: tuple[Outcome, ...]) -> Tally:
    known = [outcome.pages for outcome in outcomes if outcome.pages is not None]
    return Tally(len(outcomes), sum(known), len(outcomes) - len(known))
