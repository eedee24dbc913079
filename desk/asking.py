"""The one route that all the province's systems call: a question by its text.

Described and checked like the others, but dispatched by hand: going through the framework's
dependencies cost as much as the answer itself (docs/adr/0034).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError

from desk import shapes
from desk.api_keys import Scope
from desk.counter import Counter, Errand
from desk.door import asker_of, counter_of, even_out, language, needs, on_disk, permitted
from desk.pending import Asker
from desk.problem import Problem
from desk.shapes import LookupIn, LookupOut
from digitizer.errors import Lang
from storage.question import Asked, understand


class _Direct(APIRoute):
    """Calls `look_up` with what its signature asks for, in the framework's order."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self._dispatched

    async def _dispatched(self, request: Request) -> Response:
        headers = request.headers
        authorization, clerk = headers.get("authorization", ""), headers.get("x-clerk", "")
        asker = permitted(await asker_of(request, authorization, clerk), Scope.EXISTS)
        counter, lang = await counter_of(request), await language(request)
        body = _read(headers.get("content-type", ""), await request.body())
        return await look_up(body, counter, asker, lang)


router = APIRouter(route_class=_Direct)


@router.post("/v1/lookups", response_model=LookupOut, tags=["look-up"])
async def look_up(
    body: LookupIn,
    counter: Annotated[Counter, Depends(counter_of)],
    asker: Annotated[Asker, Depends(needs(Scope.EXISTS))],
    lang: Annotated[Lang, Depends(language)],
) -> Response:
    """Ask for a person's papers, or for one paper. POST, so that no number gets into a log."""
    began = time.perf_counter()
    try:
        asked = _understood(body, lang)
        errand = Errand(body.purpose, body.procedure, body.case)
        if counter.answers_at_once:
            given, written = counter.ask(asked, errand, asker)
        else:
            given, written = await run_in_threadpool(counter.ask, asked, errand, asker)
        await on_disk(written)
        counter.give(given)
        answer = json.dumps(shapes.lookup(given, asked, lang), ensure_ascii=False)
        return Response(answer, media_type="application/json")
    finally:
        await even_out(began)


def _read(content_type: str, body: bytes) -> LookupIn:
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestValidationError([{"loc": ("header", "content-type"), "type": "json_type"}])
    try:
        return LookupIn.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        ) from error


def _understood(body: LookupIn, lang: Lang) -> Asked:
    asked = understand(body.text)
    is_other = body.kind is not None and asked.kind is not body.kind
    if is_other or not asked.questions:
        raise Problem("not_understood", asked.sentence(lang), taken_for=asked.kind.value)
    return asked
