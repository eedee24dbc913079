"""Until when a signed PDF proves itself: as long as the first certificate it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitizer.errors import ConfigError, IntegrityError, TimestampUnavailable
from digitizer.model import PdfA, SignedPdf
from signing.renew import lapse_of, reach
from signing.seal import seal, sign_as_operator
from signing.settings import LevelName, SigningSettings
from signing.signer import open_signer
from signing.trust import Trust
from tests.oracles.pki import Pki

SIGNER_ENDS = datetime(2030, 1, 1, tzinfo=UTC)
STAMP_ENDS = datetime(2050, 1, 1, tzinfo=UTC)


@pytest.fixture
def stamped(real: SigningSettings, pki: Pki) -> SigningSettings:
    return replace(real, tsa_url=pki.tsa_url)


def sealed(pdf_a: PdfA, settings: SigningSettings, folder: Path, now: datetime) -> SignedPdf:
    signer = open_signer(settings, keys_folder=folder, now=now)
    return seal(pdf_a, signer=signer, settings=settings, folder=folder, now=now)


@pytest.mark.parametrize(
    ("level", "at", "rests_on"),
    [
        ("B-B", SIGNER_ENDS, "signature"),
        ("B-T", SIGNER_ENDS, "signature"),
        ("B-LT", SIGNER_ENDS, "signature"),
        ("B-LTA", STAMP_ENDS, "timestamp"),
    ],
)
def test_a_proof_ends_with_what_it_rests_on(
    pdf_a: PdfA,
    stamped: SigningSettings,
    tmp_path: Path,
    now: datetime,
    level: LevelName,
    at: datetime,
    rests_on: str,
) -> None:
    signed = sealed(pdf_a, replace(stamped, level=level), tmp_path, now)
    lapse = lapse_of(signed.pdf.path)
    assert (lapse.at, lapse.rests_on) == (at, rests_on)


def test_a_signature_after_the_newest_stamp_stands_for_itself(
    pdf_a: PdfA, stamped: SigningSettings, tmp_path: Path, now: datetime
) -> None:
    signed = sealed(pdf_a, replace(stamped, level="B-LTA"), tmp_path, now)
    signer = open_signer(stamped, keys_folder=tmp_path, now=now)
    more = sign_as_operator(
        PdfA(signed.document_id, signed.pdf, 1), signer=signer, folder=tmp_path, now=now
    )
    lapse = lapse_of(more.pdf.path)
    assert (lapse.at, lapse.rests_on) == (SIGNER_ENDS, "signature")


def test_the_certificate_that_ends_first_is_named(
    pdf_a: PdfA, real: SigningSettings, tmp_path: Path, now: datetime
) -> None:
    lapse = lapse_of(sealed(pdf_a, real, tmp_path, now).pdf.path)
    assert lapse.certificate == "Ủy ban nhân dân xã Thử Nghiệm (thử)"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", None])
def test_what_is_no_signed_pdf_is_an_integrity_error(
    pdf_a: PdfA, tmp_path: Path, content: bytes | None
) -> None:
    path = pdf_a.pdf.path
    if content is not None:
        path = tmp_path / "other.pdf"
        path.write_bytes(content)
    with pytest.raises(IntegrityError):
        lapse_of(path)


def test_the_reach_of_an_authority_is_its_certificates(
    stamped: SigningSettings, tmp_path: Path, now: datetime
) -> None:
    assert reach(stamped, trust=Trust.open(stamped, tmp_path), now=now) == STAMP_ENDS


def test_an_authority_that_does_not_answer_has_no_reach(
    stamped: SigningSettings, pki: Pki, tmp_path: Path, now: datetime
) -> None:
    away = replace(stamped, tsa_url=f"http://127.0.0.1:{pki.port}/thu/tsa/none")
    with pytest.raises(TimestampUnavailable):
        reach(away, trust=Trust.open(stamped, tmp_path), now=now)


def test_renewing_needs_an_authority(real: SigningSettings, now: datetime) -> None:
    with pytest.raises(ConfigError, match="tsa_url"):
        reach(real, trust=Trust(()), now=now)
