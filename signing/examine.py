"""Look at all signatures of one PDF, from the newest to the oldest.

Source: docs/adr/0009-strict-verdict.md.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.misc import PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.coverage import covers_up_to, is_one_case, is_padded_der, matches_gap
from signing.evidence import NO_EVIDENCE, Evidence
from signing.judge import Bench, Judged, judge_signature, judge_timestamp
from signing.trust import Trust
from signing.verdict import CheckedSignature, Reason, ReasonCode

MOST_SIGNATURES = 64
MOST_REVISIONS = 256
_END_OF_FILE = b"%%EOF"


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. `evidence` is all that the judgments had at hand, fetched or embedded."""

    signatures: tuple[CheckedSignature, ...]
    reasons: tuple[Reason, ...]
    evidence: Evidence = NO_EVIDENCE
    unsigned_bytes: int = 0


def examine(data: bytes, trust: Trust, now: datetime) -> Examined:
    """Judge every signature in a PDF.

    Raises:
        Exception: any kind; hostile files break parsers in every way. The caller must take each
            for "not valid".
    """
    reader, reasons = _open(data)
    if reader.encrypted:
        return Examined((), (*reasons, Reason(ReasonCode.ENCRYPTED)))
    fields = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
    if fields > MOST_SIGNATURES or reader.xrefs.total_revisions > MOST_REVISIONS:
        return Examined((), (*reasons, Reason(ReasonCode.TOO_LARGE)))
    if fields == 0:
        unsigned = Reason(ReasonCode.UNSIGNED)
        return Examined((), (*reasons, unsigned), unsigned_bytes=len(data))
    found = sorted(reader.embedded_signatures, key=lambda item: item.signed_revision)
    if len(found) != fields:
        reasons.append(Reason(ReasonCode.UNKNOWN_FORMAT))
    reasons += _extent(data, found)
    judged, unread = asyncio.run(_judge_all(reader, found, trust, now))
    evidence = NO_EVIDENCE
    for one in judged:
        reasons += one.reasons
        evidence = evidence.with_more(one.evidence)
    return Examined(
        signatures=tuple(one.checked for one in judged),
        reasons=(*reasons, *unread),
        evidence=evidence,
        unsigned_bytes=_unsigned_bytes(data, reader, found),
    )


def _open(data: bytes) -> tuple[PdfFileReader, list[Reason]]:
    """Read strictly; what only a lenient reader understands is shown, but never valid."""
    why = "hybrid cross-references"
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        list(enumerate_sig_fields(reader, filled_status=True))
        if not reader.xrefs.hybrid_xrefs_present:
            return reader, []
    except PdfStrictReadError:
        why = "not strict PDF"
    lenient = PdfFileReader(io.BytesIO(data), strict=False)
    return lenient, [Reason(ReasonCode.AMBIGUOUS_STRUCTURE, why)]


def _extent(data: bytes, found: list[EmbeddedPdfSignature]) -> list[Reason]:
    """Check each signature's reach in the file's own bytes."""
    reasons, furthest = [], 0
    for item in found:
        end = covers_up_to(data, item.byte_range)
        contents: bytes = item.pkcs7_content
        sound = (
            end is not None
            and matches_gap(data, item.byte_range, contents)
            and is_padded_der(contents)
            and end > furthest
        )
        if not sound:
            reasons.append(Reason(ReasonCode.BYTE_RANGE, item.field_name))
        elif not is_one_case(data, item.byte_range):
            reasons.append(Reason(ReasonCode.UNTIDY_SIGNATURE, item.field_name))
        furthest = max(furthest, end or 0)
    if furthest != len(data):
        reasons.append(Reason(ReasonCode.NOT_ENTIRE_FILE))
    return reasons


def _unsigned_bytes(data: bytes, reader: PdfFileReader, found: list[EmbeddedPdfSignature]) -> int:
    """Return where the revision before the first signature ends, 0 when there is none."""
    revision = min((item.signed_revision for item in found), default=0)
    if revision < 1:
        return 0
    at = data.find(_END_OF_FILE, reader.xrefs.get_startxref_for_revision(revision - 1))
    return at + len(_END_OF_FILE) if at >= 0 else 0


async def _judge_all(
    reader: PdfFileReader, found: list[EmbeddedPdfSignature], trust: Trust, now: datetime
) -> tuple[list[Judged], list[Reason]]:
    """Judge from the newest to the oldest: each proven time vouches for what it covers.

    A document time stamp does, and so does the time stamp of a valid signature: it covers the
    signature, which covers the earlier ones.
    """
    evidence = Evidence.embedded_in(reader)
    judged: list[Judged] = []
    unread: list[Reason] = []
    proven, later, is_archived = now, frozenset[str](), False
    for item in reversed(found):
        bench = Bench(trust, evidence, now, proven, later, is_archived)
        is_timestamp = item.sig_object_type == "/DocTimeStamp"
        later |= {item.field_name}
        try:
            one = await _judge(item, bench, is_timestamp)
        except Exception as error:  # noqa: BLE001 - as in `verify`, but the others are still judged
            detail = f"{item.field_name}: {type(error).__name__}"
            unread.append(Reason(ReasonCode.SIGNATURE_UNREADABLE, detail))
            continue
        judged.insert(0, one)
        if not one.reasons and one.checked.is_time_proven and one.checked.signed_at is not None:
            proven = min(proven, one.checked.signed_at)
            is_archived = is_archived or is_timestamp
    return judged, unread


async def _judge(item: EmbeddedPdfSignature, bench: Bench, is_timestamp: bool) -> Judged:
    if is_timestamp:
        return await judge_timestamp(item, bench)
    return await judge_signature(item, bench)
