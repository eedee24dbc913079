"""Verification: what is whole passes, everything else does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from digitizer.model import PdfA, Sha256, SignedPdf
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verdict import MEANING, ReasonCode, Status
from signing.verify import verify
from tests.oracles.pki import Pki

GOOD_TWINS = {
    "pyhanko__pdf_extensions-direct.pdf",
    "pyhanko__pdf_form-update-original-ap-type-wrong.pdf",
    "pyhanko__pdf_form-update-override-appearance-stream.pdf",
    "pyhanko__pdf_minimal-signed-twice-second-created.pdf",
    "pyhanko__pdf_minimal-two-fields-signed-twice.pdf",
    "pyhanko__pdf_pades-with-old-style-signing-cert-attr.pdf",
    "pyhanko__pdf_pades-with-old-style-signing-cert-attr-issser.pdf",
}
TRUST_ONLY = {
    ReasonCode.UNTRUSTED_ISSUER,
    ReasonCode.REVOCATION_UNKNOWN,
    ReasonCode.CERTIFICATE_DATES,
    ReasonCode.CERTIFICATE_UNFIT,
}


@pytest.fixture
def trust(keys: Path, throwaway: Signer) -> Trust:
    return Trust.open(SigningSettings(), keys)


@pytest.fixture
def signed(pdf_a: PdfA, throwaway: Signer, tmp_path: Path, now: datetime) -> SignedPdf:
    return seal(pdf_a, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)


@pytest.fixture
def seal_with(
    pdf_a: PdfA, real: SigningSettings, pki: Pki, keys: Path, tmp_path: Path, now: datetime
) -> Callable[..., Path]:
    """Seal with a certificate of the test PKI, with or without time stamp and evidence."""

    def make(label: str = "signer", *, stamp: bool = False, evidence: bool = False) -> Path:
        settings = replace(
            real,
            pkcs12_file=pki.pkcs12(label),
            tsa_url=pki.tsa_url if stamp else "",
            embed_revocation=evidence,
        )
        signer = open_signer(settings, keys_folder=keys, now=now)
        return seal(pdf_a, signer=signer, settings=settings, folder=tmp_path, now=now).pdf.path

    return make


def codes(path: Path, trust: Trust, now: datetime) -> tuple[Status, set[ReasonCode]]:
    verdict = verify(path, trust=trust, now=now)
    return verdict.status, {reason.code for reason in verdict.reasons}


def test_our_own_output_is_valid_and_marked_throwaway(
    signed: SignedPdf, trust: Trust, now: datetime
) -> None:
    verdict = verify(signed.pdf.path, trust=trust, expected_sha256=signed.pdf.sha256, now=now)
    assert verdict.is_valid
    assert verdict.reasons == ()
    assert verdict.is_throwaway
    assert verdict.sha256 == signed.pdf.sha256
    (signature,) = verdict.signatures
    assert (signature.covers, signature.intact, signature.trusted) == ("entire_file", True, True)
    assert signature.signed_at == now
    assert not signature.is_time_proven


def test_elsewhere_a_throwaway_signature_is_intact_but_not_trusted(
    signed: SignedPdf, tmp_path: Path, now: datetime
) -> None:
    stranger = Trust.open(SigningSettings(), tmp_path / "other")
    verdict = verify(signed.pdf.path, trust=stranger, now=now)
    assert verdict.status is Status.INDETERMINATE
    assert [reason.code for reason in verdict.reasons] == [ReasonCode.UNTRUSTED_ISSUER]
    assert verdict.signatures[0].intact
    assert verdict.signatures[0].is_throwaway


def test_an_unsigned_file_is_unsigned(pdf_a: PdfA, trust: Trust, now: datetime) -> None:
    assert codes(pdf_a.pdf.path, trust, now) == (Status.UNSIGNED, {ReasonCode.UNSIGNED})


def test_another_hash_than_on_record_is_not_valid(
    signed: SignedPdf, trust: Trust, now: datetime
) -> None:
    verdict = verify(signed.pdf.path, trust=trust, expected_sha256=Sha256("0" * 64), now=now)
    assert verdict.status is Status.INVALID
    assert ReasonCode.HASH_DIFFERS in {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize("junk", [b"\n", b" ", b"\x00", b"junk after the end"])
def test_bytes_after_the_end_are_not_valid(
    signed: SignedPdf, trust: Trust, now: datetime, junk: bytes
) -> None:
    with signed.pdf.path.open("ab") as stream:
        stream.write(junk)
    status, why = codes(signed.pdf.path, trust, now)
    assert status is Status.INVALID
    assert ReasonCode.NOT_ENTIRE_FILE in why


def test_an_edit_after_signing_is_not_valid(signed: SignedPdf, trust: Trust, now: datetime) -> None:
    with signed.pdf.path.open("r+b") as stream:
        writer = IncrementalPdfFileWriter(stream)
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Rotate"] = generic.NumberObject(180)
        writer.update_container(page)
        writer.write_in_place()
    status, why = codes(signed.pdf.path, trust, now)
    assert status is Status.INVALID
    assert {ReasonCode.NOT_ENTIRE_FILE, ReasonCode.CHANGED_AFTERWARDS} <= why


def test_an_edit_between_two_signatures_is_not_valid(
    signed: SignedPdf, throwaway: Signer, trust: Trust, now: datetime
) -> None:
    add_signature(signed.pdf.path, throwaway, edit=True)
    status, why = codes(signed.pdf.path, trust, now)
    assert status is Status.INDETERMINATE
    assert ReasonCode.CHANGED_BETWEEN in why


def test_a_second_signature_leaves_the_first_valid(
    signed: SignedPdf, throwaway: Signer, trust: Trust, now: datetime
) -> None:
    """An operator's, then the agency's: TT 01/2023 Đ8 asks for both."""
    add_signature(signed.pdf.path, throwaway)
    verdict = verify(signed.pdf.path, trust=trust, now=now + timedelta(minutes=1))
    assert verdict.is_valid, verdict.reasons
    assert [item.covers for item in verdict.signatures] == ["entire_revision", "entire_file"]


def add_signature(path: Path, signer: Signer, *, edit: bool = False) -> None:
    with path.open("r+b") as stream:
        writer = IncrementalPdfFileWriter(stream)
        if edit:
            page = writer.root["/Pages"]["/Kids"][0]
            page["/Rotate"] = generic.NumberObject(180)
            writer.update_container(page)
        PdfSigner(
            PdfSignatureMetadata("Second", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
            signer=signer.engine,
            new_field_spec=SigFieldSpec("Second"),
        ).sign_pdf(writer, in_place=True)


def test_a_stripped_signature_is_unsigned(
    signed: SignedPdf, trust: Trust, tmp_path: Path, now: datetime
) -> None:
    stripped = tmp_path / "stripped.pdf"
    with pikepdf.open(signed.pdf.path) as pdf:
        del pdf.Root.AcroForm
        del pdf.pages[0].Annots
        pdf.save(stripped)
    assert codes(stripped, trust, now)[0] is Status.UNSIGNED


def test_a_rewritten_file_is_not_valid(
    signed: SignedPdf, trust: Trust, tmp_path: Path, now: datetime
) -> None:
    rewritten = tmp_path / "rewritten.pdf"
    with pikepdf.open(signed.pdf.path) as pdf:
        pdf.save(rewritten)
    assert not verify(rewritten, trust=trust, now=now).is_valid


def test_data_hidden_behind_the_signature_is_not_valid(
    signed: SignedPdf, trust: Trust, now: datetime
) -> None:
    data = bytearray(signed.pdf.path.read_bytes())
    end = data.rindex(b"00>")
    data[end - 8 : end] = b"DEADBEEF"
    signed.pdf.path.write_bytes(data)
    status, why = codes(signed.pdf.path, trust, now)
    assert status is Status.INVALID
    assert ReasonCode.BYTE_RANGE in why


def test_no_flipped_byte_goes_unseen(
    signed: SignedPdf, trust: Trust, tmp_path: Path, now: datetime
) -> None:
    """200 places: half anywhere, half in the signature, of which no hash covers every byte."""
    data = signed.pdf.path.read_bytes()
    start = data.rindex(b"<30") + 1
    chance = random.Random(20261121)
    target = tmp_path / "flipped.pdf"
    signature = range(start, start + 1900)
    places = chance.sample(range(len(data)), 100) + chance.sample(signature, 100)
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        if _same_hexadecimal(data, flipped, place):
            continue
        target.write_bytes(flipped)
        assert not verify(target, trust=trust, now=now).is_valid, place


def _same_hexadecimal(data: bytes, flipped: bytearray, place: int) -> bool:
    """`a` for `A` in the signature's own hexadecimal is the same signature."""
    return data[place : place + 1].lower() == bytes(flipped[place : place + 1]).lower()


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_not_valid(
    signed: SignedPdf, trust: Trust, now: datetime, keep: float
) -> None:
    data = signed.pdf.path.read_bytes()
    signed.pdf.path.write_bytes(data[: int(len(data) * keep)])
    assert not verify(signed.pdf.path, trust=trust, now=now).is_valid


def test_a_missing_file_is_not_valid(tmp_path: Path, trust: Trust, now: datetime) -> None:
    assert codes(tmp_path / "none.pdf", trust, now)[0] is Status.INVALID


def test_too_many_signatures_are_not_judged(
    signed: SignedPdf, trust: Trust, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.examine.MOST_SIGNATURES", 0)
    assert codes(signed.pdf.path, trust, now)[1] == {ReasonCode.TOO_LARGE}


def test_without_proof_of_non_revocation_nothing_is_valid(
    seal_with: Callable[..., Path], real: SigningSettings, keys: Path, now: datetime
) -> None:
    offline = Trust.open(replace(real, fetch_revocation=False), keys)
    status, why = codes(seal_with(), offline, now)
    assert (status, why) == (Status.INDETERMINATE, {ReasonCode.REVOCATION_UNKNOWN})


def test_a_certificate_without_pointers_needs_proof_all_the_same(
    seal_with: Callable[..., Path], real: SigningSettings, keys: Path, now: datetime
) -> None:
    assert codes(seal_with("no_pointer"), Trust.open(real, keys), now) == (
        Status.INDETERMINATE,
        {ReasonCode.REVOCATION_UNKNOWN},
    )


@pytest.mark.parametrize("stamp", [False, True])
def test_a_revoked_signer_is_not_valid(
    seal_with: Callable[..., Path], real: SigningSettings, keys: Path, now: datetime, stamp: bool
) -> None:
    path = seal_with("revoked", stamp=stamp)
    status, why = codes(path, Trust.open(real, keys), now + timedelta(minutes=1))
    assert status is Status.INVALID
    assert ReasonCode.REVOKED in why


def test_an_unknown_root_is_not_valid(
    seal_with: Callable[..., Path], keys: Path, trust: Trust, now: datetime
) -> None:
    assert codes(seal_with(), trust, now)[1] == {ReasonCode.UNTRUSTED_ISSUER}


def test_the_throwaway_root_vouches_for_no_one_else(
    signed: SignedPdf, trust: Trust, keys: Path, now: datetime
) -> None:
    """As an ordinary root it would need revocation, and has none."""
    promoted = Trust(roots=trust.throwaway)
    status, why = codes(signed.pdf.path, promoted, now)
    assert (status, why) == (Status.INDETERMINATE, {ReasonCode.REVOCATION_UNKNOWN})


@pytest.mark.parametrize(
    ("stamp", "evidence", "status"),
    [
        (False, False, Status.INDETERMINATE),
        (True, False, Status.VALID),
        (True, True, Status.VALID),
    ],
)
def test_in_2045_only_stamped_signatures_hold(
    seal_with: Callable[..., Path],
    real: SigningSettings,
    pki: Pki,
    keys: Path,
    stamp: bool,
    evidence: bool,
    status: Status,
) -> None:
    """The signer's certificate ended in 2030; CA and time-stamp authority still answer."""
    path = seal_with(stamp=stamp, evidence=evidence)
    pki.services.clock = later = datetime(2045, 1, 1, tzinfo=UTC)
    verdict = verify(path, trust=Trust.open(real, keys), now=later)
    assert verdict.status is status, verdict.reasons


def test_in_2045_stale_evidence_alone_proves_nothing(
    seal_with: Callable[..., Path], real: SigningSettings, keys: Path
) -> None:
    """Nobody can say offline that the time-stamp authority's key was not stolen since."""
    path = seal_with(stamp=True, evidence=True)
    offline = Trust.open(replace(real, fetch_revocation=False), keys)
    status, why = codes(path, offline, datetime(2045, 1, 1, tzinfo=UTC))
    assert (status, why) == (Status.INDETERMINATE, {ReasonCode.REVOCATION_UNKNOWN})


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert set(MEANING) == set(ReasonCode)
    assert all(vi and en and vi != en for _, vi, en in MEANING.values())


@pytest.mark.shared
def test_no_hostile_signature_is_accepted(shared: Path, now: datetime) -> None:
    files = sorted((shared / "hostile" / "signature").glob("*.pdf"))
    assert len(files) > 30
    for file in files:
        assert not verify(file, trust=Trust(embedded_roots(file)), now=now).is_valid, file.name


@pytest.mark.shared
def test_hostile_signatures_fail_by_more_than_their_issuer(shared: Path, now: datetime) -> None:
    """A forged file must not pass on the day its issuer is trusted."""
    harmless = GOOD_TWINS | {
        # DSS itself does not fail the first; the second is a plain certified form
        "dss__validation_pades-enveloping-other-pdf.pdf",
        "pyhanko__pdf_certified-with-indirect-refs-in-dir.pdf",
        # its fault is its issuer
        "dss__validation_self-issued-qesig.pdf",
    }
    for file in sorted((shared / "hostile" / "signature").glob("*.pdf")):
        why = codes(file, Trust(()), now)[1]
        assert bool(why - TRUST_ONLY) is (file.name not in harmless), (file.name, why)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(GOOD_TWINS))
def test_good_twins_are_found_intact(shared: Path, now: datetime, name: str) -> None:
    verdict = verify(shared / "hostile" / "signature" / name, trust=Trust(()), now=now)
    assert verdict.status is Status.INDETERMINATE
    assert verdict.signatures and all(item.intact for item in verdict.signatures)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "00.00.H57_441_QD_UBND_2025_PL1_signed.pdf",
        "1.QCBSTP_CN170225.71.pdf",
        "184.pdf",
        "BTPQD86TTHCBTP.pdf",
    ],
)
def test_a_published_decision_is_intact_but_its_issuer_unknown(
    shared: Path, now: datetime, name: str
) -> None:
    verdict = verify(shared / "born_digital" / name, trust=Trust(()), now=now)
    assert verdict.status is Status.INDETERMINATE
    assert ReasonCode.UNTRUSTED_ISSUER in {reason.code for reason in verdict.reasons}
    assert all(item.intact for item in verdict.signatures)


def embedded_roots(file: Path) -> tuple[bytes, ...]:
    """The self-issued certificates a file brings along, as if someone had trusted them all."""
    from asn1crypto import cms
    from pyhanko.pdf_utils.reader import PdfFileReader

    roots = []
    try:
        with file.open("rb") as stream:
            for found in PdfFileReader(stream, strict=False).embedded_signatures:
                certificates: cms.CertificateSet = found.signed_data["certificates"]
                roots += [item.chosen.dump() for item in certificates if item.chosen.self_issued]
    except Exception:  # noqa: BLE001 - hostile files fail in every way
        return tuple(roots)
    return tuple(roots)
