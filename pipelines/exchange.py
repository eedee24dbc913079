"""What goes out as a sheet, and what a sheet that comes back would change.

Only documents that wait for review can be changed so: a sheet is one person's word on their
doubtful fields, through the same queue as the page's, so that no second keying is passed by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from digitizer.errors import NotWaiting
from digitizer.extract.confirm import BadCorrection, normalize
from digitizer.model import DocumentId, Field, FieldName, FieldRef
from pipelines import review_queue, reviewing
from pipelines.archive_view import fields_of
from pipelines.journal import Journal, Standing
from pipelines.messages import Catalogue
from pipelines.outcome import State
from pipelines.report import field_names
from pipelines.review_ledger import ReviewLedger
from pipelines.review_queue import Assignment
from pipelines.settings import Settings
from pipelines.spreadsheet import Edited, Row
from pipelines.worker import journal_path


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one document that the sheet says otherwise."""

    document_id: DocumentId
    field: FieldRef
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that can't be taken, with the reason in words."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a sheet would change. `confirmed` holds every value for each document it settles."""

    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]
    confirmed: Mapping[DocumentId, Mapping[FieldRef, str]]


def exported(settings: Settings) -> Iterator[Row]:
    """Yield every document that was taken in, in the order it was."""
    path = journal_path(settings)
    if not path.is_file():
        return
    read = fields_of(settings)
    with Journal(path) as journal:
        standings = tuple(journal.standings())
    for standing in standings:
        if standing.state is not None:
            yield _row(standing, read(standing.intake.document_id))


def _row(standing: Standing, fields: tuple[Field, ...]) -> Row:
    assert standing.state is not None
    hidden = standing.state is State.QUARANTINED
    values = {} if hidden else {f.name: f.value for f in reversed(fields) if f.holder == 1}
    intake = standing.intake
    return Row(
        intake.document_id, intake.source, standing.state, standing.code, standing.pages, values
    )


def difference(
    settings: Settings, rows: tuple[Edited, ...], operator: str, texts: Catalogue
) -> Difference:
    """Hold an edited sheet against what waits; writes nothing."""
    changes: list[Change] = []
    refused: list[Refused] = []
    confirmed: dict[DocumentId, Mapping[FieldRef, str]] = {}
    known = {row.document_id: row for row in exported(settings)}
    with ReviewLedger(settings) as ledger:
        for row in rows:
            before = known.get(row.document_id)
            if before is None:
                refused.append(Refused(row.number, texts("import.unknown")))
                continue
            edits = _edits(before, row)
            if not edits:
                continue
            found = _assignment(settings, ledger, row.document_id, operator)
            if found is None:
                refused.append(Refused(row.number, texts("import.archived")))
                continue
            try:
                confirmed[row.document_id] = _said(found, edits, texts)
            except (BadCorrection, NotWaiting) as error:
                refused.append(Refused(row.number, _told(error, texts)))
                continue
            changes += (
                Change(row.document_id, name, before.values.get(name, ""), value)
                for name, value in edits.items()
            )
    return Difference(tuple(changes), tuple(refused), confirmed)


def apply(settings: Settings, found: Difference, operator: str, now: datetime) -> int:
    """Write a difference down, as one person's word; return how many documents it was on.

    Raises:
        NotWaiting: a document was settled since the difference was made.
        BadCorrection: values that contradict one another.
    """
    with ReviewLedger(settings) as ledger:
        for document_id, values in found.confirmed.items():
            taken = _assignment(settings, ledger, document_id, operator)
            if taken is None:
                raise NotWaiting(document_id)
            review_queue.key(settings, ledger, taken, values, operator=operator, now=now)
    return len(found.confirmed)


def _edits(before: Row, after: Edited) -> dict[FieldName, str]:
    return {
        name: value for name, value in after.values.items() if value != before.values.get(name, "")
    }


def _assignment(
    settings: Settings, ledger: ReviewLedger, document_id: DocumentId, operator: str
) -> Assignment | None:
    try:
        case = reviewing.case(settings, document_id)
    except NotWaiting:
        return None
    return review_queue.assignment(settings, ledger, case, operator)


def _said(
    found: Assignment, edits: Mapping[FieldName, str], texts: Catalogue
) -> dict[FieldRef, str]:
    """Return every value of a document: the edits, and the rest as read. Raises NotWaiting."""
    asked = {turn.field for turn in found.turns}
    in_doubt = set(found.case.doubts)
    said: dict[FieldRef, str] = dict(review_queue.as_read(found))
    said |= {
        name: normalize(name, value)
        for name, value in edits.items()
        if name in asked or name not in in_doubt
    }
    if left := [ref for ref in asked if ref not in said]:
        names = field_names(", ".join(sorted(left)), texts.lang)
        raise NotWaiting(texts("import.incomplete", fields=names))
    return said


def _told(error: BadCorrection | NotWaiting, texts: Catalogue) -> str:
    if isinstance(error, NotWaiting):
        return error.detail
    names = field_names(error.field, texts.lang)
    return f"{names}: {error.vi if texts.lang == 'vi' else error.en}"
