"""The route that is answered beside the framework answers as the framework would."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from desk.api import application
from desk.api_keys import Scope
from tests.desk.window import CASE, PROCEDURE, Window
from tests.storage.papers import NAME, NUMBER

ASKED = {"text": NUMBER, "procedure": PROCEDURE, "case": CASE}
_JSON = {"Content-Type": "application/json"}
REQUESTS: dict[str, dict[str, Any]] = {
    "a hit": {"json": ASKED},
    "a miss": {"json": {**ASKED, "text": "001203009999"}},
    "in English": {"json": ASKED, "headers": {"Accept-Language": "en-GB"}},
    "a card": {"json": {"text": f"{NUMBER}||{NAME}|05042003|Nam|Xã Mẫu|01012021"}},
    "not understood": {"json": {"text": "???"}},
    "another kind": {"json": {"text": NUMBER, "kind": "number"}},
    "an unknown member": {"json": {**ASKED, "all": True}},
    "too long": {"json": {"text": "1" * 4001}},
    "no text": {"json": {}},
    "a charset": {
        "json": ASKED,
        "headers": {"Content-Type": "application/json; charset=utf-8"},
    },
    "two pieces": {"content": [b'{"text": ', f'"{NUMBER}"}}'.encode()], "headers": _JSON},
    "no key": {"json": ASKED, "headers": {"Authorization": ""}},
    "another's key": {"json": ASKED, "headers": {"Authorization": "Bearer sohoa_0_1"}},
    "a clerk of no form": {"json": ASKED, "headers": {"X-Clerk": "<b>"}},
}
MALFORMED: dict[str, dict[str, Any]] = {
    "no object": {"content": b"[1]", "headers": _JSON},
    "no JSON": {"content": b'{"text": ', "headers": _JSON},
    "no UTF-8": {"content": b'{"text": "\xff"}', "headers": _JSON},
    "nothing": {"content": b"", "headers": _JSON},
}
"""Which part is at fault is told in words of the parser, and there are two of them."""
_OWN = ("lookup_id", "at")
"""Members that no two answers share."""


async def _both(window: Window, request: dict[str, Any]) -> list[tuple[Any, ...]]:
    app = application(window.counter)
    found = []
    for whole in (app, partial(FastAPI.__call__, app)):
        own = {"Authorization": f"Bearer {window.secrets[Scope.METADATA]}", "X-Clerk": "lan.nt"}
        headers = {**own, **request.get("headers", {})}
        sent = {name: value for name, value in request.items() if name != "headers"}
        if isinstance(sent.get("content"), list):
            sent["content"] = _in_pieces(sent["content"])
        transport = httpx.ASGITransport(app=whole)  # type: ignore[arg-type]  # a partial is one, too
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            response = await client.post("/v1/lookups", headers=headers, **sent)
        plain = {name: one for name, one in response.json().items() if name not in _OWN}
        told = {name for name in response.headers if name != "content-length"}
        found.append((response.status_code, response.headers["content-type"], told, plain))
    return found


async def _in_pieces(pieces: list[bytes]) -> Any:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("name", REQUESTS)
def test_both_ways_answer_the_same(window: Window, name: str) -> None:
    beside, through = asyncio.run(_both(window, REQUESTS[name]))
    assert beside == through


@pytest.mark.parametrize("name", MALFORMED)
def test_both_ways_refuse_what_is_no_question(window: Window, name: str) -> None:
    beside, through = asyncio.run(_both(window, MALFORMED[name]))
    assert beside[:3] == through[:3]
    assert (beside[0], beside[3]["code"]) == (422, through[3]["code"])


def test_both_ways_are_counted_alike(window: Window) -> None:
    asyncio.run(_both(window, REQUESTS["a hit"]))
    text = window.counter.metrics.text({})
    assert 'sohoa_requests_total{route="/v1/lookups",status="200"} 2' in text


def test_another_method_is_refused_as_everywhere(window: Window) -> None:
    with window.client() as client:
        response = client.get("/v1/lookups")
    assert (response.status_code, response.json()["code"]) == (405, "no_method")
