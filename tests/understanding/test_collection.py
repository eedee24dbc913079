"""Made-up papers are made by seed alone, of every type, with a truth that can be trusted."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import numpy as np
import pytest

from benchmarks.understanding import administrative, faces
from benchmarks.understanding.business import make_tax_number
from benchmarks.understanding.collection import DEFAULT_COUNT, Made, collection
from benchmarks.understanding.forms import in_words
from benchmarks.understanding.issuers import make_issuer
from benchmarks.understanding.pen import Pen, render
from benchmarks.understanding.people import MERGED_ON, make_person, make_place
from benchmarks.understanding.truth import Truth, set_of
from digitizer.extract.agency import agency_names
from digitizer.extract.anchors import plain
from digitizer.extract.dates import date_from_words
from digitizer.extract.identity import agrees, is_tax_number, parse_person_number
from digitizer.legal_profile import load_profile
from digitizer.model import FieldName
from samples.typeface import MissingGlyph

PROFILE = load_profile()


@pytest.fixture(scope="module")
def papers() -> dict[str, Truth]:
    return {made.name: made.draw()[1] for made in collection(90)}


def test_the_same_seed_is_the_same_paper() -> None:
    first, second = (render(Made("KET_HON", 4).draw()[0][0], 60) for _ in range(2))
    assert np.array_equal(np.asarray(first), np.asarray(second))
    assert Made("KET_HON", 4).draw()[1] == Made("KET_HON", 4).draw()[1]
    assert Made("KET_HON", 4).draw()[1] != Made("KET_HON", 5).draw()[1]


def test_each_paper_is_made_once_and_every_type_is_there() -> None:
    made = list(collection(DEFAULT_COUNT))
    assert len({one.name for one in made}) == DEFAULT_COUNT
    assert 2 * DEFAULT_COUNT >= 500
    counts = Counter(one.kind for one in made)
    assert set(administrative.KINDS) < set(counts)
    assert min(counts.values()) >= 5


def test_about_a_third_is_kept_aside_and_both_scans_with_it() -> None:
    sets = Counter(set_of(made.name) for made in collection(DEFAULT_COUNT))
    assert 0.25 < sets["held-out"] / DEFAULT_COUNT < 0.42


def test_a_truth_names_a_type_of_the_profile_and_no_empty_value(papers: dict[str, Truth]) -> None:
    for name, truth in papers.items():
        kind = PROFILE.type_of(truth.code)
        assert kind is not None, name
        assert truth.fields[FieldName.LOAI_VAN_BAN] == kind.name
        assert all(truth.fields.values()), name


def test_numbers_fit_their_people_unless_the_paper_contradicts_itself() -> None:
    chance = Random(1)
    for _ in range(200):
        person = make_person(chance)
        number = parse_person_number(person.identity, PROFILE)
        assert number is not None
        assert agrees(number, person.born, person.sex)
        other = make_person(chance, sound=False)
        number = parse_person_number(other.identity, PROFILE)
        assert number is None or not agrees(number, other.born, other.sex)


def test_two_holders_stand_apart_in_the_truth() -> None:
    truth = Made("KET_HON", 2).draw()[1]
    assert truth.fields[FieldName.CHU_HO_SO] != truth.fields["chu_ho_so.2"]
    assert truth.fields[FieldName.SO_DINH_DANH] != truth.fields["so_dinh_danh.2"]


def test_seen_issuers_are_those_that_closed_lists_hold() -> None:
    names = agency_names(PROFILE.agencies)
    chance = Random(3)
    for _ in range(300):
        issuer = make_issuer(chance, date(2024, 5, 6))
        assert issuer.is_seen == _is_listed(plain(issuer.printed).replace(" ", ""), names)


def _is_listed(text: str, names: object) -> bool:
    assert isinstance(names, dict)
    return not text or any(
        text[:end] in names and _is_listed(text[end:], names) for end in range(1, len(text) + 1)
    )


def test_districts_end_with_the_merger() -> None:
    chance = Random(5)
    assert all(make_place(chance, date(2024, 1, 2)).district for _ in range(20))
    assert not any(make_place(chance, MERGED_ON).district for _ in range(20))


def test_dates_in_words_are_read_back() -> None:
    for day in (date(2026, 8, 19), date(1990, 1, 1), date(2005, 4, 21), date(1978, 12, 15)):
        assert date_from_words(in_words(day)) == day


def test_tax_numbers_pass_their_check() -> None:
    assert all(is_tax_number(make_tax_number(Random(seed))) for seed in range(20))


def test_a_letter_without_a_glyph_is_an_error() -> None:
    with pytest.raises(MissingGlyph):
        faces.width_mm("漢", "serif", "regular", 12.0)


@pytest.mark.parametrize("family", ["serif", "sans", "book"])
def test_every_family_draws_vietnamese(family: faces.Family) -> None:
    letters = (
        "ĂÂĐÊÔƠƯăâđêôơư ẤẦẨẪẬấầẩẫậ ẮẰẲẴẶắằẳẵặ ẾỀỂỄỆếềểễệ ỐỒỔỖỘốồổỗộ ỚỜỞỠỢớờởỡợ ỨỪỬỮỰứừửữự ỲỴỶỸỳỵỷỹ"
    )
    for face in ("regular", "bold", "italic", "bold_italic"):
        assert faces.width_mm(letters, family, face, 12.0) > 0


def test_a_long_value_goes_on_in_the_next_line() -> None:
    pen = Pen()
    before = pen.y
    pen.row(("Nơi cư trú:", "thôn Ví Dụ, " * 12))
    assert pen.y > before + 2 * pen.step
