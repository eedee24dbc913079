"""Every level on every shape of page: valid by the strict policy, and PDF/A by veraPDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import (
    CertificateExpired,
    ConfigError,
    KeyUnavailable,
    RevocationUnavailable,
)
from digitizer.model import PdfA, SignatureLevel, SignedPdf
from signing.level import level_of
from signing.seal import seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import open_signer
from signing.trust import Trust
from signing.verify import verify
from tests.oracles.pki import Pki
from tests.oracles.verapdf import VeraPdf

SHAPES: dict[str, dict[str, object]] = {
    "portrait": {},
    "landscape": {"size_mm": (297, 210)},
    "turned_90": {"rotation_deg": 90},
    "turned_180": {"rotation_deg": 180},
    "turned_270": {"rotation_deg": 270},
    "a3": {"size_mm": (297, 420)},
    "a3_landscape_turned": {"size_mm": (420, 297), "rotation_deg": 90},
    "card": {"size_mm": (86, 54)},
    "odd": {"size_mm": (203, 331)},
    "200_pages": {"pages": 200},
}
LEVELS = [level.value for level in SignatureLevel]


@pytest.fixture
def settings(real: SigningSettings, pki: Pki) -> SigningSettings:
    return replace(real, tsa_url=pki.tsa_url)


@pytest.fixture
def trust(settings: SigningSettings, keys: Path) -> Trust:
    return Trust.open(settings, keys)


@pytest.fixture
def sign_twice(
    settings: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> Callable[..., SignedPdf]:
    """Sign as officer and seal, at one level, with the certificate of that label."""

    def make(pdf_a: PdfA, level: str, *, label: str = "signer") -> SignedPdf:
        own = replace(settings, level=level, pkcs12_file=pki.pkcs12(label))
        officer = open_signer(
            replace(settings, pkcs12_file=pki.pkcs12("operator")), keys_folder=keys, now=now
        )
        signer = open_signer(own, keys_folder=keys, now=now)
        operated = sign_as_operator(pdf_a, signer=officer, folder=tmp_path, now=now)
        return seal(operated, signer=signer, settings=own, folder=tmp_path, now=now)

    return make


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_on_every_shape_is_valid_and_pdf_a(
    make_pdf_a: Callable[..., PdfA],
    sign_twice: Callable[..., SignedPdf],
    now: datetime,
    verapdf: VeraPdf,
    level: str,
    shape: str,
    trust: Trust,
) -> None:
    signed = sign_twice(make_pdf_a(**SHAPES[shape]), level)
    assert not signed.mark_covers_print
    has_evidence = level in {"B-LT", "B-LTA"}
    asked = replace(trust, may_fetch=not has_evidence)
    verdict = verify(signed.pdf.path, trust=asked, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert verdict.signatures[1].level == level
    assert verdict.signatures[-1].covers == "entire_file"
    for file in (signed.pdf.path.with_name("operator.pdf"), signed.pdf.path):
        (found,) = verapdf.check([file])
        assert found.compliant, found.failed


@pytest.mark.parametrize(("label", "source"), [("signer", "ocsp"), ("by_list", "crl")])
def test_ocsp_and_crl_both_prove_non_revocation_offline(
    pdf_a: PdfA,
    sign_twice: Callable[..., SignedPdf],
    now: datetime,
    label: str,
    source: str,
    trust: Trust,
) -> None:
    signed = sign_twice(pdf_a, "B-LT", label=label)
    offline = replace(trust, may_fetch=False)
    verdict = verify(signed.pdf.path, trust=offline, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert verdict.signatures[1].revocation == f"{source}_embedded"


@pytest.mark.parametrize("label", ["revoked", "by_list_revoked"])
@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_a_revoked_certificate_gets_no_evidence_and_no_seal(
    pdf_a: PdfA, sign_twice: Callable[..., SignedPdf], tmp_path: Path, level: str, label: str
) -> None:
    with pytest.raises(KeyUnavailable):
        sign_twice(pdf_a, level, label=label)
    assert not (tmp_path / "signed.pdf").exists()


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_a_level_that_needs_an_authority_is_not_made_without_one(
    pdf_a: PdfA, real: SigningSettings, keys: Path, tmp_path: Path, now: datetime, level: str
) -> None:
    signer = open_signer(real, keys_folder=keys, now=now)
    with pytest.raises(ConfigError, match="tsa_url"):
        seal(
            pdf_a,
            signer=signer,
            settings=replace(real, level=level),
            folder=tmp_path,
            now=now,
        )
    assert not (tmp_path / "signed.pdf").exists()


def test_when_no_one_answers_about_revocation_nothing_is_sealed(
    pdf_a: PdfA, sign_twice: Callable[..., SignedPdf], pki: Pki, tmp_path: Path
) -> None:
    pki.services.down = frozenset({"ocsp", "crls"})
    with pytest.raises(RevocationUnavailable):
        sign_twice(pdf_a, "B-LT")
    assert not (tmp_path / "signed.pdf").exists()


@pytest.mark.parametrize(
    ("level", "tsa_url", "embed", "expected"),
    [
        ("auto", "", False, "B-B"),
        ("auto", "http://tsa.example/", False, "B-T"),
        ("auto", "http://tsa.example/", True, "B-LTA"),
        ("B-B", "http://tsa.example/", True, "B-B"),
        ("B-LT", "http://tsa.example/", False, "B-LT"),
    ],
)
def test_one_setting_names_the_level_and_auto_takes_the_highest_there_is(
    level: str, tsa_url: str, embed: bool, expected: str
) -> None:
    settings = SigningSettings(level=level, tsa_url=tsa_url, embed_revocation=embed)  # type: ignore[arg-type]
    assert level_of(settings) == expected


def test_b_b_asks_no_authority_even_if_one_is_named(
    pdf_a: PdfA, settings: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> None:
    signer = open_signer(settings, keys_folder=keys, now=now)
    before = pki.services.requests
    plain = replace(settings, level="B-B")
    seal(pdf_a, signer=signer, settings=plain, folder=tmp_path, now=now)
    assert pki.services.requests == before


@pytest.mark.parametrize(
    ("level", "holds"), [("B-B", False), ("B-T", True), ("B-LT", True), ("B-LTA", True)]
)
def test_in_2045_what_has_a_time_stamp_still_holds(
    pdf_a: PdfA,
    sign_twice: Callable[..., SignedPdf],
    pki: Pki,
    level: str,
    holds: bool,
    trust: Trust,
) -> None:
    """Both signers' certificates ended in 2030; CA and time-stamp authority still answer."""
    signed = sign_twice(pdf_a, level)
    pki.services.clock = later = datetime(2045, 1, 1, tzinfo=UTC)
    verdict = verify(signed.pdf.path, trust=trust, now=later)
    assert verdict.is_valid is holds, verdict.reasons


def test_an_expired_officer_is_found_before_anything_is_signed(
    settings: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    expired = replace(settings, pkcs12_file=pki.pkcs12("expired"))
    with pytest.raises(CertificateExpired):
        open_signer(expired, keys_folder=keys, now=now)
