"""The review queue: whose turn it is, two people blind, a third one, and what is kept of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from digitizer import codec
from digitizer.errors import NotWaiting
from digitizer.extract.confirm import BadCorrection
from digitizer.model import Cleaned, DocumentId, FieldName, StoredFile
from pipelines import review_queue, reviewing
from pipelines.config import load
from pipelines.journal import Journal
from pipelines.outcome import State
from pipelines.review_ledger import ReviewLedger
from pipelines.review_marks import shown, uncertain
from pipelines.review_queue import RescanReason
from pipelines.settings import Settings
from pipelines.worker import journal_path, work_folder
from tests.pipelines.doubtful import HEIGHT, ISSUED, NUMBER, SIGNER, WIDTH, lay_out

NOW = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
RIGHT = {"so_ky_hieu": "209/QĐ-UBND", "ngay_ban_hanh": "18/02/2025", "nguoi_ky": SIGNER}


class Site:
    """A site with documents in review; each call is one person's."""

    def __init__(self, folder: Path, **review: object) -> None:
        made = load(flags={"run.data": folder}, environ={}).settings
        self.settings: Settings = replace(made, review=replace(made.review, **review))
        self.ledger = ReviewLedger(self.settings)

    def turns(
        self, document_id: DocumentId, operator: str
    ) -> dict[str, tuple[int, tuple[str, ...]]]:
        case = reviewing.case(self.settings, document_id)
        found = review_queue.assignment(self.settings, self.ledger, case, operator)
        return {turn.field: (turn.round, turn.candidates) for turn in found.turns} if found else {}

    def key(
        self, document_id: DocumentId, operator: str, seconds: float = 10, **values: str
    ) -> bool:
        case = reviewing.case(self.settings, document_id)
        found = review_queue.assignment(self.settings, self.ledger, case, operator)
        assert found is not None
        asked = {turn.field: {**RIGHT, **values}[turn.field] for turn in found.turns}
        return review_queue.key(
            *(self.settings, self.ledger, found, asked),
            operator=operator, now=NOW, seconds=seconds,
        ).settled  # fmt: skip

    def said(self, document_id: DocumentId) -> dict[str, str]:
        with Journal(journal_path(self.settings)) as journal:
            return {field: value for field, value, _ in journal.corrections(document_id)}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "data")
    yield made
    made.ledger.close()


@pytest.fixture
def blind(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "data", double=("so_ky_hieu",))
    yield made
    made.ledger.close()


def test_one_person_settles_what_needs_no_second(site: Site) -> None:
    one = lay_out(site.settings, "one")
    assert site.key(one, "lan")
    assert site.said(one) == {**RIGHT, "ngay_ban_hanh": ISSUED}


def test_only_doubtful_fields_are_asked(site: Site) -> None:
    one = lay_out(site.settings, "one")
    assert set(site.turns(one, "lan")) == {"so_ky_hieu", "ngay_ban_hanh", "nguoi_ky"}


def test_a_chosen_field_goes_to_a_second_person_without_the_first_ones_value(blind: Site) -> None:
    one = lay_out(blind.settings, "one")
    assert not blind.key(one, "lan")
    assert blind.turns(one, "minh") == {"so_ky_hieu": (2, ())}
    assert blind.said(one) == {}, "nothing counts yet"


def test_nobody_is_the_second_person_to_their_own_word(blind: Site) -> None:
    one = lay_out(blind.settings, "one")
    blind.key(one, "lan")
    assert blind.turns(one, "lan") == {}


def test_two_who_agree_settle_it(blind: Site) -> None:
    one = lay_out(blind.settings, "one")
    blind.key(one, "lan")
    assert blind.key(one, "minh")
    assert blind.said(one)["so_ky_hieu"] == "209/QĐ-UBND"


def test_a_third_person_sees_both_and_decides(blind: Site) -> None:
    one = lay_out(blind.settings, "one")
    blind.key(one, "lan", so_ky_hieu="208/QĐ-UBND")
    assert not blind.key(one, "minh")
    assert blind.turns(one, "hoa") == {"so_ky_hieu": (3, ("208/QĐ-UBND", "209/QĐ-UBND"))}
    assert blind.turns(one, "lan") == blind.turns(one, "minh") == {}
    assert blind.key(one, "hoa")
    assert blind.said(one)["so_ky_hieu"] == "209/QĐ-UBND"


def test_a_persons_accuracy_is_what_agreed_with_what_counted(blind: Site) -> None:
    one = lay_out(blind.settings, "one")
    blind.key(one, "lan", so_ky_hieu="208/QĐ-UBND")
    blind.key(one, "minh")
    blind.key(one, "hoa")
    since = NOW - timedelta(days=1)
    lan, minh = (blind.ledger.figures(who, since) for who in ("lan", "minh"))
    assert (lan.compared, lan.right) == (1, 0)
    assert (minh.compared, minh.right) == (1, 1)


def test_throughput_counts_documents_fields_changes_and_time(site: Site) -> None:
    site.key(lay_out(site.settings, "one"), "lan", seconds=12)
    site.key(lay_out(site.settings, "two"), "lan", seconds=8)
    found = site.ledger.figures("lan", NOW)
    assert (found.documents, found.fields, found.changed, found.seconds) == (2, 6, 2, 20)


def test_a_sample_is_keyed_twice_in_all_its_fields(tmp_path: Path) -> None:
    made = Site(tmp_path / "data", sample=1.0)
    one = lay_out(made.settings, "one")
    assert not made.key(one, "lan")
    assert set(made.turns(one, "minh")) == set(RIGHT)
    made.ledger.close()


def test_a_value_that_can_not_be_is_refused_and_nothing_is_kept(site: Site) -> None:
    one = lay_out(site.settings, "one")
    with pytest.raises(BadCorrection):
        site.key(one, "lan", ngay_ban_hanh="31/02/2025")
    assert site.said(one) == {} and set(site.turns(one, "lan")) == set(RIGHT)


def test_a_value_left_out_is_refused(site: Site) -> None:
    one = lay_out(site.settings, "one")
    found = review_queue.assignment(
        site.settings, site.ledger, reviewing.case(site.settings, one), "lan"
    )
    assert found is not None
    with pytest.raises(NotWaiting):
        review_queue.key(
            site.settings, site.ledger, found, {"nguoi_ky": SIGNER}, operator="lan", now=NOW
        )


def test_a_document_is_kept_for_who_has_it_open_until_the_time_is_over(site: Site) -> None:
    lay_out(site.settings, "one")

    def taken(who: str, after_s: int) -> bool:
        now = NOW + timedelta(seconds=after_s)
        return review_queue.claim_next(site.settings, site.ledger, who, now) is not None

    assert taken("lan", 0) and taken("lan", 5)
    assert not taken("minh", 10)
    assert taken("minh", site.settings.review.claim_s + 6)


def test_every_keying_is_kept_with_who_and_when(site: Site) -> None:
    one = lay_out(site.settings, "one")
    reading = review_queue.reading_of(_case_of(site, one))
    site.key(one, "lan")
    kept = site.ledger.keyings(one, reading)
    number = next(said for said in kept if said.field == "so_ky_hieu")
    assert (number.operator, number.was_read, number.value, number.is_changed, number.keyed_at) == (
        *("lan", NUMBER, "209/QĐ-UBND", True, NOW),
    )


def test_a_settled_number_of_a_person_is_blotted_out(tmp_path: Path) -> None:
    made = Site(tmp_path / "data")
    one = lay_out(made.settings, "one", doubtful=(FieldName.CHU_HO_SO,))
    assert made.key(one, "lan", chu_ho_so="Trần Thị Thử")
    made.ledger.close()
    with sqlite3.connect(tmp_path / "data" / "review.sqlite") as book:
        rows = book.execute("SELECT value, was_read, is_changed FROM keyings").fetchall()
    assert rows == [("", "", 1)]
    assert made.said(one)["chu_ho_so"] == "Trần Thị Thử", "until it is archived"


def test_a_re_scan_takes_the_document_out_of_the_queue_with_its_reason(site: Site) -> None:
    one = lay_out(site.settings, "one")
    case = reviewing.case(site.settings, one)
    review_queue.ask_rescan(
        site.settings, site.ledger, case, RescanReason.BLURRED, page=1, operator="lan", now=NOW
    )
    assert reviewing.waiting(site.settings) == ()
    with Journal(journal_path(site.settings)) as journal:
        standing = journal.standing(one)
    assert standing is not None
    assert (standing.state, standing.code, standing.detail, standing.page) == (
        *(State.QUARANTINED, "SH-1024", "blurred", 1),
    )
    shelf = site.settings.run.data / "quarantine" / one
    assert sorted(path.name for path in shelf.iterdir()) == ["original.png", "reason.json"]
    assert site.ledger.rescans()[one][0] == "lan"


def test_a_word_can_be_taken_back_until_a_run_has_taken_it_up(site: Site) -> None:
    one = lay_out(site.settings, "one")
    site.key(one, "lan", nguoi_ky="Nguyễn Văn Lầm")
    assert reviewing.waiting(site.settings) == (), "it waits for the run, for no person"
    case = reviewing.case(site.settings, one, confirmed=True)
    review_queue.take_back(site.settings, site.ledger, case, "lan")
    assert site.said(one) == {} and set(site.turns(one, "lan")) == set(RIGHT)
    site.key(one, "lan")
    assert site.said(one)["nguoi_ky"] == SIGNER
    assert site.ledger.figures("lan", NOW).fields == 3, "what was taken back does not count twice"


def test_nobody_takes_back_another_ones_word(site: Site) -> None:
    one = lay_out(site.settings, "one")
    site.key(one, "lan")
    case = reviewing.case(site.settings, one, confirmed=True)
    with pytest.raises(NotWaiting):
        review_queue.take_back(site.settings, site.ledger, case, "minh")
    assert site.said(one) != {}


def _case_of(site: Site, document_id: DocumentId) -> reviewing.Case:
    return reviewing.case(site.settings, document_id)


def test_the_part_of_a_number_that_can_not_be_right_is_marked(site: Site) -> None:
    case = _case_of(site, lay_out(site.settings, "one"))
    read = reviewing.recognized(site.settings, case)
    field = case.extracted.field(FieldName.SO_KY_HIEU)
    marked = [field.value[start:end] for start, end in uncertain(field, read)]
    assert marked == ["OĐ-UBND"]


def test_uncertain_words_of_a_value_are_marked_where_they_stand_in_it(site: Site) -> None:
    case = _case_of(site, lay_out(site.settings, "one"))
    read = reviewing.recognized(site.settings, case)
    signer, issued = (
        case.extracted.field(n) for n in (FieldName.NGUOI_KY, FieldName.NGAY_BAN_HANH)
    )
    assert [SIGNER[a:b] for a, b in uncertain(signer, read)] == ["Văn", "Mẫu"]
    text = shown(issued.name, issued.value)
    assert [text[a:b] for a, b in uncertain(issued, read)] == ["18", "02", "2025"]


def test_the_place_of_a_field_is_cut_out_of_the_page(site: Site) -> None:
    case = _case_of(site, lay_out(site.settings, "one"))
    whole = reviewing.zone(site.settings, case, "so_dinh_danh")
    part = reviewing.zone(site.settings, case, "nguoi_ky")
    assert whole[:4] == part[:4] == b"\x89PNG"
    assert len(part) < len(whole)


def test_a_person_sees_the_page_with_the_seal_that_the_reading_went_without(site: Site) -> None:
    case = _case_of(site, lay_out(site.settings, "one"))
    bare = reviewing.zone(site.settings, case, "nguoi_ky")
    held = work_folder(site.settings, case.document_id) / "clean.json"
    cleaned = codec.decode(Cleaned, held.read_bytes())
    whole = cleaned.pages[0].raster.path.with_name("whole.png")
    Image.new("L", (WIDTH, HEIGHT), 90).save(whole)
    page = replace(cleaned.pages[0], uncovered=StoredFile.of(whole))
    held.write_bytes(codec.encode(replace(cleaned, pages=(page,))))
    seen = reviewing.zone(site.settings, case, "nguoi_ky")
    assert seen != bare
    with Image.open(BytesIO(seen)) as picture:
        assert picture.getextrema() == (90, 90)
    (shown_picture, *_) = reviewing.pictures(site.settings, case)
    assert shown_picture.picture is not None
    with Image.open(shown_picture.picture) as picture:
        assert picture.getextrema() == (90, 90)
