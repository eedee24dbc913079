"""One signature appended to a PDF as an incremental update, by pyHanko with our own clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from digitizer.errors import (
    CertificateExpired,
    CertificateRevoked,
    DigitizationError,
    RevocationUnavailable,
    UnprovenPdf,
)
from digitizer.ink import InkMap
from digitizer.legal_profile.marks import MarkTemplate
from digitizer.model import SignatureLevel
from signing.level import EVIDENCE_BEFORE_TIMESTAMP, EVIDENCE_WITH_SIGNATURE
from signing.mark import Mark
from signing.placement import place
from signing.signer import Signer
from signing.stamp import MarkStyle, annotation_boxes, page_frame
from signing.throwaway import is_throwaway_name
from signing.timestamp import CheckedTimeStamper

ATTRIBUTES_ROOM = 4096
"""Bytes of DER for everything in the signature but certificates and time stamp."""
STAMPED_ROOM = 16384
"""Bytes of DER for a signature with a time stamp: 32 kB in the file, twice VGCA's longest seen."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What one signature is made of.

    Attributes:
        field: name of the new signature field.
        lines: what the mark says, by the rules of `template`, clear of `ink`.
        stamper: None for B-B.
        evidence: what gathers proof of non-revocation; None below B-LT.
        now: aware; the time the signature states.
    """

    signer: Signer
    field: str
    lines: tuple[str, ...]
    template: MarkTemplate
    ink: InkMap
    level: SignatureLevel
    stamper: CheckedTimeStamper | None
    evidence: ValidationContext | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Appended:
    """`signed_at` is the authority's time where there is one, else the stated one."""

    signed_at: datetime
    covers_print: bool


def append_signature(stream: BinaryIO, signing: Signing) -> Appended:
    """Sign the PDF in `stream`, a file open for reading and writing, in place.

    Raises:
        CertificateRevoked, CertificateExpired: revoked, or out of its dates.
        RevocationUnavailable: no proof of non-revocation to be had.
        TimestampUnavailable: no time stamp to be had.
        UnprovenPdf: pyHanko can't extend this PDF.
    """
    return asyncio.run(_guarded(stream, signing))


async def _guarded(stream: BinaryIO, signing: Signing) -> Appended:
    try:
        return await _append(stream, signing)
    except (SigningError, ValidationError, PathError) as error:
        raise _translated(error) from error
    except (PdfError, ValueError) as error:
        raise UnprovenPdf(f"can't be signed: {type(error).__name__}") from error
    finally:
        if signing.evidence is not None:
            await signing.evidence.aclose()


async def _append(stream: BinaryIO, signing: Signing) -> Appended:
    """Do what `PdfSigner.async_sign_pdf` does, with our own clock and room."""
    writer = IncrementalPdfFileWriter(stream)
    ink = signing.ink.with_boxes(annotation_boxes(writer.prev))
    mark = place(signing.lines, page_frame(writer.prev), signing.template, ink=ink)
    pdf_signer = _pdf_signer(signing, mark)
    session = pdf_signer.init_signing_session(writer)
    session.system_time = signing.now
    earlier = await _earlier_paths(writer.prev, signing.evidence)
    evidence = await session.perform_presign_validation(writer)
    if evidence is not None:
        evidence.validation_paths.extend(earlier)
    document = session.prepare_tbs_document(evidence, bytes_reserved=_room(pdf_signer))
    digest, output = document.digest_tbs_document(in_place=True)
    signed = await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signing.now),
    )
    stamped_at = signing.stamper.last_time if signing.stamper else None
    await signed.post_signature_processing(output)
    return Appended(stamped_at or signing.now, mark.covers_print)


def _pdf_signer(signing: Signing, mark: Mark) -> PdfSigner:
    is_archival = signing.level is SignatureLevel.B_LTA
    return PdfSigner(
        PdfSignatureMetadata(
            field_name=signing.field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=signing.evidence is not None,
            validation_context=signing.evidence,
            use_pades_lta=is_archival,
            dss_settings=EVIDENCE_BEFORE_TIMESTAMP if is_archival else EVIDENCE_WITH_SIGNATURE,
        ),
        signer=signing.signer.engine,
        timestamper=signing.stamper,
        stamp_style=MarkStyle(border_width=0, mark=mark),
        # pyHanko says integers but writes reals
        new_field_spec=SigFieldSpec(signing.field, on_page=0, box=mark.rect),  # type: ignore[arg-type]
    )


async def _earlier_paths(
    reader: PdfFileReader, evidence: ValidationContext | None
) -> list[ValidationPath]:
    """Gather evidence for the signatures that stand there already, and return their paths.

    A throw-away identity has no revocation, so nothing can be gathered for it.
    """
    if evidence is None:
        return []
    paths = []
    for found in reader.embedded_regular_signatures:
        if is_throwaway_name(str(found.signer_cert.subject.native.get("common_name", ""))):
            continue
        validator = CertificateValidator(
            found.signer_cert,
            intermediate_certs=found.other_embedded_certs,
            validation_context=evidence,
        )
        paths.append(await validator.async_validate_usage(set()))
    return paths


def _room(pdf_signer: PdfSigner) -> int:
    """Return how many hexadecimal digits to keep free for the signature."""
    signer = pdf_signer.signer
    embedded = [*signer.cert_registry, *filter(None, [signer.signing_cert])]
    room = sum(len(item.dump()) for item in embedded) + ATTRIBUTES_ROOM
    if pdf_signer.default_timestamper is not None:
        room += STAMPED_ROOM
    return 2 * room


def _translated(error: Exception) -> DigitizationError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RevokedError):
            return CertificateRevoked("the authority says so")
        if isinstance(cause, ExpiredError | NotYetValidError):
            return CertificateExpired(str(cause))
        if isinstance(cause, PathError | ValidationError):
            return RevocationUnavailable(str(cause))
        cause = cause.__cause__
    return UnprovenPdf(f"can't be signed: {error}")
