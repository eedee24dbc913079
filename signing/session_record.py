"""A signature beside a file of records: who held the session that the file tells of.

Detached CMS (`.p7s`) over the file's bytes, by the key that sealed the documents, with a time stamp
where the site has an authority. Judged as strictly as a PDF's signature (docs/adr/0009).

Source: RFC 5652; ETSI EN 319 122-1 (CAdES B-B, B-T).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.status import StandardCMSSignatureStatus

from digitizer.errors import KeyUnavailable
from signing.cms_frame import is_tidy
from signing.evidence import NO_EVIDENCE
from signing.judge import Bench
from signing.signer import Signer
from signing.throwaway import is_throwaway_name
from signing.timestamp import CheckedTimeStamper
from signing.trust import Trust
from signing.verdict import Reason, ReasonCode, Status

_PLACE = "p7s"
_REVOKED = {
    AdESFailure.REVOKED,
    AdESIndeterminate.REVOKED_NO_POE,
    AdESIndeterminate.REVOKED_CA_NO_POE,
}
_DATES = {
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESFailure.NOT_YET_VALID,
}


@dataclass(frozen=True, slots=True)
class RecordVerdict:
    """May this record be believed. Only `status` valid may be relied on.

    Attributes:
        signer: the certificate's common name, "" when it can't be read.
        signed_at: proven by a time stamp when `is_time_proven`, else the signer's own claim.
    """

    status: Status
    reasons: tuple[Reason, ...]
    signer: str = ""
    signed_at: datetime | None = None
    is_time_proven: bool = False
    is_throwaway: bool = False


def sign_record(
    data: bytes, *, signer: Signer, stamper: CheckedTimeStamper | None, now: datetime
) -> bytes:
    """Return a detached signature over `data`, DER.

    Args:
        signer: opened; not by two threads at once.
        stamper: None leaves the time unproven.
        now: aware; the time the signature states.

    Raises:
        KeyUnavailable: the key can't sign any more.
        TimestampUnavailable: no time stamp to be had.
    """
    stated = PdfCMSSignedAttributes(signing_time=now)
    try:
        message = asyncio.run(
            signer.engine.async_sign_general_data(
                data, "sha256", use_cades=True, timestamper=stamper, signed_attr_settings=stated
            )
        )
    except SigningError as error:
        raise KeyUnavailable(f"the session record: {error}") from error
    return bytes(message.dump())


def verify_record(data: bytes, signature: bytes, *, trust: Trust, now: datetime) -> RecordVerdict:
    """Judge a detached signature over `data`. Never raises because of what the two hold."""
    try:
        return asyncio.run(_judge(data, signature, trust, now))
    except Exception as error:  # noqa: BLE001 - as in `signing.verify`: any exception, not valid
        reason = Reason(ReasonCode.UNREADABLE, type(error).__name__)
        return RecordVerdict(reason.status, (reason,))


async def _judge(data: bytes, signature: bytes, trust: Trust, now: datetime) -> RecordVerdict:
    message = cms.ContentInfo.load(signature, strict=True)
    signed = message["content"]
    certificates = extract_certs_for_validation(signed)
    (info,) = signed["signer_infos"]
    tokens = list(extract_tst_data_iter(info, signed=False))
    times = [token["encap_content_info"]["content"].parsed["gen_time"].native for token in tokens]
    bench = Bench(trust, NO_EVIDENCE, now, now, frozenset(), False)
    believed = bench.context_for(certificates, min([now, *times]))
    stamps = [bench.context_for(extract_certs_for_validation(token), now) for token in tokens]
    try:
        status = await async_validate_detached_cms(
            data, signed, believed, ts_validation_context=stamps[0] if stamps else None
        )
    finally:
        for context in (believed, *stamps):
            await context.aclose()
    tidy = is_tidy(message, certificates.signer_cert)
    reasons = _reasons(status, len(tokens), tidy)
    name = str(certificates.signer_cert.subject.native.get("common_name", ""))
    when = min(times, default=status.signer_reported_dt)
    return RecordVerdict(
        _worst(reasons),
        tuple(reasons),
        signer=name,
        signed_at=when.astimezone(UTC) if when else None,
        is_time_proven=bool(times),
        is_throwaway=is_throwaway_name(name),
    )


def _worst(reasons: list[Reason]) -> Status:
    found = {reason.status for reason in reasons}
    return next(
        (status for status in (Status.INVALID, Status.INDETERMINATE) if status in found),
        Status.VALID,
    )


def _reasons(status: StandardCMSSignatureStatus, tokens: int, tidy: bool) -> list[Reason]:
    found = []
    if not tidy:
        found.append(ReasonCode.UNTIDY_SIGNATURE)
    if not status.intact:
        found.append(ReasonCode.NOT_INTACT)
    if not status.valid:
        found.append(ReasonCode.BAD_SIGNATURE)
    if status.intact and status.valid and not status.trusted:
        found.append(_why(status.trust_problem_indic))
    if tokens > 1:
        found.append(ReasonCode.SEVERAL_TIMESTAMPS)
    stamp = status.timestamp_validity
    if tokens and not (stamp and stamp.intact and stamp.valid):
        found.append(ReasonCode.BAD_TIMESTAMP)
    elif tokens and stamp and not stamp.trusted:
        found.append(_why(stamp.trust_problem_indic))
    return [Reason(code, _PLACE) for code in found]


def _why(indication: object) -> ReasonCode:
    if indication in _REVOKED:
        return ReasonCode.REVOKED
    if indication in _DATES:
        return ReasonCode.CERTIFICATE_DATES
    if indication is AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND:
        return ReasonCode.UNTRUSTED_ISSUER
    return ReasonCode.REVOCATION_UNKNOWN
