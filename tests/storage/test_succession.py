"""Papers of a dissolved agency are found under the one that keeps them now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digitizer.legal_profile import communes, load_profile
from digitizer.legal_profile.communes import Commune, present_provinces
from digitizer.legal_profile.succession import MERGED_ON, load_successions
from digitizer.model import FieldName
from storage.answer import State
from storage.catalog import Catalog
from storage.lookup import ByNumber, Terms, look_up
from storage.reference import agency_key, names_agency
from storage.settings import StorageSettings
from storage.succession import agency_keys, district_bodies
from tests.storage.papers import NOW, VAULT, record


def test_63_provinces_became_34() -> None:
    present = {row.present_name for row in load_profile().provinces}
    merged = [row for row in load_successions() if row.legal.valid_from == MERGED_ON]
    assert len(load_profile().provinces) == 63
    assert len(present) == 34
    assert 63 - 34 <= len(merged) <= 63 - 34 + 2


def test_every_row_says_on_what_it_stands_and_names_two_agencies() -> None:
    for row in load_successions():
        assert row.legal.basis
        assert row.legal.valid_from <= date(2026, 11, 22)
        assert agency_key(row.former) != agency_key(row.present)


def test_no_agency_was_taken_over_twice() -> None:
    former = [agency_key(row.former) for row in load_successions()]
    assert len(former) == len(set(former))


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("UBND tỉnh Bắc Ninh", "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG"),
        ("UBND thành phố Đà Nẵng", "Ủy ban nhân dân tỉnh Quảng Nam"),
        ("Sở Tài chính", "SỞ KẾ HOẠCH VÀ ĐẦU TƯ"),
        ("Sở Xây dựng tỉnh Bắc Ninh", "Sở Giao thông vận tải tỉnh Bắc Giang"),
        ("Bộ Nông nghiệp và Môi trường", "BỘ TÀI NGUYÊN VÀ MÔI TRƯỜNG"),
        ("UBND tỉnh Nghệ An", "UBND TỈNH NGHỆ AN"),
    ],
)
def test_a_former_agency_is_among_the_keys_of_its_successor(asked: str, held: str) -> None:
    assert any(names_agency(key, agency_key(held)) for key in agency_keys(asked))


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("UBND tỉnh Bắc Giang", "UBND tỉnh Bắc Ninh"),
        ("UBND tỉnh Nghệ An", "UBND tỉnh Hà Tĩnh"),
        ("Sở Tài chính", "Sở Giao thông vận tải"),
        ("UBND huyện Mẫu", "UBND xã Mẫu"),
    ],
)
def test_other_agencies_are_not(asked: str, held: str) -> None:
    assert not any(names_agency(key, agency_key(held)) for key in agency_keys(asked))


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("UBND xã Nghi Lộc", "Ủy ban nhân dân xã Nghi Trung, huyện Nghi Lộc, tỉnh Nghệ An"),
        ("UBND xã Nghi Lộc, tỉnh Nghệ An", "UBND HUYỆN NGHI LỘC ỦY BAN NHÂN DÂN XÃ NGHI TRUNG"),
        ("ubnd xa nghi loc nghe an", "UBND THỊ TRẤN QUÁN HÀNH"),
        ("UBND xã Nghi Lộc, tỉnh Nghệ An", "UBND xã Nghi Lộc"),
        ("UBND phường Bắc Giang, tỉnh Bắc Ninh", "UBND phường Xương Giang, TP Bắc Giang"),
        ("HĐND xã Nghi Lộc", "HỘI ĐỒNG NHÂN DÂN XÃ NGHI TRUNG"),
        ("UBND đặc khu Côn Đảo", "ỦY BAN NHÂN DÂN HUYỆN CÔN ĐẢO"),
        ("UBND xã Tân Thành, tỉnh Lạng Sơn", "Ủy ban nhân dân xã Tân Thành, huyện Hữu Lũng"),
    ],
)
def test_a_former_commune_is_among_the_keys_of_the_present_one(asked: str, held: str) -> None:
    assert any(names_agency(key, agency_key(held)) for key in agency_keys(asked))


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("UBND xã Nghi Lộc", "UBND huyện Nghi Lộc"),  # the district's own papers
        ("UBND xã Nghi Lộc", "UBND xã Nghi Trung, huyện Nghĩa Đàn"),
        ("HĐND xã Nghi Lộc", "UBND xã Nghi Trung, huyện Nghi Lộc"),
        ("UBND xã Nghi Trung, huyện Nghi Lộc", "UBND xã Nghi Vạn, huyện Nghi Lộc"),
        ("UBND xã Nghi Lộc, tỉnh Hà Tĩnh", "UBND xã Nghi Trung, huyện Nghi Lộc"),
    ],
)
def test_no_other_commune_is(asked: str, held: str) -> None:
    assert not any(names_agency(key, agency_key(held)) for key in agency_keys(asked))


def test_a_name_that_several_provinces_have_must_be_asked_for_with_its_province() -> None:
    assert len(agency_keys("UBND xã Tân Thành")) == 1
    assert len(agency_keys("UBND xã Tân Thành, tỉnh Cà Mau")) > 1


def test_every_former_commune_has_a_successor() -> None:
    former = {one for name in _present() for one in name}
    assert len(former) == 10_040
    assert len(present_provinces()) == 34


def _present() -> Iterator[tuple[Commune, ...]]:
    for places in communes._by_name().values():
        yield from places.values()


def test_a_commune_that_was_divided_is_found_under_each_part(catalog: Catalog) -> None:
    held = {FieldName.CO_QUAN_BAN_HANH: "Ủy ban nhân dân xã Tân Thạnh, huyện Thới Lai"}
    catalog.enter(record(fields=held))
    assert _state(catalog, "UBND xã Trường Thành, thành phố Cần Thơ") is State.REUSABLE
    assert _state(catalog, "UBND xã Tân Thạnh, thành phố Cần Thơ") is State.REUSABLE
    assert _state(catalog, "UBND xã Thới Lai, thành phố Cần Thơ") is State.NOT_FOUND


@pytest.mark.parametrize(
    "held",
    [
        "ỦY BAN NHÂN DÂN THÀNH PHỐ VINH",
        "UBND TP. Vinh, tỉnh Nghệ An",
        "UBND thành phố Vinh, Nghệ An",
        "UBND THÀNH PHỐ VINH PHÒNG TƯ PHÁP",
    ],
)
def test_a_paper_of_a_dissolved_district_is_found_under_a_commune_of_today(
    catalog: Catalog, held: str
) -> None:
    catalog.enter(record(fields={FieldName.CO_QUAN_BAN_HANH: held}))
    assert _state(catalog, "UBND phường Trường Vinh") is State.REUSABLE
    assert _state(catalog, "UBND thành phố Vinh") is State.REUSABLE
    assert _state(catalog, "UBND xã Nghi Lộc") is State.NOT_FOUND
    assert _state(catalog, "HĐND phường Trường Vinh") is State.NOT_FOUND


@pytest.mark.parametrize(
    "held",
    [
        "UBND thành phố Vinh Long",  # another city, whose name goes on
        "UBND THÀNH PHỐ VINH ỦY BAN NHÂN DÂN PHƯỜNG ĐÔNG VĨNH",  # now of phường Thành Vinh
    ],
)
def test_what_only_begins_like_the_district_is_not(catalog: Catalog, held: str) -> None:
    catalog.enter(record(fields={FieldName.CO_QUAN_BAN_HANH: held}))
    assert _state(catalog, "UBND phường Trường Vinh") is State.NOT_FOUND


@pytest.mark.parametrize(
    ("held", "state"),
    [
        ("ỦY BAN NHÂN DÂN HUYỆN CHÂU THÀNH", State.NOT_FOUND),  # of Bến Tre, of Trà Vinh, …
        ("UBND huyện Châu Thành, tỉnh Bến Tre", State.REUSABLE),
        ("UBND huyện Châu Thành, tỉnh Trà Vinh", State.NOT_FOUND),
    ],
)
def test_a_district_whose_name_others_have_must_be_named_with_its_province(
    catalog: Catalog, held: str, state: State
) -> None:
    catalog.enter(record(fields={FieldName.CO_QUAN_BAN_HANH: held}))
    assert _state(catalog, "UBND xã Giao Long, tỉnh Vĩnh Long") is state


def test_every_former_district_has_a_successor() -> None:
    former = {(one.district, one.province) for places in _present() for one in places}
    assert len(former) == 696
    assert all(district for district, _ in former)


def test_an_agency_that_is_no_commune_took_over_from_no_district() -> None:
    assert district_bodies("UBND tỉnh Nghệ An") == ()
    assert district_bodies("UBND đặc khu Côn Đảo") == ()  # its own key is the district's


def test_no_agency_asked_means_any() -> None:
    assert agency_keys(" ") == ("",)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    settings = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as opened:
        yield opened


def _state(catalog: Catalog, agency: str) -> State:
    return look_up(ByNumber("476/QĐ-UBND", agency, 2026), catalog, VAULT, Terms(NOW)).state


@pytest.mark.parametrize(
    ("asked", "also"),
    [
        ("UBND tỉnh Tuyên Quang", "uy ban nhan dan tinh ha giang"),
        ("Sở Xây dựng thành phố Hải Phòng", "so xay dung tinh hai duong"),
        ("UBND xã Mẫu, Bắc Ninh", "uy ban nhan dan xa mau tinh bac giang"),
    ],
)
def test_the_present_name_stands_for_the_former_ones(asked: str, also: str) -> None:
    assert also in agency_keys(asked)


@pytest.mark.parametrize("asked", ["", "UBND tỉnh Nghệ An", "UBND tỉnh Hà Giang", "UBND huyện Mẫu"])
def test_other_names_stand_for_themselves(asked: str) -> None:
    assert len(agency_keys(asked)) == 1


def test_a_paper_of_an_abolished_province_is_found_under_its_successor(catalog: Catalog) -> None:
    catalog.enter(record(fields={FieldName.CO_QUAN_BAN_HANH: "UBND TỈNH HÀ GIANG"}))
    assert _state(catalog, "UBND tỉnh Tuyên Quang") is State.REUSABLE
    assert _state(catalog, "UBND tỉnh Hà Giang") is State.REUSABLE
    assert _state(catalog, "UBND tỉnh Nghệ An") is State.NOT_FOUND


def test_one_number_of_both_predecessors_is_ambiguous(catalog: Catalog) -> None:
    catalog.enter(record(fields={FieldName.CO_QUAN_BAN_HANH: "UBND TỈNH HÀ GIANG"}))
    other = {FieldName.CO_QUAN_BAN_HANH: "UBND TỈNH TUYÊN QUANG"}
    catalog.enter(record("cd" * 16, fields=other))
    assert _state(catalog, "UBND tỉnh Tuyên Quang") is State.AMBIGUOUS
    assert _state(catalog, "UBND tỉnh Hà Giang") is State.REUSABLE
