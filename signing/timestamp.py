"""RFC 3161 time stamps, with a deadline, and checked before they are used.

pyHanko checks status and nonce; here the message imprint, the token's own signature, its purpose
and its clock are checked too, so that a lying authority is found while signing and not years later.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta

import aiohttp  # pyHanko's own HTTP client
from asn1crypto import cms, tsp
from pyhanko.sign.general import SigningError, extract_signer_info
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from digitizer.errors import TimestampUnavailable

LARGEST_REPLY = 1 << 20
CLOCK_TOLERANCE = timedelta(minutes=15)
REPLY_TYPE = "application/timestamp-reply"


class CheckedTimeStamper(TimeStamper):
    """Asks one authority for time stamps; every failure is a `TimestampUnavailable`.

    Args:
        url: the authority, http or https.
        timeout_s: for the whole exchange, however slowly the reply drips in.
        now: aware; a token whose clock is more than 15 minutes away is refused.
    """

    def __init__(self, url: str, *, timeout_s: float, now: datetime) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self.url = url
        self.timeout_s = timeout_s
        self.now = now
        self.last_time: datetime | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over `message_digest`. Raises TimestampUnavailable."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            self.last_time = _check(token, message_digest, self.now)
        except (TimestampRequestError, SigningError, SignatureValidationError) as error:
            raise TimestampUnavailable(f"{self.url}: {error}") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # asn1crypto on a reply that is no TimeStampResp
            raise TimestampUnavailable(f"{self.url}: reply can't be parsed") from error
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            reply = await self._post(req.dump())
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            reason = type(error).__name__
            raise TimestampUnavailable(f"{self.url}: no answer ({reason})") from error
        return tsp.TimeStampResp.load(reply, strict=True)

    async def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": REPLY_TYPE}
        limit = aiohttp.ClientTimeout(total=self.timeout_s)
        async with (
            aiohttp.ClientSession(timeout=limit, headers=headers) as session,
            session.post(self.url, data=body, allow_redirects=False) as response,
        ):
            if response.status != 200 or response.content_type != REPLY_TYPE:
                raise TimestampUnavailable(
                    f"{self.url}: HTTP {response.status}, {response.content_type}"
                )
            reply = await response.content.read(LARGEST_REPLY + 1)
            while len(reply) <= LARGEST_REPLY and (more := await response.content.read(65536)):
                reply += more
            if len(reply) > LARGEST_REPLY:
                raise TimestampUnavailable(f"{self.url}: reply larger than {LARGEST_REPLY} bytes")
            return reply


def stamp(url: str, digest: bytes, *, timeout_s: float, now: datetime) -> bytes:
    """Return a time-stamp token over a SHA-256, DER (a CMS ContentInfo), proven before it is given.

    Raises:
        TimestampUnavailable: no token, or one that does not hold.
    """
    stamper = CheckedTimeStamper(url, timeout_s=timeout_s, now=now)
    token = asyncio.run(stamper.async_timestamp(digest, "sha256"))
    return bytes(token.dump())


def stamped_at(token: bytes, digest: bytes) -> datetime | None:
    """Return the authority's time if `token` is whole and over `digest`, else None.

    Whether the authority is to be believed is another question (`openssl ts -verify`).
    """
    try:
        return _proven(cms.ContentInfo.load(token, strict=True), digest)
    except (TimestampRequestError, SigningError, SignatureValidationError):
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # asn1crypto on what is no token


def ask(url: str, *, timeout_s: float, now: datetime, trust: ValidationContext | None) -> datetime:
    """Get one time stamp over a fixed text and return the authority's time.

    Args:
        trust: when given, the authority's certificate must lead to one of its roots. Closed here.

    Raises:
        TimestampUnavailable: no token, or one that does not hold.
    """
    stamper = CheckedTimeStamper(url, timeout_s=timeout_s, now=now)
    return asyncio.run(_ask(stamper, trust))


async def _ask(stamper: CheckedTimeStamper, trust: ValidationContext | None) -> datetime:
    digest = hashlib.sha256(b"sohoa preflight").digest()
    token = await stamper.async_timestamp(digest, "sha256")
    if trust is not None:
        found = extract_certs_for_validation(token["content"])
        judge = CertificateValidator(
            found.signer_cert, intermediate_certs=found.other_certs, validation_context=trust
        )
        try:
            await judge.async_validate_usage(set(), {"time_stamping"})
        except (PathError, ValidationError) as error:
            raise TimestampUnavailable(f"{stamper.url}: not trusted: {error}") from error
        finally:
            await trust.aclose()
    assert stamper.last_time is not None
    return stamper.last_time


def _check(token: cms.ContentInfo, digest: bytes, now: datetime) -> datetime:
    time = _proven(token, digest)
    if abs(time - now) > CLOCK_TOLERANCE:
        raise TimestampRequestError(f"clocks differ: authority says {time.isoformat()}")
    return time


def _proven(token: cms.ContentInfo, digest: bytes) -> datetime:
    signed = token["content"]
    info = signed["encap_content_info"]["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise TimestampRequestError("token is not over SHA-256")
    if imprint["hashed_message"].native != digest:
        raise TimestampRequestError("token is over other data than was sent")
    certificate = extract_certs_for_validation(signed).signer_cert
    usage = certificate.extended_key_usage_value
    if usage is None or "time_stamping" not in usage.native:
        raise TimestampRequestError("certificate is not for time stamping")
    intact, valid = validate_sig_integrity(
        extract_signer_info(signed),
        certificate,
        expected_content_type="tst_info",
        actual_digest=_content_digest(signed),
    )
    if not (intact and valid):
        raise TimestampRequestError("token's signature does not hold")
    time: datetime = info["gen_time"].native
    return time


def _content_digest(signed: cms.SignedData) -> bytes:
    algorithm = extract_signer_info(signed)["digest_algorithm"]["algorithm"].native
    content = bytes(signed["encap_content_info"]["content"])
    return hashlib.new(algorithm, content).digest()
