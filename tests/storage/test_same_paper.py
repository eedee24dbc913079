"""Whether two readings are one paper: digits and key fields decide, and nothing is merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digitizer.likeness import compare, compare_pages, digit_tokens
from digitizer.model import FieldName
from storage.catalog import Catalog
from storage.entry import Entry, entry_of
from storage.identity import IdentityVault
from storage.same_paper import Match, Sameness, candidates, judged, matches
from storage.settings import StorageSettings
from storage.sought import Mark, Sought, as_archived
from tests.storage.papers import NAME, NUMBER, VAULT, record

TEXT = f"""ỦY BAN NHÂN DÂN TỈNH MẪU
Số: 476/QĐ-UBND Mẫu, ngày 18 tháng 02 năm 2026
Cấp cho ông {NAME}, sinh 05/12/1996, số định danh {NUMBER}
Diện tích 1.250,5 m², thửa 208, tờ bản đồ 17, biên lai 0045712"""
OTHER_PERSON = TEXT.replace(NUMBER, "042196009871").replace("0045712", "0081343")
ASKED = as_archived(entry_of(record("cd" * 16)), (TEXT,), VAULT)


def held(**changes: object) -> Entry:
    return replace(entry_of(record("ab" * 16)), **changes)


def verdict(asked: Sought, entry: Entry, text: str = TEXT) -> Sameness | None:
    match = judged(asked, entry, (text,))
    return match.verdict if match else None


def test_a_second_scan_of_one_paper_is_the_same() -> None:
    match = judged(ASKED, held(), (TEXT,))
    assert match is not None
    assert (match.verdict, match.likeness, match.differs) == (Sameness.SAME, 1.0, ())
    assert set(match.agrees) == set(Mark)


def test_letters_that_are_misread_change_nothing() -> None:
    ruined = replace(ASKED, pages=(TEXT.translate(str.maketrans("aeiouăâêôơư", "xxxxxxxxxxx")),))
    assert verdict(ruined, held()) is Sameness.SAME


def test_another_persons_paper_of_the_same_form_is_not_told_as_the_same() -> None:
    other = held(number_key="477/qd-ubnd", holder_keys=VAULT.holder_key("042196009871"))
    assert verdict(ASKED, other, OTHER_PERSON) in (None, Sameness.PERHAPS)


def test_one_number_for_two_people_is_a_conflict() -> None:
    other = held(holder_keys=VAULT.holder_key("042196009871"), name_keys="")
    assert verdict(ASKED, other, OTHER_PERSON) is Sameness.CONFLICT


def test_one_number_over_another_content_is_a_conflict() -> None:
    nobodys = replace(ASKED, holder_keys=frozenset(), name_keys=frozenset())
    assert verdict(nobodys, held(), "ngày 01 tháng 03 năm 2024, 9.900 m², thửa 55") is (
        Sameness.CONFLICT
    )


def test_a_doubtful_field_does_not_speak_against() -> None:
    misread = replace(ASKED, number_key="416/qd-ubnd")
    assert verdict(misread, held()) is Sameness.PERHAPS
    assert verdict(replace(misread, doubtful=frozenset({Mark.NUMBER})), held()) is Sameness.SAME


def test_few_digits_prove_nothing() -> None:
    bare = replace(ASKED, pages=("Số 476/QĐ-UBND, năm 2026",))
    assert verdict(bare, held(), "Số 476/QĐ-UBND, năm 2026") is Sameness.PERHAPS


def test_the_digits_that_differ_are_shown_and_long_ones_masked() -> None:
    other = TEXT.replace("208", "209").replace(NUMBER, "042196009871")
    match = judged(ASKED, held(), (other,))
    assert match is not None
    assert match.only_held == ("042******871", "209")
    assert NUMBER not in str(match)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    settings = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as opened:
        opened.enter_all(entry_of(record(f"{index:032x}")) for index in range(3))
        strange = {FieldName.SO_KY_HIEU: "9/TB", FieldName.SO_DINH_DANH: "042196009871"}
        opened.enter(record("ef" * 16, fields={**strange, FieldName.CHU_HO_SO: "Lê Văn Mẫu"}))
        yield opened


def found(catalog: Catalog, asked: Sought, text: str = TEXT) -> tuple[Match, ...]:
    with catalog.snapshot() as seen:
        near = candidates(asked, seen)
    return matches(asked, near, lambda _: (text,))


def test_candidates_share_a_key_and_others_are_not_read(catalog: Catalog) -> None:
    ids = {match.entry.document_id for match in found(catalog, ASKED)}
    assert ids == {f"{index:032x}" for index in range(3)}


def test_a_number_that_stands_in_the_text_alone_is_enough_to_be_found(catalog: Catalog) -> None:
    unread = Sought((TEXT,), said_numbers=frozenset({"476/qd-ubnd"}))
    assert len(found(catalog, unread)) == 3


def test_the_name_finds_where_every_number_was_misread(catalog: Catalog) -> None:
    misread = Sought((TEXT,), name_keys=ASKED.name_keys)
    with catalog.snapshot() as seen:
        assert len(candidates(misread, seen)) == 3


def test_one_page_of_a_longer_paper_is_compared_with_that_page() -> None:
    assert compare_pages((TEXT,), ("ngày 01 tháng 03 năm 2024, 9.900 m²", TEXT)).jaccard == 1.0


def test_a_stroke_read_as_a_digit_in_front_does_not_matter() -> None:
    likeness = compare(frozenset({f"6{NUMBER}"}), frozenset({NUMBER}))
    assert likeness.jaccard == 1.0


def test_the_numbers_of_twins_are_two_numbers() -> None:
    assert compare(frozenset({"042196009871"}), frozenset({"042196009872"})).jaccard == 0.0


def test_dotted_lines_are_no_numbers() -> None:
    assert digit_tokens("1111111 0101010101010101010 11 209/QĐ-UBND 7") == {"11", "209"}


def test_nothing_is_alike_where_there_are_no_digits() -> None:
    assert compare(digit_tokens("không có số"), digit_tokens("không có số")).jaccard == 0.0


def test_a_person_is_found_among_papers_hashed_under_an_earlier_key() -> None:
    earlier = IdentityVault(b"e" * 32)
    old = held(holder_keys=earlier.holder_key(NUMBER), name_keys="")
    sought = as_archived(entry_of(record("cd" * 16)), (TEXT,), IdentityVault(bytes(32), b"e" * 32))
    assert earlier.holder_key(NUMBER) in sought.said_holders
    assert verdict(replace(sought, holder_keys=sought.said_holders), old) is Sameness.SAME
