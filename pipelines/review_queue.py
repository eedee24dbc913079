"""Whose turn it is: one person, a second one who keys blind, a third one who settles.

A doubtful field is settled by the first person's word, unless the site has its values keyed twice
([review] double, sample). Then a second person keys it without seeing the first one's value; where
the two differ, a third one sees both and decides. Nobody keys the same field of a paper twice.

Source: blind double keying with a third person for what differs, Barchard and Pace 2011.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digitizer import codec
from digitizer.errors import ConfigError, NotWaiting, RescanWanted
from digitizer.extract.confirm import normalize
from digitizer.model import DocumentId, FieldName, FieldRef, Sha256, parse_field_ref
from pipelines import register, reviewing
from pipelines.journal import Journal
from pipelines.outcome import State
from pipelines.review_ledger import Keying, ReviewLedger
from pipelines.reviewing import Case
from pipelines.settings import ReviewSettings, Settings
from pipelines.worker import journal_path

_SAMPLE_DIGITS = 8


class RescanReason(StrEnum):
    """Why a paper has to be scanned again; `pipelines.messages` has the words."""

    MISSING_PAGE = "missing_page"
    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    UPSIDE_DOWN = "upside_down"
    STAMP_OVER_TEXT = "stamp_over_text"
    WRONG_SEPARATOR = "wrong_separator"


@dataclass(frozen=True, slots=True)
class Turn:
    """One field that a person is asked to key.

    Attributes:
        round: 1, 2 (blind) or 3 (settles).
        candidates: what the others keyed, for the third person alone.
    """

    field: FieldRef
    round: int
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A document and the fields of it that are one person's turn."""

    case: Case
    reading: Sha256
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """What came of a person's word: the document is `settled`, or waits for another person."""

    settled: bool


def reading_of(case: Case) -> Sha256:
    """Return the digest of what the machine made of a document."""
    return codec.digest(case.extracted)


def assignment(
    settings: Settings, ledger: ReviewLedger, case: Case, operator: str
) -> Assignment | None:
    """Return what a person may key of a document, None when it is another one's turn."""
    reading = reading_of(case)
    keyings = ledger.keyings(case.document_id, reading)
    turns = tuple(_turns(settings.review, case, keyings, operator))
    return Assignment(case, reading, turns) if turns else None


def queue(settings: Settings, ledger: ReviewLedger, operator: str) -> Iterator[Assignment]:
    """Yield all that a person may key, oldest first."""
    for case in reviewing.cases(settings):
        if found := assignment(settings, ledger, case, operator):
            yield found


def claim_next(
    settings: Settings,
    ledger: ReviewLedger,
    operator: str,
    now: datetime,
    passed_over: frozenset[DocumentId] = frozenset(),
) -> Assignment | None:
    """Return the next document for a person, kept for them for `[review] claim_s`; None if none.

    Args:
        passed_over: documents the person has left for later.
    """
    until = now + timedelta(seconds=settings.review.claim_s)
    for found in queue(settings, ledger, operator):
        document_id = found.case.document_id
        if document_id in passed_over:
            continue
        if ledger.claim(document_id, operator, now=now, until=until):
            return found
    return None


def key(
    settings: Settings,
    ledger: ReviewLedger,
    found: Assignment,
    values: Mapping[FieldRef, str],
    *,
    operator: str,
    now: datetime,
    seconds: float = 0.0,
) -> Keyed:
    """Write down a person's word on every field that is their turn.

    Args:
        values: one for each turn of `found`, and any for fields that are not in doubt; "" says
            that the paper has none.
        seconds: spent with the document.

    Raises:
        NotWaiting: it is not this person's turn any more, or a value is missing.
        BadCorrection: a value that can't be what the field holds; nothing was written down.
    """
    case, reading = found.case, found.reading
    keyed = ledger.keyings(case.document_id, reading)
    turns = {turn.field: turn.round for turn in found.turns}
    if not turns.keys() <= values.keys() or values.keys() & set(case.doubts) != turns.keys():
        raise NotWaiting(case.document_id)
    for ref in values.keys() - turns.keys():
        turns[ref] = 1 + sum(one.field == ref for one in keyed)
    said = tuple(
        _keying(case, ref, number, values[ref], operator, now) for ref, number in turns.items()
    )
    everything = (*keyed, *said)
    final = _final(settings.review, case, everything)
    if final is not None:
        reviewing.check(case, final, operator)
    ledger.key(case.document_id, reading, said, seconds)
    if final is None:
        return Keyed(settled=False)
    reviewing.answer(settings, case, final, operator)
    ledger.settle(case.document_id, reading, final)
    return Keyed(settled=True)


def take_back(settings: Settings, ledger: ReviewLedger, case: Case, operator: str) -> None:
    """Undo a person's word that was the last on a document, as long as no run has taken it up.

    Raises:
        NotWaiting: somebody else had the last word.
    """
    if not ledger.take_back(case.document_id, reading_of(case), operator):
        raise NotWaiting(case.document_id)
    reviewing.take_back(settings, case)


def as_read(found: Assignment) -> dict[FieldRef, str]:
    """Return what may be confirmed as it was read: printed values, by the first person alone.

    What was written by hand is never taken as it was read: the machine reads only print, and a
    wrong number beside the right picture is soon nodded through. It has to be typed.
    """
    return {
        turn.field: field.value
        for turn in found.turns
        for field in (found.case.extracted.field(*parse_field_ref(turn.field)),)
        if turn.round == 1 and field.value and not reviewing.is_written(field)
    }


def ask_rescan(
    settings: Settings,
    ledger: ReviewLedger,
    case: Case,
    reason: RescanReason,
    *,
    page: int | None,
    operator: str,
    now: datetime,
) -> None:
    """Put a document on the list of what is to be scanned again. Raises DiskFull."""
    document_id, intake = case.document_id, case.standing.intake
    error = RescanWanted(reason.value, document=intake.source, page=page)
    ledger.ask_rescan(document_id, reason.value, page, operator, now)
    reviewing.keep_picture(settings, case, page or 1)
    register.shelve(settings, intake, error)
    with Journal(journal_path(settings)) as journal:
        journal.settle(
            document_id, State.QUARANTINED, code=error.code, detail=error.detail, page=page
        )


# ── whose turn ───────────────────────────────────────────────────────────────────────────────


def _turns(
    settings: ReviewSettings, case: Case, keyings: tuple[Keying, ...], operator: str
) -> Iterator[Turn]:
    for ref in case.doubts:
        said = [one for one in keyings if one.field == ref]
        if _settled(settings, case, ref, said) is None and operator not in (
            one.operator for one in said
        ):
            values = tuple(one.value for one in said) if len(said) == 2 else ()
            yield Turn(ref, len(said) + 1, values)


def _settled(settings: ReviewSettings, case: Case, ref: FieldRef, said: list[Keying]) -> str | None:
    """Return the value that counts, None while another person has to key it."""
    if not said or (len(said) == 1 and _is_doubled(settings, case, ref)):
        return None
    if len(said) == 2 and said[0].value != said[1].value:
        return None
    return said[-1].value


def _final(
    settings: ReviewSettings, case: Case, keyings: tuple[Keying, ...]
) -> dict[FieldRef, str] | None:
    final = {one.field: one.value for one in keyings}
    for ref in case.doubts:
        value = _settled(settings, case, ref, [one for one in keyings if one.field == ref])
        if value is None:
            return None
        final[ref] = value
    return final


def _is_doubled(settings: ReviewSettings, case: Case, ref: FieldRef) -> bool:
    """Claim that two people have to key a field: it was chosen, or its document was drawn."""
    drawn = int(case.document_id[:_SAMPLE_DIGITS], 16) / 16**_SAMPLE_DIGITS
    return parse_field_ref(ref)[0] in _chosen(settings) or drawn < settings.sample


def _chosen(settings: ReviewSettings) -> frozenset[FieldName]:
    try:
        return frozenset(FieldName(name) for name in settings.double if name)
    except ValueError as error:
        raise ConfigError(f"[review] double: {error}; {', '.join(FieldName)}") from error


def _keying(
    case: Case, ref: FieldRef, number: int, value: str, operator: str, now: datetime
) -> Keying:
    was_read = case.extracted.field(*parse_field_ref(ref)).value
    said = normalize(ref, value)
    return Keying(ref, number, operator, was_read, said, said != was_read, now)
