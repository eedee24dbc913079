"""Whatever is sent to any route of docs/openapi.json, the answer is a clear one."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from desk.api import application
from desk.api_keys import Scope
from pipelines.settings import Settings
from tests.desk.window import Window, open_window
from tests.storage.papers import NUMBER

ROUTES = [
    (method.upper(), path)
    for path, methods in application(None).openapi()["paths"].items()
    for method in methods
]
HOSTILE = st.sampled_from(
    [
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "\x00",
        "%00",
        "${jndi:ldap://x}",
        "Đặng Hoà ﷽ Ⅳ",
        "9" * 3000,
        NUMBER,
        f"{NUMBER}|" * 30,
        "476/QĐ-UBND",
        "0" * 64,
        "a" * 32,
    ]
)
_JSON = {"Content-Type": "application/json"}
WORDS = HOSTILE | st.text(max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *("text", "kind", "procedure", "purpose", "case"),
    *("lookup_id", "document_type", "document_id", "outcome", "reason"),
]
BODY = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6) | JSON
HEADER = st.text(string.ascii_letters + string.digits + "-_.;=/ é", max_size=90)


@pytest.fixture(scope="module")
def lavish(office: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("lavish")
    made: Settings = office.settings
    own = replace(
        made.desk,
        keys_file=folder / "keys.json",
        receipt_key=folder / "receipt.key",
        rules=folder / "rules.json",
        audit_log=folder / "audit.jsonl",
        reuse=f"sqlite:///{folder / 'reuse.sqlite'}",
        per_key=10**9,
        per_clerk=10**9,
        largest_upload_mb=1,
    )
    with open_window(replace(made, desk=own)) as window:
        yield window


def _is_clear(response: httpx.Response) -> bool:
    is_problem = response.headers["content-type"] == "application/problem+json"
    return response.status_code < 500 and is_problem == (response.status_code >= 400)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=" ".join)
def test_no_route_breaks(lavish: Window, method: str, path: str) -> None:
    @trials(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(WORDS, BODY, st.binary(max_size=200), HEADER, st.sampled_from(["json", "raw", "file"]))
    def tried(word: str, body: Any, raw: bytes, header: str, kind: str) -> None:
        encoded = quote(word.encode("utf-8", "replace"), safe="")[:2000] or "x"
        place = path
        for name in ("document_id", "lookup_id", "sha256"):
            place = place.replace(f"{{{name}}}", encoded)
        sent: dict[str, Any] = {
            # By hand: the client refuses numbers that a hostile one can send.
            "json": {"content": json.dumps(body).encode(), "headers": _JSON},
            "raw": {"content": raw, "headers": _JSON},
            "file": {"files": {"file": (word[:20] or "x", raw)}},
        }[kind]
        headers = {**sent.pop("headers", {}), "Idempotency-Key": header.encode()}
        try:
            response = client.request(
                method, place, params={"lookup_id": word}, headers=headers, **sent
            )
        except (httpx.InvalidURL, UnicodeEncodeError, httpx.LocalProtocolError):
            return  # not even the client would send that
        assert _is_clear(response), (response.status_code, response.text[:300])

    with lavish.client(Scope.DOCUMENT) as client:
        tried()


def test_no_authorization_breaks(lavish: Window) -> None:
    @trials(max_examples=60, deadline=None)
    @given(HEADER, HEADER)
    def tried(authorization: str, clerk: str) -> None:
        headers = {"Authorization": authorization.encode(), "X-Clerk": clerk.encode()}
        try:
            response = httpx.get(f"{lavish.url}/v1/session", headers=headers)
        except httpx.LocalProtocolError:
            return
        assert response.status_code in (401, 422), response.text

    tried()
