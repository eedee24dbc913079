"""A paper that comes in a second time is linked to the first, and nothing else is done to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from digitizer.model import Box, DocumentId, FieldName, TextLine, Word
from pipelines.config import load
from pipelines.newcomer import ledger, settle_in
from pipelines.settings import Settings
from storage.catalog import Catalog
from storage.folder import FolderStore
from storage.objects import ObjectStore
from storage.same_as import SameAs
from storage.settings import StorageSettings
from tests.storage.papers import NAME, NOW, NUMBER, VAULT, paper

TEXT = f"Số: 476/QĐ-UBND ngày 18 tháng 02 năm 2026, cấp cho {NAME} số {NUMBER}, thửa 208, tờ 17"
OTHER = "042196009871"


@dataclass
class Site:
    settings: Settings
    store: ObjectStore
    catalog: Catalog
    folder: Path

    def take_in(self, content: str, text: str, **fields: str) -> DocumentId:
        """Archive and enter one paper that reads `text`, as the walk's end does."""
        named = {FieldName(name): value for name, value in fields.items()}
        made = paper(self.folder, content, fields=named)
        read = made.consignment.recognized
        words = tuple(Word(word, Box(1, 1, 9, 9), 1.0, True) for word in text.split())
        first = replace(read.pages[0], lines=(TextLine(words, Box(1, 1, 9, 9)),))
        consignment = replace(made.consignment, recognized=replace(read, pages=(first,)))
        _, record = dataclasses.replace(made, consignment=consignment).archived(self.store)
        self.catalog.enter(record)
        settle_in(self.settings, record, self.store, self.catalog, VAULT, NOW)
        return record.document_id

    def links(self) -> list[SameAs]:
        with ledger(self.settings) as links:
            return list(links.links())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    settings = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    (tmp_path / "spool").mkdir()
    storage = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(storage, create=True) as catalog:
        yield Site(settings, FolderStore(tmp_path / "archive"), catalog, tmp_path / "spool")


def test_a_second_scan_is_linked_to_the_first_with_its_evidence(site: Site) -> None:
    first = site.take_in("one", TEXT)
    assert site.links() == []
    second = site.take_in("two", TEXT)
    (link,) = site.links()
    assert (link.document_id, link.other_id) == (second, first)
    assert (link.verdict, link.likeness, link.differs) == ("same", 1.0, ())


def test_both_stay_in_archive_and_catalog(site: Site) -> None:
    both = {site.take_in(name, TEXT) for name in ("one", "two")}
    assert set(site.catalog.document_ids()) == both


def test_another_persons_paper_of_the_form_is_not_linked(site: Site) -> None:
    site.take_in("one", TEXT)
    text = TEXT.replace(NUMBER, OTHER).replace("476", "477").replace("208", "331")
    other = {"so_ky_hieu": "477/QĐ-UBND", "so_dinh_danh": OTHER, "chu_ho_so": "Lê Văn Mẫu"}
    site.take_in("two", text, **other)
    assert site.links() == []


def test_one_number_for_two_people_is_told(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.take_in("one", TEXT)
    site.take_in("two", TEXT.replace(NUMBER, OTHER), so_dinh_danh=OTHER, chu_ho_so="Lê Văn Mẫu")
    assert [link.verdict for link in site.links()] == ["conflict"]
    assert "conflict" in caplog.text


def test_the_evidence_shows_no_number_of_a_person(site: Site) -> None:
    site.take_in("one", TEXT)
    site.take_in("two", TEXT.replace(NUMBER, OTHER), so_dinh_danh=OTHER)
    (link,) = site.links()
    assert NUMBER not in str(link) and OTHER not in str(link)
    assert link.only_here == ("042******871",)


def test_doing_it_again_adds_nothing(site: Site) -> None:
    site.take_in("one", TEXT)
    site.take_in("two", TEXT)
    site.take_in("two", TEXT)
    assert len(site.links()) == 1
