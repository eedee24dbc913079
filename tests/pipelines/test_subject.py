"""A person is told what is held on him, and that it was asked is written down first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitizer.model import DocumentId, StoredFile
from pipelines.config import load
from pipelines.office_log import office_log
from pipelines.settings import Settings
from pipelines.subject import report_on
from storage.archive import archive
from storage.audit_log import AuditLog, events
from storage.catalog import Catalog
from storage.identity import IdentityVault, rotate
from storage.objects import open_store
from tests.storage.papers import NAME, NOW, NUMBER, paper

ASKED_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site that archived two papers of one person, under two keys, and one of another."""
    settings = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    store = open_store(settings.storage)
    store.check()
    key_file = settings.storage.identity_key_file
    with Catalog.open(settings.storage, create=True) as catalog:
        for number, holder in enumerate((NUMBER, "001203999999", NUMBER)):
            vault = IdentityVault.open(key_file, create=True)
            (tmp_path / f"{number}").mkdir()
            made = paper(tmp_path / f"{number}", f"{number}", fields={"so_dinh_danh": holder})
            part = made.consignment
            _, record = archive(
                store,
                intake=part.intake,
                recognized=part.recognized,
                signed=part.signed,
                metadata=part.metadata,
                provenance=part.provenance,
                vault=vault,
                access_level="basic",
                folder=tmp_path / f"{number}",
                now=NOW,
            )
            catalog.enter(record)
            if number == 1:
                rotate(key_file)
    return settings


def _id(folder: Path, number: int) -> DocumentId:
    return DocumentId(StoredFile.of(folder / f"{number}" / f"{number}.pdf").sha256[:32])


def test_all_papers_of_the_person_and_no_other_are_told(site: Settings, tmp_path: Path) -> None:
    report = report_on(site, "001 203 004567", now=ASKED_AT, purpose="đơn 12")
    assert {one.document_id for one in report.papers} == {_id(tmp_path, 0), _id(tmp_path, 2)}
    assert {one.maintenance for one in report.papers} == {"07"}
    assert not report.erasure_is_confirmed
    told = repr(report)
    assert NUMBER not in told
    assert NAME not in told


def test_in_full_the_values_are_those_of_the_paper(site: Settings) -> None:
    report = report_on(site, NUMBER, now=ASKED_AT, purpose="đơn 12", reveal=True)
    for one in report.papers:
        values = {value.name: value.value for value in one.values}
        assert (values["so_dinh_danh"], values["chu_ho_so"]) == (NUMBER, NAME)


def test_who_asked_is_written_down_without_the_number(site: Settings) -> None:
    report_on(site, NUMBER, now=ASKED_AT, purpose="đơn 12", reveal=True)
    (event,) = events(office_log(site))
    assert (event["kind"], event["purpose"], event["in_full"]) == ("subject", "đơn 12", True)
    assert NUMBER not in office_log(site).read_text()
    assert report_on(site, NUMBER, now=ASKED_AT, purpose="").asked == 1


def test_questions_at_the_counter_are_counted(site: Settings) -> None:
    vault = IdentityVault.open(site.storage.identity_key_file, create=False)
    with AuditLog(site.desk.audit_log, vault.audit_key) as log:
        log.append_all(
            [
                {"kind": "lookup", "lookup": "1", "asked": [vault.asked_key(NUMBER)]},
                {"kind": "page", "lookup": "1"},
                {"kind": "lookup", "lookup": "2", "asked": [vault.asked_key("001203999999")]},
            ]
        )
    assert report_on(site, NUMBER, now=ASKED_AT, purpose="").asked == 2


def test_of_someone_unknown_nothing_is_held(site: Settings) -> None:
    assert report_on(site, "079203000001", now=ASKED_AT, purpose="").papers == ()


def test_what_can_not_be_written_down_is_not_told(site: Settings) -> None:
    vault = IdentityVault.open(site.storage.identity_key_file, create=False)
    with AuditLog(office_log(site), vault.audit_key), pytest.raises(Exception, match="SH-"):
        report_on(site, NUMBER, now=ASKED_AT, purpose="")
