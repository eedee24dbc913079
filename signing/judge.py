"""Judge one signature or document time stamp of an opened PDF at a proven moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import SignedDataCerts
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from digitizer.model import SignatureLevel
from signing.cms_frame import is_tidy
from signing.evidence import Evidence, gathered, revocation_of
from signing.throwaway import is_throwaway_name
from signing.trust import Trust, context, name_digest
from signing.verdict import CheckedSignature, Coverage, Kind, Reason, ReasonCode

_WHY: dict[Any, ReasonCode] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: ReasonCode.UNTRUSTED_ISSUER,
    AdESIndeterminate.REVOKED_NO_POE: ReasonCode.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: ReasonCode.REVOKED,
    AdESFailure.REVOKED: ReasonCode.REVOKED,
    AdESIndeterminate.TRY_LATER: ReasonCode.REVOCATION_UNKNOWN,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: ReasonCode.CERTIFICATE_DATES,
    AdESIndeterminate.EXPIRED: ReasonCode.CERTIFICATE_DATES,
    AdESIndeterminate.NOT_YET_VALID: ReasonCode.CERTIFICATE_DATES,
    AdESFailure.NOT_YET_VALID: ReasonCode.CERTIFICATE_DATES,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: ReasonCode.WEAK_ALGORITHM,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: ReasonCode.WEAK_ALGORITHM,
    # Missing evidence and unfit chains arrive under one name; missing evidence is the usual case.
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: ReasonCode.REVOCATION_UNKNOWN,
}

_COVERS: dict[SignatureCoverageLevel | None, Coverage] = {
    SignatureCoverageLevel.ENTIRE_FILE: "entire_file",
    SignatureCoverageLevel.ENTIRE_REVISION: "entire_revision",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What a signature is judged against.

    Attributes:
        now: the present; `proven` is the moment at which the signature is proven to have existed
            by a later document time stamp, `now` when there is none.
        later_fields: names of the fields signed after this one; only these may have changed.
        is_archived: a document time stamp stands over this signature and its evidence.
    """

    trust: Trust
    evidence: Evidence
    now: datetime
    proven: datetime
    later_fields: frozenset[str]
    is_archived: bool

    def context_for(self, certificates: SignedDataCerts, moment: datetime) -> ValidationContext:
        """Return the roots and rules that the signer's issuer calls for.

        The throw-away root vouches for throw-away signatures and for nothing else; it has no
        revocation, so none is asked for. For everyone else the proof is required.
        """
        issuer = name_digest(certificates.signer_cert.issuer)
        is_throwaway = issuer in self.trust.throwaway_names
        return context(
            self.trust.throwaway if is_throwaway else self.trust.roots,
            moment=moment,
            others=(*self.trust.intermediates, *self.evidence.certificates),
            evidence=(list(self.evidence.ocsps), list(self.evidence.crls)),
            mode="hard-fail" if is_throwaway else "require",
            may_fetch=self.trust.may_fetch,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A signature as found, why it does not hold if so, and the evidence that was at hand."""

    checked: CheckedSignature
    reasons: tuple[Reason, ...]
    evidence: Evidence


async def judge_timestamp(found: EmbeddedPdfSignature, bench: Bench) -> Judged:
    """Judge a document time stamp on its own, at the moment a later one proves."""
    trust = bench.context_for(extract_certs_for_validation(found.signed_data), bench.proven)
    try:
        status = await async_validate_pdf_timestamp(found, trust)
    finally:
        await trust.aclose()
    reasons = [*_integrity(status, found), *_trust(status, found), *_changes(found, bench)]
    checked = _checked(found, status, "timestamp", (status.timestamp, True), None)
    return _judged(checked, reasons, status, [trust], bench, bench.proven)


async def judge_signature(found: EmbeddedPdfSignature, bench: Bench) -> Judged:
    """Judge a signature at the time its own time stamp proves, or else at the bench's."""
    times = _stamped_times(found)
    moment = min([bench.proven, *times])
    signer_trust = bench.context_for(extract_certs_for_validation(found.signed_data), moment)
    stamp_trust = await _stamp_context(found, bench)
    try:
        status = await async_validate_pdf_signature(
            found, signer_trust, stamp_trust or signer_trust
        )
    finally:
        await signer_trust.aclose()
        if stamp_trust is not None:
            await stamp_trust.aclose()
    reasons = [*_integrity(status, found), *_trust(status, found), *_changes(found, bench)]
    reasons += _stamp_reasons(status, times, found)
    breaks_rules = isinstance(_difference(found), DiffResult) and not status.docmdp_ok
    if breaks_rules or not status.seed_value_ok:
        reasons.append(Reason(ReasonCode.FORM_RULES, found.field_name))
    claimed = status.signer_reported_dt
    when = (moment, True) if moment < bench.now else (claimed, False)
    checked = _checked(found, status, "signature", when, _level(bool(times), bench))
    contexts = [signer_trust, *filter(None, [stamp_trust])]
    return _judged(checked, reasons, status, contexts, bench, moment)


def _judged(
    checked: CheckedSignature,
    reasons: list[Reason],
    status: Any,
    contexts: list[ValidationContext],
    bench: Bench,
    moment: datetime,
) -> Judged:
    stamp = getattr(status, "timestamp_validity", None)
    paths = [path for path in (_path(status), _path(stamp)) if path is not None]
    at_hand = gathered(contexts, paths)
    if checked.trusted:
        revocation = revocation_of(status.signing_cert, at_hand, bench.evidence)
        checked = replace(checked, judged_at=moment.astimezone(UTC), revocation=revocation)
    return Judged(checked, tuple(reasons), at_hand)


def _path(status: Any) -> Any:
    return getattr(status, "validation_path", None)


def _stamped_times(found: EmbeddedPdfSignature) -> list[datetime]:
    return [
        token["encap_content_info"]["content"].parsed["gen_time"].native
        for token in extract_tst_data_iter(found.signer_info, signed=False)
    ]


async def _stamp_context(found: EmbeddedPdfSignature, bench: Bench) -> ValidationContext | None:
    tokens = list(extract_tst_data_iter(found.signer_info, signed=False))
    if not tokens:
        return None
    return bench.context_for(extract_certs_for_validation(tokens[0]), bench.proven)


def _integrity(status: Any, found: EmbeddedPdfSignature) -> list[Reason]:
    reasons = []
    if not is_tidy(cms.ContentInfo.load(found.pkcs7_content), status.signing_cert):
        reasons.append(Reason(ReasonCode.UNTIDY_SIGNATURE, found.field_name))
    if not status.intact:
        reasons.append(Reason(ReasonCode.NOT_INTACT, found.field_name))
    if not status.valid:
        reasons.append(Reason(ReasonCode.BAD_SIGNATURE, found.field_name))
    return reasons


def _trust(status: Any, found: EmbeddedPdfSignature) -> list[Reason]:
    if status.trusted or not (status.intact and status.valid):
        return []
    code = _WHY.get(status.trust_problem_indic, ReasonCode.CERTIFICATE_UNFIT)
    return [Reason(code, found.field_name)]


def _changes(found: EmbeddedPdfSignature, bench: Bench) -> list[Reason]:
    """Allow evidence and time stamps to be added, and further fields to be signed, only."""
    difference = _difference(found)
    if isinstance(difference, DiffResult):
        level = difference.modification_level
        if level <= ModificationLevel.LTA_UPDATES:
            return []
        is_signing = level is ModificationLevel.FORM_FILLING
        if is_signing and difference.changed_form_fields <= bench.later_fields:
            return []
    # A later signature covers the change and vouches for it; whether the first would is open.
    is_covered = bool(bench.later_fields)
    code = ReasonCode.CHANGED_BETWEEN if is_covered else ReasonCode.CHANGED_AFTERWARDS
    return [Reason(code, found.field_name)]


def _difference(found: EmbeddedPdfSignature) -> Any:
    """What changed since, which pyHanko declares as always None."""
    return found.diff_result


def _stamp_reasons(status: Any, times: list[datetime], found: EmbeddedPdfSignature) -> list[Reason]:
    if len(times) > 1:
        return [Reason(ReasonCode.SEVERAL_TIMESTAMPS, found.field_name)]
    stamps = [status.timestamp_validity, status.content_timestamp_validity]
    reasons = []
    for stamp in stamps:
        if stamp is None or (stamp.intact and stamp.valid and stamp.trusted):
            continue
        detail = f"{found.field_name}: TSA"
        is_whole = stamp.intact and stamp.valid
        code = _WHY.get(stamp.trust_problem_indic, ReasonCode.CERTIFICATE_UNFIT)
        reasons.append(Reason(code if is_whole else ReasonCode.BAD_TIMESTAMP, detail))
    if times and status.timestamp_validity is None:
        reasons.append(Reason(ReasonCode.BAD_TIMESTAMP, found.field_name))
    return reasons


def _level(is_stamped: bool, bench: Bench) -> SignatureLevel:
    if bench.is_archived and bench.evidence.has_revocation:
        return SignatureLevel.B_LTA
    if not is_stamped:
        return SignatureLevel.B_B
    return SignatureLevel.B_LT if bench.evidence.has_revocation else SignatureLevel.B_T


def _checked(
    found: EmbeddedPdfSignature,
    status: Any,
    kind: Kind,
    when: tuple[datetime | None, bool],
    level: SignatureLevel | None,
) -> CheckedSignature:
    certificate: asn1_x509.Certificate = status.signing_cert
    subject = _common_name(certificate.subject)
    return CheckedSignature(
        kind=kind,
        field=found.field_name,
        signer=subject,
        issuer=_common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        signed_at=when[0].astimezone(UTC) if when[0] else None,
        is_time_proven=when[1],
        level=level,
        covers=_COVERS.get(found.coverage, "partial"),
        covers_bytes=_reach(found),
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        is_throwaway=is_throwaway_name(subject),
    )


def _reach(found: EmbeddedPdfSignature) -> int:
    """Return the offset up to which the signature's ranges go, as they claim."""
    *_, start, length = (int(value) for value in found.byte_range)
    return start + length


def _common_name(name: asn1_x509.Name) -> str:
    value = name.native.get("common_name", name.human_friendly)
    return str(value[-1] if isinstance(value, list) else value)
