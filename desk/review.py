"""The review queue over HTTP: what the page `/review` asks. Own scope; each call names a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi import Path as InPath
from fastapi.responses import JSONResponse

from desk import review_shapes
from desk.api_keys import Scope
from desk.counter import Counter
from desk.door import counter_of, language, needs
from desk.pending import Asker
from desk.problem import Problem
from desk.review_shapes import CompletionIn, KeyedIn, NextIn, RescanIn
from desk.shapes import ProblemOut
from digitizer.errors import Lang, NotWaiting
from digitizer.extract.confirm import BadCorrection
from digitizer.model import DocumentId, FieldName, parse_field_ref
from pipelines import review_queue, reviewing
from pipelines.completion import complete
from pipelines.review_ledger import PERSONAL, ReviewLedger
from pipelines.review_queue import Assignment, RescanReason

_MONTH_DAYS = 30

Window = Annotated[Counter, Depends(counter_of)]
Language = Annotated[Lang, Depends(language)]
MayReview = Annotated[Asker, Depends(needs(Scope.REVIEW))]
DocumentPath = Annotated[str, InPath(pattern=r"^[0-9a-f]{32}$")]
FieldPath = Annotated[str, InPath(max_length=40)]

router = APIRouter(
    prefix="/v1/review",
    tags=["review"],
    responses={
        code: {"model": ProblemOut, "description": "Problem details (RFC 9457)"}
        for code in (401, 403, 404, 409, 422, 500, 503)
    },
)


@router.post("/next")
def next_document(body: NextIn, counter: Window, asker: MayReview, lang: Language) -> Response:
    """Take the next document that is this person's turn, or the one named; it is kept for them."""
    skip = frozenset(DocumentId(one) for one in body.skip)
    with _ledger(counter, asker) as ledger:
        if body.document_id:
            found: Assignment | None = _turn_of(counter, ledger, asker, body.document_id)
        else:
            found = review_queue.claim_next(
                counter.settings, ledger, asker.clerk, counter.now(), skip
            )
        waiting = reviewing.count(counter.settings)
    opened = _opened(counter, asker, found, lang) if found else None
    return JSONResponse({"waiting": waiting, "document": opened})


@router.get("/me")
def me(counter: Window, asker: MayReview) -> Response:
    """Tell a person their own figures of today and of the last thirty days."""
    now = counter.now()
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    with _ledger(counter, asker) as ledger:
        today = ledger.figures(asker.clerk, midnight)
        month = ledger.figures(asker.clerk, now - timedelta(days=_MONTH_DAYS))
    return JSONResponse(review_shapes.figures(today, month))


@router.post("/completions")
def completions(body: CompletionIn, counter: Window, asker: MayReview) -> Response:
    """Complete what is typed, by initials and lexicons; never for what names a person."""
    name = _field_name(body.field)
    if name in PERSONAL:
        return JSONResponse({"values": []})
    with _ledger(counter, asker) as ledger:
        values = complete(name, body.text, ledger.learned(name))
    return JSONResponse({"values": list(values)})


@router.get("/{document_id}/fields/{field}/zone", response_class=Response)
def zone(
    document_id: DocumentPath, field: FieldPath, counter: Window, asker: MayReview
) -> Response:
    """Draw the place of a field; the whole first page when it has none."""
    _field_name(field)
    _require_name(asker)
    with _told():
        case = reviewing.case(counter.settings, document_id)
        picture = reviewing.zone(counter.settings, case, field)
    return Response(picture, media_type="image/png")


@router.get("/{document_id}/fields/{field}/page", response_class=Response)
def page(
    document_id: DocumentPath, field: FieldPath, counter: Window, asker: MayReview
) -> Response:
    """Draw the page a field stands on, its place framed."""
    _field_name(field)
    _require_name(asker)
    with _told():
        case = reviewing.case(counter.settings, document_id)
        evidence = case.extracted.field(*parse_field_ref(field)).evidence
        number, box = (evidence.page, evidence.box) if evidence else (1, None)
        picture = reviewing.page_picture(counter.settings, case, number, box)
    return Response(picture, media_type="image/png")


@router.post("/{document_id}")
def keyed(
    document_id: DocumentPath, body: KeyedIn, counter: Window, asker: MayReview, lang: Language
) -> Response:
    """Write down a person's word on every field that was asked of them."""
    with _ledger(counter, asker) as ledger:
        found = _turn_of(counter, ledger, asker, document_id)
        if found.reading != body.reading:
            raise Problem("not_waiting")
        with _told(lang):
            done = review_queue.key(
                counter.settings,
                ledger,
                found,
                body.values,
                operator=asker.clerk,
                now=counter.now(),
                seconds=body.seconds,
            )
    fields = [f"{turn.field}:{turn.round}" for turn in found.turns]
    counter.note("reviewed", asker, documents=[document_id], fields=fields, settled=done.settled)
    return JSONResponse({"settled": done.settled})


@router.post("/{document_id}/back")
def back(document_id: DocumentPath, counter: Window, asker: MayReview, lang: Language) -> Response:
    """Take back one's own last word on a document that no run has taken up yet; give it again."""
    settings = counter.settings
    with _ledger(counter, asker) as ledger:
        with _told():
            case = reviewing.case(settings, document_id, confirmed=True)
            review_queue.take_back(settings, ledger, case, asker.clerk)
        found = _turn_of(counter, ledger, asker, document_id)
    counter.note("review_taken_back", asker, documents=[document_id])
    return JSONResponse({"document": _opened(counter, asker, found, lang)})


@router.post("/{document_id}/rescan")
def rescan(
    document_id: DocumentPath, body: RescanIn, counter: Window, asker: MayReview
) -> Response:
    """Put a document on the list of what is to be scanned again."""
    if body.reason not in tuple(RescanReason):
        raise Problem("invalid", errors=[{"field": "body.reason", "code": "enum"}])
    with _ledger(counter, asker) as ledger:
        found = _turn_of(counter, ledger, asker, document_id)
        review_queue.ask_rescan(
            counter.settings,
            ledger,
            found.case,
            RescanReason(body.reason),
            page=body.page,
            operator=asker.clerk,
            now=counter.now(),
        )
    counter.note("rescan", asker, documents=[document_id], reason=body.reason)
    return JSONResponse({"rescan": body.reason})


# ── the desk's side ──────────────────────────────────────────────────────────────────────────


def _require_name(asker: Asker) -> None:
    if not asker.clerk:
        raise Problem("clerk_needed")


@contextmanager
def _ledger(counter: Counter, asker: Asker) -> Iterator[ReviewLedger]:
    _require_name(asker)
    with ReviewLedger(counter.settings) as ledger:
        yield ledger


@contextmanager
def _told(lang: Lang = "vi") -> Iterator[None]:
    """Turn what a person may meet into problems."""
    try:
        yield
    except NotWaiting as error:
        raise Problem("not_waiting") from error
    except BadCorrection as error:
        sentence = error.vi if lang == "vi" else error.en
        raise Problem("not_accepted", sentence, field=error.field) from error


def _turn_of(counter: Counter, ledger: ReviewLedger, asker: Asker, document_id: str) -> Assignment:
    """Return a document if it is this person's turn and no one else has it open."""
    with _told():
        case = reviewing.case(counter.settings, document_id)
    found = review_queue.assignment(counter.settings, ledger, case, asker.clerk)
    now = counter.now()
    until: datetime = now + timedelta(seconds=counter.settings.review.claim_s)
    if found is None or not ledger.claim(case.document_id, asker.clerk, now=now, until=until):
        raise Problem("not_waiting")
    return found


def _opened(counter: Counter, asker: Asker, found: Assignment, lang: Lang) -> dict[str, Any]:
    with _told():
        recognized = reviewing.recognized(counter.settings, found.case)
    counter.note("review_opened", asker, documents=[found.case.document_id])
    return review_shapes.document(found, recognized, lang)


def _field_name(field: str) -> FieldName:
    try:
        return parse_field_ref(field)[0]
    except ValueError as error:
        raise Problem("invalid", errors=[{"field": "field", "code": "unknown"}]) from error
