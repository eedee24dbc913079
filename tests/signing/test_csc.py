"""Keys at a remote signing service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from digitizer.errors import (
    CertificateRevoked,
    ConfigError,
    KeyUnavailable,
    SecretExposed,
    SigningServiceUnavailable,
    WrongPassphrase,
)
from digitizer.model import PdfA
from signing.one_time import OneTimePasswords, password
from signing.seal import seal
from signing.secret import Secret
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verify import verify
from tests.oracles import csc_server
from tests.oracles.csc_server import CscServer
from tests.oracles.pki import Pki

Seal = Callable[[Signer], Path]


@pytest.fixture
def server(pki: Pki) -> Iterator[CscServer]:
    held = [pki.der(name) for name in ("signer", "interm", "root")]
    with csc_server.running(CscServer(pki.private_key("signer"), held)) as running:
        yield running


def kept(folder: Path, name: str, secret: str) -> Path:
    file = folder / name
    file.write_text(secret + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def settings(server: CscServer, pki: Pki, tmp_path: Path) -> SigningSettings:
    return SigningSettings(
        key="csc",
        csc_url=server.url,
        csc_credential=csc_server.CREDENTIAL,
        csc_client_id=csc_server.CLIENT,
        csc_client_secret_file=kept(tmp_path, "client", csc_server.CLIENT_SECRET),
        passphrase_file=kept(tmp_path, "pin", csc_server.PIN),
        csc_timeout_s=5.0,
        agency="Ủy ban nhân dân xã Thử Nghiệm",
        trust_folder=pki.trust_folder(),
        fetch_revocation=True,
    )


@pytest.fixture
def opened(settings: SigningSettings, keys: Path, now: datetime) -> Callable[..., Signer]:
    def opener(**changes: object) -> Signer:
        return open_signer(replace(settings, **changes), keys_folder=keys, now=now)  # type: ignore[arg-type]

    return opener


@pytest.fixture
def sealed(pdf_a: PdfA, settings: SigningSettings, tmp_path: Path, now: datetime) -> Seal:
    """Seals into `out`, which stays empty when it fails."""
    folder = tmp_path / "out"
    folder.mkdir()

    def run(signer: Signer) -> Path:
        return seal(pdf_a, signer=signer, settings=settings, folder=folder, now=now).pdf.path

    return run


def raw(signer: Signer, data: bytes) -> bytes:
    return asyncio.run(signer.engine.async_sign_raw(data, "sha256"))


def test_a_document_sealed_remotely_is_valid(
    opened: Callable[..., Signer], sealed: Seal, settings: SigningSettings, keys: Path,
    now: datetime,
) -> None:  # fmt: skip
    signer = opened()
    assert verify(sealed(signer), trust=Trust.open(settings, keys), now=now).is_valid
    assert signer.name == "Ủy ban nhân dân xã Thử Nghiệm (thử)"
    assert len(signer.chain) == 2


def test_opening_a_key_authorizes_nothing(opened: Callable[..., Signer], server: CscServer) -> None:
    assert not opened().is_free_to_try
    assert server.count("credentials/authorize") == 0


def test_an_elliptic_curve_key_signs(
    opened: Callable[..., Signer], server: CscServer, pki: Pki
) -> None:
    server.private = pki.private_key("operator")
    server.certificates = [pki.der("operator"), pki.der("interm")]
    assert raw(opened(), b"data")[0] == 0x30


def test_each_document_is_authorized_by_itself(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    signer = opened()
    for number in range(3):
        raw(signer, bytes([number]))
    assert server.count("credentials/authorize") == server.count("signatures/signHash") == 3
    assert server.count("oauth2/token") == server.count("info") == 1


@pytest.mark.parametrize("scal", [1, 2])
def test_a_batch_costs_one_pin_entry(
    opened: Callable[..., Signer], server: CscServer, scal: int
) -> None:
    server.scal = scal
    signer = opened(csc_batch=4)
    for number in range(6):
        raw(signer, bytes([number]))
    assert server.count("credentials/authorize") == 2
    assert server.count("credentials/extendTransaction") == 4


def test_a_batch_is_no_larger_than_the_service_allows(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    server.multisign = 2
    signer = opened(csc_batch=100)
    for number in range(4):
        raw(signer, bytes([number]))
    assert server.count("credentials/authorize") == 2


def test_a_service_that_can_not_carry_on_is_asked_for_each_document(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    server.can_extend = False
    signer = opened(csc_batch=4)
    raw(signer, b"1")
    raw(signer, b"2")
    assert server.count("credentials/authorize") == 2


def test_a_token_that_ended_early_is_renewed_without_a_pin(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    signer = opened()
    server.tokens.clear()
    raw(signer, b"data")
    assert server.count("oauth2/token") == 2
    assert server.wrong_pins == 0


def test_a_credential_without_pin_needs_none(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    server.wants_pin = False
    assert raw(opened(passphrase_file=None), b"data")


# ── factors ──────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_pin_is_sent_exactly_once(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer, tmp_path: Path
) -> None:
    wrong = kept(tmp_path, "wrong", "000000")
    signer = opened(passphrase_file=wrong)
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            sealed(signer)
    with pytest.raises(WrongPassphrase):
        sealed(opened())
    assert (server.wrong_pins, server.count("credentials/authorize")) == (1, 1)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bare_401_does_not_send_the_pin_again(
    opened: Callable[..., Signer], server: CscServer, tmp_path: Path
) -> None:
    server.is_terse = True
    signer = opened(passphrase_file=kept(tmp_path, "wrong", "000000"))
    with pytest.raises(KeyUnavailable):
        raw(signer, b"data")
    assert server.wrong_pins == 1


def test_a_first_pin_whose_answer_was_lost_is_not_sent_again(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer
) -> None:
    server.down = frozenset({"credentials/authorize"})
    signer = opened()
    with pytest.raises(SigningServiceUnavailable):
        sealed(signer)
    with pytest.raises(WrongPassphrase, match="not tried again"):
        sealed(signer)
    assert server.count("credentials/authorize") == 1


def test_a_pin_that_was_right_before_survives_an_outage(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    signer = opened()
    raw(signer, b"1")
    server.down = frozenset({"credentials/authorize"})
    with pytest.raises(SigningServiceUnavailable):
        raw(signer, b"2")
    server.down = frozenset()
    assert raw(signer, b"3")


def test_a_one_time_password_goes_with_the_authorization(
    opened: Callable[..., Signer], server: CscServer, tmp_path: Path
) -> None:
    server.wants_otp = True
    signer = opened(csc_otp_file=kept(tmp_path, "seed", csc_server.SEED), csc_batch=2)
    raw(signer, b"1")
    raw(signer, b"2")
    assert len(server.passwords) == 1


def test_a_missing_one_time_password_is_a_configuration_error(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    server.wants_otp = True
    with pytest.raises(ConfigError, match="csc_otp"):
        opened()


@pytest.mark.parametrize(
    ("at", "expected"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_one_time_passwords_are_those_of_rfc_6238(at: int, expected: str) -> None:
    key = Secret(b"12345678901234567890")
    assert password(key, at // 30).text() == expected


def test_a_one_time_password_is_never_given_twice() -> None:
    moment = 1000.0
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal moment
        slept.append(seconds)
        moment += seconds

    source = OneTimePasswords(Secret(b"JBSW Y3DP EHPK 3PXP"), clock=lambda: moment, sleep=sleep)

    async def two() -> tuple[str, str]:
        return (await source.next()).text(), (await source.next()).text()

    first, second = asyncio.run(two())
    assert first != second
    assert slept == [20.0]


def test_a_seed_that_is_not_base32_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigError) as caught:
        OneTimePasswords(Secret(b"sai-hat-giong-018"))
    assert "sai-hat" not in str(caught.value)


# ── what must not be believed ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lie", ["other_hash", "other_key", "two", "garbage", "no_sad"])
def test_a_lying_service_leaves_nothing_behind(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer, tmp_path: Path, lie: str
) -> None:
    server.lie = lie
    with pytest.raises(KeyUnavailable):
        sealed(opened())
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "method", ["info", "oauth2/token", "credentials/info", "credentials/authorize",
               "signatures/signHash"],
)  # fmt: skip
def test_a_service_that_is_down_leaves_nothing_behind(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer, tmp_path: Path, method: str
) -> None:
    server.down = frozenset({method})
    with pytest.raises(SigningServiceUnavailable):
        sealed(opened())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_slow_service_is_given_up_in_time(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer, tmp_path: Path
) -> None:
    server.slow_method, server.slow_s = "signatures/signHash", 5
    signer = opened(csc_timeout_s=0.5)
    started = time.monotonic()
    with pytest.raises(SigningServiceUnavailable):
        sealed(signer)
    assert time.monotonic() - started < 3
    assert list((tmp_path / "out").iterdir()) == []


def test_nobody_listening_is_told_as_such(opened: Callable[..., Signer]) -> None:
    with pytest.raises(SigningServiceUnavailable, match="no answer"):
        opened(csc_url="http://127.0.0.1:9")


def test_after_an_outage_the_next_document_is_signed(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer
) -> None:
    signer = opened(csc_batch=5)
    sealed(signer)
    server.down = frozenset({"signatures/signHash"})
    with pytest.raises(SigningServiceUnavailable):
        sealed(signer)
    server.down = frozenset()
    assert sealed(signer).exists()


def test_an_unknown_client_is_told_as_such(opened: Callable[..., Signer], tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="client"):
        opened(csc_client_secret_file=kept(tmp_path, "other", "sai"))


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("key_status", "disabled", KeyUnavailable),
        ("cert_status", "revoked", CertificateRevoked),
        ("auth_mode", "oauth2code", ConfigError),
    ],
)
def test_an_unfit_credential_is_refused(
    opened: Callable[..., Signer], server: CscServer, name: str, value: str,
    error: type[Exception],
) -> None:  # fmt: skip
    setattr(server, name, value)
    with pytest.raises(error):
        opened()


@pytest.mark.parametrize(
    "changes",
    [
        {"csc_url": ""},
        {"csc_credential": ""},
        {"csc_client_id": ""},
        {"csc_client_secret_file": None},
        {"csc_url": "http://ky-so.example.vn"},
        {"csc_batch": 0},
    ],
)
def test_incomplete_or_unsafe_settings_are_refused(
    opened: Callable[..., Signer], changes: dict[str, object]
) -> None:
    with pytest.raises(ConfigError):
        opened(**changes)


def test_an_exposed_client_secret_is_refused(opened: Callable[..., Signer], tmp_path: Path) -> None:
    exposed = kept(tmp_path, "exposed", csc_server.CLIENT_SECRET)
    exposed.chmod(0o640)
    with pytest.raises(SecretExposed):
        opened(csc_client_secret_file=exposed)


@pytest.mark.parametrize(
    ("method", "reply"),
    [
        ("info", b'{"oauth2": "ftp://127.0.0.1"}'),
        ("info", b"[]"),
        ("info", b"[" * 100_000),
        ("info", b" " * (1 << 20) + b"{}"),
        ("oauth2/token", b"{}"),
        ("oauth2/token", b'{"access_token": "x", "expires_in": "soon"}'),
        ("credentials/info", b"{}"),
        ("credentials/info", b'{"key": {"status": "enabled"}, "cert": {}, "authMode": "explicit"}'),
        (
            "credentials/info",
            b'{"key": {"status": "enabled", "algo": []}, "cert": {"certificates": [7]},'
            b' "authMode": "explicit", "multisign": 1}',
        ),
        ("signatures/signHash", b'{"signatures": "x"}'),
    ],
)
def test_a_reply_that_makes_no_sense_is_an_outage(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer, method: str, reply: bytes
) -> None:
    server.replies = {method: reply}
    with pytest.raises(SigningServiceUnavailable):
        sealed(opened())


def test_a_locked_credential_is_no_wrong_pin(
    opened: Callable[..., Signer], server: CscServer
) -> None:
    server.wrong_pins = 3
    with pytest.raises(KeyUnavailable, match="invalid_request"):
        raw(opened(), b"data")


def test_a_refused_signature_is_an_outage(
    opened: Callable[..., Signer], sealed: Seal, server: CscServer
) -> None:
    """The service forgot what it authorized a moment ago."""
    server.lie = "forgets"
    with pytest.raises(SigningServiceUnavailable, match="invalid_request"):
        sealed(opened())


def test_an_algorithm_the_credential_can_not_do_is_reported(
    opened: Callable[..., Signer], server: CscServer, pki: Pki
) -> None:
    server.certificates = [pki.der("operator"), pki.der("interm")]
    with pytest.raises(KeyUnavailable, match="not supported"):
        raw(opened(), b"data")


def test_a_missing_credential_is_reported(opened: Callable[..., Signer]) -> None:
    with pytest.raises(KeyUnavailable, match="invalid_request"):
        opened(csc_credential="khac")
