"""Services that are slow, down or lying, certificates that do not do: nothing unsigned is written.

Each outage happens twice: before the run, where the pre-flight must find it, and between two
documents of a batch, where the second must wait and the third, after the outage, must be signed.
The services are real ones on loopback. Tokens and remote signing: test_pkcs11.py, test_csc.py.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from certomancer.registry import ServiceLabel

from digitizer.errors import (
    CertificateExpired,
    CertificateRevoked,
    KeyUnavailable,
    RevocationUnavailable,
    TimestampUnavailable,
    Unavailable,
)
from digitizer.model import PdfA
from signing.preflight import open_seal, preflight
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import Signer
from tests.oracles.pki import Pki, running_pki

Outage = Callable[[Pki], None]
Seal = Callable[..., Path]
TYPE = "application/timestamp-reply"


@pytest.fixture
def archival(real: SigningSettings, pki: Pki) -> SigningSettings:
    """An agency that seals for the archive: time stamps, evidence of non-revocation."""
    return replace(real, tsa_url=pki.tsa_url, tsa_timeout_s=1.0, embed_revocation=True)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def sealed(pdf_a: PdfA, out: Path, now: datetime) -> Seal:
    """Seals into a folder of its own, which stays empty when it fails."""

    def run(signer: Signer, settings: SigningSettings, name: str, at: datetime = now) -> Path:
        folder = out / name
        folder.mkdir()
        return seal(pdf_a, signer=signer, settings=settings, folder=folder, now=at).pdf.path

    return run


# ── how services fail ────────────────────────────────────────────────────────────────────────


def tsa_down(pki: Pki) -> None:
    pki.services.down = frozenset({"tsa"})


def tsa_slow(pki: Pki) -> None:
    def drip(body: bytes, respond: Callable[..., Any]) -> Iterator[bytes]:
        respond("200 OK", [("Content-Type", TYPE)])
        for _ in range(30):
            time.sleep(0.1)
            yield b"\x30"

    lie_as_tsa(pki, drip)


def tsa_other_imprint(pki: Pki) -> None:
    def other(body: bytes, respond: Callable[..., Any]) -> list[bytes]:
        asked = tsp.TimeStampReq.load(body)
        digest = hashlib.sha256(b"another document").digest()
        asked["message_imprint"] = {
            "hash_algorithm": {"algorithm": "sha256"},
            "hashed_message": digest,
        }
        return stamped(pki, asked.dump(), respond)

    lie_as_tsa(pki, other)


def tsa_old_clock(pki: Pki) -> None:
    def old(body: bytes, respond: Callable[..., Any]) -> list[bytes]:
        pki.services.clock = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
        try:
            return stamped(pki, body, respond)
        finally:
            pki.services.clock = None

    lie_as_tsa(pki, old)


def tsa_replays(pki: Pki) -> None:
    """A token that was good an hour ago for somebody else's request."""
    first: list[bytes] = []

    def replay(body: bytes, respond: Callable[..., Any]) -> list[bytes]:
        if not first:
            strange = tsp.TimeStampReq.load(body).copy()
            strange["nonce"] = 4711
            first.append(pki.services.answer("tsa", ServiceLabel("tsa"), strange.dump())[1])
        respond("200 OK", [("Content-Type", TYPE)])
        return [first[0]]

    lie_as_tsa(pki, replay)


def revocation_down(pki: Pki) -> None:
    pki.services.down = frozenset({"ocsp", "crls"})


def lie_as_tsa(pki: Pki, lie: Callable[..., Any]) -> None:
    """Answer time-stamp requests with `lie`; OCSP and CRLs go on as before."""
    pki.services.sabotaged = frozenset({"tsa"})
    pki.services.sabotage = lie


def stamped(pki: Pki, request: bytes, respond: Callable[..., Any]) -> list[bytes]:
    answer = pki.services.answer("tsa", ServiceLabel("tsa"), request)[1]
    respond("200 OK", [("Content-Type", TYPE)])
    return [answer]


OUTAGES = [
    (tsa_down, TimestampUnavailable),
    (tsa_slow, TimestampUnavailable),
    (tsa_other_imprint, TimestampUnavailable),
    (tsa_old_clock, TimestampUnavailable),
    (tsa_replays, TimestampUnavailable),
    (revocation_down, RevocationUnavailable),
]


@contextmanager
def broken(pki: Pki, outage: Outage) -> Iterator[None]:
    outage(pki)
    try:
        yield
    finally:
        pki.services.down = frozenset()
        pki.services.sabotage = None
        pki.services.sabotaged = None


@pytest.mark.parametrize(("outage", "error"), OUTAGES)
def test_an_outage_is_found_before_the_run(
    archival: SigningSettings, pki: Pki, keys: Path, now: datetime, outage: Outage,
    error: type[Unavailable],
) -> None:  # fmt: skip
    with broken(pki, outage), pytest.raises(error) as caught:
        open_seal(archival, keys_folder=keys, now=now)
    assert type(caught.value) is error
    assert caught.value.exit_code in range(20, 30)


@pytest.mark.parametrize("case", OUTAGES, ids=lambda case: case[0].__name__)
def test_a_document_waits_out_an_outage_and_the_next_one_is_signed(
    sealed: Seal, archival: SigningSettings, pki: Pki, keys: Path, out: Path, now: datetime,
    case: tuple[Outage, type[Unavailable]],
) -> None:  # fmt: skip
    signer = open_seal(archival, keys_folder=keys, now=now)
    sealed(signer, archival, "1")
    outage, error = case
    with broken(pki, outage), pytest.raises(error):
        sealed(signer, archival, "2")
    assert list((out / "2").iterdir()) == []
    sealed(signer, archival, "3")
    assert (out / "3" / "signed.pdf").is_file()


def test_an_authority_of_another_root_is_found_before_the_run(
    archival: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "stranger"
    folder.mkdir()
    with running_pki(folder) as stranger, pytest.raises(TimestampUnavailable, match="not trusted"):
        open_seal(replace(archival, tsa_url=stranger.tsa_url), keys_folder=keys, now=now)


def test_a_document_is_not_stamped_by_an_authority_of_another_root(
    sealed: Seal, archival: SigningSettings, keys: Path, tmp_path: Path, out: Path, now: datetime
) -> None:
    """An address that began to lead elsewhere after the pre-flight."""
    signer = open_seal(archival, keys_folder=keys, now=now)
    folder = tmp_path / "stranger"
    folder.mkdir()
    with running_pki(folder) as stranger, pytest.raises(Unavailable):
        moved = replace(archival, tsa_url=stranger.tsa_url)
        sealed(signer, moved, "1")
    assert list((out / "1").iterdir()) == []


def test_a_list_serves_where_the_certificate_names_no_responder(
    sealed: Seal, archival: SigningSettings, pki: Pki, keys: Path, out: Path, now: datetime
) -> None:
    by_list = replace(archival, pkcs12_file=pki.pkcs12("by_list"))
    pki.services.down = frozenset({"ocsp"})
    signer = open_seal(by_list, keys_folder=keys, now=now)
    sealed(signer, by_list, "1")
    assert (out / "1" / "signed.pdf").is_file()


# ── certificates ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "error"),
    [
        ("expired", CertificateExpired),
        ("not_yet", CertificateExpired),
        ("revoked", CertificateRevoked),
        ("by_list_revoked", CertificateRevoked),
        ("encryption_only", KeyUnavailable),
        ("no_pointer", RevocationUnavailable),
    ],
)
def test_a_certificate_that_will_not_do_is_found_before_the_run(
    archival: SigningSettings, pki: Pki, keys: Path, now: datetime, label: str,
    error: type[Unavailable],
) -> None:  # fmt: skip
    with pytest.raises(error) as caught:
        open_seal(replace(archival, pkcs12_file=pki.pkcs12(label)), keys_folder=keys, now=now)
    assert type(caught.value) is error
    assert caught.value.exit_code in range(20, 30)


def test_a_certificate_about_to_end_is_warned_of_and_still_signs(
    sealed: Seal, archival: SigningSettings, pki: Pki, keys: Path, out: Path, now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    ending = replace(archival, pkcs12_file=pki.pkcs12("ending"))
    report = preflight(ending, keys_folder=keys, now=now)
    assert (report.key.days_left, report.key.ends_soon) == (10, True)
    assert "ends in 10 days" in caplog.text
    signer = open_seal(ending, keys_folder=keys, now=now)
    sealed(signer, ending, "1")
    assert not preflight(replace(ending, warn_days=5), keys_folder=keys, now=now).key.ends_soon


def test_a_certificate_that_ends_during_the_run_signs_no_further(
    sealed: Seal, archival: SigningSettings, pki: Pki, keys: Path, out: Path, now: datetime
) -> None:
    ending = replace(archival, pkcs12_file=pki.pkcs12("ending"))
    signer = open_seal(ending, keys_folder=keys, now=now)
    pki.services.clock = later = now + timedelta(days=11)
    with pytest.raises(CertificateExpired):
        sealed(signer, ending, "1", later)
    assert list((out / "1").iterdir()) == []
