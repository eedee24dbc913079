"""What every request passes: who asks, in which language, and how trouble is told."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteError
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from desk.api_keys import Scope
from desk.counter import RECORDED_WITHIN_S, Counter
from desk.oidc import looks_like_token
from desk.pending import Asker
from desk.problem import Problem
from desk.recorder import Written
from digitizer.errors import (
    CatalogUnavailable,
    DigitizationError,
    IntegrityError,
    Lang,
    RunLocked,
    Unavailable,
)

log = logging.getLogger(__name__)

_RETRY_S = 5
_TICK_S = 0.01
_CLERK = re.compile(r"[\w.@\- ]{1,64}")
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
REFUSALS = (Problem, RequestValidationError, StarletteError, DigitizationError)
"""What a route may raise; anything else is a bug."""
_SECURITY = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


async def counter_of(request: Request) -> Counter:
    """Return the counter behind this window."""
    counter: Counter = request.app.state.counter
    return counter


async def language(request: Request) -> Lang:
    """Return the language asked for: Vietnamese unless English comes first."""
    return preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> Lang:
    """Return the language of an `Accept-Language`."""
    return "en" if accepted.lower().startswith("en") else "vi"


async def asker_of(
    request: Request,
    authorization: Annotated[str, Header(description="Bearer KEY")] = "",
    x_clerk: Annotated[str, Header(description="Account of the clerk who asks")] = "",
) -> Asker:
    """Return who asks. Raises Problem."""
    return await asking_with(request.app.state.counter, authorization, x_clerk)


async def asking_with(counter: Counter, authorization: str, x_clerk: str) -> Asker:
    """Return who presents these headers, decoded as Latin-1. Raises Problem."""
    scheme, _, presented = authorization.partition(" ")
    if scheme.lower() != "bearer" or not presented:
        raise Problem("no_key")
    if counter.issuer and looks_like_token(presented):
        granted = await run_in_threadpool(counter.issuer.holder, presented.strip())
        if granted is None:
            raise Problem("key_refused")
        return Asker(granted[0], _account(granted[1]))
    key = counter.keys.holder(presented.strip(), counter.now())
    if key is None:
        raise Problem("key_refused")
    # Header bytes come as Latin-1; a clerk's account may have Vietnamese letters.
    return Asker(key, _account(x_clerk.encode("latin-1", "replace").decode("utf-8", "replace")))


def _account(clerk: str) -> str:
    clerk = clerk.strip()
    if clerk and not _CLERK.fullmatch(clerk):
        raise Problem("invalid", errors=[{"field": "X-Clerk", "code": "form"}])
    return clerk


def permitted(asker: Asker, scope: Scope) -> Asker:
    """Return the asker whose key reaches as far as `scope`. Raises Problem."""
    if not asker.key.allows(scope):
        raise Problem("not_permitted", detail=scope.value)
    return asker


def needs(scope: Scope) -> Callable[..., Awaitable[Asker]]:
    """Return a dependency that gives the asker whose key reaches as far as `scope`."""

    async def checked(asker: Annotated[Asker, Depends(asker_of)]) -> Asker:
        return permitted(asker, scope)

    return checked


async def on_disk(written: Written) -> None:
    """Wait until an answer is written down. Raises what kept it from being."""
    waiting = written.soon()
    patience = waiting.get_loop().call_later(RECORDED_WITHIN_S, _give_up, waiting)
    try:
        await waiting
    finally:
        patience.cancel()


def _give_up(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_exception(CatalogUnavailable("the audit log does not come to an end"))


async def even_out(began: float) -> None:
    """Wait until a whole number of ticks has gone by since `began`, by the loop's own clock.

    What was found costs a little more than what was not; in ticks of this length it does not show.
    By another clock than that of the loop's timers it would: they go by whole milliseconds, and to
    which one a wait is rounded told how long the work before it had taken.
    """
    gone = asyncio.get_running_loop().time() - began
    await asyncio.sleep(_TICK_S - gone % _TICK_S)


def told(problem: Problem, lang: Lang) -> Response:
    """Return a problem as a response."""
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    if problem.kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        json.dumps(problem.plain(lang), ensure_ascii=False),
        problem.kind.status,
        headers,
        "application/problem+json",
    )


def hang(app: FastAPI) -> None:
    """Make every failure of `app` a problem, and count and mark every response."""
    for kind in REFUSALS:
        app.add_exception_handler(kind, _refused)
    app.add_middleware(Frame)


async def _refused(request: Request, error: Exception) -> Response:
    return told(refusal(error, request.app.state.counter), await language(request))


def refusal(error: Exception, counter: Counter) -> Problem:
    """Return the problem that one of `REFUSALS` is, and count it."""
    problem = _problem(error)
    counter.metrics.count("sohoa_refused_total", code=problem.code)
    return problem


def _problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _invalid(error)
        case StarletteError():
            return _by_status(error)
        case DigitizationError():
            return _ours(error)
        case _:
            raise error


def _invalid(error: RequestValidationError) -> Problem:
    """Tell which fields are wrong, never what was in them."""
    fields = [
        {"field": ".".join(str(part) for part in one["loc"]), "code": str(one["type"])}
        for one in error.errors()
    ]
    return Problem("invalid", errors=fields)


def _by_status(error: StarletteError) -> Problem:
    codes = {404: "no_route", 405: "no_method", 413: "too_large"}
    return Problem(codes.get(error.status_code, "invalid"))


def _ours(error: DigitizationError) -> Problem:
    log.error("%s", error)
    if isinstance(error, Unavailable | RunLocked):
        return Problem("unavailable", detail=error.code, retry_after_s=_RETRY_S)
    code = "damaged" if isinstance(error, IntegrityError) else "misconfigured"
    return Problem(code, detail=error.code)


def _metered(receive: Receive, limit: int) -> Receive:
    """Return `receive` that refuses to hand over more than `limit` bytes of a body."""
    left = limit

    async def measured() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)  # the one kind that the framework lets through from here
        return message

    return measured


class Frame:
    """The outermost layer: request id, security headers, counting, and the last net for bugs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._mark = secrets.token_hex(4)  # of this process; no request needs to be a secret
        self._numbers = count(1)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"{self._mark}{next(self._numbers):08x}"
        began, status = time.perf_counter(), [0]

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                headers = message["headers"] = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers.append((b"x-request-id", request_id.encode()))
                headers += [one for one in _SECURITY if one[0] not in present]
            await send(message)

        try:
            await self._app(scope, _metered(receive, self._largest(scope)), marked)
        except Exception:
            # The web's own exception boundary: without it a bug would be a bare closed line.
            log.exception("request %s", request_id)
            if not status[0]:
                await told(Problem("bug"), "vi")(scope, receive, marked)
        finally:
            self._count(scope, status[0], time.perf_counter() - began)

    def _largest(self, scope: AsgiScope) -> int:
        """Return how many bytes a request may have: one file, and what multipart puts round it."""
        counter: Counter | None = scope["app"].state.counter
        largest_mb = counter.settings.desk.largest_upload_mb if counter else 0
        return (largest_mb + 1) << 20

    def _count(self, scope: AsgiScope, status: int, seconds: float) -> None:
        counter: Counter | None = scope["app"].state.counter if "app" in scope else None
        if counter is not None:
            route = getattr(scope.get("route"), "path", "none")
            counter.metrics.count("sohoa_requests_total", route=route, status=str(status))
            counter.metrics.took(seconds)
