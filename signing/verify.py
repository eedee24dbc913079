"""Is this PDF signed, by whom, and can it be believed: strictly, or not at all.

pyHanko's own bottom line accepts bytes after the end of the file, a revoked signer while offline,
and two published attack files. The rules here are in docs/adr/0009: every signature and every time
stamp must hold, the last one must cover the file to its last byte, and whatever goes wrong while
looking means "not valid". Made for files of unknown origin; callers run it where memory and time
are bounded, as for everything hostile.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from pathlib import Path

from digitizer.model import Sha256
from signing.examine import Examined, examine
from signing.trust import Trust
from signing.verdict import Reason, ReasonCode, Verdict, conclude

LARGEST_BYTES = 1 << 30

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
    examined = Examined((), ())
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return conclude((Reason(ReasonCode.TOO_LARGE),), (), sha256=sha256, now=now)
        data = path.read_bytes()
        sha256 = Sha256(hashlib.sha256(data).hexdigest())
        examined = examine(data, trust, now)
        reasons = [*examined.reasons]
    except Exception as error:  # noqa: BLE001 - the policy: any exception means "not valid"
        # Hostile files raise AssertionError, KeyError, RecursionError, MemoryError and more from
        # deep inside the parsers; none of them may become a pass, or stop a batch.
        reasons = [Reason(ReasonCode.UNREADABLE, type(error).__name__)]
    if expected_sha256 is not None and expected_sha256 != sha256:
        reasons.append(Reason(ReasonCode.HASH_DIFFERS))
    return conclude(
        tuple(reasons),
        examined.signatures,
        sha256=sha256,
        now=now,
        unsigned_bytes=examined.unsigned_bytes,
    )
