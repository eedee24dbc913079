"""One more document time stamp, before the last one lapses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import (
    IntegrityError,
    RevocationUnavailable,
    SignatureLapsed,
    TimestampUnavailable,
)
from digitizer.model import PdfA, SignatureLevel, StoredFile
from signing.extend import extend
from signing.seal import seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.timestamp import CheckedTimeStamper
from signing.trust import Trust
from signing.verify import verify
from tests.oracles.pki import Pki
from tests.oracles.verapdf import VeraPdf

IN_2028 = datetime(2028, 6, 1, tzinfo=UTC)


@pytest.fixture
def trust(real: SigningSettings, keys: Path) -> Trust:
    """Offline: what is valid under it proves itself."""
    return replace(Trust.open(real, keys), may_fetch=False)


@pytest.fixture
def sign(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> Callable[[str], Path]:
    def make(level: str) -> Path:
        settings = replace(real, tsa_url=pki.tsa_url, level=level)
        officer = open_signer(
            replace(settings, pkcs12_file=pki.pkcs12("operator")), keys_folder=keys, now=now
        )
        operated = sign_as_operator(pdf_a, signer=officer, folder=tmp_path, now=now)
        signer = open_signer(settings, keys_folder=keys, now=now)
        return seal(operated, signer=signer, settings=settings, folder=tmp_path, now=now).pdf.path

    return make


@pytest.fixture
def extended(pki: Pki, trust: Trust, tmp_path: Path) -> Callable[[Path, datetime], StoredFile]:
    """Extend a file at a moment, for which all authorities answer."""

    def make(signed: Path, now: datetime) -> StoredFile:
        pki.services.clock = now
        stamper = CheckedTimeStamper(pki.tsa_url, timeout_s=5.0, now=now)
        target = tmp_path / f"extended-{now:%Y}.pdf"
        return extend(signed, target, stamper=stamper, trust=trust, now=now)

    return make


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT", "B-LTA"])
def test_whatever_its_level_it_has_b_lta_afterwards_and_holds_offline(
    sign: Callable[[str], Path],
    extended: Callable[[Path, datetime], StoredFile],
    trust: Trust,
    now: datetime,
    verapdf: VeraPdf,
    level: str,
) -> None:
    signed = sign(level)
    later = now + timedelta(minutes=1)
    new = extended(signed, later)
    verdict = verify(new.path, trust=trust, now=later + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert [item.level for item in verdict.signatures][:2] == [SignatureLevel.B_LTA] * 2
    assert verdict.signatures[-1].kind == "timestamp"
    assert verdict.signatures[-1].covers == "entire_file"
    assert verapdf.check([new.path])[0].compliant


def test_extending_only_appends_and_leaves_the_old_file_alone(
    sign: Callable[[str], Path], extended: Callable[[Path, datetime], StoredFile]
) -> None:
    signed = sign("B-LTA")
    before = signed.read_bytes()
    new = extended(signed, IN_2028)
    assert signed.read_bytes() == before
    assert new.path.read_bytes().startswith(before)
    assert new.size_bytes - len(before) < 40_000


def test_extended_every_few_years_it_holds_when_all_signers_certificates_have_ended(
    sign: Callable[[str], Path],
    extended: Callable[[Path, datetime], StoredFile],
    trust: Trust,
    verapdf: VeraPdf,
) -> None:
    path = sign("B-LTA")
    for year in (2028, 2033, 2038, 2043, 2048):
        path = extended(path, datetime(year, 6, 1, tzinfo=UTC)).path
    verdict = verify(path, trust=trust, now=datetime(2048, 6, 2, tzinfo=UTC))
    assert verdict.is_valid, verdict.reasons
    assert [item.kind for item in verdict.signatures].count("timestamp") == 6
    assert verapdf.check([path])[0].compliant
    assert verdict.signatures[0].signed_at is not None
    assert verdict.signatures[0].signed_at.year < 2028


def test_the_twin_that_was_not_extended_no_longer_proves_itself(
    sign: Callable[[str], Path],
    extended: Callable[[Path, datetime], StoredFile],
    trust: Trust,
) -> None:
    signed = sign("B-LTA")
    new = extended(signed, IN_2028)
    later = IN_2028 + timedelta(days=1)
    assert verify(new.path, trust=trust, now=later).is_valid
    assert not verify(signed, trust=trust, now=later).is_valid


def test_a_b_b_file_whose_signer_has_expired_is_too_late(
    sign: Callable[[str], Path],
    extended: Callable[[Path, datetime], StoredFile],
    tmp_path: Path,
) -> None:
    with pytest.raises(SignatureLapsed, match="certificate_dates"):
        extended(sign("B-B"), datetime(2031, 1, 1, tzinfo=UTC))
    assert not list(tmp_path.glob("*extended*"))


@pytest.mark.parametrize("place", [1000, -2000])
def test_a_broken_file_gets_no_stamp(
    sign: Callable[[str], Path],
    extended: Callable[[Path, datetime], StoredFile],
    tmp_path: Path,
    now: datetime,
    place: int,
) -> None:
    signed = sign("B-LTA")
    data = bytearray(signed.read_bytes())
    data[place] ^= 1
    signed.write_bytes(data)
    with pytest.raises(IntegrityError):
        extended(signed, now)
    assert not list(tmp_path.glob("*extended*"))


def test_an_authority_that_is_down_leaves_nothing_behind(
    sign: Callable[[str], Path],
    extended: Callable[[Path, datetime], StoredFile],
    pki: Pki,
    tmp_path: Path,
) -> None:
    signed = sign("B-LTA")
    pki.services.down = frozenset({"tsa"})
    with pytest.raises(TimestampUnavailable):
        extended(signed, IN_2028)
    pki.services.down = frozenset({"ocsp", "crls"})
    with pytest.raises(RevocationUnavailable):
        extended(signed, IN_2028)
    assert not list(tmp_path.glob("*extended*"))


def test_a_trial_signature_can_be_extended_too(
    pdf_a: PdfA,
    throwaway: Signer,
    extended: Callable[[Path, datetime], StoredFile],
    trust: Trust,
    tmp_path: Path,
    now: datetime,
) -> None:
    plain = seal(pdf_a, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    new = extended(plain.pdf.path, now)
    assert verify(new.path, trust=trust, now=now + timedelta(minutes=1)).is_valid
