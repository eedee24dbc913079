"""Passphrases and PINs: where they come from, and that they never show."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import pickle
import pty
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from digitizer.errors import ConfigError, DigitizationError, KeyUnavailable, SecretExposed
from signing.secret import Secret, SecretPlace
from signing.settings import KeySettings, SigningSettings
from signing.signer import open_signer
from tests.oracles import csc_server
from tests.oracles.csc_server import CscServer
from tests.oracles.exposure import everything_of
from tests.oracles.pki import PASSPHRASE, Pki

CANARY = "chim-hoang-yen-7391"


def kept(folder: Path, content: str = CANARY, mode: int = 0o600) -> Path:
    file = folder / "secret"
    file.write_bytes(content.encode())
    file.chmod(mode)
    return file


# ── where they come from ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("content", [CANARY, CANARY + "\n", CANARY + "\r\n", "\ufeff" + CANARY])
def test_a_file_gives_its_secret_without_what_editors_add(tmp_path: Path, content: str) -> None:
    assert SecretPlace("pin", kept(tmp_path, content)).read().text() == CANARY


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o602, 0o666])
def test_a_file_others_can_get_at_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretExposed) as caught:
        SecretPlace("pin", kept(tmp_path, mode=mode)).read()
    assert "chmod 600" in caught.value.cure("vi") and "chmod 600" in caught.value.cure("en")
    assert caught.value.exit_code == 3
    assert CANARY not in str(caught.value)


def test_a_file_that_can_only_be_read_by_its_owner_is_fine(tmp_path: Path) -> None:
    assert SecretPlace("pin", kept(tmp_path, mode=0o400)).read().text() == CANARY


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account_is_refused(tmp_path: Path) -> None:
    file = kept(tmp_path)
    os.chown(file, 12345, 12345)
    with pytest.raises(SecretExposed, match="another account"):
        SecretPlace("pin", file).read()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="pin_file"):
        SecretPlace("pin", tmp_path / "none").read()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="empty"):
        SecretPlace("pin", kept(tmp_path, "\n")).read()


def test_a_systemd_credential_is_read_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, mode=0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert SecretPlace("pin", credential="secret").read().text() == CANARY


def test_a_credential_can_not_lead_out_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "inner"))
    with pytest.raises(ConfigError, match="not a path"):
        SecretPlace("pin", credential="../secret").read()


def test_without_systemd_there_is_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(ConfigError, match="LoadCredential"):
        SecretPlace("pin", credential="secret").read()


def test_a_credential_that_was_not_passed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(KeyUnavailable, match="other"):
        SecretPlace("pin", credential="other").read()


def in_a_session(do: Callable[[], str]) -> tuple[str, str]:
    """Run `do` with a terminal of its own; return what it returned and what the terminal showed.

    The terminal's keyboard types the canary.
    """
    reading, writing = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, do().encode())
        os._exit(0)
    os.close(writing)
    shown = os.read(terminal, 4096)
    os.write(terminal, CANARY.encode() + b"\n")
    with os.fdopen(reading, "rb") as stream:
        result = stream.read().decode()
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.waitpid(child, 0)
    os.close(terminal)
    return result, shown.decode()


def test_a_terminal_is_asked_and_shows_nothing() -> None:
    result, shown = in_a_session(lambda: SecretPlace("pin", may_prompt=True).read().text())
    assert result == CANARY
    assert "PIN" in shown and CANARY not in shown


def test_without_a_terminal_nobody_is_asked() -> None:
    """Standard input is not a terminal's stand-in: a script's next line is no PIN."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            SecretPlace("pin", may_prompt=True).read()
        except ConfigError as error:
            os.write(writing, error.detail.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        assert "no terminal" in stream.read()
    os.waitpid(child, 0)


@pytest.mark.parametrize("places", [(False, False), (True, True)])
def test_exactly_one_place_must_be_named(tmp_path: Path, places: tuple[bool, bool]) -> None:
    file = kept(tmp_path) if places[0] else None
    with pytest.raises(ConfigError):
        SecretPlace("pin", file, may_prompt=places[1]).read()


# ── that they never show ─────────────────────────────────────────────────────────────────────


def test_a_secret_shows_nothing_of_itself() -> None:
    secret = Secret(CANARY.encode())
    assert CANARY not in f"{secret} {secret!r} {[secret]} {vars(SecretPlace)}"


def test_a_secret_does_not_leave_its_process() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY.encode()))


def test_a_secret_that_is_no_text_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigError) as caught:
        Secret(b"\xff" + CANARY.encode()).text()
    assert CANARY not in everything_of(caught.value)


def test_a_wrong_passphrase_shows_nowhere(
    real: SigningSettings, keys: Path, tmp_path: Path, now: datetime,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    settings = replace(real, passphrase_file=kept(tmp_path))
    with pytest.raises(DigitizationError) as caught:
        open_signer(settings, keys_folder=keys, now=now)
    printed = "".join(capfd.readouterr())
    assert CANARY not in everything_of(caught.value) + caplog.text + printed


def test_a_right_passphrase_shows_nowhere_either(
    real: SigningSettings, pki: Pki, keys: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = replace(real, pkcs12_file=pki.pkcs12("encryption_only"))
    with pytest.raises(KeyUnavailable) as caught:
        open_signer(settings, keys_folder=keys, now=now)
    assert PASSPHRASE.decode() not in everything_of(caught.value) + caplog.text


@pytest.mark.parametrize("method", ["credentials/authorize", "signatures/signHash", "oauth2/token"])
def test_secrets_for_a_remote_service_show_nowhere(
    pki: Pki, keys: Path, tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture,
    method: str,
) -> None:  # fmt: skip
    """Not when the service is away, nor when it quotes what it was sent."""
    caplog.set_level(logging.DEBUG)
    (tmp_path / "c").mkdir()
    server = CscServer(pki.private_key("signer"), [pki.der("signer")], quote=True)
    with csc_server.running(server):
        settings = SigningSettings(
            key="csc",
            csc_url=server.url,
            csc_credential=csc_server.CREDENTIAL,
            csc_client_id=csc_server.CLIENT,
            csc_client_secret_file=kept(tmp_path / "c", csc_server.CLIENT_SECRET),
            passphrase_file=kept(tmp_path),
        )
        signer = open_signer(settings, keys_folder=keys, now=now)
        for down in (frozenset[str](), frozenset({method})):
            server.down = down
            with pytest.raises(DigitizationError) as caught:
                server.tokens.clear()
                asyncio.run(signer.engine.async_sign_raw(b"data", "sha256"))
            shown = everything_of(caught.value) + caplog.text
            for secret in (CANARY, csc_server.CLIENT_SECRET, *server.tokens):
                assert secret not in shown


def test_no_setting_is_a_secret_itself() -> None:
    """Settings come from variables and command lines too, which other processes can read."""
    named = [
        field.name
        for field in dataclasses.fields(KeySettings)
        if re.search("passphrase|pin|secret|otp|password", field.name)
    ]
    assert named
    assert [name for name in named if not re.search("_(file|credential|prompt)$", name)] == []
