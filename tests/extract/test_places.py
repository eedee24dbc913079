"""Places within an agency's name, held against the list of provinces, districts and communes."""

import pytest

from digitizer.extract.agency import Agency, agency_names, read_agency
from digitizer.extract.layout import Piece
from digitizer.extract.places import (
    believe_kinds,
    believe_titles,
    contradicts_list,
    spell_places,
    spelled_apart,
)
from digitizer.legal_profile import load_profile
from digitizer.legal_profile.communes import place_spellings
from digitizer.model import Box, Word


def words(text: str) -> tuple[Word, ...]:
    """Return words on one line; `{so}` were read otherwise by the second reader."""
    return tuple(
        Word(
            word.strip("{}") if word.startswith("{") else word,
            Box(100 * place, 0, 100 * place + 90, 30),
            0.47 if word.startswith("{") else 1.0,
            accepted=not word.startswith("{"),
        )
        for place, word in enumerate(text.split())
    )


def told(line: tuple[Word, ...]) -> str:
    return " ".join(word.text if word.accepted else f"{{{word.text}}}" for word in line)


@pytest.mark.parametrize(
    ("read", "settled"),
    [
        ("UBND HUYỆN {ĐỨC} {PHỐ}", "UBND HUYỆN ĐỨC PHỔ"),
        ("xã Gio Linh, tỉnh {Đăk} {Lăk}", "xã Gio Linh, tỉnh Đắk Lắk"),
        ("xã {Cư} Kuin, huyện {Cư} Kuin", "xã {Cư} Kuin, huyện Cư Kuin"),  # no commune is
        ("thành phố {Hoà} Bình", "thành phố Hoà Bình"),  # the tone where it was printed
        ("UBND XÃ {TÂN} THANH", "UBND XÃ {TÂN} THANH"),  # Tân Thanh, Tân Thành, Tân Thạnh
        ("tỉnh {Minh} {Hóa}", "tỉnh {Minh} {Hóa}"),  # a district of that name is no province
        ("SỞ {TÀI} CHÍNH", "SỞ {TÀI} CHÍNH"),
        ("huyện {Chầu} Thành, tỉnh Tây Ninh", "huyện Châu Thành, tỉnh Tây Ninh"),
        ("UBND XÃ {TẤN} THÀNH", "UBND XÃ {TẤN} THÀNH"),
        ("thành phố {Hôi} An", "thành phố Hội An"),
    ],
)
def test_a_name_in_doubt_is_settled_where_one_place_has_its_letters(
    read: str, settled: str
) -> None:
    assert told(spell_places(words(read))) == settled


@pytest.mark.parametrize(
    ("read", "settled"),
    [
        ("UBND {QUẬN} THUẬN AN", "UBND QUẬN THUẬN AN"),
        ("CÔNG AN {TỈNH} LẠNG SƠN", "CÔNG AN TỈNH LẠNG SƠN"),
        ("UBND {QUÂN} THUẬN AN", "UBND {QUÂN} THUẬN AN"),
        ("LẠNG SƠN {TỈNH}", "LẠNG SƠN {TỈNH}"),
        ("UBND {THÀNH} {PHỐ} VINH", "UBND THÀNH PHỐ VINH"),
        ("UBND THÀNH PHÔ VINH", "UBND THÀNH PHỐ VINH"),
        ("thi trấn Mẫu, huyện Mẫu", "thị trấn Mẫu, huyện Mẫu"),
        ("XÃ TÂN {THÀNH} HUYỆN PHÚ TÂN", "XÃ TÂN {THÀNH} HUYỆN PHÚ TÂN"),  # or Thạnh
        ("HUYỆN ĐỨC {PHỐ} TỈNH", "HUYỆN ĐỨC {PHỐ} TỈNH"),
    ],
)
def test_a_title_before_a_place_has_one_spelling(read: str, settled: str) -> None:
    assert told(believe_titles(words(read))) == settled


@pytest.mark.parametrize(
    ("read", "is_odd"),
    [
        ("UBND HUYỆN ĐỨC PHỐ", True),
        ("xã Trà Ôn, thành phố Đà Năng", True),
        ("UBND HUYỆN ĐỨC PHỔ", False),
        ("UBND THÀNH PHỐ HOÀ BÌNH", False),
        ("UBND HUYỆN MƯỜNG THÍ ĐIỂM", False),  # on no list, so nothing is known of it
        ("UBND HUYỆN {ĐỨC} PHỐ", False),  # not sure anyway
        ("tỉnh Minh Họa", False),
    ],
)
def test_a_place_read_with_other_accents_than_the_list_has_is_odd(read: str, is_odd: bool) -> None:
    assert contradicts_list(words(read)) is is_odd


def test_spellings_are_those_of_the_level_that_the_title_says() -> None:
    assert place_spellings("daklak", "TỈNH") == {"Đắk Lắk"}
    assert place_spellings("daklak", "xã") == frozenset()
    assert {"Đà Nẵng"} == place_spellings("danang", "thành phố")
    assert place_spellings("vinh", "Thành phố") == {"Vinh"}
    assert len(place_spellings("tanthanh", "xã")) > 2
    assert place_spellings("vinh", "phố") == frozenset()


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["ỦY BAN NHÂN DÂN", "TIÍNH AN GIANG"], "ỦY BAN NHÂN DÂN TỈNH AN GIANG"),
        (["UBND TỈNH NGHỆ AN", "SỨ KHOA HỌC VÀ CÔNG NGHỆ"],
         "UBND TỈNH NGHỆ AN SỞ KHOA HỌC VÀ CÔNG NGHỆ"),
    ],
)  # fmt: skip
def test_one_misread_letter_of_a_listed_agency_is_put_right(lines: list[str], text: str) -> None:
    agency = _read(lines)
    assert (agency.text, agency.is_listed) == (text, True)


def test_a_city_is_no_misread_province() -> None:
    assert _read(["ỦY BAN NHÂN DÂN", "THÀNH PHỐ ĐÔNG HẢI"]).is_listed is False


def _read(lines: list[str]) -> Agency:
    pieces = [Piece.of(1, words(line)) for line in lines]
    names = agency_names(load_profile().agencies)
    return read_agency(pieces, names, place="", page_width=2000)


@pytest.mark.parametrize(
    ("read", "settled"),
    [
        ("TRƯỜNG TRUNG HỌC {PHÕ} THÔNG KIM LIÊN", "TRƯỜNG TRUNG HỌC PHỔ THÔNG KIM LIÊN"),
        ("TRUNG TÂM {KIỀM} SOÁT", "TRUNG TÂM KIỂM SOÁT"),  # BỆNH TẬT stands below
        ("Trường Trung học cơ {sờ} Mẫu", "Trường Trung học cơ sở Mẫu"),
        ("TRUNG TÂM {KIỂN} SOÁT", "TRUNG TÂM {KIỂN} SOÁT"),  # another letter
        ("{TRUNG} {TÂM} {KIỂM} SOÁT", "{TRUNG} {TÂM} {KIỂM} SOÁT"),  # hardly read
        ("TRUNG TÂM {Y} TẾ", "TRUNG TÂM {Y} TẾ"),
    ],
)
def test_what_an_institution_is_called_has_one_spelling(read: str, settled: str) -> None:
    assert told(believe_kinds(words(read), load_profile().agency_kinds)) == settled


@pytest.mark.parametrize(
    ("read", "settled"),
    [
        ("xã {Gio.Linh,} tỉnh Hà Tĩnh", "xã Gio Linh, tỉnh Hà Tĩnh"),
        ("xã Gio.Linh, tỉnh Hà Tĩnh", "xã Gio Linh, tỉnh Hà Tĩnh"),
        ("CHI {NHÁNH-VĂN} PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"),
        ("BỘ LAO ĐỘNG-THƯƠNG BINH", "BỘ LAO ĐỘNG-THƯƠNG BINH"),  # no list has it apart
        ("huyện {Gio.Lanh,} tỉnh Hà Tĩnh", "huyện {Gio.Lanh,} tỉnh Hà Tĩnh"),
    ],
)
def test_words_that_a_speck_joined_come_apart_where_a_list_has_them(
    read: str, settled: str
) -> None:
    kinds = load_profile().agency_kinds
    line = spelled_apart(
        words(read), lambda some: spell_places(believe_kinds(believe_titles(some), kinds))
    )
    assert told(line) == settled


def test_the_mark_between_two_places_is_a_comma() -> None:
    assert told(believe_titles(words("huyện Đức Phổ. tỉnh Đồng Tháp"))) == (
        "huyện Đức Phổ, tỉnh Đồng Tháp"
    )
