"""Good signed files of ours to be broken: officer and seal on one paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signing.seal import seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import open_signer
from signing.trust import Trust
from tests.oracles.pki import Pki
from tests.signing.conftest import write_pdf_a


@dataclass(frozen=True, slots=True)
class Base:
    """A good file, and under whom and when it is valid without the network."""

    data: bytes
    trust: Trust
    now: datetime


def trial_file(folder: Path) -> Base:
    """Return a B-B file by the throw-away identity."""
    return _signed(folder, SigningSettings(), SigningSettings())


def archival_file(folder: Path, pki: Pki) -> Base:
    """Return a B-LTA file by the test PKI."""
    settings = SigningSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("signer"),
        passphrase_file=pki.passphrase_file(),
        trust_folder=pki.trust_folder(),
        tsa_url=pki.tsa_url,
        level="B-LTA",
    )
    return _signed(folder, replace(settings, pkcs12_file=pki.pkcs12("operator")), settings)


def _signed(folder: Path, officer: SigningSettings, settings: SigningSettings) -> Base:
    now, keys = datetime.now(UTC).replace(microsecond=0), folder / "keys"
    operated = sign_as_operator(
        write_pdf_a(folder / "paper.pdf", pages=2),
        signer=open_signer(officer, keys_folder=keys, now=now),
        folder=folder,
        now=now,
    )
    signer = open_signer(settings, keys_folder=keys, now=now)
    signed = seal(operated, signer=signer, settings=settings, folder=folder, now=now)
    offline = replace(Trust.open(settings, keys), may_fetch=False)
    return Base(signed.pdf.path.read_bytes(), offline, now + timedelta(minutes=1))
