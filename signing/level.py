"""Which PAdES level a seal gets, and what that level calls for.

Source: ETSI EN 319 142-1, 6.1: B-B a signature, B-T a time stamp on it, B-LT what verification will
need later, B-LTA a document time stamp over all of it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko_certvalidator import ValidationContext

from digitizer.errors import ConfigError
from digitizer.model import SignatureLevel
from signing.settings import SigningSettings
from signing.signer import Signer
from signing.timestamp import CheckedTimeStamper
from signing.trust import Trust, context

WITH_TIMESTAMP = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
EVIDENCE_BEFORE_TIMESTAMP = DSSContentSettings(include_vri=False, next_ts_settings=WITH_TIMESTAMP)
"""All evidence goes in before the document time stamp, which then covers the file to its end."""

EVIDENCE_WITH_SIGNATURE = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)
"""Without a document time stamp the signature itself covers the evidence, and so the whole file."""


def level_of(settings: SigningSettings) -> SignatureLevel:
    """Return the level that documents get under `settings`."""
    if settings.level != "auto":
        return SignatureLevel(settings.level)
    if not settings.tsa_url:
        return SignatureLevel.B_B
    return SignatureLevel.B_LTA if settings.embed_revocation else SignatureLevel.B_T


def is_stamped(level: SignatureLevel) -> bool:
    """Return whether the level needs a time-stamp authority."""
    return level is not SignatureLevel.B_B


def has_evidence(level: SignatureLevel) -> bool:
    """Return whether the level embeds proof of non-revocation."""
    return level in {SignatureLevel.B_LT, SignatureLevel.B_LTA}


def stamper_for(settings: SigningSettings, now: datetime) -> CheckedTimeStamper | None:
    """Return who stamps the time, None for level B-B.

    Raises:
        ConfigError: the level needs an authority and none is named.
    """
    level = level_of(settings)
    if not is_stamped(level):
        return None
    if not settings.tsa_url:
        raise ConfigError(f"[signing] level = {level} needs tsa_url")
    return CheckedTimeStamper(settings.tsa_url, timeout_s=settings.tsa_timeout_s, now=now)


def evidence_context(
    signer: Signer, settings: SigningSettings, now: datetime
) -> ValidationContext | None:
    """Return the context that gathers what B-LT and B-LTA embed, None for lower levels.

    Raises:
        ConfigError: evidence is asked for without a time-stamp authority or trusted roots.
    """
    wanted = has_evidence(level_of(settings))
    if not wanted and not (settings.level == "auto" and settings.embed_revocation):
        return None
    if not settings.tsa_url:
        raise ConfigError("[signing] embed_revocation, and level B-LT or B-LTA, need tsa_url")
    trust = Trust.open(settings, Path())
    own = signer.chain[-1:] if signer.certificate.is_throwaway else ()
    if not trust.roots and not own:
        raise ConfigError(
            "[signing] embed_revocation, and level B-LT or B-LTA, need trust_folder with the root"
        )
    return context(
        (*trust.roots, *own),
        moment=now,
        others=(*trust.intermediates, *signer.chain),
        mode="hard-fail" if own else "require",
        may_fetch=True,
    )
