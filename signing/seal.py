"""PDF/A in, PAdES out: one incremental update, nothing rewritten.

Levels (ETSI EN 319 142-1): B-B without a time-stamp authority, B-T with one, B-LTA when evidence of
non-revocation is embedded as well. The file appears whole or not at all: if the authority does not
answer, nothing is written and the document waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathError,
    RevokedError,
    ValidationError,
)

from digitizer.errors import (
    CertificateExpired,
    ConfigError,
    DigitizationError,
    DiskFull,
    IntegrityError,
    KeyUnavailable,
    RevocationUnavailable,
    UnprovenPdf,
)
from digitizer.model import PdfA, Signature, SignatureLevel, SignedPdf, StoredFile
from signing.mark import mark_lines, place
from signing.settings import SigningSettings
from signing.signer import Signer
from signing.stamp import MarkStyle, page_frame
from signing.timestamp import CheckedTimeStamper
from signing.trust import Trust, context

VERSION = 1
"""Raise it when the outcome changes: journals then do the stage again."""

EVIDENCE_FIRST = DSSContentSettings(
    include_vri=False,
    next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
)
"""All evidence goes in before the archival time stamp, which then covers the file to its end."""
FIELD = "AgencySeal"
NAME = "signed.pdf"
ATTRIBUTES_ROOM = 4096
"""Bytes of DER for everything in the signature but certificates and time stamp."""
STAMPED_ROOM = 16384
"""Bytes of DER for a signature with a time stamp: 32 kB in the file, twice VGCA's longest seen."""


def seal(
    pdf_a: PdfA, *, signer: Signer, settings: SigningSettings, folder: Path, now: datetime
) -> SignedPdf:
    """Sign a PDF/A visibly and return it as `folder/signed.pdf`.

    Args:
        pdf_a: unsigned; hashed again before it is believed.
        signer: opened once, used for every document; not by two threads at once.
        folder: exists; a `signed.pdf` in it is replaced, in one step.
        now: aware; the signing time stated in signature and mark.

    Raises:
        IntegrityError: the PDF/A on disk is not the one that was made.
        TimestampUnavailable: the authority failed; nothing was written.
        RevocationUnavailable: no evidence to embed; nothing was written.
        KeyUnavailable, CertificateExpired: the authority says that the certificate is revoked,
            or it ended while the run went on.
        ConfigError: the mark can't be written, or B-LTA without time stamps or trusted roots.
        UnprovenPdf: pyHanko can't extend this PDF.
        DiskFull: the file could not be written.

    Source: ETSI EN 319 142-1; TT 05/2025/TT-BNV Đ8 (PDF/A first, then the signature).
    """
    stamper = _stamper(settings, now)
    evidence = evidence_context(signer, settings, now)
    sealing = _Sealing(signer, settings, stamper, evidence, now)
    try:
        with _replaced(folder / NAME) as stream:
            _copy(pdf_a, stream)
            asyncio.run(_sign(stream, sealing))
    except OSError as error:
        raise DiskFull(f"{folder.name}/{NAME}: {error.strerror}") from error
    signature = Signature(
        signer=signer.certificate.subject,
        issuer=signer.certificate.issuer,
        serial=signer.certificate.serial,
        signed_at=(stamper.last_time if stamper else None) or now,
        level=level_of(settings),
        is_throwaway=signer.certificate.is_throwaway,
    )
    signed = StoredFile.of(folder / NAME)
    return SignedPdf(pdf_a.document_id, signed, pdf_a.page_count, (signature,))


def evidence_context(
    signer: Signer, settings: SigningSettings, now: datetime
) -> ValidationContext | None:
    """Return the context that gathers what B-LTA embeds, None for lower levels.

    Raises:
        ConfigError: evidence is asked for without a time-stamp authority or trusted roots.
    """
    if not settings.embed_revocation:
        return None
    if not settings.tsa_url:
        raise ConfigError("[signing] embed_revocation needs tsa_url")
    trust = Trust.open(settings, Path())
    own = signer.chain[-1:] if signer.certificate.is_throwaway else ()
    if not trust.roots and not own:
        raise ConfigError("[signing] embed_revocation needs trust_folder with the root")
    return context(
        (*trust.roots, *own),
        moment=now,
        others=(*trust.intermediates, *signer.chain),
        mode="hard-fail" if own else "require",
        may_fetch=True,
    )


def level_of(settings: SigningSettings) -> SignatureLevel:
    """Return the level that documents get under `settings`."""
    if not settings.tsa_url:
        return SignatureLevel.B_B
    return SignatureLevel.B_LTA if settings.embed_revocation else SignatureLevel.B_T


def _stamper(settings: SigningSettings, now: datetime) -> CheckedTimeStamper | None:
    if not settings.tsa_url:
        return None
    return CheckedTimeStamper(settings.tsa_url, timeout_s=settings.tsa_timeout_s, now=now)


def _copy(pdf_a: PdfA, stream: BinaryIO) -> None:
    data = pdf_a.pdf.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != pdf_a.pdf.sha256:
        raise IntegrityError(f"{pdf_a.pdf.path.name} is not the PDF/A that was made")
    stream.write(data)
    stream.seek(0)


@dataclass(frozen=True, slots=True)
class _Sealing:
    """What one signature is made of."""

    signer: Signer
    settings: SigningSettings
    stamper: CheckedTimeStamper | None
    evidence: ValidationContext | None
    now: datetime

    def pdf_signer(self, writer: IncrementalPdfFileWriter) -> PdfSigner:
        is_throwaway = self.signer.certificate.is_throwaway
        lines = mark_lines(self.settings, now=self.now, is_throwaway=is_throwaway)
        mark = place(lines, page_frame(writer.prev))
        return PdfSigner(
            PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                embed_validation_info=self.evidence is not None,
                validation_context=self.evidence,
                use_pades_lta=self.evidence is not None,
                dss_settings=EVIDENCE_FIRST,
            ),
            signer=self.signer.engine,
            timestamper=self.stamper,
            stamp_style=MarkStyle(border_width=0, mark=mark),
            # pyHanko says integers but writes reals
            new_field_spec=SigFieldSpec(FIELD, on_page=0, box=mark.rect),  # type: ignore[arg-type]
        )

    async def append(self, stream: BinaryIO) -> None:
        """Do what `PdfSigner.async_sign_pdf` does, with our own clock and room."""
        writer = IncrementalPdfFileWriter(stream)
        pdf_signer = self.pdf_signer(writer)
        session = pdf_signer.init_signing_session(writer)
        session.system_time = self.now
        evidence = await session.perform_presign_validation(writer)
        document = session.prepare_tbs_document(evidence, bytes_reserved=_room(pdf_signer))
        digest, output = document.digest_tbs_document(in_place=True)
        signed = await document.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=self.now),
        )
        await signed.post_signature_processing(output)


async def _sign(stream: BinaryIO, sealing: _Sealing) -> None:
    try:
        await sealing.append(stream)
    except (SigningError, ValidationError, PathError) as error:
        raise _translated(error) from error
    except (PdfError, ValueError) as error:
        raise UnprovenPdf(f"can't be signed: {type(error).__name__}") from error
    finally:
        if sealing.evidence is not None:
            await sealing.evidence.aclose()


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
            return KeyUnavailable("the certificate is revoked")
        if isinstance(cause, ExpiredError | NotYetValidError):
            return CertificateExpired(str(cause))
        if isinstance(cause, PathError | ValidationError):
            return RevocationUnavailable(str(cause))
        cause = cause.__cause__
    return UnprovenPdf(f"can't be signed: {error}")


@contextlib.contextmanager
def _replaced(target: Path) -> Iterator[BinaryIO]:
    """Give a stream that becomes `target` in one step when all went well, and else nothing."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
