"""A paper of an abolished province is found by who asks for the province of today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.model import FieldName
from storage.answer import State
from storage.catalog import Catalog
from storage.lookup import ByNumber, Terms, look_up
from storage.predecessor import agency_keys
from storage.settings import StorageSettings
from tests.storage.papers import NOW, VAULT, record


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


@pytest.mark.parametrize("asked", ["", "UBND tỉnh Nghệ An", "UBND tỉnh Hà Giang", "Bộ Nội vụ"])
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
