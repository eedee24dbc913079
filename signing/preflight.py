"""Find out before the run whether documents can be signed, not at two in the morning."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity

from digitizer.errors import KeyUnavailable
from digitizer.model import SignatureLevel
from signing.mark import PageFrame, mark_lines, place
from signing.seal import evidence_context, level_of
from signing.settings import SigningSettings
from signing.signer import CertificateInfo, Signer, days_left, describe, open_signer
from signing.timestamp import ask
from signing.trust import Trust, context

WARN_DAYS = 30
A4 = PageFrame(0, 0, 595.28, 841.89)


@dataclass(frozen=True, slots=True)
class Preflight:
    """What `sohoa doctor` shows of the signing room.

    Attributes:
        days_left: full days until the certificate ends.
        chain: common names from the issuer upwards, as far as the key file holds them.
        reaches_trusted_root: the chain ends in a root that is believed here.
        level: what each document will get.
        tsa_clock_off: the authority's clock minus ours, None without time stamps.
    """

    certificate: CertificateInfo
    days_left: int
    chain: tuple[str, ...]
    reaches_trusted_root: bool
    level: SignatureLevel
    tsa_clock_off: timedelta | None

    @property
    def ends_soon(self) -> bool:
        return self.days_left < WARN_DAYS


def preflight(settings: SigningSettings, *, keys_folder: Path, now: datetime) -> Preflight:
    """Open the key, sign a text in memory, get a time stamp; report, or raise what is wrong.

    Args:
        keys_folder: where the throw-away identity lives.
        now: aware.

    Raises:
        ConfigError: the mark can't be written, or settings that contradict one another.
        WrongPassphrase, CertificateExpired, KeyUnavailable: see `open_signer`.
        TimestampUnavailable: the authority does not answer, or its answer does not hold.
    """
    signer = open_signer(settings, keys_folder=keys_folder, now=now)
    trust = Trust.open(settings, keys_folder)
    place(mark_lines(settings, now=now, is_throwaway=signer.certificate.is_throwaway), A4)
    evidence_context(signer, settings, now)
    asyncio.run(_test_signature(signer))
    names, reaches = _chain(signer, trust)
    return Preflight(
        certificate=signer.certificate,
        days_left=days_left(signer.certificate, now),
        chain=names,
        reaches_trusted_root=reaches,
        level=level_of(settings),
        tsa_clock_off=_clock_off(settings, trust, now),
    )


async def _test_signature(signer: Signer) -> None:
    digest = hashlib.sha256(b"sohoa preflight").digest()
    message = await signer.engine.async_sign(digest, "sha256", use_pades=True)
    signed = message["content"]
    intact, valid = validate_sig_integrity(
        extract_signer_info(signed),
        extract_certs_for_validation(signed).signer_cert,
        expected_content_type="data",
        actual_digest=digest,
    )
    if not (intact and valid):
        raise KeyUnavailable("a test signature does not match the certificate")


def _chain(signer: Signer, trust: Trust) -> tuple[tuple[str, ...], bool]:
    """Return the issuers' names in order, and whether they end in a trusted root."""
    chain = [x509.load_der_x509_certificate(der) for der in signer.chain]
    leaf = x509.load_der_x509_certificate(signer.certificate_der)
    top = chain[-1] if chain else leaf
    roots = trust.throwaway if signer.certificate.is_throwaway else trust.roots
    reaches = top.public_bytes(Encoding.DER) in roots or any(
        x509.load_der_x509_certificate(der).subject == top.issuer for der in roots
    )
    return tuple(describe(item).subject for item in chain), reaches


def _clock_off(settings: SigningSettings, trust: Trust, now: datetime) -> timedelta | None:
    if not settings.tsa_url:
        return None
    judge = None
    if trust.roots:
        # Revocation is checked when a document is verified; here the question is "the right one?"
        judge = context(trust.roots, moment=now, others=trust.intermediates, mode="soft-fail")
    return ask(settings.tsa_url, timeout_s=settings.tsa_timeout_s, now=now, trust=judge) - now
