"""A sign-on on loopback: publishes its keys (JWKS) and signs tokens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

NAME = "https://dang-nhap.minh-hoa.example"
AUDIENCE = "sohoa"


def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@dataclass
class SignOn:
    """`fetches` counts how often its keys were asked for; `keys` may be changed meanwhile."""

    url: str = ""
    fetches: int = 0
    is_up: bool = True
    keys: dict[str, RSAPrivateKey] = field(default_factory=lambda: {"k1": _key()})

    def token(self, key_id: str = "k1", **claims: Any) -> str:
        """Sign a clerk's token; a claim of None is left out."""
        now = int(time.time())
        whole = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": "7f3a",
            "azp": "mot-cua",
            "iat": now,
            "exp": now + 300,
            "scope": "openid sohoa:metadata",
            "agency": "UBND xã Thí Điểm",
            "preferred_username": "lan.nt",
            **claims,
        }
        kept = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(kept, self.keys[key_id], "RS256", {"kid": key_id})

    def jwks(self) -> bytes:
        keys = [
            {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "alg": "RS256"}
            for name, key in self.keys.items()
        ]
        return json.dumps({"keys": keys}).encode()

    def rotate(self) -> None:
        self.keys["k2"] = _key()


@contextmanager
def signing_on() -> Iterator[SignOn]:
    """Listen on a free port until the block ends."""
    sign_on = SignOn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sign_on.fetches += 1
            self.send_response(200 if sign_on.is_up else 503)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(sign_on.jwks() if sign_on.is_up else b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sign_on.url = f"http://127.0.0.1:{server.server_port}/jwks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield sign_on
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
