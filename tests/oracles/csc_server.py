"""A small remote signing service on loopback, as the CSC API 1.0.4 describes one.

It has one credential, holds its key, and is strict: an access token must be its own and not ended;
a SAD is bound to hashes and good for one use; an authorization covers the number of signatures it
was asked for; three wrong PINs lock the credential; a one-time password is taken once. It can be
told to be slow, down or lying.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

CREDENTIAL = "co-quan-thu"
CLIENT, CLIENT_SECRET = "sohoa-thu", "bi-mat-cua-ung-dung"
PIN = "13572468"
SEED = "JBSWY3DPEHPK3PXP"
RSA_OID, ECDSA_SHA256_OID = "1.2.840.113549.1.1.1", "1.2.840.10045.4.3.2"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _No(Exception):
    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass
class Authorization:
    """What a SAD allows."""

    hashes: frozenset[str]
    left: int
    ends: float


@dataclass
class CscServer:
    """The service's state; tests set the upper half and read the lower.

    Attributes:
        slow_s: seconds every answer to `slow_method` takes.
        down: methods that answer 503.
        lie: `other_hash`, `other_key`, `two`, `garbage`, `no_sad`, `forgets`, "" for the truth.
        replies: what to answer instead, by method.
        is_terse: a wrong PIN is answered with a bare 401.
        quote: error descriptions repeat what was sent.
    """

    private: Any
    certificates: list[bytes]
    scal: int = 2
    multisign: int = 10
    wants_pin: bool = True
    wants_otp: bool = False
    can_extend: bool = True
    key_status: str = "enabled"
    cert_status: str = "valid"
    auth_mode: str = "explicit"
    token_lasts_s: float = 3600
    slow_method: str = ""
    slow_s: float = 0.0
    down: frozenset[str] = frozenset()
    lie: str = ""
    replies: dict[str, bytes] = field(default_factory=dict)
    is_terse: bool = False
    quote: bool = False

    port: int = 0
    calls: list[str] = field(default_factory=list)
    wrong_pins: int = 0
    tokens: dict[str, float] = field(default_factory=dict)
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    passwords: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self, method: str) -> int:
        return self.calls.count(method)

    # ── methods ──────────────────────────────────────────────────────────────────────────────

    async def info(self, _body: dict[str, Any]) -> dict[str, Any]:
        methods = ["info", "credentials/info", "credentials/authorize", "signatures/signHash"]
        if self.can_extend:
            methods.append("credentials/extendTransaction")
        return {
            "specs": "1.0.4.0",
            "name": "Dịch vụ ký thử",
            "region": "VN",
            "authType": ["oauth2client"],
            "oauth2": f"{self.url}/idp",
            "methods": methods,
        }

    async def token(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("grant_type") != "client_credentials":
            raise _No("unsupported_grant_type")
        if (body.get("client_id"), body.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            raise _No("invalid_client", 401)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + self.token_lasts_s
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    async def credentials_info(self, body: dict[str, Any]) -> dict[str, Any]:
        self._known(body)
        wants = {True: "true", False: "false"}
        oid = RSA_OID if isinstance(self.private, rsa.RSAPrivateKey) else ECDSA_SHA256_OID
        return {
            "key": {"status": self.key_status, "algo": [oid], "len": 2048},
            "cert": {
                "status": self.cert_status,
                "certificates": [base64.b64encode(der).decode() for der in self.certificates],
            },
            "authMode": self.auth_mode,
            "SCAL": str(self.scal),
            "PIN": {"presence": wants[self.wants_pin], "format": "N", "label": "PIN"},
            "OTP": {"presence": wants[self.wants_otp], "type": "offline", "format": "N"},
            "multisign": self.multisign,
        }

    async def authorize(self, body: dict[str, Any]) -> dict[str, Any]:
        self._known(body)
        if self.wrong_pins >= 3:
            raise _No("invalid_request")
        if self.wants_pin and body.get("PIN") != PIN:
            self.wrong_pins += 1
            raise _No("", 401) if self.is_terse else _No("invalid_pin")
        if self.wants_otp:
            self._take_password(body.get("OTP"))
        number, digests = body.get("numSignatures"), body.get("hash", [])
        if not isinstance(number, int) or not 0 < number <= self.multisign:
            raise _No("invalid_request")
        if self.scal == 2 and not digests:
            raise _No("invalid_request")
        self.wrong_pins = 0
        return self._grant(digests, number)

    async def extend(self, body: dict[str, Any]) -> dict[str, Any]:
        self._known(body)
        before = self.authorizations.pop(body.get("SAD", ""), None)
        if before is None or before.left < 1 or time.monotonic() > before.ends:
            raise _No("invalid_request")
        if self.scal == 2 and not body.get("hash"):
            raise _No("invalid_request")
        return self._grant(body.get("hash", []), before.left)

    async def sign_hash(self, body: dict[str, Any]) -> dict[str, Any]:
        self._known(body)
        allowed = self.authorizations.get(body.get("SAD", ""))
        asked = body.get("hash", [])
        if allowed is None or time.monotonic() > allowed.ends:
            raise _No("invalid_request")
        if self.scal == 2 and not set(asked) <= allowed.hashes:
            raise _No("invalid_request")
        if len(asked) > allowed.left:
            raise _No("invalid_request")
        allowed.left -= len(asked)
        allowed.hashes -= set(asked)
        if not allowed.left:
            del self.authorizations[body["SAD"]]
        return {"signatures": self._signatures([base64.b64decode(item) for item in asked])}

    # ── rules ────────────────────────────────────────────────────────────────────────────────

    def _known(self, body: dict[str, Any]) -> None:
        if body.get("credentialID") != CREDENTIAL:
            raise _No("invalid_request")

    def _take_password(self, given: object) -> None:
        digest = hmac.digest(
            base64.b32decode(SEED), int(time.time() // 30).to_bytes(8, "big"), "sha1"
        )
        start = digest[-1] & 15
        right = int.from_bytes(digest[start : start + 4], "big") % (1 << 31) % 10**6
        if given != f"{right:06}" or given in self.passwords:
            raise _No("invalid_otp")
        self.passwords.add(str(given))

    def _grant(self, digests: list[str], number: int) -> dict[str, Any]:
        sad = secrets.token_urlsafe(24)
        if self.lie == "forgets":
            number = 0
        self.authorizations[sad] = Authorization(frozenset(digests), number, time.monotonic() + 300)
        return {"expiresIn": 300} if self.lie == "no_sad" else {"SAD": sad, "expiresIn": 300}

    def _signatures(self, digests: list[bytes]) -> list[str]:
        if self.lie == "other_hash":
            digests = [bytes(len(item)) for item in digests]
        if self.lie == "garbage":
            return ["không phải base64" for _ in digests]
        if self.lie == "two":
            digests = digests * 2
        return [base64.b64encode(self._signature(item)).decode() for item in digests]

    def _signature(self, digest: bytes) -> bytes:
        private = self.private
        if self.lie == "other_key":
            private = rsa.generate_private_key(65537, 2048)
        algorithm = Prehashed(hashes.SHA256())
        if isinstance(private, rsa.RSAPrivateKey):
            return private.sign(digest, padding.PKCS1v15(), algorithm)
        return bytes(private.sign(digest, ec.ECDSA(algorithm)))

    # ── transport ────────────────────────────────────────────────────────────────────────────

    def application(self) -> web.Application:
        application = web.Application()
        routes: dict[str, Any] = {
            "info": self.info,
            "credentials/info": self.credentials_info,
            "credentials/authorize": self.authorize,
            "credentials/extendTransaction": self.extend,
            "signatures/signHash": self.sign_hash,
        }
        for method, answer in routes.items():
            application.router.add_post(f"/csc/v1/{method}", self._handler(method, answer))
        application.router.add_post("/idp/oauth2/token", self._handler("oauth2/token", self.token))
        return application

    def _handler(self, method: str, answer: Any) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.calls.append(method)
            if method == self.slow_method:
                await asyncio.sleep(self.slow_s)
            if method in self.down:
                return web.Response(status=503, text="down")
            if method in self.replies:
                return web.Response(body=self.replies[method])
            is_form = method == "oauth2/token"
            body = dict(await request.post()) if is_form else await request.json()
            try:
                if method not in ("info", "oauth2/token"):
                    self._check_token(request)
                return web.json_response(await answer(body))
            except _No as no:
                said = str(body) if self.quote else "no"
                error = {"error": no.code, "error_description": said}
                return web.json_response(error, status=no.status)

        return handle

    def _check_token(self, request: web.Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) < time.monotonic():
            raise _No("invalid_token", 401)


@contextmanager
def running(server: CscServer) -> Iterator[CscServer]:
    """Serve on a free loopback port, in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.5)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server.port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
