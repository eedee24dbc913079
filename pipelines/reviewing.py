"""Documents that wait for a person: what is in doubt, where it stands on the page, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitizer import codec
from digitizer.errors import NotWaiting
from digitizer.extract.confidence import HANDWRITTEN
from digitizer.extract.confirm import confirm, doubtful_fields, normalize
from digitizer.model import (
    Cleaned,
    DocumentId,
    Extracted,
    Field,
    FieldRef,
    Metadata,
    parse_field_ref,
)
from pipelines import durable
from pipelines.calibrate import Verdict
from pipelines.journal import Journal, Standing
from pipelines.outcome import State, WaitReason
from pipelines.settings import Settings
from pipelines.worker import journal_path, work_folder


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field a person has to look at; `picture` shows its place on the page, if it has one."""

    field: Field
    picture: Path | None


@dataclass(frozen=True, slots=True)
class Case:
    """One document that waits for review."""

    standing: Standing
    extracted: Extracted
    doubts: tuple[FieldRef, ...]

    @property
    def document_id(self) -> DocumentId:
        return self.standing.intake.document_id


def waiting(settings: Settings) -> tuple[Case, ...]:
    """Return all documents that wait for review, oldest first."""
    path = journal_path(settings)
    if not path.is_file():
        return ()
    with Journal(path) as journal:
        standings = [s for s in journal.standings(State.WAITING) if s.code == WaitReason.REVIEW]
    return tuple(_case(settings, standing) for standing in standings)


def case(settings: Settings, prefix: str) -> Case:
    """Return the one waiting document whose id begins with `prefix`.

    Raises:
        NotWaiting: none does, or more than one.
    """
    found = [one for one in waiting(settings) if one.document_id.startswith(prefix.lower())]
    if len(found) != 1 or not prefix:
        raise NotWaiting(prefix)
    return found[0]


def _case(settings: Settings, standing: Standing) -> Case:
    folder = work_folder(settings, standing.intake.document_id)
    extracted = codec.decode(Extracted, (folder / "extract.json").read_bytes())
    return Case(standing, extracted, doubtful_fields(extracted))


def pictures(settings: Settings, one: Case) -> tuple[Doubt, ...]:
    """Cut out the place of each doubtful field; the pictures lie in the document's work folder.

    Raises:
        DiskFull: they can't be written.
    """
    from digitizer.thumbnail import crop

    folder = work_folder(settings, one.document_id)
    cleaned = codec.decode(Cleaned, (folder / "clean.json").read_bytes())
    rasters = {page.number: page.raster.path for page in cleaned.pages}
    shelf = folder / "review"
    shelf.mkdir(exist_ok=True, mode=0o700)
    doubts = []
    for ref in one.doubts:
        field, picture = one.extracted.field(*parse_field_ref(ref)), None
        if field.evidence is not None:
            picture = shelf / f"{ref}.png"
            durable.write(picture, crop(rasters[field.evidence.page], field.evidence.box))
        doubts.append(Doubt(field, picture))
    return tuple(doubts)


def is_written(field: Field) -> bool:
    """Claim that a field's value was written by hand."""
    return field.evidence is not None and field.evidence.rule.endswith(HANDWRITTEN)


def answer(
    settings: Settings, one: Case, values: Mapping[FieldRef, str], operator: str
) -> tuple[FieldRef, ...]:
    """Write down a person's word: `values`, and every other doubtful field as it was read.

    What was written by hand is never taken as it was read: the machine reads only print, and a
    wrong number beside the right picture is soon nodded through. It has to be typed.

    Returns:
        The fields still in doubt: those that were not read, or written by hand, and not given.
        Then nothing was written down.

    Raises:
        BadCorrection: a value that can't be what the field holds; nothing was written down.
    """
    fields = (one.extracted.field(*parse_field_ref(ref)) for ref in one.doubts)
    read = {field.ref: field.value for field in fields if field.value and not is_written(field)}
    given = read | dict(values)
    outcome = confirm(
        one.extracted, corrections=given, confirmed_by=operator, accept_unverified=False
    )
    if not isinstance(outcome, Metadata):
        return outcome
    with Journal(journal_path(settings)) as journal:
        for ref, value in given.items():
            journal.correct(one.document_id, ref, value, operator)
            if verdict := _verdict(one.extracted, ref, value):
                journal.judge(one.document_id, ref, verdict)
    return ()


def _verdict(extracted: Extracted, ref: FieldRef, value: str) -> Verdict | None:
    """Return whether the machine had read what a person says; None where it read nothing."""
    field = extracted.field(*parse_field_ref(ref))
    if not field.value or field.evidence is None:
        return None
    is_right = normalize(ref, value) == field.value
    return Verdict(field.name, field.evidence.rule, field.evidence.confidence, is_right)
