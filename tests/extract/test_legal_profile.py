"""The legal data is complete, dated and unambiguous."""

from datetime import date

from digitizer.extract.anchors import plain
from digitizer.legal_profile import ValidityRule, load_profile
from digitizer.model import FieldName

PROFILE = load_profile()


def test_all_29_administrative_types_and_the_papers_of_citizens_are_there() -> None:
    assert sum(kind.is_administrative for kind in PROFILE.types) == 29
    codes = {kind.code for kind in PROFILE.types}
    assert {"QĐ", "CV", "KHAI_SINH", "XN_HON_NHAN", "GPXD", "GIAY_TIEP_NHAN"} <= codes


def test_no_two_types_share_a_code_a_name_or_a_title() -> None:
    codes = [kind.code for kind in PROFILE.types]
    titles = [plain(title) for kind in PROFILE.types for title in kind.titles]
    assert len(codes) == len(set(codes))
    assert len(titles) == len(set(titles))


def test_every_row_says_on_what_it_stands() -> None:
    for row in (*PROFILE.types, *PROFILE.provinces, *PROFILE.authorities):
        assert row.legal.basis
        assert row.legal.valid_from <= date(2026, 11, 22)


def test_every_type_asks_for_its_own_name() -> None:
    assert all(FieldName.LOAI_VAN_BAN in kind.required for kind in PROFILE.types)


def test_only_types_counted_from_issue_have_months() -> None:
    for kind in PROFILE.types:
        assert bool(kind.months) == (kind.validity is ValidityRule.ISSUE_DATE)


def test_63_provinces_of_birth_lead_to_34_of_today() -> None:
    assert len(PROFILE.provinces) == 63
    assert len({row.present_code for row in PROFILE.provinces}) == 34
    found = PROFILE.province("040")
    assert found is not None
    assert (found.name, found.agency, found.agency_confirmed) == ("Nghệ An", "H41", True)


def test_a_type_is_found_by_code_or_name_without_accents() -> None:
    for text in ("QĐ", "Quyết định", "quyet dinh"):
        kind = PROFILE.type_of(text)
        assert kind is not None
        assert kind.code == "QĐ"
    assert PROFILE.type_of("Giấy gì đó") is None
