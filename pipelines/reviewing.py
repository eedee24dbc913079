"""Documents that wait for a person: what is in doubt, where it stands on the page, the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from digitizer import codec
from digitizer.errors import NotWaiting
from digitizer.extract.confidence import HANDWRITTEN
from digitizer.extract.confirm import confirm, doubtful_fields, normalize
from digitizer.model import (
    Box,
    Cleaned,
    DocumentId,
    Extracted,
    Field,
    FieldRef,
    Metadata,
    Recognized,
    parse_field_ref,
)
from pipelines import durable
from pipelines.calibrate import Verdict
from pipelines.journal import Journal, Standing
from pipelines.outcome import State, WaitReason
from pipelines.settings import Settings
from pipelines.worker import journal_path, thumbnail_path, work_folder

Made = TypeVar("Made", Cleaned, Recognized)
_ID_DIGITS = 32


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
    """Return all documents that wait for a person's word, oldest first."""
    return tuple(cases(settings))


def cases(settings: Settings) -> Iterator[Case]:
    """Yield the documents that wait for a person's word, each read when it is asked for."""
    for standing in standings(settings):
        yield _case(settings, standing)


def count(settings: Settings) -> int:
    """Return how many documents wait for a person's word, without reading any."""
    path = journal_path(settings)
    if not path.is_file():
        return 0
    with Journal(path) as journal:
        return journal.count_unsaid(WaitReason.REVIEW)


def standings(
    settings: Settings, *, prefix: str = "", confirmed: bool = False
) -> Iterator[Standing]:
    """Yield where the documents stand that are in review, oldest first.

    Args:
        prefix: those whose id begins with it; a whole id is found without looking at the others.
        confirmed: those that people are done with and the next run takes up, instead of those that
            wait for a word.
    """
    path = journal_path(settings)
    if not path.is_file():
        return
    with Journal(path) as journal:
        said = journal.fields_said()
        for one in _in_review(journal, prefix):
            known = said.get(one.intake.document_id, frozenset())
            is_confirmed = set(one.detail.split(", ")) <= known
            if is_confirmed is confirmed:
                yield one


def _in_review(journal: Journal, prefix: str) -> Iterator[Standing]:
    if len(prefix) == _ID_DIGITS:
        known = journal.standing(DocumentId(prefix))
        found = iter([known] if known else [])
    else:
        found = journal.standings(State.WAITING)
    for one in found:
        in_review = one.state is State.WAITING and one.code == WaitReason.REVIEW
        if in_review and one.intake.document_id.startswith(prefix):
            yield one


def case(settings: Settings, prefix: str, *, confirmed: bool = False) -> Case:
    """Return the one document in review whose id begins with `prefix`; see `standings`.

    Raises:
        NotWaiting: there is none, or more than one.
    """
    found = list(standings(settings, prefix=prefix.lower(), confirmed=confirmed))
    if len(found) != 1 or not prefix:
        raise NotWaiting(prefix)
    return _case(settings, found[0])


def _case(settings: Settings, standing: Standing) -> Case:
    folder = work_folder(settings, standing.intake.document_id)
    extracted = codec.decode(Extracted, (folder / "extract.json").read_bytes())
    # Fields read for sure, but declared otherwise by manifest, sheet or file name, wait too.
    disputed = standing.detail.split(", ") if standing.code == WaitReason.REVIEW else []
    doubts = dict.fromkeys((*doubtful_fields(extracted), *filter(None, disputed)))
    return Case(standing, extracted, tuple(doubts))


def pictures(settings: Settings, one: Case) -> tuple[Doubt, ...]:
    """Cut out the place of each doubtful field; the pictures lie in the document's work folder.

    Raises:
        DiskFull: they can't be written.
    """
    from digitizer.thumbnail import crop

    folder = work_folder(settings, one.document_id)
    cleaned = codec.decode(Cleaned, (folder / "clean.json").read_bytes())
    rasters = {page.number: page.as_scanned.path for page in cleaned.pages}
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


def zone(settings: Settings, one: Case, ref: FieldRef) -> bytes:
    """Return a PNG of the place of one field; of a whole first page when it has no place.

    Raises:
        NotWaiting: the document's work folder is gone.
    """
    from digitizer.thumbnail import crop

    evidence = one.extracted.field(*parse_field_ref(ref)).evidence
    if evidence is None:
        return page_picture(settings, one, 1, None)
    return crop(_raster(settings, one, evidence.page), evidence.box)


def page_picture(settings: Settings, one: Case, number: int, box: Box | None) -> bytes:
    """Return a PNG of a whole page, small, with one place framed. Raises NotWaiting."""
    from digitizer.thumbnail import framed

    return framed(_raster(settings, one, number), box)


def keep_picture(settings: Settings, one: Case, number: int) -> None:
    """Keep a small picture of a page for the list of what is to be scanned again.

    Raises:
        NotWaiting: the document's work folder is gone.
        DiskFull: it can't be written.
    """
    from digitizer.thumbnail import thumbnail

    shelf = thumbnail_path(settings, one.document_id)
    shelf.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    small = thumbnail(_raster(settings, one, number), 0)
    durable.write(shelf.with_stem(f"{shelf.stem}-{number}"), small)


def recognized(settings: Settings, one: Case) -> Recognized:
    """Return what was read of a document. Raises NotWaiting."""
    return _made(settings, one, "ocr.json", Recognized)


def _raster(settings: Settings, one: Case, number: int) -> Path:
    pages = _made(settings, one, "clean.json", Cleaned).pages
    found = next((page.as_scanned.path for page in pages if page.number == number), None)
    if found is None:
        raise NotWaiting(one.document_id)
    return found


def _made(settings: Settings, one: Case, name: str, kind: type[Made]) -> Made:
    """Return what a stage has left; a run that ends meanwhile takes the folder away."""
    try:
        data = (work_folder(settings, one.document_id) / name).read_bytes()
    except FileNotFoundError as error:
        raise NotWaiting(one.document_id) from error
    return codec.decode(kind, data)


def is_written(field: Field) -> bool:
    """Claim that a field's value was written by hand."""
    return field.evidence is not None and field.evidence.rule.endswith(HANDWRITTEN)


def answer(settings: Settings, one: Case, values: Mapping[FieldRef, str], operator: str) -> None:
    """Write down what people have settled: a value for every doubtful field.

    Called by `pipelines.review_queue` alone, which knows whose word counts.

    Raises:
        BadCorrection: a value that can't be what the field holds; nothing was written down.
        NotWaiting: a doubtful field has none.
    """
    if check(one, values, operator):
        raise NotWaiting(one.document_id)
    with Journal(journal_path(settings)) as journal:
        for ref, value in values.items():
            journal.correct(one.document_id, ref, value, operator)
            if verdict := _verdict(one.extracted, ref, value):
                journal.judge(one.document_id, ref, verdict)


def take_back(settings: Settings, one: Case) -> None:
    """Drop what people have settled for a document that no run has taken up yet."""
    with Journal(journal_path(settings)) as journal:
        journal.forget_corrections(one.document_id)


def check(one: Case, values: Mapping[FieldRef, str], operator: str) -> tuple[FieldRef, ...]:
    """Return the fields that would still be in doubt with these values, () when none would.

    Raises:
        BadCorrection: a value that can't be what the field holds.
    """
    outcome = confirm(
        one.extracted, corrections=values, confirmed_by=operator, accept_unverified=False
    )
    return () if isinstance(outcome, Metadata) else outcome


def _verdict(extracted: Extracted, ref: FieldRef, value: str) -> Verdict | None:
    """Return whether the machine had read what a person says; None where it read nothing."""
    field = extracted.field(*parse_field_ref(ref))
    if not field.value or field.evidence is None:
        return None
    is_right = normalize(ref, value) == field.value
    return Verdict(field.name, field.evidence.rule, field.evidence.confidence, is_right)
