"""A quarantined document gets another turn from the original on its shelf."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import review_queue, reviewing
from pipelines.config import load
from pipelines.journal import Journal, Standing
from pipelines.outcome import Outcome, State
from pipelines.requeue import reopen
from pipelines.rescans import picture_path, rescans
from pipelines.review_ledger import ReviewLedger
from pipelines.review_queue import RescanReason
from pipelines.settings import Settings
from pipelines.worker import journal_path
from tests.pipelines.doubtful import lay_out

NOW = datetime(2026, 3, 12, 1, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return load(flags={"run.data": tmp_path / "data"}, environ={}).settings


def _to_be_rescanned(site: Settings) -> Standing:
    """Send one document to be scanned again; its work folder goes, as a run does away with it."""
    one = lay_out(site, "one")
    with ReviewLedger(site) as ledger:
        review_queue.ask_rescan(
            *(site, ledger, reviewing.case(site, one), RescanReason.BLURRED),
            page=1, operator="lan", now=NOW,
        )  # fmt: skip
    shutil.rmtree(site.run.data / "work" / one)
    return _standing(site)


def _standing(site: Settings) -> Standing:
    with Journal(journal_path(site)) as journal:
        (standing,) = journal.standings()
    return standing


def test_the_original_is_back_before_the_journal_says_so(site: Settings) -> None:
    standing = _to_be_rescanned(site)
    with Journal(journal_path(site)) as journal:
        assert reopen(site, journal, standing)
    assert standing.intake.original.path.is_file()
    assert _standing(site).state is None, "the next run takes it up"


def test_without_its_original_it_stays_where_it_is(site: Settings) -> None:
    standing = _to_be_rescanned(site)
    shutil.rmtree(site.run.data / "quarantine")
    with Journal(journal_path(site)) as journal:
        assert not reopen(site, journal, standing)
    assert _standing(site).state is State.QUARANTINED


def test_an_original_that_was_changed_is_not_taken_for_it(site: Settings) -> None:
    standing = _to_be_rescanned(site)
    shelf = site.run.data / "quarantine" / standing.intake.document_id / "original.png"
    shelf.write_bytes(b"something else")
    with Journal(journal_path(site)) as journal:
        assert not reopen(site, journal, standing)


def test_the_list_has_a_picture_of_the_page(site: Settings) -> None:
    standing = _to_be_rescanned(site)
    outcome = Outcome("one.png", standing.intake.document_id, State.QUARANTINED, 1, page=1)
    picture = picture_path(site, outcome)
    assert picture is not None and picture.read_bytes()[:2] == b"\xff\xd8"


def test_the_list_says_who_asked_and_forgets_what_was_done(site: Settings) -> None:
    standing = _to_be_rescanned(site)
    one = Outcome(
        *(standing.intake.source, standing.intake.document_id, State.QUARANTINED, 1),
        *(standing.code, standing.detail, standing.page),
    )
    (found,) = rescans(site, [one])
    assert (found.box, found.name, found.page, found.asked_by) == ("hop-01", "one.png", 1, "lan")
    with ReviewLedger(site) as ledger:
        ledger.rescanned(standing.intake.document_id, "minh", NOW)
    assert rescans(site, [one]) == ()
