"""Tell the province's system that a document is ready: signed, at least once, with no person in it.

Each request carries `X-Sohoa-Event`, `X-Sohoa-Timestamp` (seconds since 1970) and
`X-Sohoa-Signature`: `v1=` and the HMAC-SHA-256, in hexadecimal, of timestamp, a dot and the body,
under the secret that both sides keep. A receiver refuses old timestamps, so that what was recorded
on the line can't be sent again, and forgets events whose id it has seen.

Source: REQ-3.13; docs/integration.md has a receiver.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from digitizer import codec
from digitizer.errors import ConfigError
from digitizer.model import FieldName
from pipelines.settings import Settings, WebhookSettings
from storage.outbox import Event, Fate, Outbox
from storage.record import Record

SCHEMA = "sohoa.document_ready/1"
_LEAST_SECRET = 32
_OUTBOX = "outbox.sqlite"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one round: how many were accepted, put off, and given up."""

    accepted: int = 0
    put_off: int = 0
    given_up: int = 0


def outbox(settings: Settings) -> Outbox:
    """Open the site's outbox. Raises CatalogUnavailable."""
    return Outbox(settings.run.data / _OUTBOX)


def has_outbox(settings: Settings) -> bool:
    """Whether something was ever to be told."""
    return (settings.run.data / _OUTBOX).is_file()


def announce(settings: Settings, record: Record, now: datetime) -> None:
    """Enter "document ready" into the outbox, where the site has a webhook. Sends nothing.

    Raises:
        CatalogUnavailable: it could not be written down.
    """
    if not settings.webhook.url:
        return
    event_id = hashlib.sha256(f"{record.document_id}|{record.version}".encode()).hexdigest()[:32]
    with outbox(settings) as held:
        held.enter(event_id, _body(event_id, record), now)


def deliver(settings: Settings, clock: Callable[[], datetime]) -> Delivered:
    """Send what is due, oldest first, one after the other.

    Raises:
        ConfigError: the URL or the secret is not usable.
        CatalogUnavailable: the outbox can't be used.
    """
    hook = settings.webhook
    secret = secret_of(hook)
    fates = []
    with outbox(settings) as held:
        for event in held.due(clock()):
            error = asyncio.run(_sent(hook, secret, event, clock()))
            if not error:
                held.delivered(event.event_id)
                fates.append(Fate.DELIVERED)
                continue
            fates.append(held.failed(event, error, clock(), most=hook.attempts))
            log.warning("event %s not delivered: %s", event.event_id, error)
    return Delivered(*(fates.count(fate) for fate in (Fate.DELIVERED, Fate.PENDING, Fate.DEAD)))


def secret_of(hook: WebhookSettings) -> bytes:
    """Return the secret under which events are signed.

    Raises:
        ConfigError: URL or secret are missing or unfit.
    """
    parts = urlsplit(hook.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
        raise ConfigError("[webhook] url must be http(s)://…, without a password in it")
    if hook.secret_file is None:
        raise ConfigError("[webhook] secret_file is missing; make one: openssl rand -hex 32")
    try:
        mode = stat.S_IMODE(hook.secret_file.stat().st_mode)
        secret = hook.secret_file.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"[webhook] secret_file {hook.secret_file}: {error.strerror}") from error
    if mode & 0o077:
        raise ConfigError(f"[webhook] secret_file is open to others; chmod 600 {hook.secret_file}")
    if len(secret) < _LEAST_SECRET:
        raise ConfigError(f"[webhook] secret_file holds fewer than {_LEAST_SECRET} characters")
    return secret


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the value of `X-Sohoa-Signature`."""
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def _body(event_id: str, record: Record) -> str:
    """Return what is told: codes and digests, and the case that the paper itself bears."""
    case = record.field(FieldName.MA_HO_SO)
    return codec.encode(
        {
            "schema": SCHEMA,
            "event_id": event_id,
            "document_id": record.document_id,
            "document_type": record.document_type,
            "version": record.version,
            "change": record.change.value,
            "ma_ho_so": case.value if case and case.is_verified else "",
            "signed_sha256": record.objects.signed.sha256,
            "pages": record.page_count,
            "stored_at": record.stored_at,
        }
    ).decode()


async def _sent(hook: WebhookSettings, secret: bytes, event: Event, now: datetime) -> str:
    """Send an event; return "" where it was accepted (2xx), else why not."""
    import aiohttp

    body, timestamp = event.body.encode(), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Sohoa-Event": event.event_id,
        "X-Sohoa-Timestamp": timestamp,
        "X-Sohoa-Signature": signature(secret, timestamp, body),
    }
    limit = aiohttp.ClientTimeout(total=hook.timeout_s)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(hook.url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return "" if 200 <= response.status < 300 else f"HTTP {response.status}"
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return type(error).__name__
