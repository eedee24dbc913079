"""Papers that come in already signed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from digitizer import codec
from digitizer.model import DocumentId, PdfA, SignatureLevel, StoredFile
from signing.adopt import adopt
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verdict import ReasonCode, Status
from tests.oracles.pki import Pki


def came_in(
    pdf_a: PdfA, settings: SigningSettings, keys: Path, folder: Path, now: datetime
) -> StoredFile:
    signer = open_signer(settings, keys_folder=keys, now=now)
    return seal(pdf_a, signer=signer, settings=settings, folder=folder, now=now).pdf


def test_a_valid_original_is_kept_byte_for_byte(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> None:
    settings = replace(real, tsa_url=pki.tsa_url, embed_revocation=True)
    original = came_in(pdf_a, settings, keys, tmp_path, now)
    later = now + timedelta(minutes=1)
    adopted = adopt(original, DocumentId("d"), 1, trust=Trust.open(real, keys), now=later)
    assert adopted.signed is not None
    assert adopted.signed.pdf == original == StoredFile.of(original.path)
    (signature,) = adopted.signed.signatures
    assert signature.level is SignatureLevel.B_LTA
    assert not signature.is_throwaway
    assert adopted.verdict.is_valid
    assert adopted.verdict.sha256 == original.sha256
    report = json.loads(codec.encode(adopted.verdict))
    assert report["status"] == "valid"
    assert [item["kind"] for item in report["signatures"]] == ["signature", "timestamp"]


def test_an_unsigned_paper_waits(pdf_a: PdfA, keys: Path, now: datetime) -> None:
    outcome = adopt(pdf_a.pdf, DocumentId("d"), 1, trust=Trust(()), now=now)
    assert outcome.signed is None
    assert outcome.verdict.status is Status.UNSIGNED


def test_a_paper_changed_since_intake_waits(
    pdf_a: PdfA, real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    original = came_in(pdf_a, real, keys, tmp_path, now)
    with original.path.open("ab") as stream:
        stream.write(b"\n")
    outcome = adopt(original, DocumentId("d"), 1, trust=Trust.open(real, keys), now=now)
    assert outcome.signed is None
    assert ReasonCode.HASH_DIFFERS in {reason.code for reason in outcome.verdict.reasons}


def test_a_throwaway_signature_makes_no_original(
    pdf_a: PdfA, throwaway: Signer, keys: Path, tmp_path: Path, now: datetime
) -> None:
    original = came_in(pdf_a, SigningSettings(), keys, tmp_path, now)
    trust = Trust.open(SigningSettings(), keys)
    outcome = adopt(original, DocumentId("d"), 1, trust=trust, now=now)
    assert outcome.signed is None
    assert outcome.verdict.status is Status.INDETERMINATE
