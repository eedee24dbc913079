"""Sealing: PDF/A in, PAdES out, or nothing at all."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import tsp
from PIL import Image, ImageChops

from digitizer.errors import (
    ConfigError,
    IntegrityError,
    KeyUnavailable,
    RevocationUnavailable,
    TimestampUnavailable,
    UnprovenPdf,
)
from digitizer.model import PdfA, SignatureLevel, SignedPdf, StoredFile
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verify import verify
from tests.oracles.pki import Pki
from tests.oracles.verapdf import VeraPdf

CORNER_MM = 40.0
SHAPES = [
    ((210, 297), 0),
    ((210, 297), 90),
    ((210, 297), 180),
    ((210, 297), 270),
    ((297, 210), 0),
    ((297, 210), 90),
    ((420, 297), 270),
    ((86, 54), 0),
]


def stamped(real: SigningSettings, pki: Pki) -> SigningSettings:
    return replace(real, tsa_url=pki.tsa_url, tsa_timeout_s=5.0)


def archival(real: SigningSettings, pki: Pki) -> SigningSettings:
    return replace(stamped(real, pki), embed_revocation=True)


def sealed(
    pdf_a: PdfA, settings: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> SignedPdf:
    signer = open_signer(settings, keys_folder=keys, now=now)
    return seal(pdf_a, signer=signer, settings=settings, folder=tmp_path, now=now)


def test_without_an_authority_the_level_is_b_b(
    pdf_a: PdfA, real: SigningSettings, keys: Path, tmp_path: Path, now: datetime, verapdf: VeraPdf
) -> None:
    signed = sealed(pdf_a, real, keys, tmp_path, now)
    assert signed.signatures[0].level is SignatureLevel.B_B
    assert signed.signatures[0].signed_at == now
    verdict = verify(signed.pdf.path, trust=Trust.open(real, keys), now=now)
    assert verdict.is_valid, verdict.reasons
    assert verdict.signatures[0].level is SignatureLevel.B_B
    assert verapdf.check([signed.pdf.path])[0].compliant


def test_with_an_authority_the_level_is_b_t(
    pdf_a: PdfA,
    real: SigningSettings,
    pki: Pki,
    keys: Path,
    tmp_path: Path,
    now: datetime,
    verapdf: VeraPdf,
) -> None:
    signed = sealed(pdf_a, stamped(real, pki), keys, tmp_path, now)
    verdict = verify(signed.pdf.path, trust=Trust.open(real, keys), now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert verdict.signatures[0].level is signed.signatures[0].level is SignatureLevel.B_T
    assert verdict.signatures[0].is_time_proven
    assert verdict.signatures[0].signed_at == signed.signatures[0].signed_at
    assert verapdf.check([signed.pdf.path])[0].compliant


def test_with_evidence_the_level_is_b_lta_and_holds_offline(
    pdf_a: PdfA,
    real: SigningSettings,
    pki: Pki,
    keys: Path,
    tmp_path: Path,
    now: datetime,
    verapdf: VeraPdf,
) -> None:
    signed = sealed(pdf_a, archival(real, pki), keys, tmp_path, now)
    offline = replace(Trust.open(real, keys), may_fetch=False)
    verdict = verify(signed.pdf.path, trust=offline, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert [item.kind for item in verdict.signatures] == ["signature", "timestamp"]
    assert verdict.signatures[0].level is signed.signatures[0].level is SignatureLevel.B_LTA
    assert verdict.signatures[-1].covers == "entire_file"
    assert verapdf.check([signed.pdf.path])[0].compliant


@pytest.mark.parametrize(("size_mm", "rotation_deg"), SHAPES)
def test_the_mark_stands_upright_in_its_corner_and_covers_no_print(
    make_pdf_a: Callable[..., PdfA],
    throwaway: Signer,
    tmp_path: Path,
    now: datetime,
    verapdf: VeraPdf,
    size_mm: tuple[float, float],
    rotation_deg: int,
) -> None:
    pdf_a = make_pdf_a(size_mm=size_mm, rotation_deg=rotation_deg)
    settings = SigningSettings(agency="Ủy ban nhân dân xã Thử Nghiệm")
    signed = seal(pdf_a, signer=throwaway, settings=settings, folder=tmp_path, now=now)
    before, after = rendered(pdf_a.pdf.path), rendered(signed.pdf.path)
    box = ImageChops.difference(before, after).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert left > before.width / 2 and right < before.width
    assert top > 0 and bottom <= min(CORNER_MM / 25.4 * 100, before.height / 4) + 1
    printed = ImageChops.invert(before.convert("L")).point(lambda ink: 255 if ink > 80 else 0)
    assert printed.crop(box).getbbox() is None
    assert verapdf.check([signed.pdf.path])[0].compliant


def rendered(pdf: Path) -> Image.Image:
    target = pdf.with_suffix("")
    command = ["pdftoppm", "-r", "100", "-png", "-singlefile", str(pdf), str(target)]
    subprocess.run(command, check=True)
    with Image.open(target.with_suffix(".png")) as image:
        return image.convert("RGB")


def test_the_mark_is_real_text_in_vietnamese(
    pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    settings = SigningSettings(agency="Ủy ban nhân dân xã Thử Nghiệm", mark="sao_y")
    signed = seal(pdf_a, signer=throwaway, settings=settings, folder=tmp_path, now=now)
    text = subprocess.run(
        ["pdftotext", str(signed.pdf.path), "-"], check=True, capture_output=True
    ).stdout.decode()
    for line in ("SAO Y", "Ủy ban nhân dân xã Thử Nghiệm", "+07:00", "BẢN DÙNG THỬ"):
        assert line in text


def test_the_fonts_widths_are_its_own(
    pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    """A font that isn't 1000 units per em looks letter-spaced and breaks PDF/A."""
    signed = seal(pdf_a, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    with pikepdf.open(signed.pdf.path) as pdf:
        form = pdf.pages[0].Annots[0].AP.N
        widths = [int(width) for width in form.Resources.Font.F1.DescendantFonts[0].W[1]]
    assert max(widths) <= 1000


def test_nothing_before_the_signature_is_rewritten(
    pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    original = pdf_a.pdf.path.read_bytes()
    signed = seal(pdf_a, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    assert signed.pdf.path.read_bytes().startswith(original)
    assert pdf_a.pdf.path.read_bytes() == original


def test_a_throwaway_signature_adds_less_than_20_kb(
    pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    signed = seal(pdf_a, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    assert signed.pdf.size_bytes - pdf_a.pdf.size_bytes < 20_000


def test_one_signer_signs_in_bulk_at_half_a_second_or_less(
    pdf_a: PdfA, real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    signer = open_signer(real, keys_folder=keys, now=now)
    started = time.process_time()
    for _ in range(5):
        seal(pdf_a, signer=signer, settings=real, folder=tmp_path, now=now)
    assert (time.process_time() - started) / 5 <= 0.5


def test_a_changed_pdf_a_is_not_signed(
    pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    with pdf_a.pdf.path.open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(IntegrityError):
        seal(pdf_a, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    assert leftovers(tmp_path) == []


def test_what_is_no_pdf_is_not_signed(
    pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    pdf_a.pdf.path.write_bytes(b"%PDF-1.7\nkh\xc3\xb4ng\n%%EOF\n")
    broken = replace(pdf_a, pdf=StoredFile.of(pdf_a.pdf.path))
    with pytest.raises(UnprovenPdf):
        seal(broken, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    assert leftovers(tmp_path) == []


def test_evidence_without_an_authority_is_a_configuration_error(
    pdf_a: PdfA, real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(ConfigError, match="tsa_url"):
        sealed(pdf_a, replace(real, embed_revocation=True), keys, tmp_path, now)


def test_evidence_without_roots_is_a_configuration_error(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(ConfigError, match="trust_folder"):
        sealed(pdf_a, replace(archival(real, pki), trust_folder=None), keys, tmp_path, now)


def test_a_revoked_certificate_gets_no_archival_signature(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> None:
    revoked = replace(archival(real, pki), pkcs12_file=pki.pkcs12("revoked"))
    with pytest.raises(KeyUnavailable, match="revoked"):
        sealed(pdf_a, revoked, keys, tmp_path, now)
    assert leftovers(tmp_path) == []


def test_a_certificate_nobody_can_vouch_for_gets_no_archival_signature(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> None:
    silent = replace(archival(real, pki), pkcs12_file=pki.pkcs12("no_pointer"))
    with pytest.raises(RevocationUnavailable):
        sealed(pdf_a, silent, keys, tmp_path, now)
    assert leftovers(tmp_path) == []


def test_an_authority_that_is_down_leaves_nothing_behind(
    pdf_a: PdfA, real: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    down = replace(real, tsa_url="http://127.0.0.1:9/")
    with pytest.raises(TimestampUnavailable, match="no answer"):
        sealed(pdf_a, down, keys, tmp_path, now)
    assert leftovers(tmp_path) == []


def _status_500(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    respond("500 Internal Server Error", [("Content-Type", "text/plain")])
    return [b"no"]


def _a_web_page(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    respond("200 OK", [("Content-Type", "text/html")])
    return [b"<html>Please log in</html>"]


def _garbage(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    return _reply(respond, b"\x30\x82garbage")


def _endless(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    return _reply(respond, bytes(3 << 20))


def _refusal(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    return _reply(respond, tsp.TimeStampResp({"status": {"status": "rejection"}}).dump())


def _other_nonce(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    asked = tsp.TimeStampReq.load(body)
    asked["nonce"] = asked["nonce"].native + 1
    return _reply(respond, _answer(pki, asked.dump()))


def _other_imprint(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    asked = tsp.TimeStampReq.load(body)
    imprint = {"algorithm": "sha256"}
    asked["message_imprint"] = {
        "hash_algorithm": imprint,
        "hashed_message": hashlib.sha256(b"other").digest(),
    }
    return _reply(respond, _answer(pki, asked.dump()))


def _flipped(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    honest = tsp.TimeStampResp.load(_answer(pki, body))
    info = honest["time_stamp_token"]["content"]["signer_infos"][0]
    signature = bytearray(info["signature"].native)
    signature[10] ^= 1
    info["signature"] = bytes(signature)
    return _reply(respond, honest.dump(force=True))


def _other_clock(body: bytes, pki: Pki, respond: Callable[..., Any]) -> list[bytes]:
    pki.services.clock = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
    return _reply(respond, _answer(pki, body))


def _answer(pki: Pki, request: bytes) -> bytes:
    from certomancer.registry import ServiceLabel

    return pki.services.answer("tsa", ServiceLabel("tsa"), request)[1]


def _reply(respond: Callable[..., Any], body: bytes) -> list[bytes]:
    respond("200 OK", [("Content-Type", "application/timestamp-reply")])
    return [body]


@pytest.mark.parametrize(
    "lie",
    [
        _status_500,
        _a_web_page,
        _garbage,
        _endless,
        _refusal,
        _other_nonce,
        _other_imprint,
        _flipped,
        _other_clock,
    ],
)
def test_a_lying_authority_leaves_nothing_behind(
    pdf_a: PdfA,
    real: SigningSettings,
    pki: Pki,
    keys: Path,
    tmp_path: Path,
    now: datetime,
    lie: Callable[..., list[bytes]],
) -> None:
    pki.services.sabotage = lambda body, respond: lie(body, pki, respond)
    with pytest.raises(TimestampUnavailable):
        sealed(pdf_a, stamped(real, pki), keys, tmp_path, now)
    assert leftovers(tmp_path) == []


def test_a_dripping_authority_is_given_up_in_time(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> None:
    def drip(body: bytes, respond: Callable[..., Any]) -> Any:
        respond("200 OK", [("Content-Type", "application/timestamp-reply")])
        for _ in range(30):
            time.sleep(0.1)
            yield b"\x30"

    pki.services.sabotage = drip
    started = time.monotonic()
    with pytest.raises(TimestampUnavailable):
        sealed(pdf_a, replace(stamped(real, pki), tsa_timeout_s=0.5), keys, tmp_path, now)
    assert time.monotonic() - started < 2
    assert leftovers(tmp_path) == []


def leftovers(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if "signed" in file.name]
