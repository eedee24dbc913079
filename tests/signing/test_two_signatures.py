"""The scanning officer's signature, then the agency's seal, in one file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops

from digitizer.errors import IntegrityError
from digitizer.model import OperatorSigned, PdfA, SignatureLevel, SignedPdf
from signing.seal import OPERATOR_FIELD, SEAL_FIELD, seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verify import verify
from tests.oracles.pki import Pki
from tests.oracles.verapdf import VeraPdf

LISTS_CAME_OUT = datetime(2020, 1, 1, tzinfo=UTC) + 27 * timedelta(days=90)
"""Both lists of `tests.oracles.pki` are of this day; the next ones come 30 and 90 days later."""


@pytest.fixture
def now(pki: Pki) -> datetime:
    """A moment after which the authorities' lists hold for days: they come out on fixed dates."""
    pki.services.clock = moment = LISTS_CAME_OUT + timedelta(days=10)
    return moment


@pytest.fixture
def officer(real: SigningSettings, pki: Pki, keys: Path, now: datetime) -> Signer:
    own = replace(real, pkcs12_file=pki.pkcs12("operator"))
    return open_signer(own, keys_folder=keys, now=now)


@pytest.fixture
def agency(real: SigningSettings, keys: Path, now: datetime) -> Signer:
    return open_signer(real, keys_folder=keys, now=now)


@pytest.fixture
def trust(real: SigningSettings, keys: Path) -> Trust:
    return Trust.open(real, keys)


@pytest.fixture
def archival(real: SigningSettings, pki: Pki) -> SigningSettings:
    return replace(real, tsa_url=pki.tsa_url, level="B-LTA")


@pytest.fixture
def operated(pdf_a: PdfA, officer: Signer, tmp_path: Path, now: datetime) -> OperatorSigned:
    return sign_as_operator(pdf_a, signer=officer, folder=tmp_path, now=now)


@pytest.fixture
def sealed(
    operated: OperatorSigned,
    agency: Signer,
    archival: SigningSettings,
    tmp_path: Path,
    now: datetime,
) -> SignedPdf:
    return seal(operated, signer=agency, settings=archival, folder=tmp_path, now=now)


def test_the_officers_signature_names_the_officer_and_is_valid_by_itself(
    operated: OperatorSigned, now: datetime, verapdf: VeraPdf, trust: Trust
) -> None:
    verdict = verify(operated.pdf.path, trust=trust, now=now)
    assert verdict.is_valid, verdict.reasons
    assert [item.field for item in verdict.signatures] == [OPERATOR_FIELD]
    assert operated.signature.signer == verdict.signatures[0].signer == "Người Số Hóa (thử)"
    assert operated.signature.level is SignatureLevel.B_B
    assert verapdf.check([operated.pdf.path])[0].compliant


def test_both_are_valid_offline_after_the_seal_and_the_officers_came_first(
    sealed: SignedPdf, now: datetime, verapdf: VeraPdf, trust: Trust
) -> None:
    offline = replace(trust, may_fetch=False)
    verdict = verify(sealed.pdf.path, trust=offline, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    officer, agency, stamp = verdict.signatures
    assert [officer.field, agency.field] == [OPERATOR_FIELD, SEAL_FIELD]
    assert stamp.kind == "timestamp"
    assert [item.covers for item in verdict.signatures] == [
        "entire_revision",
        "entire_revision",
        "entire_file",
    ]
    assert officer.covers_bytes < agency.covers_bytes < stamp.covers_bytes
    assert {officer.revocation, agency.revocation} == {"ocsp_embedded"}
    assert stamp.revocation == "crl_embedded"
    assert verapdf.check([sealed.pdf.path])[0].compliant


def test_the_record_lists_both_in_order_at_the_level_that_verification_finds(
    sealed: SignedPdf, now: datetime, trust: Trust
) -> None:
    verdict = verify(sealed.pdf.path, trust=trust, now=now + timedelta(minutes=1))
    found = [(item.signer, item.level) for item in verdict.signatures if item.level]
    assert [(item.signer, item.level) for item in sealed.signatures] == found
    assert [item.level for item in sealed.signatures] == [SignatureLevel.B_LTA] * 2


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT"])
def test_below_b_lta_the_officers_signature_stays_b_b(
    operated: OperatorSigned,
    agency: Signer,
    archival: SigningSettings,
    tmp_path: Path,
    now: datetime,
    level: str,
    trust: Trust,
) -> None:
    settings = replace(archival, level=level)
    signed = seal(operated, signer=agency, settings=settings, folder=tmp_path, now=now)
    assert [item.level for item in signed.signatures] == [SignatureLevel.B_B, level]
    verdict = verify(signed.pdf.path, trust=trust, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert [item.level for item in verdict.signatures] == [SignatureLevel.B_B, level]


def test_the_seals_time_stamp_proves_when_the_officer_signed(
    operated: OperatorSigned,
    agency: Signer,
    archival: SigningSettings,
    tmp_path: Path,
    now: datetime,
    trust: Trust,
) -> None:
    settings = replace(archival, level="B-LT")
    signed = seal(operated, signer=agency, settings=settings, folder=tmp_path, now=now)
    offline = replace(trust, may_fetch=False)
    verdict = verify(signed.pdf.path, trust=offline, now=now + timedelta(days=2))
    assert verdict.is_valid, verdict.reasons
    officer, agency_seal = verdict.signatures
    assert officer.is_time_proven
    assert officer.signed_at == agency_seal.signed_at


def test_each_signature_only_appends(
    pdf_a: PdfA, operated: OperatorSigned, sealed: SignedPdf
) -> None:
    first, second, third = (item.pdf.path.read_bytes() for item in (pdf_a, operated, sealed))
    assert second.startswith(first) and third.startswith(second)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig (poppler-utils)")
def test_poppler_finds_both_signatures_intact(sealed: SignedPdf) -> None:
    """A reader that shares no code with us; it does not look into document time stamps."""
    said = subprocess.run(
        ["pdfsig", "-nocert", str(sealed.pdf.path)], check=False, capture_output=True
    ).stdout.decode()
    assert said.count("Signature is Valid.") == 2
    assert "Signature #3" in said
    assert said.count("Total document signed") == 1


def test_two_marks_stand_in_two_corners_and_do_not_touch(
    pdf_a: PdfA, operated: OperatorSigned, sealed: SignedPdf
) -> None:
    plain, first, both = (rendered(item.pdf.path) for item in (pdf_a, operated, sealed))
    officer = ImageChops.difference(plain, first).getbbox()
    agency = ImageChops.difference(first, both).getbbox()
    assert officer is not None and agency is not None
    assert officer[2] < plain.width / 2 < agency[0]
    assert max(officer[3], agency[3]) < plain.height / 8


def test_a_changed_officers_pdf_is_not_sealed(
    operated: OperatorSigned, agency: Signer, real: SigningSettings, tmp_path: Path, now: datetime
) -> None:
    with operated.pdf.path.open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(IntegrityError):
        seal(operated, signer=agency, settings=real, folder=tmp_path, now=now)
    assert not (tmp_path / "signed.pdf").exists()


def test_a_trial_officer_under_a_real_seal_is_seen(
    pdf_a: PdfA,
    throwaway: Signer,
    agency: Signer,
    archival: SigningSettings,
    tmp_path: Path,
    now: datetime,
    trust: Trust,
) -> None:
    operated = sign_as_operator(pdf_a, signer=throwaway, folder=tmp_path, now=now)
    signed = seal(operated, signer=agency, settings=archival, folder=tmp_path, now=now)
    verdict = verify(signed.pdf.path, trust=trust, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert verdict.is_throwaway


def test_no_signature_certifies_or_locks_the_document(sealed: SignedPdf) -> None:
    """DocMDP would forbid the seal, or the next time stamp, or claim authorship."""
    with pikepdf.open(sealed.pdf.path) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert "/Perms" not in pdf.Root
        assert len(fields) == 3
        assert all("/Reference" not in field.V and "/Lock" not in field for field in fields)


def test_an_edit_between_officer_and_seal_is_not_valid(
    operated: OperatorSigned,
    agency: Signer,
    archival: SigningSettings,
    tmp_path: Path,
    now: datetime,
    edit_page: Callable[[Path], None],
    trust: Trust,
) -> None:
    edit_page(operated.pdf.path)
    edited = replace(operated, pdf=type(operated.pdf).of(operated.pdf.path))
    signed = seal(edited, signer=agency, settings=archival, folder=tmp_path, now=now)
    verdict = verify(signed.pdf.path, trust=trust, now=now + timedelta(minutes=1))
    assert not verdict.is_valid


def rendered(pdf: Path) -> Image.Image:
    target = pdf.with_suffix("")
    command = ["pdftoppm", "-r", "100", "-png", "-singlefile", str(pdf), str(target)]
    subprocess.run(command, check=True)
    with Image.open(target.with_suffix(".png")) as image:
        return image.convert("RGB")
