"""API keys: who may ask at the counter, and how much. Secrets are shown once and kept hashed.

A key reads `sohoa_<id>_<secret>`. The secret has 256 random bits, so a plain SHA-256 of it is as
hard to turn round as a slow hash; comparing takes the same time whatever is wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from digitizer import codec
from digitizer.errors import ConfigError
from pipelines import durable

_SHAPE = re.compile(r"sohoa_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NOBODY = "0" * 64


class Scope(StrEnum):
    """What a key may do; of the counter, each more than the one before."""

    EXISTS = "exists"
    """States only."""
    METADATA = "metadata"
    """And what papers were found, their persons masked."""
    DOCUMENT = "document"
    """And their pages and copies, for a named case and purpose; and sensitive papers."""
    REVIEW = "review"
    """Nothing of the counter: the review queue alone."""


_ORDER = (Scope.EXISTS, Scope.METADATA, Scope.DOCUMENT)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key as it is kept.

    Attributes:
        label: for people, e.g. `Quầy 3`.
        agency: whose answers these are in the re-use figures.
        per_minute: questions a minute, 0 for the site's own figure.
    """

    key_id: str
    label: str
    agency: str
    scope: Scope
    per_minute: int
    secret_sha256: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def allows(self, scope: Scope) -> bool:
        """Claim that the key reaches as far as `scope`."""
        if Scope.REVIEW in (self.scope, scope):
            return self.scope is scope
        return _ORDER.index(self.scope) >= _ORDER.index(scope)

    def is_live(self, now: datetime) -> bool:
        """Claim that the key is neither revoked nor expired at `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class _File:
    keys: tuple[ApiKey, ...] = ()


class KeyRing:
    """All keys of a site, read again when the file changes, so that revoking works at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._mark: tuple[int, int] | None = None
        self._by_id: dict[str, ApiKey] = {}

    def holder(self, presented: str, now: datetime) -> ApiKey | None:
        """Return the live key that was presented, None when it is none.

        Raises:
            ConfigError: the file can't be read, or others can.
        """
        match = _SHAPE.fullmatch(presented)
        key_id, secret = match.groups() if match else ("", "")
        known = self._current().get(key_id)
        expected = known.secret_sha256 if known else _NOBODY
        is_right = hmac.compare_digest(_hashed(secret), expected)
        return known if known and is_right and known.is_live(now) else None

    def _current(self) -> dict[str, ApiKey]:
        mark = _mark(self._file)
        if mark != self._mark:
            self._by_id = {key.key_id: key for key in all_keys(self._file)}
            self._mark = mark
        return self._by_id


def all_keys(file: Path) -> tuple[ApiKey, ...]:
    """Return every key, revoked ones too, oldest first; none where there is no file.

    Raises:
        ConfigError: the file is damaged, can't be read, or others can read it.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        data = file.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigError(f"[desk] keys_file {file}: {error.strerror}") from error
    if mode & 0o077:
        raise ConfigError(f"[desk] keys_file {file} is open to others; run chmod 600 on it")
    try:
        return codec.decode(_File, data).keys
    except ValueError as error:
        raise ConfigError(f"[desk] keys_file {file} is damaged") from error


def add(file: Path, wanted: ApiKey) -> str:
    """Keep a new key and return the only copy of what the caller will present.

    Args:
        wanted: its `key_id` and `secret_sha256` are made here.

    Raises:
        ConfigError: the file is not as we keep it.
        DiskFull: it can't be written.
    """
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = replace(wanted, key_id=key_id, secret_sha256=_hashed(secret))
    _save(file, (*all_keys(file), key))
    return f"sohoa_{key_id}_{secret}"


def revoke(file: Path, key_id: str, now: datetime) -> ApiKey | None:
    """Revoke a key and return it, None where there is none of that id. Raises as `add`."""
    keys = all_keys(file)
    found = next((key for key in keys if key.key_id == key_id), None)
    if found is None:
        return None
    revoked = found if found.revoked_at else replace(found, revoked_at=now)
    _save(file, (revoked if key is found else key for key in keys))
    return revoked


def _save(file: Path, keys: Iterable[ApiKey]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    durable.write(file, codec.encode(_File(tuple(keys))))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _mark(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)
