"""Who lets a PDF/A be sealed: the run itself within a daily quota, or an officer's approved list.

The walk asks before any key is used. An answer is silence; no is an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from digitizer.errors import IntegrityError
from digitizer.model import DocumentId, PdfA, Sha256
from pipelines.journal import Journal
from pipelines.outcome import MustWait, WaitReason
from pipelines.settings import Settings
from pipelines.stages import Clock
from storage.answer import VIET_NAM

Approval = Callable[[PdfA], None]
"""Raises MustWait when the document is not to be sealed now, IntegrityError when never so."""


def of_a_run(settings: Settings, journal: Journal, clock: Clock) -> Approval:
    """Return what lets documents of an unattended run be sealed, as `[signing] approve` says."""
    if settings.signing.approve == "session":
        return _leave_for_the_session
    limit = settings.signing.daily_quota
    return _quota(journal, limit, clock) if limit else _let_pass


def of_a_session(approved: Mapping[DocumentId, Sha256]) -> Approval:
    """Return what lets exactly the approved digests be sealed.

    Args:
        approved: SHA-256 of the PDF/A an officer has approved, by document.
    """

    def approve(pdf_a: PdfA) -> None:
        if approved.get(pdf_a.document_id) != pdf_a.pdf.sha256:
            raise IntegrityError(f"{pdf_a.document_id}: not the PDF/A that was approved")

    return approve


def _let_pass(_: PdfA) -> None:
    """Unattended sealing without a quota."""


def _leave_for_the_session(_: PdfA) -> None:
    raise MustWait(WaitReason.SIGNATURE)


def _quota(journal: Journal, limit: int, clock: Clock) -> Approval:
    def approve(pdf_a: PdfA) -> None:
        day = clock().astimezone(VIET_NAM).date()
        if not journal.admit(day, pdf_a.document_id, limit):
            raise MustWait(WaitReason.QUOTA, str(limit))

    return approve
