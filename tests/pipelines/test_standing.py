"""`sohoa status`: who is at work, who was killed, and where each document's bytes are."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.model import DocumentId, Intake, MediaType, StoredFile
from pipelines import config, lease
from pipelines.journal import Journal
from pipelines.lock import locked
from pipelines.messages import Catalogue
from pipelines.outcome import State
from pipelines.settings import Settings
from pipelines.standing import overview
from pipelines.worker import journal_path

DOCUMENT = DocumentId("a" * 32)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load(flags={"run.data": tmp_path / "data"}, environ={}).settings


def test_looking_makes_nothing(settings: Settings) -> None:
    overview(settings)
    assert not settings.run.data.exists()


def test_a_run_at_work_is_told_with_its_machine_and_what_it_has(settings: Settings) -> None:
    with (
        Journal(journal_path(settings)) as journal,
        lease.opened(settings.run.data, journal) as leases,
    ):
        leases.claim(DOCUMENT)
        told = overview(settings).as_json(Catalogue("vi"))
    (run,) = told["runs"]
    assert (told["running"], run["is_alive"], run["leased"]) == (True, True, 1)
    assert run["host"]


def test_a_killed_run_is_told_as_killed(settings: Settings) -> None:
    with Journal(journal_path(settings)) as journal:
        journal.lease(DOCUMENT, journal.begin_run("may-2", 1, lambda _: None), lambda _: False)
    told = overview(settings).as_json(Catalogue("vi"))
    (run,) = told["runs"]
    assert (told["running"], run["is_alive"], run["leased"]) == (False, False, 1)


def test_a_command_that_has_the_folder_alone_is_told(settings: Settings) -> None:
    with locked(settings.run.data):
        assert overview(settings).is_locked
    assert not overview(settings).is_locked


def test_looking_keeps_nobody_from_starting(settings: Settings) -> None:
    with locked(settings.run.data):
        overview(settings)
    with locked(settings.run.data):
        pass


def test_each_waiting_document_is_told_with_the_folder_it_lies_in(settings: Settings) -> None:
    folder = settings.run.data / "work" / DOCUMENT
    folder.mkdir(parents=True)
    (folder / "original.pdf").write_bytes(b"%PDF-1.7 made up")
    intake = Intake(DOCUMENT, "0001.pdf", StoredFile.of(folder / "original.pdf"), MediaType.PDF)
    with Journal(journal_path(settings)) as journal:
        journal.take(intake)
        journal.settle(DOCUMENT, State.WAITING, code="review")
    (one,) = overview(settings).as_json(Catalogue("vi"))["waiting"]
    assert one["place"] == str(folder)
