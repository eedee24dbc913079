"""Until when does the proof of a signed PDF hold by itself?

The newest document time stamp vouches for all that it covers, so the file holds as long as that
stamp can be verified: until the first certificate of its path ends, the root aside. Without a
document time stamp it is the signing certificate that counts, and its own time stamp's where there
is one. Before that day a further document time stamp has to be put over the file.

Source: ETSI EN 319 142-1, 5.5 and 6.1 (B-LTA); RFC 3161.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SignedDataCerts
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitizer.errors import ConfigError, IntegrityError, RevocationUnavailable
from digitizer.model import SignatureLevel
from signing.settings import SigningSettings
from signing.timestamp import CheckedTimeStamper
from signing.trust import Trust
from signing.verdict import Status
from signing.verify import verify

_LONGEST_PATH = 8


@dataclass(frozen=True, slots=True)
class Lapse:
    """When a proof ends, and through whose certificate.

    Attributes:
        at: aware UTC; the first certificate of the path to end.
        certificate: that certificate's subject, its common name.
        rests_on: a document time stamp, or the signatures themselves.
    """

    at: datetime
    certificate: str
    rests_on: Literal["timestamp", "signature"]


def lapse_of(pdf: Path) -> Lapse:
    """Return when the proof of a signed PDF of the archive ends.

    Nothing is judged here: whether the file is valid is `signing.verify`'s to say.

    Raises:
        IntegrityError: it can't be read as a signed PDF, which it was when it was archived.
    """
    try:
        with pdf.open("rb") as stream:
            return _lapse(PdfFileReader(stream, strict=True))
    except (OSError, PdfError, SignatureValidationError, ValueError, TypeError, KeyError) as error:
        raise IntegrityError(f"{pdf.name}: can't be read as a signed PDF") from error


def authority(settings: SigningSettings, now: datetime) -> CheckedTimeStamper:
    """Return whom to ask for time stamps at `now`, whatever level new seals get.

    Raises ConfigError when none is named.
    """
    if not settings.tsa_url:
        raise ConfigError("[signing] tsa_url: renewing needs a time-stamp authority")
    return CheckedTimeStamper(settings.tsa_url, timeout_s=settings.tsa_timeout_s, now=now)


def reach(settings: SigningSettings, *, trust: Trust, now: datetime) -> datetime:
    """Ask the authority for a time stamp and return until when one of today can be verified.

    Args:
        trust: its intermediate certificates help where the authority sends only its own.
        now: aware.

    Raises:
        TimestampUnavailable: no token, or one that does not hold.
        ConfigError: no authority is named.
    """
    digest = hashlib.sha256(b"sohoa renew").digest()
    token = asyncio.run(authority(settings, now).async_timestamp(digest, "sha256"))
    others = [asn1_x509.Certificate.load(der) for der in trust.intermediates]
    return _first_end(extract_certs_for_validation(token["content"]), others).at


def levels_of(pdf: Path, *, trust: Trust, now: datetime) -> tuple[SignatureLevel, ...]:
    """Prove that a PDF that was just extended is valid, and return its signatures' levels.

    Args:
        trust: whom we believe; OCSP and CRL are asked, whatever it says about that.
        now: aware.

    Raises:
        IntegrityError: it is invalid, which it was not before it was extended.
        RevocationUnavailable: it can't be decided now.
    """
    verdict = verify(pdf, trust=replace(trust, may_fetch=True), now=now)
    if not verdict.is_valid:
        codes = ", ".join(reason.code for reason in verdict.reasons)
        kind = IntegrityError if verdict.status is Status.INVALID else RevocationUnavailable
        raise kind(f"{pdf.name}, after it was extended: {codes}")
    found = (checked.level for checked in verdict.signatures if checked.kind == "signature")
    return tuple(level for level in found if level is not None)


def _lapse(reader: PdfFileReader) -> Lapse:
    found = sorted(reader.embedded_signatures, key=lambda item: item.signed_revision)
    if not found:
        raise ValueError("unsigned")
    stored = _stored_certificates(reader)
    stamps = [item for item in found if item.sig_object_type == "/DocTimeStamp"]
    # The newest stamp vouches for all before it; what was signed after it stands for itself.
    resting = [*stamps[-1:], *found[found.index(stamps[-1]) + 1 :]] if stamps else found
    ends = [(_first_end(made, stored), item) for item in resting for made in _resting(item)]
    first, item = min(ends, key=lambda end: end[0].at)
    return Lapse(first.at, first.certificate, "timestamp" if item in stamps else "signature")


def _resting(item: EmbeddedPdfSignature) -> Iterator[SignedDataCerts]:
    """Yield the certificates of a signature and of the time stamp it carries."""
    yield extract_certs_for_validation(item.signed_data)
    for token in extract_tst_data_iter(item.signer_info, signed=False):
        yield extract_certs_for_validation(token)


@dataclass(frozen=True, slots=True)
class _End:
    at: datetime
    certificate: str


def _first_end(found: SignedDataCerts, stored: Iterable[asn1_x509.Certificate]) -> _End:
    """Return the first certificate to end on the way from the signer up, the root aside."""
    others = (*found.other_certs, *stored)
    path = [found.signer_cert]
    while len(path) < _LONGEST_PATH and (issuer := _issuer(path[-1], others)) is not None:
        path.append(issuer)
    first = min(path, key=_end_of)
    return _End(_end_of(first).astimezone(UTC), _common_name(first))


def _issuer(
    certificate: asn1_x509.Certificate, others: Iterable[asn1_x509.Certificate]
) -> asn1_x509.Certificate | None:
    """Return the issuer that lasts longest among those of that name and key, None for a root."""
    wanted = certificate.authority_key_identifier
    named = [
        item
        for item in others
        if not item.self_issued
        and item.subject == certificate.issuer
        and (wanted is None or item.key_identifier in (None, wanted))
    ]
    return max(named, key=_end_of, default=None)


def _end_of(certificate: asn1_x509.Certificate) -> datetime:
    end: datetime = certificate.not_valid_after
    return end


def _common_name(certificate: asn1_x509.Certificate) -> str:
    name = certificate.subject.native.get("common_name", certificate.subject.human_friendly)
    return str(name[-1] if isinstance(name, list) else name)


def _stored_certificates(reader: PdfFileReader) -> tuple[asn1_x509.Certificate, ...]:
    try:
        return tuple(DocumentSecurityStore.read_dss(reader).load_certs())
    except NoDSSFoundError:
        return ()
