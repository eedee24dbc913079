"""TCVN3 and VNI become Unicode; what already is Unicode, or another language, stays."""

from __future__ import annotations

import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.scan.legacy_encodings import Encoding, encoding_of, is_legacy_font, to_unicode
from digitizer.vietnamese import fold
from tests.scan.legacy import TCVN3_LETTERS, as_tcvn3, as_vni
from tests.scan.legacy import sample_words as words_of_the_samples

WORDS = words_of_the_samples()
HEADING = "Cộng hoà xã hội chủ nghĩa Việt Nam"
phrases = st.integers(0, len(WORDS) - 1).flatmap(
    lambda start: st.integers(1, 60).map(lambda count: " ".join(WORDS[start : start + count]))
)
VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


@pytest.mark.parametrize(
    ("text", "font", "read"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", ".VnTime", HEADING),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "VNI-Times", HEADING.replace("oà", "òa")),
        ("ñy ban nh©n d©n tØnh", "ABCDEF+.VnTimeH,Bold", "ỦY BAN NHÂN DÂN TỈNH"),
        ("UÛY BAN NHAÂN DAÂN TÆNH ÑOÀNG", "VNI-Helve-Bold", "ỦY BAN NHÂN DÂN TỈNH ĐỒNG"),
        (
            "§iÒu 1. ¸p dông t¹i §\u00adêng T\u00ad«ng",
            ".VnArial",
            "Điều 1. áp dụng tại Đường Tưông",
        ),
        ("Số 12", ".VnTime", "Số 12"),
        ("Trang 2", ".VnTimeH", "TRANG 2"),
    ],
)
def test_text_of_an_old_font_is_read(text: str, font: str, read: str) -> None:
    encoding = encoding_of(font, text)
    assert (to_unicode(text, encoding) if encoding else text) == read


@pytest.mark.parametrize(("byte", "letter"), TCVN3_LETTERS.items())
def test_each_byte_of_tcvn3_is_the_standards_letter(byte: int, letter: str) -> None:
    """glibc's table of TCVN 5712 is the oracle; it knows the whole set, fonts only part of it."""
    command = ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"]
    answer = subprocess.run(command, input=bytes((byte,)), capture_output=True, check=True)
    assert unicodedata.normalize("NFC", answer.stdout.decode()) == letter
    assert to_unicode(chr(byte), Encoding.TCVN3) == letter


@pytest.mark.parametrize("letter", VOWELS)
def test_every_letter_survives_both_encodings(letter: str) -> None:
    assert to_unicode(as_tcvn3(letter), Encoding.TCVN3) == letter
    assert to_unicode(as_tcvn3(letter), Encoding.TCVN3_CAPITALS) == letter.upper()
    assert to_unicode(as_vni(letter), Encoding.VNI) == letter
    assert to_unicode(as_vni(letter.upper()), Encoding.VNI) == letter.upper()


@given(phrases)
def test_phrases_survive_tcvn3(phrase: str) -> None:
    small = phrase.lower()
    assert to_unicode(as_tcvn3(small), Encoding.TCVN3) == small


@given(phrases)
def test_phrases_survive_vni_in_either_case(phrase: str) -> None:
    for text in (phrase, phrase.lower(), phrase.upper()):
        assert to_unicode(as_vni(text), Encoding.VNI) == text


@given(phrases)
def test_vietnamese_in_unicode_is_never_converted(phrase: str) -> None:
    assert encoding_of("TimesNewRomanPSMT", phrase) is None


@given(phrases)
def test_words_without_letters_beyond_latin_1_are_never_converted(phrase: str) -> None:
    latin = " ".join(word for word in phrase.split() if max(map(ord, word)) <= 0xFF)
    assert encoding_of("TT1A0", latin) is None


@given(st.text(max_size=300), st.sampled_from(["Arial", "", "TT1", "ABCDEF+Calibri"]))
def test_noise_in_an_ordinary_font_is_never_converted(text: str, font: str) -> None:
    assert encoding_of(font, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Le café déjà vu à la carte, un garçon élève où ça même tête à côté de l'hôtel près",
        "Müller wohnt in der Straße über schöne Grüße aus Köln für Jürgen, hören können",
        "São Paulo não é uma cidade pequena; há situações e ações até amanhã, você não vê",
        "là bà cà mà có tô tê hè hò mẹ",
    ],
)
def test_other_languages_in_an_ordinary_font_stay(text: str) -> None:
    assert encoding_of("F1", text) is None


@pytest.mark.parametrize("encode", [as_tcvn3, as_vni])
def test_an_old_encoding_is_noticed_without_the_fonts_name(encode) -> None:
    text = encode("căn cứ luật tổ chức chính quyền địa phương ngày mười chín tháng sáu năm")
    encoding = encoding_of("TT1A3o00", text)
    assert encoding is (Encoding.TCVN3 if encode is as_tcvn3 else Encoding.VNI)


def test_a_few_words_do_not_prove_an_encoding() -> None:
    assert encoding_of("F1", as_tcvn3("quyết định này")) is None


def test_a_font_whose_text_makes_no_sense_is_not_converted() -> None:
    assert encoding_of(".VnTime", "¼¼¼ ÑÑÐ ßøß ®®® ÖÖÖÖ") is None
    assert is_legacy_font(".VnTime")


@pytest.mark.parametrize("font", ["TimesNewRoman", "Vna", "Verdana", "Vivaldi", "VN", "Univers"])
def test_ordinary_fonts_have_no_encoding_by_name(font: str) -> None:
    assert not is_legacy_font(font)


def test_both_tone_placements_stay_as_printed_and_are_found_alike() -> None:
    old = to_unicode(as_tcvn3("hoà thuý"), Encoding.TCVN3)
    new = to_unicode(as_vni("hòa thúy"), Encoding.VNI)
    assert (old, new) == ("hoà thuý", "hòa thúy")
    assert fold(old) == fold(new)
