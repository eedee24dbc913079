"""The report of `sohoa verify`: signatures, PDF/A, and the archive's record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.conformance import UNKNOWN, Conforms, conformance
from digitizer.model import PdfA
from pipelines.config import load
from pipelines.messages import Catalogue
from pipelines.settings import Settings
from pipelines.verification import Match, Verification, lines, plain, verification
from signing.seal import seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import open_signer
from signing.trust import Trust
from signing.verdict import Status
from storage.commit import commit_key
from storage.objects import open_store
from tests.pipelines.desk import Desk
from tests.signing.conftest import write_pdf_a

LATER = timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An archive that holds one paper, under a trial seal."""
    desk = Desk(tmp_path, SigningSettings())
    desk.lay_out("mot")
    desk.hold("all")
    return desk


@pytest.fixture
def archived(desk: Desk, tmp_path: Path) -> Path:
    target = tmp_path / "copy.pdf"
    store = open_store(desk.settings.storage)
    target.write_bytes(store.read(desk.archived()[0]))
    return target


def looked(path: Path, settings: Settings, now: datetime) -> Verification:
    trust = Trust.open(settings.signing, settings.keys_folder)
    return verification(path, settings, trust, now + LATER)


def test_an_archived_copy_is_valid_pdf_a_and_equal_to_the_record(
    desk: Desk, archived: Path
) -> None:
    found = looked(archived, desk.settings, desk.now)
    assert found.verdict.is_valid
    assert found.match is Match.EQUAL
    assert found.document is not None and len(found.document) == 32
    assert (found.pdfa.claimed, found.pdfa.structure) == ("2U", Conforms.CONFIRMED)


def test_the_file_that_came_in_is_known_as_the_original(desk: Desk, archived: Path) -> None:
    document = looked(archived, desk.settings, desk.now).document
    assert document is not None
    record = desk.record(document)
    assert record is not None
    original = archived.with_name("original")
    original.write_bytes(open_store(desk.settings.storage).read(record.objects.original.key))
    assert looked(original, desk.settings, desk.now).match is Match.ORIGINAL


def test_a_changed_copy_is_not_the_archives(desk: Desk, archived: Path) -> None:
    data = bytearray(archived.read_bytes())
    data[len(data) // 3] ^= 1
    archived.write_bytes(data)
    found = looked(archived, desk.settings, desk.now)
    assert (found.verdict.status, found.match) == (Status.INVALID, Match.NOT_HELD)


def test_a_catalog_that_knows_more_than_the_archive_is_not_believed(
    desk: Desk, archived: Path
) -> None:
    document = looked(archived, desk.settings, desk.now).document
    assert document is not None
    (desk.settings.storage.folder / commit_key(document)).unlink()
    assert looked(archived, desk.settings, desk.now).match is Match.DIFFERS


def test_without_an_archive_nothing_is_said_of_it(archived: Path, tmp_path: Path) -> None:
    elsewhere = load(flags={"run.data": tmp_path / "elsewhere"}, environ={}).settings
    found = looked(archived, elsewhere, datetime.now(UTC))
    assert (found.match, found.document) == (Match.UNKNOWN, None)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_report_says_who_when_what_is_covered_and_why_it_holds(
    tmp_path: Path, lang: str
) -> None:
    settings, pdf = _signed_twice(tmp_path)
    now = datetime.now(UTC)
    told = "\n".join(lines(looked(pdf, settings, now), Catalogue(lang)))  # type: ignore[arg-type]
    wanted = {
        "vi": ("Chữ ký 1: KHÓA DÙNG THỬ", "còn giá trị: nguyên vẹn", "gồm cả số 1", "PDF/A-2U"),
        "en": ("Signature 1: KHÓA DÙNG THỬ", "holds: intact", "number 1 among them", "PDF/A-2U"),
    }
    for words in wanted[lang]:
        assert words in told


def test_the_json_says_the_same_under_stable_names(tmp_path: Path) -> None:
    settings, pdf = _signed_twice(tmp_path)
    found = looked(pdf, settings, datetime.now(UTC))
    told = json.loads(json.dumps(plain(found, Catalogue("vi"))))
    assert told["schema"] == "sohoa.verify/1"
    assert (told["status"], told["archive"], told["archived_as"]) == ("valid", "unknown", None)
    assert told["pdfa"] == {"claimed": "2U", "structure": "confirmed", "broken": []}
    officer, agency = told["signatures"]
    assert (officer["field"], officer["holds"], officer["covers_fields"]) == (
        "ScanOperator",
        True,
        [],
    )
    assert (agency["field"], agency["covers_fields"]) == ("AgencySeal", ["ScanOperator"])
    assert agency["covers_bytes"] == pdf.stat().st_size


def test_a_signature_that_does_not_hold_says_why(tmp_path: Path) -> None:
    settings, pdf = _signed_twice(tmp_path)
    stranger = load(flags={"run.data": tmp_path / "stranger"}, environ={}).settings
    assert settings != stranger
    told = "\n".join(lines(looked(pdf, stranger, datetime.now(UTC)), Catalogue("en")))
    assert told.count("does not hold: The certificate does not lead to a trusted issuer") == 2


# ── PDF/A ────────────────────────────────────────────────────────────────────────────────────


def test_an_unsigned_pdf_a_is_confirmed_whole(tmp_path: Path) -> None:
    pdf_a = write_pdf_a(tmp_path / "a.pdf")
    found = conformance(pdf_a.pdf.path, pdf_a.pdf.size_bytes)
    assert (found.claimed, found.structure, found.broken) == ("2U", Conforms.CONFIRMED, ())


def test_a_claim_that_the_structure_does_not_bear_out_is_not_confirmed(tmp_path: Path) -> None:
    pdf_a = _without_output_intent(write_pdf_a(tmp_path / "a.pdf"))
    found = conformance(pdf_a.pdf.path, pdf_a.pdf.path.stat().st_size)
    assert (found.claimed, found.structure) == ("2U", Conforms.NOT_CONFIRMED)
    assert found.broken


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF\n", b"\x00" * 5000])
def test_what_is_no_pdf_claims_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(data)
    assert conformance(tmp_path / "x.pdf", len(data)) == UNKNOWN


def test_a_look_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    pdf_a = write_pdf_a(tmp_path / "a.pdf")
    assert conformance(pdf_a.pdf.path, pdf_a.pdf.size_bytes, timeout_s=0.01) == UNKNOWN


def _without_output_intent(pdf_a: PdfA) -> PdfA:
    import pikepdf

    target = pdf_a.pdf.path.with_name("claims.pdf")
    with pikepdf.open(pdf_a.pdf.path) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(target)
    return replace(pdf_a, pdf=type(pdf_a.pdf).of(target))


def _signed_twice(folder: Path) -> tuple[Settings, Path]:
    settings = load(flags={"run.data": folder / "data"}, environ={}).settings
    now = datetime.now(UTC).replace(microsecond=0)
    key = open_signer(SigningSettings(), keys_folder=settings.keys_folder, now=now)
    pdf_a = write_pdf_a(folder / "paper.pdf")
    operated = sign_as_operator(pdf_a, signer=key, folder=folder, now=now)
    signed = seal(operated, signer=key, settings=SigningSettings(), folder=folder, now=now)
    return settings, signed.pdf.path
