"""The next document time stamp over a signed PDF, before the last one can no longer be verified.

What verification needs today, and the network still has, is put into the file; then a time stamp
covers all of it. From then on the file proves itself at the time of that stamp, whatever becomes of
the authorities before. An incremental update: every byte that was there stays.

Source: ETSI EN 319 142-1, 5.5 (renewal of B-LTA); docs/adr/0020-levels-and-renewal.md.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko_certvalidator.errors import PathError, ValidationError

from digitizer.errors import (
    DiskFull,
    IntegrityError,
    RevocationUnavailable,
    SignatureLapsed,
    UnprovenPdf,
)
from digitizer.model import StoredFile
from signing.evidence import Evidence
from signing.examine import examine
from signing.level import WITH_TIMESTAMP
from signing.replaced import replaced
from signing.timestamp import CheckedTimeStamper
from signing.trust import Trust, context
from signing.verdict import Reason, ReasonCode, Status


def extend(
    signed: Path, target: Path, *, stamper: CheckedTimeStamper, trust: Trust, now: datetime
) -> StoredFile:
    """Write `signed` to `target` with fresh evidence and one more document time stamp.

    Whatever level it had, it has B-LTA afterwards. Nothing is written unless every signature in it
    is valid at this moment: a stamp over a broken proof would only hide the break.

    Args:
        signed: a signed PDF; untouched.
        target: in an existing folder; replaced in one step if it is there.
        stamper: the authority to ask; its clock must be `now`'s.
        trust: whom we believe. OCSP and CRL are asked, whatever it says about that.
        now: aware.

    Raises:
        IntegrityError: a signature is broken, or the file was changed.
        SignatureLapsed: it can't be proven any more: a certificate ended before it was extended.
        RevocationUnavailable: no proof of non-revocation to be had now; try again.
        TimestampUnavailable: the authority failed; nothing was written.
        UnprovenPdf: pyHanko can't extend this PDF.
        DiskFull: the file could not be written.
    """
    online = replace(trust, may_fetch=True)
    evidence = _proof(signed, online, now)
    try:
        with replaced(target) as (stream, _):
            stream.write(signed.read_bytes())
            stream.seek(0)
            asyncio.run(_stamp(stream, evidence, stamper, online, now))
    except OSError as error:
        raise DiskFull(f"{target.name}: {error.strerror}") from error
    return StoredFile.of(target)


def _proof(signed: Path, trust: Trust, now: datetime) -> Evidence:
    try:
        examined = examine(signed.read_bytes(), trust, now)
    except Exception as error:
        # The policy of `verify`: whatever goes wrong while looking means that it can't be believed.
        raise IntegrityError(f"{signed.name}: {type(error).__name__}") from error
    if examined.reasons:
        raise _refusal(signed, examined.reasons)
    return examined.evidence


def _refusal(signed: Path, reasons: tuple[Reason, ...]) -> Exception:
    codes = {reason.code for reason in reasons}
    detail = f"{signed.name}: {', '.join(sorted(codes))}"
    if Status.INVALID in {reason.status for reason in reasons}:
        return IntegrityError(detail)
    if codes == {ReasonCode.REVOCATION_UNKNOWN}:
        return RevocationUnavailable(detail)
    return SignatureLapsed(detail)


async def _stamp(
    stream: BinaryIO,
    evidence: Evidence,
    stamper: CheckedTimeStamper,
    trust: Trust,
    now: datetime,
) -> None:
    believed = context(trust.roots, moment=now, others=trust.intermediates, may_fetch=True)
    try:
        writer = IncrementalPdfFileWriter(stream)
        evidence.embed(writer)
        await PdfTimeStamper(stamper).async_timestamp_pdf(
            writer, "sha256", believed, in_place=True, dss_settings=WITH_TIMESTAMP
        )
    except (SigningError, ValidationError, PathError) as error:
        raise RevocationUnavailable(f"time-stamp authority: {error}") from error
    except (PdfError, ValueError) as error:
        raise UnprovenPdf(f"can't be extended: {type(error).__name__}") from error
    finally:
        await believed.aclose()
