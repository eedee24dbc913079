"""A key at a remote signing service that speaks the CSC API 1.0.4.

For each document: a token of the service (OAuth 2.0, without PIN), an authorization bound to the
document's hash (`credentials/authorize`, with PIN or one-time password), the signature
(`signatures/signHash`). With `csc_batch` one PIN entry authorizes several documents: the
authorization is then carried on from one hash to the next (`credentials/extendTransaction`).

Source: CSC API 1.0.4.0, sections 11.5 (credentials/info) and 11.9 (signatures/signHash).
"""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithmId
from cryptography import x509
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.csc_signer import (
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    base64_digest,
)

from digitizer.errors import (
    CertificateRevoked,
    ConfigError,
    DigitizationError,
    KeyUnavailable,
    SigningServiceUnavailable,
)
from signing.certificate import check_fitness, issuers
from signing.csc_authority import Authority, Factors
from signing.csc_service import Json, Refused, Service
from signing.key import Key, as_asn1, check_signature, make_key, registry
from signing.secret import SecretPlace
from signing.settings import KeySettings

WITH_DIGEST = {"rsassa_pkcs1v15": "sha256_rsa", "ecdsa": "sha256_ecdsa"}
"""Services that name a key's plain algorithm mean it with any digest."""


def open_csc(settings: KeySettings, place: SecretPlace) -> Key:
    """Look a credential up at the service; nothing is authorized yet.

    Args:
        place: of the PIN; read only where the credential asks for one.

    Raises:
        ConfigError: settings are missing, or the credential wants a way of authorization in which
            a person must sit at a browser.
        CertificateRevoked: the service says so.
        KeyUnavailable: disabled, no such credential, or one that may not sign documents.
        SigningServiceUnavailable: no answer in time, or one that makes no sense.
    """
    service = _service(settings)
    body = {"credentialID": settings.csc_credential, "certificates": "chain", "certInfo": True}
    try:
        answer = asyncio.run(service.call("credentials/info", body))
    except Refused as refusal:
        raise KeyUnavailable(f"credentials/info: {refusal}") from refusal
    info = _credential(answer)
    can_carry_on = asyncio.run(service.offers("credentials/extendTransaction"))
    certificates = [x509.load_der_x509_certificate(item.dump()) for item in _all(info)]
    certificate, chain = certificates[0], issuers(certificates[0], certificates[1:])
    check_fitness(certificate)
    batch = min(settings.csc_batch, info.max_batch_size) if can_carry_on else 1
    factors = Factors.of(settings, answer, place)
    session = CSCServiceSessionInfo(service.url, settings.csc_credential)
    authority = Authority(session, info, service=service, factors=factors, batch=max(1, batch))
    engine = _Engine(service, authority, certificate, chain)
    return make_key(certificate, chain, engine, is_free_to_try=False)


def _service(settings: KeySettings) -> Service:
    section = settings.section
    for name in ("csc_url", "csc_credential", "csc_client_id"):
        if not getattr(settings, name):
            raise ConfigError(f"[{section}] key = csc needs {name}")
    if settings.csc_batch < 1 or settings.csc_timeout_s <= 0:
        raise ConfigError(f"[{section}] csc_batch and csc_timeout_s must be above 0")
    secret = SecretPlace(
        f"[{section}] csc_client_secret",
        settings.csc_client_secret_file,
        settings.csc_client_secret_credential,
    ).read()
    return Service(settings.csc_url, settings.csc_client_id, secret, settings.csc_timeout_s)


# ── what the service says of the credential ──────────────────────────────────────────────────


def _credential(answer: Json) -> CSCCredentialInfo:
    key, cert = _table(answer, "key"), _table(answer, "cert")
    if key.get("status") != "enabled":
        raise KeyUnavailable("the service has disabled this credential's key")
    if cert.get("status") == "revoked":
        raise CertificateRevoked("the signing service says so")
    if answer.get("authMode") not in ("implicit", "explicit"):
        raise ConfigError(f"authorization {answer.get('authMode')!r} needs a person at a browser")
    try:
        own, *others = [asn1_x509.Certificate.load(_decoded(item)) for item in cert["certificates"]]
        names = {SignedDigestAlgorithmId(oid).native for oid in key["algo"]}
        most = int(answer["multisign"])
        is_bound = int(answer.get("SCAL", 1)) == 2
    except (KeyError, ValueError, TypeError) as error:
        raise SigningServiceUnavailable("credentials/info: not as CSC 11.5 says") from error
    algorithms = frozenset(names | {WITH_DIGEST[name] for name in names if name in WITH_DIGEST})
    return CSCCredentialInfo(own, others, algorithms, most, is_bound, answer)


def _table(answer: Json, name: str) -> Json:
    found = answer.get(name)
    if not isinstance(found, dict):
        raise SigningServiceUnavailable(f"credentials/info: no {name}")
    return found


def _all(info: CSCCredentialInfo) -> list[asn1_x509.Certificate]:
    return [info.signing_cert, *info.chain]


def _decoded(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError("base64 text expected")
    return base64.b64decode(text, validate=True)


# ── signature ────────────────────────────────────────────────────────────────────────────────


class _Engine(CSCSigner):
    """pyHanko's signer for the CSC API, over our calls with their deadlines and plain errors."""

    def __init__(
        self,
        service: Service,
        authority: Authority,
        certificate: x509.Certificate,
        chain: tuple[bytes, ...],
    ) -> None:
        # pyHanko only hands the session on to the calls that are overridden here.
        no_session: Any = None
        super().__init__(no_session, authority, embed_roots=False)
        self._service = service
        self._authority = authority
        self._certificate = certificate
        self._signing_cert = as_asn1(certificate)
        self._cert_registry = registry(chain)

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if dry_run:
            return bytes(512)
        try:
            signature = await self._signed(base64_digest(data, digest_algorithm), digest_algorithm)
            check_signature(self._certificate, signature, data, digest_algorithm)
        except DigitizationError:
            self._authority.forget()
            raise
        return signature

    async def _signed(self, digest: str, digest_algorithm: str) -> bytes:
        try:
            request = await self.format_csc_signing_req([digest], digest_algorithm)
            answer = await self._service.call("signatures/signHash", request)
        except Refused as refusal:
            raise SigningServiceUnavailable(f"signatures/signHash: {refusal}") from refusal
        except SigningError as error:
            raise KeyUnavailable(str(error)) from error
        found = answer.get("signatures")
        if not isinstance(found, list) or len(found) != 1:
            raise SigningServiceUnavailable("signatures/signHash: not one signature in the reply")
        try:
            return _decoded(found[0])
        except (TypeError, ValueError) as error:
            raise SigningServiceUnavailable("signatures/signHash: not base64") from error
