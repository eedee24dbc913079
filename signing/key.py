"""An opened key, wherever its secret half lives, and the engine that pyHanko drives with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from digitizer.errors import KeyUnavailable
from signing.certificate import CertificateInfo, describe

RawSign = Callable[[bytes, str], bytes]
"""Data and digest name (`sha256`) to a raw signature: PKCS#1 v1.5, or DER for elliptic curves."""
DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384}


def _nothing() -> None:
    """Close a key that holds nothing open."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A signing key with its certificates.

    Attributes:
        name: the certificate's common name.
        chain: the issuers' certificates (DER), nearest first.
        engine: what pyHanko drives. Not by two threads at once: asn1crypto parses lazily.
        is_free_to_try: a test signature costs no PIN entry and no authorization.
        close: gives back token and session; calling it twice does no harm.
    """

    name: str
    certificate: CertificateInfo
    certificate_der: bytes
    chain: tuple[bytes, ...]
    engine: signers.Signer
    is_free_to_try: bool = True
    close: Callable[[], None] = _nothing

    def __repr__(self) -> str:
        return f"Key({self.certificate.serial})"


def make_key(
    certificate: x509.Certificate,
    chain: tuple[bytes, ...],
    engine: signers.Signer,
    *,
    is_free_to_try: bool = True,
    close: Callable[[], None] = _nothing,
) -> Key:
    """Return the key of `certificate` that `engine` signs with."""
    info = describe(certificate)
    der = certificate.public_bytes(Encoding.DER)
    return Key(info.subject, info, der, chain, engine, is_free_to_try, close)


class KeyEngine(signers.Signer):
    """pyHanko's signer over a key that is looked up once, not once per signature.

    Every signature is checked against the certificate before it is used: a token or driver that
    signs with another key, or not at all, is found here and not by whoever verifies.
    """

    def __init__(
        self, certificate: x509.Certificate, chain: tuple[bytes, ...], sign: RawSign
    ) -> None:
        self._certificate = certificate
        self._sign = sign
        super().__init__(
            signing_cert=as_asn1(certificate), cert_registry=registry(chain), embed_roots=False
        )

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if dry_run:
            return bytes(512)
        signature = self._sign(data, digest_algorithm)
        check_signature(self._certificate, signature, data, digest_algorithm)
        return signature


def check_signature(
    certificate: x509.Certificate, signature: bytes, data: bytes, digest_algorithm: str
) -> None:
    """Raise KeyUnavailable unless `signature` over `data` is by the certificate's key."""
    key = certificate.public_key()
    algorithm = DIGESTS[digest_algorithm]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:
            assert isinstance(key, ec.EllipticCurvePublicKey), "see check_fitness"
            key.verify(signature, data, ec.ECDSA(algorithm))
    except InvalidSignature as error:
        raise KeyUnavailable("a signature does not match the certificate") from error


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return `certificate` as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def registry(chain: tuple[bytes, ...]) -> Any:
    """Return pyHanko's store of the issuers that a signature takes along."""
    store = SimpleCertificateStore()
    for der in chain:
        store.register(asn1_x509.Certificate.load(der))
    return store
