"""The HTTP interface, version 1 (docs/openapi.json is made from this file)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Response
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from desk import asking, by_file, content, readiness, review, shapes, static
from desk.api_keys import Scope
from desk.counter import Counter, Errand
from desk.door import asker_of, counter_of, hang, language, needs
from desk.pending import Asker, Given
from desk.problem import Problem
from desk.shapes import CopyIn, OutcomeIn, ProblemOut, TakenFor, UnderstandIn
from digitizer.errors import Lang
from digitizer.model import Sha256
from signing.verdict import Status
from storage.answer import State
from storage.entry import Entry
from storage.lookup import ByFile
from storage.question import Asked, Kind, understand
from storage.reuse import AskedAgain, Outcome, OutcomeKind

VERSION = "1.0.0"
"""Of the interface, not of the program: raised when readers may have to change."""

Window = Annotated[Counter, Depends(counter_of)]
Language = Annotated[Lang, Depends(language)]
MayAsk = Annotated[Asker, Depends(needs(Scope.EXISTS))]
MayOpen = Annotated[Asker, Depends(needs(Scope.DOCUMENT))]
DocumentPath = Annotated[str, InPath(pattern=r"^[0-9a-f]{32}$")]
LookupPath = Annotated[str, InPath(max_length=40)]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemOut, "description": "Problem details (RFC 9457)"}
    for code in (401, 403, 404, 409, 413, 422, 429, 500, 503)
}

router = APIRouter(responses=_PROBLEMS)
open_router = APIRouter()


class _Desk(FastAPI):
    """The application, but for the one route that is answered beside it."""

    def __init__(self, counter: Counter | None) -> None:
        super().__init__(
            title="sohoa desk",
            version=VERSION,
            description="Đã có giấy tờ này chưa? / Do we already hold this paper?",
            docs_url=None,
            redoc_url=None,
            openapi_url="/openapi.json",
            redirect_slashes=False,  # what a redirect sends elsewhere may be logged there
        )
        self.state.counter = counter
        self._outermost = asking.Direct(counter, super().__call__) if counter else super().__call__

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        await self._outermost(scope, receive, send)


def application(counter: Counter | None) -> FastAPI:
    """Return the web application; without a counter it can only describe itself."""
    app = _Desk(counter)
    app.include_router(asking.router, responses=_PROBLEMS)
    app.include_router(by_file.router, responses=_PROBLEMS)
    app.include_router(open_router)
    app.include_router(static.router)
    app.include_router(router)
    app.include_router(review.router)
    hang(app)
    return app


# ── look-ups ─────────────────────────────────────────────────────────────────────────────────


@router.post("/v1/understand", response_model=TakenFor, tags=["look-up"])
def take(body: UnderstandIn, _asker: MayAsk, lang: Language) -> Response:
    """Say what a text would be taken for; asks nothing, and nothing is written down."""
    return _json(shapes.taken_for(understand(body.text), lang))


@router.post("/v1/lookups/{lookup_id}/outcomes", tags=["look-up"])
def record_outcome(
    lookup_id: LookupPath,
    body: OutcomeIn,
    counter: Window,
    asker: MayAsk,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=80)],
) -> Response:
    """Record what came of one paper: the re-use rate is counted from these. Safe to repeat."""
    given = counter.given(lookup_id, asker)
    paper = given.paper(body.document_type)
    if paper is None or (body.document_id and given.found(body.document_id) is None):
        raise Problem("not_in_answer")
    if body.outcome is OutcomeKind.ASKED_AGAIN and body.reason is None:
        raise Problem("invalid", errors=[{"field": "body.reason", "code": "missing"}])
    outcome = Outcome(
        *(lookup_id, body.document_type, body.document_id, body.outcome),
        reason=body.reason.value if body.reason else "",
        at=counter.now(),
        clerk=asker.clerk,
        idempotency_key=hashlib.sha256(idempotency_key.encode()).hexdigest(),
    )
    entered = counter.settle(given, outcome)
    return _json({"lookup_id": lookup_id, "outcome": entered.outcome.value, "recorded": True})


@router.get("/v1/lookups/{lookup_id}/receipt", tags=["look-up"])
def receipt(lookup_id: LookupPath, counter: Window, asker: MayAsk, lang: Language) -> Response:
    """Return a signed slip of the answer, for the citizen."""
    given = counter.given(lookup_id, asker)
    counter.note("receipt", asker, lookup=lookup_id)
    return _json(counter.receipt_key.signed(_slip(given, lang)))


def _slip(given: Given, lang: Lang) -> dict[str, Any]:
    plain = shapes.lookup(given, Asked(Kind.UNKNOWN, (), given.shown), lang)
    return {
        "lookup_id": given.lookup_id,
        "at": plain["at"],
        "as_of": plain["as_of"],
        "agency": given.asker.key.agency,
        "clerk": given.asker.clerk,
        "asked": given.shown,
        "procedure": given.procedure,
        "case": given.case,
        "papers": [
            {
                "document_type": paper["document_type"],
                "document_type_name": paper["document_type_name"],
                "state": paper["state"],
                "sentence": paper["sentence"],
                "number": documents[0]["number"] if documents else "",
                "sha256": documents[0]["sha256"] if documents else "",
            }
            for paper in plain["required"]
            for documents in (paper["documents"],)
        ],
    }


# ── content ──────────────────────────────────────────────────────────────────────────────────


@router.get(
    "/v1/documents/{document_id}/pages/1",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
    tags=["content"],
)
def first_page(
    document_id: DocumentPath, lookup_id: str, counter: Window, asker: MayOpen
) -> Response:
    """Draw page 1 of a paper that a look-up has returned, marked with clerk and time."""
    given, entry = _opened(counter, asker, lookup_id, document_id)
    now = counter.now()
    try:
        mark = content.watermark(asker.clerk, now)
        picture = content.page_picture(counter.settings, entry, mark)
    except content.NoPicture as error:
        raise Problem("no_picture", str(error)) from error
    counter.note("page", asker, lookup=given.lookup_id, case=given.case, documents=[document_id])
    return Response(picture, media_type="image/jpeg")


@router.post(
    "/v1/documents/{document_id}/copies",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
    tags=["content"],
)
def copy(document_id: DocumentPath, body: CopyIn, counter: Window, asker: MayOpen) -> Response:
    """Hand out the signed PDF, after its digest and its signatures were proven at this moment."""
    given, entry = _opened(counter, asker, body.lookup_id, document_id)
    made = content.verified_copy(counter.settings, entry, counter.now())
    verdict = made.verdict
    is_test = verdict.is_throwaway and not counter.settings.desk.trial
    is_good = verdict.status is Status.VALID and not is_test
    counter.note(
        "copy",
        asker,
        lookup=given.lookup_id,
        case=given.case,
        documents=[document_id],
        verdict=verdict.status.value,
        handed_out=is_good,
    )
    if not is_good:
        reasons = [reason.code.value for reason in verdict.reasons]
        raise Problem("signature_problem", reasons=reasons or ["test_signature"])
    headers = {
        "Content-Disposition": f'attachment; filename="{document_id}.pdf"',
        "X-Sohoa-SHA256": verdict.sha256,
        "X-Sohoa-Verified-At": counter.now().isoformat(timespec="seconds"),
    }
    return Response(made.data, media_type="application/pdf", headers=headers)


def _opened(
    counter: Counter, asker: Asker, lookup_id: str, document_id: str
) -> tuple[Given, Entry]:
    """Return the answer and the paper of it that may be opened. Raises Problem."""
    given = counter.given(lookup_id, asker)
    if not given.opens_content or asker.clerk != given.asker.clerk:
        raise Problem("case_needed")
    found = given.found(document_id)
    if found is None:
        raise Problem("not_in_answer")
    return given, found.entry


@router.get("/v1/verify/{sha256}", tags=["content"])
def known(
    sha256: Annotated[str, InPath(pattern=r"^[0-9a-fA-F]{64}$")],
    counter: Window,
    asker: MayAsk,
    lang: Language,
) -> Response:
    """Tell of a digest alone whether the archive holds that file, and what it is good for."""
    digest = Sha256(sha256.lower())
    asked = Asked(Kind.FILE, (ByFile(digest),), f"{digest[:12]}…")
    (paper,) = counter.look(asked, Errand("kiem-tra"), asker).papers
    answer = paper.answer
    entry = answer.found[0].entry if answer.found else None
    is_known = answer.state not in (State.UNAVAILABLE, State.NOT_FOUND)
    return _json(
        {
            "sha256": digest,
            "held": None if answer.state is State.UNAVAILABLE else is_known,
            "is": _part(entry, digest) if entry else None,
            "state": answer.state.value,
            "reason": answer.reason.value,
            "sentence": answer.sentence(lang),
            "level": entry.level.value if entry else None,
            "is_test": entry.is_throwaway if entry else None,
        }
    )


def _part(entry: Entry, digest: Sha256) -> str:
    if digest == entry.signed_sha256:
        return "signed"
    if digest in entry.part_sha256.split():
        return "part"
    return "original" if digest == entry.original_sha256 else "earlier_version"


# ── the desk itself ──────────────────────────────────────────────────────────────────────────


@router.get("/v1/session", tags=["desk"])
def session(counter: Window, asker: Annotated[Asker, Depends(asker_of)]) -> Response:
    """Tell a key's holder what it may do, and how the page should behave."""
    desk = counter.settings.desk
    return _json(
        {
            "label": asker.key.label,
            "agency": asker.key.agency,
            "scope": asker.key.scope.value,
            "clerk": asker.clerk,
            "idle_s": desk.idle_s,
            "trial": desk.trial,
            "reasons": [reason.value for reason in AskedAgain],
            "receipt_public_key": counter.receipt_key.public,
        }
    )


@router.get("/v1/procedures", tags=["desk"])
def procedures(counter: Window, _asker: MayAsk) -> Response:
    """List the procedures of the rule table."""
    table = counter.rules()
    return _json(
        {
            "procedures": [
                {"code": code, "name": rules[0].procedure_name, "papers": len(rules)}
                for code, rules in table.by_procedure.items()
            ]
        }
    )


@open_router.get("/healthz", tags=["desk"])
def alive() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok\n")


@open_router.get("/readyz", tags=["desk"])
def ready(counter: Window) -> JSONResponse:
    """Say whether questions can be answered: catalog and its age, store, ledger, rules."""
    found = readiness.look(counter)
    return JSONResponse(found.plain(), 200 if found.is_ready else 503)


@open_router.get("/metrics", tags=["desk"], response_class=PlainTextResponse)
def metrics(counter: Window) -> PlainTextResponse:
    """Tell Prometheus."""
    text = counter.metrics.text(readiness.gauges(counter))
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _json(plain: object) -> Response:
    return Response(json.dumps(plain, ensure_ascii=False), media_type="application/json")
