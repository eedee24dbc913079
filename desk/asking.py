"""The one route that all the province's systems call: a question by its text.

Described and checked like the others, but answered beside the framework: its layers cost as much as
the answer itself (docs/adr/0034).
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from desk import shapes
from desk.api_keys import Scope as KeyScope
from desk.counter import Counter, Errand
from desk.door import (
    REFUSALS,
    Frame,
    asking_with,
    counter_of,
    even_out,
    language,
    needs,
    on_disk,
    permitted,
    preferred,
    refusal,
    told,
)
from desk.pending import Asker
from desk.problem import Problem
from desk.shapes import LookupIn, LookupOut
from digitizer.errors import Lang
from storage.question import Asked, understand

_PATH = "/v1/lookups"

router = APIRouter()


@router.post(_PATH, response_model=LookupOut, tags=["look-up"])
async def look_up(
    body: LookupIn,
    counter: Annotated[Counter, Depends(counter_of)],
    asker: Annotated[Asker, Depends(needs(KeyScope.EXISTS))],
    lang: Annotated[Lang, Depends(language)],
) -> Response:
    """Ask for a person's papers, or for one paper. POST, so that no number gets into a log."""
    return Response(await _answer(body, counter, asker, lang), media_type="application/json")


(_ROUTE,) = router.routes


class Direct:
    """Answers that route itself, in the framework's order, and hands all others on."""

    def __init__(self, counter: Counter, rest: ASGIApp) -> None:
        self._counter = counter
        self._rest = rest
        self._framed = Frame(self._dispatch)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_mine = scope["type"] == "http" and scope["path"] == _PATH
        if is_mine and scope["method"] == "POST":
            await self._framed(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = _ROUTE
        headers = {name: value.decode("latin-1") for name, value in reversed(scope["headers"])}
        lang = preferred(headers.get(b"accept-language", ""))
        try:
            asker = permitted(await self._asker(headers), KeyScope.EXISTS)
            body = _read(headers.get(b"content-type", ""), await _whole(receive))
            answer = await _answer(body, self._counter, asker, lang)
        except ClientDisconnect:
            return
        except REFUSALS as error:
            await told(refusal(error, self._counter), lang)(scope, receive, send)
            return
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [_JSON, length]})
        await send({"type": "http.response.body", "body": answer})

    async def _asker(self, headers: dict[bytes, str]) -> Asker:
        authorization = headers.get(b"authorization", "")
        return await asking_with(self._counter, authorization, headers.get(b"x-clerk", ""))


_JSON = (b"content-type", b"application/json")


async def _answer(body: LookupIn, counter: Counter, asker: Asker, lang: Lang) -> bytes:
    """Return the answer's JSON, once it is written down, a whole number of ticks later."""
    began = asyncio.get_running_loop().time()
    try:
        asked = _understood(body, lang)
        errand = Errand(body.purpose, body.procedure, body.case)
        if counter.answers_at_once:
            given, written = counter.ask(asked, errand, asker)
        else:
            given, written = await run_in_threadpool(counter.ask, asked, errand, asker)
        await on_disk(written)
        counter.give(given)
        return msgspec.json.encode(shapes.lookup(given, asked, lang))
    finally:
        await even_out(began)


async def _whole(receive: Receive) -> bytes:
    """Return the body of a request. Raises ClientDisconnect."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


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
