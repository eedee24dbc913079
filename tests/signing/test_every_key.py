"""One suite for every kind of key: what a caller of the `Signer` port may rely on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from digitizer.model import PdfA, SignatureLevel
from signing.preflight import open_seal
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verify import verify
from tests.oracles import csc_server, softhsm
from tests.oracles.csc_server import CscServer
from tests.oracles.pki import Pki
from tests.oracles.verapdf import VeraPdf
from tests.signing.conftest import write_pdf_a

KINDS = ["throwaway", "pkcs12", "pkcs11", "csc"]
LEVELS = ["B-B", "B-T", "B-LT", "B-LTA"]
SHAPES = [((210, 297), 0), ((210, 297), 90), ((297, 210), 180), ((420, 297), 270)]


def combinations(kind: str) -> list[tuple[int, str]]:
    """Return which shape gets which level with a key of `kind`.

    Each kind meets every shape and every level once, and the kinds together meet every pair of
    the two. `SOHOA_EXHAUSTIVE=1` takes all of them: 64 documents, some minutes.
    """
    if os.environ.get("SOHOA_EXHAUSTIVE"):
        return [(shape, level) for shape in range(len(SHAPES)) for level in LEVELS]
    shift = KINDS.index(kind)
    return [(shape, LEVELS[(shape + shift) % len(LEVELS)]) for shape in range(len(SHAPES))]


@pytest.fixture(params=KINDS)
def settings(
    request: pytest.FixtureRequest, real: SigningSettings, pki: Pki, tmp_path: Path
) -> Iterator[SigningSettings]:
    """An agency whose key is of each kind in turn."""
    held = [pki.der(name) for name in ("signer", "interm", "root")]
    with ExitStack() as running:
        if request.param == "pkcs11":
            if lack := softhsm.missing():
                pytest.skip(lack)
            shim = softhsm.compile_shim(tmp_path)
            (tmp_path / "token").mkdir()
            token = running.enter_context(softhsm.soft_token(tmp_path / "token", shim))
            token.put("0a", pki.private_key("signer"), *held)
            real = replace(real, pkcs11_module=token.module, passphrase_file=token.pin_file())
        elif request.param == "csc":
            server = CscServer(pki.private_key("signer"), held)
            running.enter_context(csc_server.running(server))
            real = replace(
                real,
                csc_url=server.url,
                csc_credential=csc_server.CREDENTIAL,
                csc_client_id=csc_server.CLIENT,
                csc_client_secret_file=kept(tmp_path / "client", csc_server.CLIENT_SECRET),
                passphrase_file=kept(tmp_path / "pin", csc_server.PIN),
            )
        yield replace(real, key=request.param, tsa_url=pki.tsa_url)


def kept(file: Path, secret: str) -> Path:
    file.write_text(secret)
    file.chmod(0o600)
    return file


@pytest.fixture
def signer(settings: SigningSettings, keys: Path, now: datetime) -> Iterator[Signer]:
    opened = open_seal(settings, keys_folder=keys, now=now)
    yield opened
    opened.close()


def test_what_it_seals_is_valid_and_still_pdf_a(
    signer: Signer, settings: SigningSettings, keys: Path, tmp_path: Path, now: datetime,
    verapdf: VeraPdf,
) -> None:  # fmt: skip
    """Valid by the strict verdict; PDF/A by veraPDF."""
    trust = Trust.open(settings, keys)
    made = []
    for shape, level in combinations(settings.key):
        size_mm, rotation_deg = SHAPES[shape]
        paper = write_pdf_a(tmp_path / f"{shape}.pdf", size_mm=size_mm, rotation_deg=rotation_deg)
        made.append(sealed(paper, signer, replace(settings, level=level), tmp_path, now))
        verdict = verify(made[-1], trust=trust, now=now + timedelta(minutes=1))
        assert verdict.is_valid, (level, verdict.reasons)
        assert verdict.signatures[0].level is SignatureLevel(level)
    assert all(result.compliant for result in verapdf.check(made))


def sealed(
    paper: PdfA, signer: Signer, settings: SigningSettings, folder: Path, now: datetime
) -> Path:
    target = folder / f"{paper.pdf.path.stem}-{settings.level}"
    target.mkdir()
    return seal(paper, signer=signer, settings=settings, folder=target, now=now).pdf.path


def test_it_says_whose_it_is(signer: Signer) -> None:
    own = x509.load_der_x509_certificate(signer.certificate_der)
    assert f"{own.serial_number:x}" == signer.certificate.serial
    assert signer.name == signer.certificate.subject
    nearest = x509.load_der_x509_certificate(signer.chain[0])
    own.verify_directly_issued_by(nearest)


def test_it_shows_no_more_than_its_serial_number(signer: Signer) -> None:
    assert repr(signer) == f"Key({signer.certificate.serial})"


def test_an_estimate_of_its_signature_uses_no_key(signer: Signer) -> None:
    estimate = asyncio.run(signer.engine.async_sign_raw(b"", "sha256", dry_run=True))
    assert estimate == bytes(512)


def test_closing_it_twice_does_no_harm(signer: Signer) -> None:
    signer.close()
    signer.close()


def test_it_can_be_opened_again_after_it_was_closed(
    signer: Signer, settings: SigningSettings, keys: Path, now: datetime
) -> None:
    signer.close()
    again = open_signer(settings, keys_folder=keys, now=now)
    assert again.certificate == signer.certificate
    again.close()
