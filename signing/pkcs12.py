"""A key in a PKCS#12 file; it stays in this process's memory while it is open."""

from __future__ import annotations

from pathlib import Path

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from digitizer.errors import KeyUnavailable, WrongPassphrase
from signing.certificate import check_fitness, issuers
from signing.key import DIGESTS, Key, KeyEngine, make_key
from signing.secret import Secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def open_pkcs12(file: Path, passphrase: Secret | None) -> Key:
    """Open a key file.

    Raises:
        WrongPassphrase: the passphrase does not open the file. Not to be retried.
        KeyUnavailable: file missing or damaged, no key in it, key and certificate do not belong
            together, a weak key, or a certificate that may not sign documents.
    """
    data = _read(file)
    try:
        bundle = pkcs12.load_pkcs12(data, passphrase.reveal() if passphrase else None)
    except ValueError as error:
        # cryptography says "Invalid password or PKCS12 data"; the structure was just found whole.
        raise WrongPassphrase from error
    except (TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable("the key file uses an algorithm that is not supported") from error
    if bundle.key is None or bundle.cert is None:
        raise KeyUnavailable("the key file holds no private key with its certificate")
    certificate = bundle.cert.certificate
    key = _usable_key(bundle.key, certificate)
    check_fitness(certificate)
    chain = issuers(certificate, [extra.certificate for extra in bundle.additional_certs])
    return make_key(certificate, chain, KeyEngine(certificate, chain, _Hand(key).sign))


class _Hand:
    """Signs with a private key that is in memory."""

    __slots__ = ("_key",)

    def __init__(self, key: PrivateKey) -> None:
        self._key = key

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        algorithm = DIGESTS[digest_algorithm]()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        return self._key.sign(data, ec.ECDSA(algorithm))


def _read(file: Path) -> bytes:
    """Return the file's bytes if they are PKCS#12 in form: so a refusal is the passphrase's."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise KeyUnavailable(f"pkcs12_file: {error.strerror}") from error
    try:
        bundle = asn1_pkcs12.Pfx.load(data, strict=True)
        whole = bundle["version"].native == "v3" and bool(bundle["auth_safe"].dump())
        whole = whole and bundle["auth_safe"]["content_type"].native is not None
    except (ValueError, TypeError, KeyError) as error:
        raise KeyUnavailable("the key file is damaged or not PKCS#12") from error
    if not whole:
        raise KeyUnavailable("the key file is damaged or not PKCS#12")
    return data


def _usable_key(key: object, certificate: x509.Certificate) -> PrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyUnavailable("only RSA and elliptic-curve keys are supported")
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        raise KeyUnavailable("private key and certificate do not belong together")
    return key
