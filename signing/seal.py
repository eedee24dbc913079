"""PDF/A in, PAdES out: incremental updates, nothing rewritten.

Two signatures, in this order: the officer's who scanned it (upper left, TT 01/2023 Đ8), where a
site has such keys, and the agency's seal (upper right). Each is an approval signature in a field of
its own; the seal's time stamp and document time stamp cover the officer's signature too. A file
appears whole or not at all: if an authority does not answer, nothing is written and the document
waits.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko_certvalidator import ValidationContext

from digitizer.errors import DiskFull, IntegrityError
from digitizer.ink import first_page_ink
from digitizer.legal_profile.marks import MarkTemplate
from digitizer.model import (
    OperatorSigned,
    PdfA,
    Signature,
    SignatureLevel,
    SignedPdf,
    StoredFile,
)
from signing.append import Signing, append_signature
from signing.level import evidence_context, level_of, stamper_for
from signing.mark import OPERATOR_MARK, mark_lines, operator_lines, template
from signing.replaced import replaced
from signing.settings import SigningSettings
from signing.signer import Signer
from signing.timestamp import CheckedTimeStamper

VERSION = 2
"""Raise it when the outcome changes: journals then do the stage again."""

SEAL_FIELD = "AgencySeal"
OPERATOR_FIELD = "ScanOperator"
NAME = "signed.pdf"
OPERATOR_NAME = "operator.pdf"

log = logging.getLogger(__name__)


def sign_as_operator(pdf_a: PdfA, *, signer: Signer, folder: Path, now: datetime) -> OperatorSigned:
    """Put the scanning officer's signature on a PDF/A and return it as `folder/operator.pdf`.

    The mark states the name on the officer's certificate. The level is B-B: the agency's seal, made
    right after, brings the time stamp and the evidence for both.

    Args:
        pdf_a: unsigned; hashed again before it is believed.
        signer: the officer's key, opened once; not by two threads at once.
        folder: exists; an `operator.pdf` in it is replaced, in one step.
        now: aware; the signing time stated in signature and mark.

    Raises:
        IntegrityError: the PDF/A on disk is not the one that was made.
        KeyUnavailable: the key can't sign any more.
        ConfigError: the mark can't be written.
        UnprovenPdf: pyHanko can't extend this PDF.
        DiskFull: the file could not be written.

    Source: TT 01/2023/TT-VPCP Đ8.
    """
    certificate = signer.certificate
    lines = operator_lines(certificate.subject, now=now, is_throwaway=certificate.is_throwaway)
    order = _Order(OPERATOR_FIELD, lines, template(OPERATOR_MARK, now), SignatureLevel.B_B)
    done = _sign(pdf_a.pdf, folder / OPERATOR_NAME, order, signer, now)
    return OperatorSigned(
        pdf_a.document_id, done.pdf, pdf_a.page_count, done.signature, done.covers_print
    )


def seal(
    pdf: PdfA | OperatorSigned,
    *,
    signer: Signer,
    settings: SigningSettings,
    folder: Path,
    now: datetime,
) -> SignedPdf:
    """Put the agency's seal on a PDF/A and return it as `folder/signed.pdf`.

    Args:
        pdf: unsigned, or signed by the scanning officer; hashed again before it is believed.
        signer: opened once, used for every document; not by two threads at once.
        folder: exists; a `signed.pdf` in it is replaced, in one step.
        now: aware; the signing time stated in signature and mark.

    Raises:
        IntegrityError: the PDF on disk is not the one that was made.
        TimestampUnavailable: the authority failed; nothing was written.
        RevocationUnavailable: no evidence to embed; nothing was written.
        CertificateRevoked, CertificateExpired: the authority says that the certificate is revoked,
            or it ended while the run went on.
        ConfigError: the mark can't be written, or a level without what it needs.
        UnprovenPdf: pyHanko can't extend this PDF.
        DiskFull: the file could not be written.

    Source: ETSI EN 319 142-1; TT 05/2025/TT-BNV Đ8 (PDF/A first, then the signature).
    """
    lines = mark_lines(settings, now=now, is_throwaway=signer.certificate.is_throwaway)
    order = _Order(
        SEAL_FIELD,
        lines,
        template(settings.mark, now),
        level_of(settings),
        stamper_for(settings, now),
        evidence_context(signer, settings, now),
    )
    done = _sign(pdf.pdf, folder / NAME, order, signer, now)
    earlier = _covered(pdf, order.level)
    covers_print = done.covers_print or (isinstance(pdf, OperatorSigned) and pdf.mark_covers_print)
    if covers_print:
        log.warning("a mark lies over print", extra={"document": pdf.document_id})
    signatures = (*earlier, done.signature)
    return SignedPdf(pdf.document_id, done.pdf, pdf.page_count, signatures, covers_print)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be put onto a PDF."""

    field: str
    lines: tuple[str, ...]
    template: MarkTemplate
    level: SignatureLevel
    stamper: CheckedTimeStamper | None = None
    evidence: ValidationContext | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    pdf: StoredFile
    signature: Signature
    covers_print: bool


def _sign(pdf: StoredFile, target: Path, order: _Order, signer: Signer, now: datetime) -> _Done:
    try:
        with replaced(target) as (stream, temporary):
            _copy(pdf, stream)
            signing = Signing(
                signer=signer,
                field=order.field,
                lines=order.lines,
                template=order.template,
                ink=first_page_ink(temporary),
                level=order.level,
                stamper=order.stamper,
                evidence=order.evidence,
                now=now,
            )
            appended = append_signature(stream, signing)
    except OSError as error:
        raise DiskFull(f"{target.parent.name}/{target.name}: {error.strerror}") from error
    signature = Signature(
        signer=signer.certificate.subject,
        issuer=signer.certificate.issuer,
        serial=signer.certificate.serial,
        signed_at=appended.signed_at,
        level=order.level,
        is_throwaway=signer.certificate.is_throwaway,
    )
    return _Done(StoredFile.of(target), signature, appended.covers_print)


def _covered(pdf: PdfA | OperatorSigned, level: SignatureLevel) -> tuple[Signature, ...]:
    """Return the officer's signature as it stands once the seal is there.

    A document time stamp over evidence for both lifts it to B-LTA; below that it stays what it is,
    for it has no time stamp of its own.
    """
    if isinstance(pdf, PdfA):
        return ()
    if level is SignatureLevel.B_LTA:
        return (replace(pdf.signature, level=level),)
    return (pdf.signature,)


def _copy(pdf: StoredFile, stream: BinaryIO) -> None:
    data = pdf.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != pdf.sha256:
        raise IntegrityError(f"{pdf.path.name} is not the PDF that was made")
    stream.write(data)
    stream.flush()
    stream.seek(0)
