"""A batch from delivery to note: counted, sampled, looked at, accepted or sent back."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest

from digitizer.errors import NotHeld
from digitizer.model import DocumentId, Intake, MediaType, Sha256, StoredFile
from pipelines import batch_desk, config
from pipelines.acceptance import draw, is_accepted, sample_size
from pipelines.batch_desk import Contents
from pipelines.batches import Batch, BatchBook, BatchState, Found, Sampled
from pipelines.delivery_note import delivery_note
from pipelines.intake_book import Held, IntakeBook
from pipelines.journal import Journal
from pipelines.outcome import State
from pipelines.paper_sizes import OTHER, PaperCount, in_a4, size_of
from pipelines.settings import Settings
from pipelines.worker import journal_path

NOW = datetime(2026, 1, 18, 2, 30, tzinfo=UTC)
HOP = Batch("Hộp 12", "hop-12", "Công ty Mẫu", "", 0, 0, BatchState.OPEN, "2026-01-18", "", 1)


def document(number: int) -> DocumentId:
    return DocumentId(f"{number:02x}" * 16)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """Twelve documents of the batch archived, one quarantined; another batch's beside them."""
    settings = config.load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    with Journal(journal_path(settings)) as journal:
        for number in range(14):
            source = f"hop-12/{number}.pdf" if number < 13 else "hop-120/0.pdf"
            state = State.QUARANTINED if number == 12 else State.ARCHIVED
            stored = StoredFile(tmp_path / "x", Sha256(document(number) * 2), 9)
            journal.take(Intake(document(number), source, stored, MediaType.PDF))
            journal.settle(document(number), state, pages=2)
    book = BatchBook(settings.run.data)
    assert book.create(HOP)
    for number in range(14):
        book.note_paper(document(number), (PaperCount("A4", 1, 0), PaperCount("A3", 1, 1)))
    return settings


def looked_through(settings: Settings, faulty: int) -> Contents:
    found = batch_desk.contents(settings, HOP.name)
    found = batch_desk.draw_sample(settings, found, seed=7, now=NOW)
    for place, row in enumerate(found.unlooked):
        verdict = Found.FAULTY if place < faulty else Found.GOOD
        kept = Sampled(row.document_id, verdict, "mờ" if place < faulty else "", "lan.vt", "")
        batch_desk.look(settings, found, row.document_id[:6], kept)
    return batch_desk.contents(settings, HOP.name)


def test_a_batch_is_what_lies_in_its_folder(site: Settings) -> None:
    found = batch_desk.contents(site, HOP.name)
    assert found.count(State.ARCHIVED) == (12, 24)
    assert found.count(State.QUARANTINED) == (1, 2)
    assert found.paper == (PaperCount("A3", 13, 13), PaperCount("A4", 13, 0))
    assert found.a4_pages == 39.0 and found.unfinished == 0


def test_a_stack_at_the_door_leaves_the_batch_unfinished(site: Settings) -> None:
    book = IntakeBook(site.run.data)
    book.hold(Held("a" * 32, "hop-12/tap.pdf", "pages sheet=1/2"))
    book.hold(Held("b" * 32, "hop-120/tap.pdf", "pages sheet=1/2"))
    assert batch_desk.contents(site, HOP.name).unfinished == 1


def test_name_and_folder_belong_to_one_batch(site: Settings) -> None:
    assert not BatchBook(site.run.data).create(HOP)
    with pytest.raises(NotHeld):
        batch_desk.contents(site, "Hộp 13")


@pytest.mark.parametrize(("faulty", "state"), [(0, "accepted"), (1, "rejected")])
def test_the_sample_decides(site: Settings, faulty: int, state: str) -> None:
    found = looked_through(site, faulty)
    assert found.sample is not None and len(found.sample[1]) == sample_size(12) == 3
    done = batch_desk.close(site, found, now=NOW)
    assert (done.batch.state, done.faulty) == (BatchState(state), faulty)


def test_the_sample_is_drawn_once_a_round_and_can_be_drawn_again_by_anyone(
    site: Settings,
) -> None:
    found = looked_through(site, 1)
    assert found.sample is not None
    rows = tuple(row.document_id for row in found.sample[1])
    assert rows == draw([document(n) for n in reversed(range(12))], 3, 7)
    batch_desk.close(site, found, now=NOW)
    again = batch_desk.reopen(site, HOP.name)
    assert (again.batch.round, again.sample) == (2, None)


def test_a_document_outside_the_sample_is_not_looked_at(site: Settings) -> None:
    found = looked_through(site, 0)
    assert found.sample is not None
    inside = {row.document_id for row in found.sample[1]}
    outside = next(document(n) for n in range(12) if document(n) not in inside)
    with pytest.raises(NotHeld):
        batch_desk.look(site, found, outside, Sampled(outside, Found.GOOD, "", "", ""))


def test_the_note_says_it_all(site: Settings) -> None:
    done = batch_desk.close(site, looked_through(site, 1), now=NOW)
    data = delivery_note(done, on=date(2026, 1, 18), agency="Ủy ban nhân dân xã Thí Điểm")
    with pdfplumber.open(BytesIO(data)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    for part in (
        "BIÊN BẢN",
        "Ngày 18 tháng 01 năm 2026",
        "Lô: Hộp 12",
        "Bên giao: Công ty Mẫu",
        "Đã ký số và lưu trữ 12 24",
        "A3 13 13",
        "Quy ra A4 39",
        "Chọn ngẫu nhiên 3 trong 12 tài liệu (hạt giống 7)",
        "Số tài liệu lỗi: 1. Kết luận: KHÔNG ĐẠT",
        "lỗi: mờ, lan.vt",
        "ĐẠI DIỆN BÊN NHẬN",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("lot", "sample"),
    [(1, 1), (2, 2), (8, 2), (9, 3), (150, 20), (151, 32), (1200, 80), (10**6, 1250)],
)
def test_the_sample_is_as_large_as_iso_2859_asks(lot: int, sample: int) -> None:
    assert sample_size(lot) == sample


def test_faults_up_to_the_limit_are_accepted() -> None:
    assert is_accepted(1, 1) and not is_accepted(2, 1)


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (210, 297, "A4"),
        (297, 210, "A4"),
        (216, 305, "A4"),
        (203, 287, "A4"),
        (296, 419, "A3"),
        (841, 1189, "A0"),
        (148, 210, "A5"),
        (105, 148, OTHER),
        (190, 140, OTHER),
        (85.6, 54, OTHER),
    ],
)
def test_paper_is_known_by_both_its_sides(width: float, height: float, size: str) -> None:
    assert size_of(width, height) == size


def test_large_paper_counts_for_more() -> None:
    assert in_a4([PaperCount("A3", 3, 0), PaperCount("A5", 1, 0), PaperCount(OTHER, 1, 0)]) == 7.5
