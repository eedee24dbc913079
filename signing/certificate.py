"""What a certificate says, whether its key may sign documents today, and who issued it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from digitizer.errors import CertificateExpired, KeyUnavailable
from signing.throwaway import is_throwaway_name

SMALLEST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """What a certificate says, for stamps, records and reports.

    Attributes:
        subject, issuer: common names.
        serial: lower-case hexadecimal.
        not_before, not_after: aware UTC.
    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    is_throwaway: bool


def describe(certificate: x509.Certificate) -> CertificateInfo:
    """Return what `certificate` says of itself."""
    subject = _common_name(certificate.subject)
    return CertificateInfo(
        subject=subject,
        issuer=_common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_throwaway=is_throwaway_name(subject),
    )


def days_left(certificate: CertificateInfo, now: datetime) -> int:
    """Return full days until the certificate ends, negative once it has."""
    return (certificate.not_after - now).days


def check_dates(certificate: CertificateInfo, now: datetime) -> None:
    """Raise CertificateExpired unless the certificate is valid at `now`, an aware time."""
    if now < certificate.not_before:
        raise CertificateExpired(f"valid from {certificate.not_before.isoformat()}")
    if now > certificate.not_after:
        raise CertificateExpired(f"ended {certificate.not_after.isoformat()}")


def check_fitness(certificate: x509.Certificate) -> None:
    """Raise KeyUnavailable unless the certificate's key may sign documents and is strong enough."""
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise KeyUnavailable("only RSA and elliptic-curve keys are supported")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SMALLEST_RSA_BITS:
        raise KeyUnavailable(f"an RSA key of {key.key_size} bits is too weak")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise KeyUnavailable("the certificate states no key usage") from error
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyUnavailable("the certificate's key usage does not allow signing documents")


def issuers(leaf: x509.Certificate, others: list[x509.Certificate]) -> tuple[bytes, ...]:
    """Return the issuers (DER) from the leaf up, as far as `others` holds them."""
    chain: list[x509.Certificate] = []
    current = leaf
    while current.issuer != current.subject:
        issuer = next((item for item in others if _issued(item, current)), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
        current = issuer
    return tuple(item.public_bytes(Encoding.DER) for item in chain)


def load_certificates(file: Path) -> list[x509.Certificate]:
    """Return the certificates in a PEM or DER file. Raises KeyUnavailable."""
    try:
        data = file.read_bytes()
        found = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else []
        return [x509.load_der_x509_certificate(der) for der in found or [data]]
    except OSError as error:
        raise KeyUnavailable(f"certificate_file: {error.strerror}") from error
    except ValueError as error:
        raise KeyUnavailable("certificate_file holds something that is no certificate") from error


def is_authority(certificate: x509.Certificate) -> bool:
    """Return whether the certificate is one that issues others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
