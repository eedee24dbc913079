"""Is this PDF signed, by whom, and can it be believed: strictly, or not at all.

pyHanko's own bottom line accepts bytes after the end of the file, a revoked signer while offline,
and two published attack files. The rules here are in docs/adr/0009: every signature and every time
stamp must hold, the last one must cover the file to its last byte, and whatever goes wrong while
looking means "not valid". Made for files of unknown origin; callers run it where memory and time
are bounded, as for everything hostile.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from datetime import datetime
from pathlib import Path

from pyhanko.pdf_utils.misc import PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitizer.model import Sha256
from signing.coverage import covers_up_to, is_padded_der, matches_gap
from signing.judge import Bench, Evidence, Judged, judge_signature, judge_timestamp
from signing.trust import Trust
from signing.verdict import CheckedSignature, Reason, ReasonCode, Verdict, conclude

LARGEST_BYTES = 1 << 30
MOST_SIGNATURES = 32
MOST_REVISIONS = 128

# Both log certificate subjects, which are people's names; the verdict says what they would.
for _chatty in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL)


def verify(
    path: Path, *, trust: Trust, expected_sha256: Sha256 | None = None, now: datetime
) -> Verdict:
    """Judge the signatures of a PDF. Never raises because of what the file holds.

    Args:
        path: the file; at most 1 GiB is looked at.
        trust: whom we believe, and whether the network may be asked about revocation.
        expected_sha256: the archive's record of the file, when there is one.
        now: aware; the moment of judgment.

    Returns:
        A verdict with every reason found. Only `is_valid` may be relied on; a file that can't be
        opened at all is `unreadable`, hence invalid.

    Source: docs/adr/0009; ETSI EN 319 102-1 for the words; ETSI EN 319 142-1 for levels.
    """
    sha256 = Sha256("")
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return conclude((Reason(ReasonCode.TOO_LARGE),), (), sha256=sha256, now=now)
        data = path.read_bytes()
        sha256 = Sha256(hashlib.sha256(data).hexdigest())
        signatures, reasons = _look(data, trust, now)
    except Exception as error:  # noqa: BLE001 - the policy: any exception means "not valid"
        # Hostile files raise AssertionError, KeyError, RecursionError, MemoryError and more from
        # deep inside the parsers; none of them may become a pass, or stop a batch.
        signatures, reasons = [], [Reason(ReasonCode.UNREADABLE, type(error).__name__)]
    if expected_sha256 is not None and expected_sha256 != sha256:
        reasons.append(Reason(ReasonCode.HASH_DIFFERS))
    return conclude(tuple(reasons), tuple(signatures), sha256=sha256, now=now)


def _look(data: bytes, trust: Trust, now: datetime) -> tuple[list[CheckedSignature], list[Reason]]:
    reader, reasons = _open(data)
    if reader.encrypted:
        return [], [*reasons, Reason(ReasonCode.ENCRYPTED)]
    fields = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
    if fields > MOST_SIGNATURES or reader.xrefs.total_revisions > MOST_REVISIONS:
        return [], [*reasons, Reason(ReasonCode.TOO_LARGE)]
    if fields == 0:
        return [], [*reasons, Reason(ReasonCode.UNSIGNED)]
    found = sorted(reader.embedded_signatures, key=lambda item: item.signed_revision)
    if len(found) != fields:
        reasons.append(Reason(ReasonCode.UNKNOWN_FORMAT))
    reasons += _extent(data, found)
    judged, more = asyncio.run(_judge_all(reader, found, trust, now))
    return judged, [*reasons, *more]


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
        furthest = max(furthest, end or 0)
    if furthest != len(data):
        reasons.append(Reason(ReasonCode.NOT_ENTIRE_FILE))
    return reasons


async def _judge_all(
    reader: PdfFileReader, found: list[EmbeddedPdfSignature], trust: Trust, now: datetime
) -> tuple[list[CheckedSignature], list[Reason]]:
    """Judge from the newest to the oldest: each document time stamp proves what it covers."""
    evidence = _evidence(reader)
    checked: list[CheckedSignature] = []
    reasons: list[Reason] = []
    proven, later, is_archived = now, frozenset[str](), False
    for item in reversed(found):
        bench = Bench(trust, evidence, now, proven, later, is_archived)
        is_timestamp = item.sig_object_type == "/DocTimeStamp"
        try:
            one, why = await _judge(item, bench, is_timestamp)
        except Exception as error:  # noqa: BLE001 - as in `verify`, but the others are still judged
            detail = f"{item.field_name}: {type(error).__name__}"
            reasons.append(Reason(ReasonCode.SIGNATURE_UNREADABLE, detail))
            continue
        finally:
            later |= {item.field_name}
        if is_timestamp and not why and one.signed_at is not None:
            proven, is_archived = min(proven, one.signed_at), True
        checked.insert(0, one)
        reasons += why
    return checked, reasons


async def _judge(item: EmbeddedPdfSignature, bench: Bench, is_timestamp: bool) -> Judged:
    if is_timestamp:
        return await judge_timestamp(item, bench)
    return await judge_signature(item, bench)


def _evidence(reader: PdfFileReader) -> Evidence:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    return Evidence(
        certificates=tuple(certificate.dump() for certificate in store.load_certs()),
        ocsps=tuple(ref.get_object().data for ref in store.ocsps),
        crls=tuple(ref.get_object().data for ref in store.crls),
    )
