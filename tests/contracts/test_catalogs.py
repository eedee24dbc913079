"""What every catalog must keep to, SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from digitizer.errors import CatalogUnavailable
from digitizer.model import DocumentId, FieldName, Sha256, Validity
from storage.catalog import Catalog, TypeCount
from storage.database import database_engine, database_url
from storage.entry import Entry, entry_of
from storage.identity import HolderKey
from storage.record import Record
from storage.reference import agency_key, case_key, number_key
from storage.settings import StorageSettings
from storage.snapshot import Standing
from storage.tables import documents
from tests.oracles.postgres import Postgres
from tests.storage.papers import BIRTH, NAME, NOW, NUMBER, VAULT, record


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> StorageSettings:
    if request.param == "sqlite":
        return StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    server: Postgres = request.getfixturevalue("postgres")
    return StorageSettings(catalog=server.database(), catalog_password_file=server.password_file)


@pytest.fixture
def catalog(settings: StorageSettings) -> Iterator[Catalog]:
    with Catalog.open(settings, create=True) as opened:
        yield opened


def numbered(index: int, **changes: Any) -> Record:
    return record(f"{index:032x}", **changes)


def find_by_number(catalog: Catalog, *key: Any) -> tuple[Entry, ...]:
    with catalog.snapshot() as seen:
        return seen.find_by_number(*key)


def find_by_holder(catalog: Catalog, key: HolderKey) -> tuple[Entry, ...]:
    with catalog.snapshot() as seen:
        return seen.find_by_holder(key)


def find_by_name(catalog: Catalog, key: HolderKey) -> tuple[Entry, ...]:
    with catalog.snapshot() as seen:
        return seen.find_by_name(key)


def find_by_sha256(catalog: Catalog, digest: Sha256) -> tuple[Entry, ...]:
    with catalog.snapshot() as seen:
        return seen.find_by_sha256(digest)


def standing(catalog: Catalog, key_id: str) -> Standing:
    with catalog.snapshot() as seen:
        return seen.standing([key_id])


def test_an_entered_document_is_found_by_its_id(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    assert catalog.find(DocumentId(f"{1:032x}")) == entry_of(numbered(1))
    assert catalog.find(DocumentId(f"{2:032x}")) is None


def test_runs_that_begin_at_the_same_moment_all_get_a_catalog(settings: StorageSettings) -> None:
    def opened(barrier: threading.Barrier) -> bool:
        barrier.wait()
        with Catalog.open(settings, create=True) as catalog:
            return list(catalog.dump()) == []

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(opened, [threading.Barrier(4)] * 4))


def test_entering_again_changes_nothing(catalog: Catalog) -> None:
    held = numbered(1)
    catalog.enter(held)
    before = list(catalog.dump())
    catalog.enter(held)
    assert list(catalog.dump()) == before
    assert len(before) == 1


def test_a_line_survives_with_every_kind_of_value(catalog: Catalog) -> None:
    validity = Validity(date(2026, 1, 2), date(2027, 1, 2), False, "ghi trên giấy: “12 tháng”")
    held = numbered(1, validity=validity, unverified=(FieldName.TRICH_YEU, FieldName.NGUOI_KY))
    catalog.enter(held)
    assert catalog.find(held.document_id) == entry_of(held)


@pytest.mark.parametrize("typed", ["476/QĐ-UBND", "476 /QD - UBND", "Số: 0476/qđ–ubnd"])
def test_a_document_is_found_by_its_number_as_typed(catalog: Catalog, typed: str) -> None:
    catalog.enter(numbered(1))
    assert len(find_by_number(catalog, number_key(typed), 2026, "")) == 1


def test_year_and_agency_narrow_the_search(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    key = number_key("476/QĐ-UBND")
    same, other = agency_key("UBND tỉnh Mẫu"), agency_key("UBND tỉnh Khác")
    assert [len(find_by_number(catalog, key, year, same)) for year in (None, 2026, 2025)] == [
        1,
        1,
        0,
    ]
    assert find_by_number(catalog, key, 2026, other) == ()


def test_two_agencies_may_have_one_number(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    catalog.enter(numbered(2, fields={FieldName.CO_QUAN_BAN_HANH: "UBND TỈNH KHÁC"}))
    key = number_key("476/QĐ-UBND")
    assert len(find_by_number(catalog, key, 2026, "")) == 2
    found = find_by_number(catalog, key, 2026, agency_key("ubnd tinh khac"))
    assert [entry.document_id for entry in found] == [f"{2:032x}"]


def test_the_right_agency_is_found_among_hundreds_with_one_number(catalog: Catalog) -> None:
    catalog.enter_all(
        entry_of(numbered(index, fields={FieldName.CO_QUAN_BAN_HANH: f"UBND XÃ MẪU {index}"}))
        for index in range(500)
    )
    found = find_by_number(catalog, number_key("476/QĐ-UBND"), 2026, agency_key("UBND xã Mẫu 499"))
    assert [entry.agency for entry in found] == ["UBND XÃ MẪU 499"]


def test_a_paper_of_unknown_year_is_not_excluded_by_a_year(catalog: Catalog) -> None:
    catalog.enter(numbered(1, unverified=(FieldName.NGAY_BAN_HANH,)))
    assert len(find_by_number(catalog, number_key("476/QĐ-UBND"), 2019, "")) == 1


def test_a_holder_is_found_by_the_keyed_number_only(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    assert len(find_by_holder(catalog, VAULT.holder_key(NUMBER))) == 1
    assert find_by_holder(catalog, HolderKey(NUMBER)) == ()


def test_a_holder_is_found_by_name_and_birth_date(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    born = date.fromisoformat(BIRTH)
    assert len(find_by_name(catalog, VAULT.name_key(NAME.upper(), born))) == 1
    assert find_by_name(catalog, VAULT.name_key(NAME, born + timedelta(days=1))) == ()


def test_papers_without_a_key_are_not_all_found_by_no_key(catalog: Catalog) -> None:
    empty = dict.fromkeys((FieldName.SO_DINH_DANH, FieldName.CHU_HO_SO, FieldName.SO_KY_HIEU), "")
    catalog.enter(numbered(1, fields=empty))
    assert find_by_number(catalog, "", None, "") == ()
    assert find_by_holder(catalog, HolderKey("")) == ()
    assert find_by_name(catalog, HolderKey("")) == ()


def test_a_document_is_found_by_the_digest_of_either_file(catalog: Catalog) -> None:
    held = numbered(1)
    catalog.enter(held)
    for archived in (held.objects.original, held.objects.signed):
        assert [e.document_id for e in find_by_sha256(catalog, archived.sha256)] == [
            held.document_id
        ]
    assert find_by_sha256(catalog, Sha256("0" * 64)) == ()


def test_a_stack_that_was_parted_leads_to_all_its_documents(catalog: Catalog) -> None:
    stack, page = Sha256("5" * 64), Sha256("6" * 64)
    catalog.enter(replace(numbered(1), parts=(stack, page)))
    catalog.enter(replace(numbered(2), parts=(stack,)))
    ids = [{e.document_id for e in find_by_sha256(catalog, one)} for one in (stack, page)]
    assert ids == [{numbered(1).document_id, numbered(2).document_id}, {numbered(1).document_id}]


def test_newer_papers_come_first_and_undated_ones_last(catalog: Catalog) -> None:
    days = {1: "2024-01-01", 2: "2026-01-01", 3: "", 4: "2025-01-01"}
    for index, day in days.items():
        catalog.enter(numbered(index, fields={FieldName.NGAY_BAN_HANH: day}))
    found = find_by_holder(catalog, VAULT.holder_key(NUMBER))
    assert [int(entry.document_id, 16) for entry in found] == [2, 4, 1, 3]


def test_a_damaged_line_is_told_as_such_and_never_as_not_found(
    catalog: Catalog, settings: StorageSettings
) -> None:
    catalog.enter(numbered(1))
    url = database_url(settings.catalog, settings.catalog_password_file, "[storage] catalog")
    engine = database_engine(url, create=False, setting="[storage] catalog")
    with engine.begin() as connection:
        damaged = sa.func.replace(documents.c.line, '"issued_on":"', '"issued_on":"x')
        connection.execute(documents.update().values(line=damaged))
    engine.dispose()
    with pytest.raises(CatalogUnavailable, match="damaged line of 0"):
        find_by_number(catalog, number_key("0476/QĐ-UBND"), None, "")
    with pytest.raises(CatalogUnavailable, match="damaged line of 0"):
        catalog.find(DocumentId(f"{1:032x}"))


def test_the_dump_is_sorted_and_does_not_depend_on_the_order_of_entering(
    catalog: Catalog, tmp_path: Path
) -> None:
    held = [numbered(index * 7919) for index in range(1, 6)]
    for one in held:
        catalog.enter(one)
    other = StorageSettings(catalog=f"sqlite:///{tmp_path / 'other.sqlite'}")
    with Catalog.open(other, create=True) as second:
        second.enter_all(entry_of(one) for one in reversed(held))
        assert list(second.dump()) == list(catalog.dump())


def test_the_dump_names_nobody(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    dumped = b"".join(catalog.dump()).decode()
    assert NUMBER not in dumped and NAME not in dumped and BIRTH not in dumped


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("H41.05-261122-0001", "h41.05 - 261122-0001"),
        ("000.00.01.H40-231110-0001", "00.01.H40-231110-0001"),
        ("00.01.H40-231110-0001", "000.00.01.H40-231110-0001"),
    ],
)
def test_a_paper_is_found_by_the_case_it_bears(catalog: Catalog, held: str, asked: str) -> None:
    catalog.enter(numbered(1, fields={FieldName.MA_HO_SO: held}))
    catalog.enter(numbered(2))
    with catalog.snapshot() as seen:
        assert [int(e.document_id, 16) for e in seen.find_by_case(case_key(asked))] == [1]
        assert seen.find_by_case(case_key("")) == ()


def test_what_was_archived_last_comes_first(catalog: Catalog) -> None:
    for index in (1, 2, 3):
        catalog.enter(numbered(index, stored_at=NOW + timedelta(minutes=index)))
    assert [int(entry.document_id, 16) for entry in catalog.recent(2)] == [3, 2]


def test_documents_and_pages_are_counted_by_type(catalog: Catalog) -> None:
    catalog.enter(numbered(1, document_type="TB"))
    catalog.enter(numbered(2))
    catalog.enter(numbered(3))
    assert catalog.counts() == (TypeCount("QĐ", 2, 4), TypeCount("TB", 1, 2))


def test_the_catalog_knows_until_when_it_is_complete(catalog: Catalog) -> None:
    assert catalog.as_of is None
    catalog.enter(numbered(1))
    assert catalog.as_of == NOW
    later = NOW + timedelta(hours=5, microseconds=7)
    catalog.confirm(later)
    assert catalog.as_of == later
    catalog.confirm(datetime(2020, 1, 1, tzinfo=UTC))
    assert catalog.as_of == later


def test_it_knows_under_which_identity_key_it_was_made(catalog: Catalog) -> None:
    assert standing(catalog, VAULT.key_id).knows_key
    catalog.enter(numbered(1))
    assert standing(catalog, VAULT.key_id).knows_key
    assert not standing(catalog, "0" * 16).knows_key


def test_all_are_entered_or_none(catalog: Catalog) -> None:
    def breaking() -> Iterator[Any]:
        yield from (entry_of(numbered(index)) for index in range(1500))
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        catalog.enter_all(breaking())
    assert list(catalog.dump()) == []


def test_entering_afresh_forgets_what_was_there(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    assert catalog.enter_all([entry_of(numbered(2))], afresh=True) == 1
    assert [entry.document_id for entry in catalog.recent()] == [f"{2:032x}"]


def test_a_sound_catalog_passes_its_check(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    catalog.check()


def test_what_was_entered_is_there_for_another_process(
    settings: StorageSettings, catalog: Catalog
) -> None:
    catalog.enter(numbered(1))
    with Catalog.open(settings) as second:
        assert len(second.recent()) == 1


def test_a_character_that_a_database_can_not_hold_is_left_out(catalog: Catalog) -> None:
    catalog.enter(numbered(1, fields={FieldName.TRICH_YEU: "Về việc\0 thử"}))
    assert catalog.recent()[0].subject == "Về việc thử"


def test_quotes_and_percent_signs_are_plain_text(catalog: Catalog) -> None:
    catalog.enter(numbered(1))
    for evil in ("' OR '1'='1", "%", "476/qd-ubnd'; DROP TABLE documents; --"):
        assert find_by_number(catalog, evil, None, "") == ()
    assert len(catalog.recent()) == 1
