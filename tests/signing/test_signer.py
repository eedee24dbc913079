"""Keys that open, and keys that must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from digitizer.errors import CertificateExpired, ConfigError, KeyUnavailable, WrongPassphrase
from signing.certificate import check_fitness, days_left
from signing.settings import SigningSettings
from signing.signer import open_signer
from tests.oracles.pki import Pki


def test_an_agencys_key_opens_with_its_chain(
    real: SigningSettings, keys: Path, now: datetime
) -> None:
    signer = open_signer(real, keys_folder=keys, now=now)
    assert signer.name == "Ủy ban nhân dân xã Thử Nghiệm (thử)"
    assert signer.certificate.issuer == "CA cơ quan nhà nước (thử)"
    subjects = [x509.load_der_x509_certificate(der).subject for der in signer.chain]
    assert ["CA cơ quan" in subjects[0].rfc4514_string(), len(subjects)] == [True, 2]
    assert not signer.certificate.is_throwaway


def test_a_wrong_passphrase_is_told_from_a_damaged_file(
    real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("không phải mật khẩu")
    wrong.chmod(0o600)
    with pytest.raises(WrongPassphrase):
        open_signer(replace(real, passphrase_file=wrong), keys_folder=keys, now=now)


def test_a_passphrase_never_shows_in_an_error(
    real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("bi-mat-khong-duoc-lo")
    wrong.chmod(0o600)
    with pytest.raises(WrongPassphrase) as caught:
        open_signer(replace(real, passphrase_file=wrong), keys_folder=keys, now=now)
    assert "bi-mat" not in repr(caught.value) + str(caught.value)


def test_a_missing_passphrase_is_a_wrong_one(
    real: SigningSettings, keys: Path, now: datetime
) -> None:
    with pytest.raises(WrongPassphrase):
        open_signer(replace(real, passphrase_file=None), keys_folder=keys, now=now)


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_cut_key_file_is_damaged(
    real: SigningSettings, keys: Path, tmp_path: Path, now: datetime, keep: int
) -> None:
    assert real.pkcs12_file is not None
    cut = tmp_path / "cut.p12"
    cut.write_bytes(real.pkcs12_file.read_bytes()[:keep])
    with pytest.raises(KeyUnavailable) as caught:
        open_signer(replace(real, pkcs12_file=cut), keys_folder=keys, now=now)
    assert not isinstance(caught.value, WrongPassphrase)


def test_a_missing_key_file_is_reported(real: SigningSettings, keys: Path, now: datetime) -> None:
    gone = replace(real, pkcs12_file=keys / "none.p12")
    with pytest.raises(KeyUnavailable, match="pkcs12_file"):
        open_signer(gone, keys_folder=keys, now=now)


def test_a_pkcs12_key_without_a_file_is_a_configuration_error(keys: Path, now: datetime) -> None:
    with pytest.raises(ConfigError, match="pkcs12_file"):
        open_signer(SigningSettings(key="pkcs12"), keys_folder=keys, now=now)


@pytest.mark.parametrize("year", [2019, 2031])
def test_a_certificate_out_of_its_dates_is_refused(
    real: SigningSettings, keys: Path, year: int
) -> None:
    with pytest.raises(CertificateExpired):
        open_signer(real, keys_folder=keys, now=datetime(year, 1, 1, tzinfo=UTC))


def test_a_certificate_for_encryption_may_not_sign(
    real: SigningSettings, keys: Path, pki: Pki, now: datetime
) -> None:
    unfit = replace(real, pkcs12_file=pki.pkcs12("encryption_only"))
    with pytest.raises(KeyUnavailable, match="key usage"):
        open_signer(unfit, keys_folder=keys, now=now)


def test_days_left_count_down_to_the_end(real: SigningSettings, keys: Path, now: datetime) -> None:
    signer = open_signer(real, keys_folder=keys, now=now)
    assert days_left(signer.certificate, datetime(2029, 12, 31, tzinfo=UTC)) == 1


@pytest.mark.parametrize("kind", ["weak", "unsupported", "keyless"])
def test_an_unfit_key_is_refused(keys: Path, tmp_path: Path, now: datetime, kind: str) -> None:
    key = rsa.generate_private_key(65537, 1024) if kind == "weak" else None
    other = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "thử")])
    signing = key or other
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signing.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(signing, hashes.SHA256() if key else None)
    )
    file = tmp_path / "unfit.p12"
    stored = None if kind == "keyless" else signing
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"thu", stored, certificate, None, NoEncryption())
    )
    with pytest.raises(KeyUnavailable):
        open_signer(SigningSettings(key="pkcs12", pkcs12_file=file), keys_folder=keys, now=now)


@pytest.mark.parametrize("kind", ["curve25519", "no usage"])
def test_a_certificate_alone_tells_that_its_key_will_not_do(kind: str) -> None:
    """A token or a remote service shows no more than the certificate."""
    key = ed25519.Ed25519PrivateKey.generate() if kind == "curve25519" else None
    signing = key or rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "thử")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signing.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(signing, None if key else hashes.SHA256())
    )
    with pytest.raises(KeyUnavailable, match="elliptic" if key else "no key usage"):
        check_fitness(certificate)
