"""Tokens of the site's sign-on (OpenID Connect) in place of API keys, where one is set up.

A token is a JWT that the issuer has signed; its keys are fetched from the issuer (JWKS) and kept
for some minutes. Who asks comes from the token, never from a header beside it.

Source: RFC 7519 (JWT), RFC 7517 (JWKS), RFC 8725 (algorithms fixed by the verifier), RFC 9068.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt import PyJWK, PyJWKClient
from jwt.exceptions import PyJWKClientConnectionError, PyJWTError

from desk.api_keys import ApiKey, Scope
from desk.problem import Problem
from digitizer.errors import ConfigError
from pipelines.settings import DeskSettings

_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures only: under a shared secret the public key would do to forge one."""
_NEEDED = ("exp", "iat", "iss", "aud", "sub")
_LEEWAY_S = 30
_KEPT_S = 300
_LEAST_PAUSE_S = 10.0
_TIMEOUT_S = 5
_RETRY_S = 10
_PREFIX = "sohoa:"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def looks_like_token(presented: str) -> bool:
    """Claim that it is a JWT by its form; an API key never is."""
    return presented.count(".") == 2


class Issuer:
    """Believes one issuer's tokens. Safe to share between threads; may wait for the network."""

    def __init__(self, settings: DeskSettings) -> None:
        """Asks nobody yet.

        Raises:
            ConfigError: the address of the keys is not https (or this machine), or no audience.
        """
        parts = urlsplit(settings.oidc_jwks)
        is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
        if not parts.hostname or not is_safe:
            raise ConfigError("[desk] oidc_jwks must be https://…")
        if not settings.oidc_audience:
            raise ConfigError("[desk] oidc_audience is missing")
        self._settings = settings
        self._client = PyJWKClient(settings.oidc_jwks, lifespan=_KEPT_S, timeout=_TIMEOUT_S)
        self._lock = threading.Lock()
        self._fetched_at = float("-inf")

    def holder(self, token: str) -> tuple[ApiKey, str] | None:
        """Return what a token's holder may do and its account; None for a token not believed.

        Raises:
            Problem: the issuer's keys can't be fetched.
        """
        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = key and jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=_LEEWAY_S,
                options={"require": list(_NEEDED)},
            )
        except PyJWKClientConnectionError as error:
            raise Problem("unavailable", retry_after_s=_RETRY_S) from error
        except PyJWTError:
            return None
        return self._granted(claims) if claims else None

    def _key(self, key_id: str) -> PyJWK | None:
        """Return the issuer's key of that id, fetched anew at most every few seconds."""
        with self._lock:
            known = self._of(key_id, refresh=False)
            if known is None and time.monotonic() - self._fetched_at > _LEAST_PAUSE_S:
                known = self._of(key_id, refresh=True)
                self._fetched_at = time.monotonic()
            return known

    def _of(self, key_id: str, *, refresh: bool) -> PyJWK | None:
        keys = self._client.get_jwk_set(refresh=refresh).keys
        return next((key for key in keys if key.key_id == key_id), None)

    def _granted(self, claims: Mapping[str, Any]) -> tuple[ApiKey, str] | None:
        settings = self._settings
        scope = _scope(claims.get(settings.oidc_scope_claim))
        clerk = claims.get(settings.oidc_clerk_claim)
        if scope is None or not isinstance(clerk, str) or not clerk:
            return None
        client = str(claims.get("azp") or claims.get("client_id") or claims["sub"])
        key = ApiKey(
            key_id=f"oidc-{hashlib.sha256(client.encode()).hexdigest()[:8]}",
            label=client,
            agency=str(claims.get(settings.oidc_agency_claim, "")),
            scope=scope,
            per_minute=0,
            secret_sha256="",
            created_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            revoked_at=None,
        )
        return key, clerk


def _scope(said: object) -> Scope | None:
    """Return the furthest scope among `sohoa:exists`, `sohoa:metadata` …, None where none is."""
    words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    named = {str(word).removeprefix(_PREFIX) for word in words if str(word).startswith(_PREFIX)}
    known = [scope for scope in Scope if scope.value in named]
    counter = [scope for scope in known if scope is not Scope.REVIEW]
    return counter[-1] if counter else (known[0] if known else None)
