"""The legal data is complete, dated and unambiguous."""

from datetime import date, timedelta
from itertools import pairwise

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


def test_the_rows_of_a_type_follow_one_another_without_gap_or_overlap() -> None:
    for kind in PROFILE.types:
        rows = sorted(kind.rows, key=lambda row: row.legal.valid_from)
        for earlier, later in pairwise(rows):
            assert earlier.legal.valid_to is not None, kind.code
            assert earlier.legal.valid_to + timedelta(days=1) == later.legal.valid_from, kind.code
        assert rows[-1].legal.valid_to is None, kind.code


def test_a_paper_is_judged_by_the_row_of_its_day() -> None:
    kind = PROFILE.type_of("GCN_DAT")
    assert kind is not None
    bases = {
        day: kind.on(day).legal.basis
        for day in (date(2008, 1, 1), date(2012, 1, 1), date(2024, 7, 31), date(2024, 8, 1), None)
    }
    assert list(bases.values()) == [
        "TT 17/2009/TT-BTNMT",
        "TT 17/2009/TT-BTNMT",
        "TT 23/2014/TT-BTNMT",
        "TT 10/2024/TT-BTNMT",
        "TT 10/2024/TT-BTNMT",
    ]


def test_an_issuer_is_told_by_what_its_name_begins_with() -> None:
    kind = PROFILE.type_of("KHAI_SINH")
    assert kind is not None
    assert kind.is_issued_by("Ủy ban nhân dân xã Mẫu")
    assert not kind.is_issued_by("Sở Xây dựng tỉnh Mẫu")


def test_all_papers_of_citizens_that_desks_take_are_there() -> None:
    codes = {kind.code for kind in PROFILE.types if not kind.is_administrative}
    assert codes == {
        "KHAI_SINH", "KET_HON", "KHAI_TU", "XN_HON_NHAN", "CAN_CUOC", "GCN_DAT", "GPXD", "GPLX",
        "DKDN", "HKD", "LLTP", "TO_KHAI", "GIAY_TIEP_NHAN", "BAN_SAO_CT", "BHYT",
    }  # fmt: skip


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
