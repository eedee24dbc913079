"""Keys that sign: the `Signer` port and the PKCS#12 file behind it.

A wrong passphrase is tried once and never again: tokens lock after three tries, and a person has
to put it right anyway. A signer is opened once per run and used for every document; it is not to
be shared between threads (asn1crypto parses lazily and is not thread-safe), processes are fine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from digitizer.errors import CertificateExpired, ConfigError, KeyUnavailable, WrongPassphrase
from signing.settings import SigningSettings
from signing.throwaway import PASSPHRASE_NAME, ensure_throwaway, is_throwaway_name

SMALLEST_RSA_BITS = 2048

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


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


class Signer(Protocol):
    """A key that can sign, with its certificates.

    `engine` is what pyHanko drives; `chain` holds the issuers' certificates (DER), nearest first.
    """

    @property
    def name(self) -> str: ...
    @property
    def certificate(self) -> CertificateInfo: ...
    @property
    def certificate_der(self) -> bytes: ...
    @property
    def chain(self) -> tuple[bytes, ...]: ...
    @property
    def engine(self) -> signers.Signer: ...


@dataclass(frozen=True, slots=True)
class Pkcs12Signer:
    """A key read from a PKCS#12 file; it stays in this process's memory."""

    name: str
    certificate: CertificateInfo
    certificate_der: bytes
    chain: tuple[bytes, ...]
    engine: signers.Signer

    def __repr__(self) -> str:
        return f"Pkcs12Signer({self.certificate.serial})"


def open_signer(settings: SigningSettings, *, keys_folder: Path, now: datetime) -> Signer:
    """Open the key that `settings` names; the throw-away identity is made at first use.

    Args:
        settings: names the key file and the file with its passphrase.
        keys_folder: where the throw-away identity lives.
        now: aware; the certificate must be valid at this moment.

    Raises:
        ConfigError: a PKCS#12 key without its file or passphrase file.
        WrongPassphrase: the passphrase does not open the file. Not to be retried.
        CertificateExpired: not yet, or no longer, valid.
        KeyUnavailable: file missing or damaged, no key in it, key and certificate do not belong
            together, a weak key, or a certificate that may not sign documents.
    """
    if settings.key == "throwaway":
        file = ensure_throwaway(keys_folder, now=now)
        passphrase_file: Path | None = keys_folder / PASSPHRASE_NAME
    else:
        if settings.pkcs12_file is None:
            raise ConfigError("[signing] key = pkcs12 needs pkcs12_file")
        file, passphrase_file = settings.pkcs12_file, settings.passphrase_file
    signer = _read_pkcs12(file, _passphrase(passphrase_file))
    _check_dates(signer.certificate, now)
    return signer


def days_left(certificate: CertificateInfo, now: datetime) -> int:
    """Return full days until the certificate ends, negative once it has."""
    return (certificate.not_after - now).days


def _passphrase(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        return file.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise KeyUnavailable(f"passphrase_file: {error.strerror}") from error


def _read_pkcs12(file: Path, passphrase: bytes | None) -> Pkcs12Signer:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise KeyUnavailable(f"pkcs12_file: {error.strerror}") from error
    _check_structure(data)
    try:
        bundle = pkcs12.load_pkcs12(data, passphrase)
    except ValueError as error:
        # cryptography says "Invalid password or PKCS12 data"; the structure was just found whole.
        raise WrongPassphrase from error
    except (TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable("the key file uses an algorithm that is not supported") from error
    if bundle.key is None or bundle.cert is None:
        raise KeyUnavailable("the key file holds no private key with its certificate")
    certificate = bundle.cert.certificate
    key = _usable_key(bundle.key, certificate)
    _check_usage(certificate)
    chain = _ordered(certificate, [extra.certificate for extra in bundle.additional_certs])
    info = describe(certificate)
    return Pkcs12Signer(
        name=info.subject,
        certificate=info,
        certificate_der=certificate.public_bytes(Encoding.DER),
        chain=chain,
        engine=_Engine(certificate, key, chain),
    )


def _check_structure(data: bytes) -> None:
    try:
        bundle = asn1_pkcs12.Pfx.load(data, strict=True)
        whole = bundle["version"].native == "v3" and bool(bundle["auth_safe"].dump())
        whole = whole and bundle["auth_safe"]["content_type"].native is not None
    except (ValueError, TypeError, KeyError) as error:
        raise KeyUnavailable("the key file is damaged or not PKCS#12") from error
    if not whole:
        raise KeyUnavailable("the key file is damaged or not PKCS#12")


def _usable_key(key: object, certificate: x509.Certificate) -> PrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyUnavailable("only RSA and elliptic-curve keys are supported")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < SMALLEST_RSA_BITS:
        raise KeyUnavailable(f"an RSA key of {key.key_size} bits is too weak")
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        raise KeyUnavailable("private key and certificate do not belong together")
    return key


def _check_usage(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise KeyUnavailable("the certificate states no key usage") from error
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyUnavailable("the certificate's key usage does not allow signing documents")


def _check_dates(certificate: CertificateInfo, now: datetime) -> None:
    if now < certificate.not_before:
        raise CertificateExpired(f"valid from {certificate.not_before.isoformat()}")
    if now > certificate.not_after:
        raise CertificateExpired(f"ended {certificate.not_after.isoformat()}")


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


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _ordered(leaf: x509.Certificate, others: list[x509.Certificate]) -> tuple[bytes, ...]:
    """Return the issuers from the leaf up, as far as the file holds them."""
    chain: list[x509.Certificate] = []
    current = leaf
    while current.issuer != current.subject:
        issuer = next((item for item in others if _issued(item, current)), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
        current = issuer
    return tuple(item.public_bytes(Encoding.DER) for item in chain)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


class _Engine(signers.Signer):
    """pyHanko's signer over a key that is parsed once, not once per signature."""

    def __init__(
        self, certificate: x509.Certificate, key: PrivateKey, chain: tuple[bytes, ...]
    ) -> None:
        registry = SimpleCertificateStore()
        own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
        for item in chain:
            registry.register(asn1_x509.Certificate.load(item))
        self._key = key
        super().__init__(signing_cert=own, cert_registry=registry, embed_roots=False)

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        algorithm: Any = {"sha256": hashes.SHA256, "sha384": hashes.SHA384}[digest_algorithm]()
        if dry_run:
            return bytes(512)
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        return self._key.sign(data, ec.ECDSA(algorithm))
