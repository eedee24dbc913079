"""One-time passwords computed from a seed, each used once.

Source: RFC 6238 (TOTP) with its defaults: SHA-1, six digits, 30 seconds; RFC 4226 section 5.3.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import time
from collections.abc import Awaitable, Callable

from digitizer.errors import ConfigError
from signing.secret import Secret

PERIOD_S = 30
DIGITS = 6


class OneTimePasswords:
    """Gives the password of now; asked twice in one period it waits for the next.

    A service refuses a password it has seen, and may count that as a wrong one.
    """

    def __init__(
        self,
        seed: Secret,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._key = _key(seed)
        self._clock = clock
        self._sleep = sleep
        self._last_period = -1

    async def next(self) -> Secret:
        """Return a password that was not given before."""
        while (period := int(self._clock() // PERIOD_S)) <= self._last_period:
            await self._sleep((self._last_period + 1) * PERIOD_S - self._clock())
        self._last_period = period
        return password(self._key, period)


def password(key: Secret, counter: int) -> Secret:
    """Return the password of a period, RFC 4226's truncation."""
    digest = hmac.digest(key.reveal(), counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return Secret(f"{number % 10**DIGITS:0{DIGITS}}".encode())


def _key(seed: Secret) -> Secret:
    try:
        return Secret(base64.b32decode(_padded(seed).reveal(), casefold=True))
    except binascii.Error:
        raise ConfigError("csc_otp: the seed is not base32") from None


def _padded(seed: Secret) -> Secret:
    """Return a seed as it is handed out, in groups and without padding, as base32 wants it."""
    whole = Secret(b"".join(seed.reveal().split()))
    return Secret(whole.reveal() + b"=" * (-len(whole.reveal()) % 8))
