"""How long a paper is kept comes from dated data, and what is not determined is kept."""

from __future__ import annotations

from datetime import date

import pytest

from digitizer.legal_profile import (
    archival_codes,
    erasure_rule,
    load_profile,
    period_name,
    undetermined_types,
)

DAY = date(2026, 3, 2)


@pytest.mark.parametrize("kind", ["KHAI_SINH", "KET_HON", "KHAI_TU", "GCN_DAT"])
def test_registers_of_civil_status_and_land_are_kept_for_ever(kind: str) -> None:
    codes = archival_codes(kind, stored_on=DAY)
    assert (codes.maintenance, codes.keep_until) == ("01", None)
    assert period_name(codes.maintenance) == "vĩnh viễn"
    assert codes.lock_until == date(2126, 12, 31)


@pytest.mark.parametrize("kind", ["", "no such type", "QĐ"])
def test_what_is_not_determined_is_kept_and_locked_the_shortest(kind: str) -> None:
    codes = archival_codes(kind, stored_on=DAY)
    assert (codes.maintenance, codes.keep_until) == ("07", None)
    assert codes.lock_until == date(2036, 12, 31)
    assert not codes.is_confirmed


def test_the_codes_of_type_and_access_are_those_of_the_profile() -> None:
    codes = archival_codes("QĐ", stored_on=DAY)
    assert (codes.type_name, codes.mode, codes.language) == ("02", "02", "01")
    assert archival_codes("", stored_on=DAY).type_name == "32"


def test_every_type_of_the_profile_has_codes() -> None:
    for kind in load_profile().types:
        codes = archival_codes(kind.code, stored_on=DAY)
        assert codes.type_name == kind.tt05
        assert codes.basis
        assert codes.lock_until is not None
        assert codes.lock_until > DAY


def test_types_without_a_period_are_known() -> None:
    unset = undetermined_types()
    assert "QĐ" in unset
    assert "KHAI_SINH" not in unset


def test_what_is_said_of_erasure_names_its_basis() -> None:
    vi, en, basis, is_confirmed = erasure_rule()
    assert vi
    assert en
    assert "91/2025" in basis
    assert not is_confirmed
