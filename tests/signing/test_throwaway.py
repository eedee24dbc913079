"""The throw-away identity."""

from __future__ import annotations

import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography import x509

from digitizer.errors import CertificateExpired, ConfigError, DiskFull, KeyUnavailable
from signing.settings import OperatorSettings, SigningSettings
from signing.signer import open_signer
from signing.throwaway import KEY_NAME, PASSPHRASE_NAME, ROOT_NAME, ensure_throwaway
from signing.trust import Trust


def test_its_names_say_that_it_has_no_legal_value(keys: Path, now: datetime) -> None:
    signer = open_signer(SigningSettings(), keys_folder=keys, now=now)
    assert signer.name == "KHÓA DÙNG THỬ - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
    assert signer.certificate.issuer.startswith("KHÓA DÙNG THỬ")
    assert signer.certificate.is_throwaway


def test_only_its_owner_can_read_it(keys: Path, now: datetime) -> None:
    ensure_throwaway(keys, now=now)
    for name in (KEY_NAME, PASSPHRASE_NAME):
        assert stat.S_IMODE((keys / name).stat().st_mode) == 0o600


def test_the_second_call_finds_the_first_ones_key(keys: Path, now: datetime) -> None:
    before = ensure_throwaway(keys, now=now).read_bytes()
    assert ensure_throwaway(keys, now=now + timedelta(days=1)).read_bytes() == before


def test_racing_processes_get_one_identity(keys: Path, now: datetime) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        serials = set(pool.map(_serial, [keys] * 8, [now] * 8))
    assert len(serials) == 1


def _serial(keys: Path, now: datetime) -> str:
    return open_signer(SigningSettings(), keys_folder=keys, now=now).certificate.serial


def test_a_crash_half_way_leaves_nothing_that_is_used(keys: Path, now: datetime) -> None:
    keys.mkdir()
    (keys / PASSPHRASE_NAME).write_bytes(b"of an identity that was never finished")
    assert open_signer(SigningSettings(), keys_folder=keys, now=now).certificate.is_throwaway


def test_its_root_can_issue_nothing_else(keys: Path, now: datetime) -> None:
    ensure_throwaway(keys, now=now)
    root = x509.load_pem_x509_certificate((keys / "trust" / ROOT_NAME).read_bytes())
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert not list(keys.glob("*root*key*"))


def test_it_ends_after_ten_years(keys: Path, now: datetime) -> None:
    ensure_throwaway(keys, now=now)
    with pytest.raises(CertificateExpired):
        open_signer(SigningSettings(), keys_folder=keys, now=now + timedelta(days=3700))


def test_a_lost_passphrase_is_reported(keys: Path, now: datetime) -> None:
    ensure_throwaway(keys, now=now)
    (keys / PASSPHRASE_NAME).unlink()
    with pytest.raises(KeyUnavailable, match="passphrase_file"):
        open_signer(SigningSettings(), keys_folder=keys, now=now)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskFull):
        ensure_throwaway(tmp_path / "file" / "keys", now=now)


def test_the_officer_has_an_identity_of_his_own(keys: Path, now: datetime) -> None:
    agency = open_signer(SigningSettings(), keys_folder=keys, now=now)
    officer = open_signer(OperatorSettings(key="throwaway"), keys_folder=keys, now=now)
    assert officer.name == "KHÓA DÙNG THỬ - NGƯỜI QUÉT - KHÔNG CÓ GIÁ TRỊ"
    assert officer.certificate.is_throwaway
    assert officer.certificate.serial != agency.certificate.serial
    assert len(Trust.open(SigningSettings(), keys).throwaway) == 2


def test_a_key_that_is_off_can_not_be_opened(keys: Path, now: datetime) -> None:
    with pytest.raises(ConfigError, match="off"):
        open_signer(OperatorSettings(), keys_folder=keys, now=now)
