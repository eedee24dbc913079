"""Calls to a remote signing service: OAuth 2.0 client credentials, JSON, deadlines, plain errors.

Source: Cloud Signature Consortium, Architectures and protocols for remote signature applications,
1.0.4.0 (2019), sections 8 (OAuth 2.0) and 10 (errors); RFC 6749 section 4.4.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from digitizer.errors import ConfigError, KeyUnavailable, SigningServiceUnavailable
from signing.secret import Secret

LARGEST_REPLY = 1 << 20
EARLY_S = 10.0
"""A token is asked for anew this long before it ends."""
AUTHORIZE = "credentials/authorize"
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Json = dict[str, Any]


class Refused(Exception):
    """The service understood and said no.

    `code` is its error code, e.g. `invalid_pin`: what else it says is not repeated, since a service
    may quote what it was sent.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Service:
    """One remote signing service and our standing with it.

    Bodies and replies are mappings whose secret values are `Secret`s: they are plain only while
    they are sent, so no traceback shows them.

    Attributes:
        url: without `/csc/v1`.
        client_id, client_secret: of the OAuth 2.0 client credentials grant.
        timeout_s: seconds a call may take from beginning to end.
    """

    url: str
    client_id: str
    client_secret: Secret
    timeout_s: float
    _token: Secret | None = None
    _token_ends: float = 0.0
    _info: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        is_loopback = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" or is_loopback) or parts.username or parts.query:
            raise ConfigError("csc_url must be an https address without a query")
        self.url = self.url.rstrip("/")

    async def offers(self, method: str) -> bool:
        """Return whether the service says that it knows `method`."""
        stated = (await self.info()).get("methods")
        return isinstance(stated, list) and method in stated

    async def info(self) -> Json:
        """Return what the service says of itself, asked once."""
        if not self._info:
            self._info = await self._post(f"{self.url}/csc/v1/info", {})
        return self._info

    async def call(self, method: str, body: Json) -> Json:
        """Call `method`, e.g. `credentials/info`; a token that ended early is renewed once.

        An authorization is only repeated if the service names the token as the cause: a bare 401
        may as well mean the PIN that went with it.

        Raises:
            Refused: the service said no, with its code.
            SigningServiceUnavailable: no answer in time, or one that makes no sense.
        """
        try:
            return await self._call(method, body)
        except Refused as refusal:
            is_unnamed = refusal.code == "http_401" and method != AUTHORIZE
            if refusal.code != "invalid_token" and not is_unnamed:
                raise
        self._token = None
        return await self._call(method, body)

    async def _call(self, method: str, body: Json) -> Json:
        token = await self._access_token()
        return await self._post(f"{self.url}/csc/v1/{method}", body, token)

    async def _access_token(self) -> Secret:
        """Return a token that holds a while, asking for one where there is none. No PIN in it."""
        if self._token is not None and time.monotonic() < self._token_ends - EARLY_S:
            return self._token
        body: Json = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        try:
            answer = await self._post(f"{await self._oauth_url()}/oauth2/token", body)
        except Refused as refusal:
            raise KeyUnavailable(f"the signing service knows no such client: {refusal}") from None
        self._token = hidden(answer, "access_token")
        self._token_ends = time.monotonic() + seconds(answer, "expires_in")
        return self._token

    async def _oauth_url(self) -> str:
        """Return the base address of the service's OAuth server, as its `info` says."""
        stated = (await self.info()).get("oauth2") or self.url
        if not isinstance(stated, str) or urlsplit(stated).scheme != urlsplit(self.url).scheme:
            raise SigningServiceUnavailable(f"{self.url}: info names no usable OAuth server")
        return stated.rstrip("/")

    async def _post(self, url: str, body: Json, token: Secret | None = None) -> Json:
        """Post `body`: to the OAuth server as a form, else as JSON."""
        limit = aiohttp.ClientTimeout(total=self.timeout_s)
        is_form = url.endswith("/oauth2/token")
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(
                    url,
                    data=_sent(body, is_form=is_form).reveal(),
                    headers=_headers(token, is_form=is_form),
                    allow_redirects=False,
                ) as response,
            ):
                return _understood(response.status, await _read(response), url)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            reason = type(error).__name__
            # Without its cause: aiohttp's errors hold the request with its headers.
            raise SigningServiceUnavailable(f"{url}: no answer ({reason})") from None


def _headers(token: Secret | None, *, is_form: bool) -> dict[str, str]:
    kind = "application/x-www-form-urlencoded" if is_form else "application/json"
    named = {"Content-Type": kind}
    return named if token is None else named | {"Authorization": f"Bearer {token.text()}"}


def _sent(body: Json, *, is_form: bool) -> Secret:
    """Return the body as it goes over the wire."""
    if is_form:
        return Secret(urlencode({name: _plain(value) for name, value in body.items()}).encode())
    return Secret(json.dumps(body, default=_plain).encode())


def _plain(value: object) -> Any:
    return value.text() if isinstance(value, Secret) else value


async def _read(response: aiohttp.ClientResponse) -> Secret:
    """Return the reply's body, hidden: it may hold a token, or quote what was sent."""
    reply = await response.content.read(LARGEST_REPLY + 1)
    while len(reply) <= LARGEST_REPLY and (more := await response.content.read(65536)):
        reply += more
    return Secret(reply)


def _understood(status: int, reply: Secret, url: str) -> Json:
    answer = _outcome(status, reply)
    if isinstance(answer, dict):
        return answer
    if answer:
        raise Refused(answer)
    raise SigningServiceUnavailable(f"{url}: HTTP {status}, no sensible reply")


def _outcome(status: int, reply: Secret) -> Json | str:
    """Return the answer, or the code of a refusal, or "" for what is neither."""
    answer = _json(reply)
    if status == 200:
        return answer if isinstance(answer, dict) else ""
    if status == 401 or (status in (400, 403) and isinstance(answer, dict)):
        return _error_code(answer, status)
    return ""


def _json(reply: Secret) -> object:
    if len(reply.reveal()) > LARGEST_REPLY:
        return None
    try:
        return json.loads(reply.reveal())
    except (ValueError, RecursionError):
        return None


def _error_code(answer: object, status: int) -> str:
    code = answer.get("error") if isinstance(answer, dict) else None
    is_code = isinstance(code, str) and re.fullmatch(r"[a-zA-Z_]{1,40}", code)
    return str(code) if is_code else f"http_{status}"


def hidden(answer: Json, name: str) -> Secret:
    """Take a secret out of a reply. Raises SigningServiceUnavailable if it isn't there."""
    if not isinstance(answer.get(name), str) or not answer[name]:
        raise SigningServiceUnavailable(f"the reply has no {name}")
    return Secret(answer.pop(name).encode())


def seconds(answer: Json, name: str) -> float:
    """Return how long something holds; an hour where the service does not say (CSC 8.4.4, 11.6)."""
    value = answer.get(name, 3600)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SigningServiceUnavailable(f"the reply's {name} is no number of seconds")
    return float(value)
