"""Papers of a dissolved agency are found under the one that keeps them now."""

from datetime import date

import pytest

from digitizer.legal_profile import load_profile
from digitizer.legal_profile.succession import MERGED_ON, load_successions
from storage.reference import agency_key, names_agency
from storage.succession import agency_keys


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


def test_no_agency_asked_gives_no_key() -> None:
    assert agency_keys(" ") == ()
