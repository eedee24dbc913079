"""Find out before the run whether documents can be signed, not at two in the morning.

What costs nothing comes first: certificate, chain, revocation, time stamps. Only then is a PIN
used, once; a test signature is made where it needs no PIN entry and no authorization of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from digitizer.errors import ConfigError
from digitizer.model import SignatureLevel
from signing.certificate import CertificateInfo, days_left
from signing.chain import Revocation, check_chain
from signing.level import evidence_context, has_evidence, is_stamped, level_of
from signing.mark import PageFrame, mark_lines
from signing.placement import place
from signing.settings import KeySettings, OperatorSettings, SigningSettings
from signing.signer import Signer, open_signer
from signing.timestamp import ask
from signing.trust import Trust, context

log = logging.getLogger(__name__)

A4 = PageFrame(0, 0, 595.28, 841.89)


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What is known of one key.

    Attributes:
        days_left: full days until the certificate ends.
        warn_days: fewer are a reason to warn.
        chain: common names from the issuer upwards, as far as the key brings them along.
        reaches_trusted_root: the chain ends in a root that is believed here.
        revocation: `good`, or `not_asked` where the settings do not ask for proof.
        is_tried: a test signature was made.
    """

    certificate: CertificateInfo
    days_left: int
    warn_days: int
    chain: tuple[str, ...]
    reaches_trusted_root: bool
    revocation: Revocation
    is_tried: bool

    @property
    def ends_soon(self) -> bool:
        return self.days_left < self.warn_days


@dataclass(frozen=True, slots=True)
class Preflight:
    """What `sohoa doctor` shows of the signing room.

    Attributes:
        level: what each document will get.
        tsa_clock_off: the authority's clock minus ours, None without time stamps.
    """

    key: KeyReport
    level: SignatureLevel
    tsa_clock_off: timedelta | None


def preflight(settings: SigningSettings, *, keys_folder: Path, now: datetime) -> Preflight:
    """Look at the agency's key and the time-stamp authority, using no PIN; report or raise.

    Args:
        keys_folder: where the throw-away identity lives.
        now: aware.

    Raises:
        ConfigError: the mark can't be written, settings that contradict one another, or a chain
            that ends in no root of `trust_folder`.
        PinAtRisk, WrongPassphrase, CertificateExpired, KeyUnavailable: see `open_signer`.
        CertificateRevoked, RevocationUnavailable: see `check_chain`.
        TimestampUnavailable: the authority does not answer, or its answer does not hold.
    """
    site = _Site(settings, keys_folder, now)
    with contextlib.closing(site.open(settings, unlock=False)) as signer:
        return site.check_seal(signer)


def preflight_operator(
    settings: OperatorSettings, site: SigningSettings, *, keys_folder: Path, now: datetime
) -> KeyReport:
    """Look at the scanning officer's key as `preflight` does at the agency's.

    Args:
        site: whom we believe.
    """
    place = _Site(site, keys_folder, now)
    with contextlib.closing(place.open(settings, unlock=False)) as signer:
        return place.check_key(signer, settings)


def open_seal(settings: SigningSettings, *, keys_folder: Path, now: datetime) -> Signer:
    """Return the agency's key, opened after all else was found in order. Raises as `preflight`."""
    site = _Site(settings, keys_folder, now)
    return site.open_checked(settings, site.check_seal)


def open_operator(
    settings: OperatorSettings, site: SigningSettings, *, keys_folder: Path, now: datetime
) -> Signer:
    """Return the scanning officer's key, opened after all else was found in order."""
    place = _Site(site, keys_folder, now)
    return place.open_checked(settings, lambda signer: place.check_key(signer, settings))


@dataclass(frozen=True, slots=True)
class _Site:
    """Whom a site believes, at one moment."""

    settings: SigningSettings
    keys_folder: Path
    now: datetime

    @property
    def asks_network(self) -> bool:
        """Whether OCSP and CRL must prove that nothing is revoked."""
        wanted = self.settings.fetch_revocation or has_evidence(level_of(self.settings))
        # Without a root there is no telling whose word counts.
        return wanted and self.settings.trust_folder is not None

    def open(self, settings: KeySettings, *, unlock: bool) -> Signer:
        return open_signer(settings, keys_folder=self.keys_folder, now=self.now, unlock=unlock)

    def open_checked(self, settings: KeySettings, check: Callable[[Signer], object]) -> Signer:
        """Check what costs nothing, then use the PIN, then sign a text where that is free."""
        if settings.key == "pkcs11":
            with contextlib.closing(self.open(settings, unlock=False)) as looked:
                check(looked)
        signer = self.open(settings, unlock=True)
        try:
            if settings.key == "pkcs11":
                try_out(signer)
            else:
                check(signer)
        except BaseException:
            signer.close()
            raise
        return signer

    def check_seal(self, signer: Signer) -> Preflight:
        lines = mark_lines(
            self.settings, now=self.now, is_throwaway=signer.certificate.is_throwaway
        )
        place(lines, A4)
        evidence_context(signer, self.settings, self.now)
        key = self.check_key(signer, self.settings)
        return Preflight(key, level_of(self.settings), self._clock_off())

    def check_key(self, signer: Signer, settings: KeySettings) -> KeyReport:
        trust = Trust.open(self.settings, self.keys_folder)
        chain = check_chain(signer, trust, now=self.now, ask_network=self.asks_network)
        if self.settings.trust_folder and not chain.reaches_trusted_root:
            raise ConfigError(
                f"[{settings.section}] the key's certificate leads to no root in trust_folder"
            )
        if signer.is_free_to_try:
            try_out(signer)
        left = days_left(signer.certificate, self.now)
        if left < settings.warn_days:
            log.warning("[%s] certificate ends in %s days", settings.section, left)
        return KeyReport(
            certificate=signer.certificate,
            days_left=left,
            warn_days=settings.warn_days,
            chain=chain.names,
            reaches_trusted_root=chain.reaches_trusted_root,
            revocation=chain.revocation,
            is_tried=signer.is_free_to_try,
        )

    def _clock_off(self) -> timedelta | None:
        settings = self.settings
        if not is_stamped(level_of(settings)):
            return None
        trust = Trust.open(settings, self.keys_folder)
        judge = None
        if trust.roots:
            judge = context(
                trust.roots,
                moment=self.now,
                others=trust.intermediates,
                mode="hard-fail" if self.asks_network else "soft-fail",
                may_fetch=self.asks_network,
            )
        stated = ask(settings.tsa_url, timeout_s=settings.tsa_timeout_s, now=self.now, trust=judge)
        return stated - self.now


def try_out(signer: Signer) -> None:
    """Sign a text in memory; the engine itself checks the signature. Raises KeyUnavailable."""
    asyncio.run(signer.engine.async_sign_raw(b"sohoa preflight", "sha256"))
