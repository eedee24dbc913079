"""A clerk signs on elsewhere; the desk believes that sign-on's tokens, and nothing beside them."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desk.oidc import Issuer
from digitizer.errors import ConfigError
from pipelines.settings import DeskSettings, Settings
from tests.desk.window import Window, open_window
from tests.oracles.issuer import AUDIENCE, NAME, SignOn, signing_on
from tests.storage.papers import NUMBER


@pytest.fixture
def sign_on() -> Iterator[SignOn]:
    with signing_on() as running:
        yield running


@pytest.fixture
def desk(settings: Settings, sign_on: SignOn) -> Iterator[Window]:
    own = replace(settings.desk, oidc_issuer=NAME, oidc_jwks=sign_on.url, oidc_audience=AUDIENCE)
    with open_window(replace(settings, desk=own)) as opened:
        yield opened


def ask(desk: Window, token: str, **headers: str) -> httpx.Response:
    head = {"Authorization": f"Bearer {token}", **headers}
    return httpx.post(f"{desk.url}/v1/lookups", json={"text": NUMBER}, headers=head, timeout=60)


def test_a_token_of_the_sign_on_may_ask_as_far_as_its_scope(desk: Window, sign_on: SignOn) -> None:
    answer = ask(desk, sign_on.token())
    assert answer.status_code == 200
    assert answer.json()["required"][0]["documents"]
    bare = ask(desk, sign_on.token(scope="sohoa:exists")).json()
    assert [paper["documents"] for paper in bare["required"]] == [[]]


def test_who_asks_comes_from_the_token_and_not_from_a_header(desk: Window, sign_on: SignOn) -> None:
    ask(desk, sign_on.token(), **{"X-Clerk": "someone.else"})
    event = desk.events()[-1]
    assert (event["clerk"], event["agency"]) == ("lan.nt", "UBND xã Thí Điểm")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 3600},
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"scope": "openid"},
        {"scope": None},
        {"preferred_username": None},
        {"preferred_username": ""},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_token_that_is_old_or_for_others_is_refused(
    desk: Window, sign_on: SignOn, claims: dict[str, Any]
) -> None:
    refused = ask(desk, sign_on.token(**claims))
    assert (refused.status_code, refused.json()["code"]) == (401, "key_refused")


def under_secret(claims: dict[str, Any], secret: bytes) -> str:
    """Sign with the public key as if it were a shared secret; libraries refuse to."""
    parts = [json.dumps({"alg": "HS256", "kid": "k1"}), json.dumps(claims)]
    said = b".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.digest(secret, said, "sha256")).rstrip(b"=")
    return (said + b"." + mac).decode()


def test_a_forged_token_is_refused(desk: Window, sign_on: SignOn) -> None:
    claims = jwt.decode(sign_on.token(), options={"verify_signature": False})
    public = sign_on.keys["k1"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with signing_on() as other:
        forged = [
            other.token(),
            jwt.encode(claims, None, "none", {"kid": "k1"}),
            under_secret(claims, pem),
            "a.b.c",
        ]
    assert [ask(desk, token).status_code for token in forged] == [401] * 4


def test_a_key_that_was_changed_is_fetched(desk: Window, sign_on: SignOn) -> None:
    assert ask(desk, sign_on.token()).status_code == 200
    sign_on.rotate()
    assert ask(desk, sign_on.token("k2")).status_code == 200


def test_unknown_keys_do_not_make_the_desk_ask_again_and_again(
    desk: Window, sign_on: SignOn
) -> None:
    with signing_on() as other:
        other.keys["x"] = other.keys.pop("k1")
        for _ in range(5):
            assert ask(desk, other.token("x")).status_code == 401
    assert sign_on.fetches <= 2


def test_a_sign_on_that_is_away_is_said_so(desk: Window, sign_on: SignOn) -> None:
    sign_on.is_up = False
    away = ask(desk, sign_on.token())
    assert (away.status_code, away.json()["code"]) == (503, "unavailable")


def test_api_keys_go_on_working_beside_it(desk: Window) -> None:
    assert desk.ask(NUMBER)["required"]


@pytest.mark.parametrize("url", ["http://elsewhere.example/jwks", "", "ftp://127.0.0.x/"])
def test_keys_are_not_fetched_over_an_open_line(url: str) -> None:
    with pytest.raises(ConfigError, match="oidc_jwks"):
        Issuer(DeskSettings(oidc_issuer=NAME, oidc_jwks=url, oidc_audience=AUDIENCE))


def test_an_audience_is_needed() -> None:
    with pytest.raises(ConfigError, match="oidc_audience"):
        Issuer(DeskSettings(oidc_issuer=NAME, oidc_jwks="https://a.example/jwks"))
