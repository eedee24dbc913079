"""A paper that comes in already signed is an original: it is kept, not made again.

Source: NĐ 30/2020/NĐ-CP Đ5: an electronic document signed by the competent person and the agency is
the original (bản gốc). Nothing is rewritten, stamped or signed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from digitizer.model import DocumentId, Signature, SignedPdf, StoredFile
from signing.trust import Trust
from signing.verdict import CheckedSignature, Reason, ReasonCode, Verdict
from signing.verify import verify

VERSION = 2
"""Raise it when the outcome changes: journals then do the stage again."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of a paper that came in signed.

    `signed` is the original, byte for byte, None when it must wait. `verdict` is the whole report,
    to be kept beside it either way (REQ-5.7).
    """

    signed: SignedPdf | None
    verdict: Verdict


def adopt(
    original: StoredFile,
    document_id: DocumentId,
    page_count: int,
    *,
    trust: Trust,
    now: datetime,
) -> Adopted:
    """Judge the signatures of the original, and keep it as it is if all of them are good.

    Args:
        original: our own copy of the input; its hash must still be the recorded one.
        trust: whom we believe. A throw-away signature is not believed here: no agency signed it.
        now: aware.
    """
    real = replace(trust, throwaway=())
    verdict = verify(original.path, trust=real, expected_sha256=original.sha256, now=now)
    if not verdict.is_valid:
        return Adopted(None, verdict)
    signatures = tuple(filter(None, map(_record, verdict.signatures)))
    if len(signatures) < sum(item.kind == "signature" for item in verdict.signatures):
        reason = Reason(ReasonCode.SIGNATURE_UNREADABLE, "no signing time")
        return Adopted(None, replace(verdict, status=reason.status, reasons=(reason,)))
    return Adopted(SignedPdf(document_id, original, page_count, signatures), verdict)


def _record(checked: CheckedSignature) -> Signature | None:
    """Return a signature as the archive states it; None for time stamps and without a time."""
    if checked.level is None or checked.signed_at is None:
        return None
    return Signature(
        signer=checked.signer,
        issuer=checked.issuer,
        serial=checked.serial,
        signed_at=checked.signed_at,
        level=checked.level,
        is_throwaway=checked.is_throwaway,
    )
