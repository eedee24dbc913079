"""What is found out before the run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import CertificateExpired, ConfigError, TimestampUnavailable
from digitizer.model import SignatureLevel
from signing.preflight import open_operator, preflight, preflight_operator
from signing.settings import OperatorSettings, SigningSettings
from tests.oracles.pki import Pki, running_pki


def test_a_throwaway_site_is_ready_to_try(keys: Path, now: datetime) -> None:
    report = preflight(SigningSettings(), keys_folder=keys, now=now)
    assert report.key.certificate.is_throwaway
    assert report.key.reaches_trusted_root
    assert report.level is SignatureLevel.B_B
    assert report.tsa_clock_off is None
    assert not report.key.ends_soon


def test_an_agencys_chain_is_named_in_order(
    real: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    report = preflight(replace(real, tsa_url=pki.tsa_url), keys_folder=keys, now=now)
    assert report.key.chain == ("CA cơ quan nhà nước (thử)", "CA gốc (thử)")
    assert report.key.reaches_trusted_root
    assert report.level is SignatureLevel.B_T
    assert report.tsa_clock_off is not None
    assert abs(report.tsa_clock_off) < timedelta(minutes=1)


def test_a_chain_without_its_root_is_seen(real: SigningSettings, keys: Path, now: datetime) -> None:
    report = preflight(replace(real, trust_folder=None), keys_folder=keys, now=now)
    assert not report.key.reaches_trusted_root
    assert report.key.revocation == "not_asked"


def test_a_certificate_near_its_end_is_warned_of(
    real: SigningSettings, pki: Pki, keys: Path
) -> None:
    pki.services.clock = datetime(2029, 12, 20, tzinfo=UTC)
    report = preflight(real, keys_folder=keys, now=pki.services.clock)
    assert report.key.ends_soon
    assert report.key.days_left == 12


def test_a_key_of_another_authority_than_those_believed_stops_the_run(
    real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "stranger"
    folder.mkdir()
    with running_pki(folder) as stranger, pytest.raises(ConfigError, match="trust_folder"):
        preflight(replace(real, trust_folder=stranger.trust_folder()), keys_folder=keys, now=now)


def test_an_authority_that_ended_is_found_whatever_the_settings_ask(
    real: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    old = pki.pkcs12("of_old", authority="old")
    settings = replace(real, pkcs12_file=old, fetch_revocation=False)
    with pytest.raises(CertificateExpired):
        preflight(settings, keys_folder=keys, now=now)


def test_without_trusted_roots_a_stamp_is_still_checked_for_what_it_says(
    real: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    settings = replace(real, trust_folder=None, tsa_url=pki.tsa_url)
    assert preflight(settings, keys_folder=keys, now=now).tsa_clock_off is not None


def test_revocation_is_proven_where_the_settings_ask_for_it(
    real: SigningSettings, keys: Path, now: datetime
) -> None:
    assert preflight(real, keys_folder=keys, now=now).key.revocation == "good"
    offline = replace(real, fetch_revocation=False)
    assert preflight(offline, keys_folder=keys, now=now).key.revocation == "not_asked"


def test_the_officers_key_is_looked_at_as_well(
    real: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    officer = OperatorSettings(
        key="pkcs12", pkcs12_file=pki.pkcs12("operator"), passphrase_file=pki.passphrase_file()
    )
    report = preflight_operator(officer, real, keys_folder=keys, now=now)
    assert report.certificate.subject == "Người Số Hóa (thử)"
    assert (report.revocation, report.is_tried) == ("good", True)
    signer = open_operator(officer, real, keys_folder=keys, now=now)
    assert signer.certificate == report.certificate


def test_an_expired_certificate_stops_the_run(real: SigningSettings, keys: Path) -> None:
    with pytest.raises(CertificateExpired):
        preflight(real, keys_folder=keys, now=datetime(2031, 1, 1, tzinfo=UTC))


def test_an_agency_that_cannot_be_written_stops_the_run(keys: Path, now: datetime) -> None:
    with pytest.raises(ConfigError):
        preflight(SigningSettings(agency="漢"), keys_folder=keys, now=now)


def test_an_authority_that_is_down_stops_the_run(
    real: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    pki.services.down = frozenset({"tsa"})
    with pytest.raises(TimestampUnavailable):
        preflight(replace(real, tsa_url=pki.tsa_url), keys_folder=keys, now=now)


def test_an_authority_of_another_root_stops_the_run(
    real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "stranger"
    folder.mkdir()
    with (
        running_pki(folder) as stranger,
        pytest.raises(TimestampUnavailable, match="not trusted"),
    ):
        preflight(replace(real, tsa_url=stranger.tsa_url), keys_folder=keys, now=now)


@pytest.mark.parametrize("content", [b"", b"not a certificate", b"-----BEGIN X-----\n"])
def test_a_trust_folder_with_something_else_in_it_is_refused(
    keys: Path, tmp_path: Path, now: datetime, content: bytes
) -> None:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "root.pem").write_bytes(content)
    with pytest.raises(ConfigError, match=r"root\.pem"):
        preflight(SigningSettings(trust_folder=folder), keys_folder=keys, now=now)


def test_a_missing_trust_folder_is_refused(keys: Path, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(ConfigError, match="trust_folder"):
        preflight(SigningSettings(trust_folder=tmp_path / "none"), keys_folder=keys, now=now)
