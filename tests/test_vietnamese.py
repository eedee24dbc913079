"""One form for keeping, one for comparing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.vietnamese import fold, nfc, squeeze, tone_last


@given(st.text())
def test_keeping_is_idempotent_and_composed(text: str) -> None:
    kept = nfc(text)
    assert nfc(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_squeezing_leaves_single_spaces(text: str) -> None:
    squeezed = squeeze(text)
    assert "  " not in squeezed
    assert squeezed == squeezed.strip()


@given(
    st.text(
        alphabet="aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđĐ ÂƠƯ"
    )
)
def test_every_vietnamese_letter_folds_to_plain_ascii(text: str) -> None:
    assert fold(text).isascii()


def test_composed_and_decomposed_text_are_the_same() -> None:
    assert nfc(unicodedata.normalize("NFD", "Đặng Hoà")) == "Đặng Hoà"


def test_the_icelandic_eth_becomes_the_vietnamese_letter() -> None:
    assert nfc("QÐ-UBND") == "QĐ-UBND"


def test_both_tone_placements_are_kept_but_compare_equal() -> None:
    assert nfc("hòa") != nfc("hoà")
    assert fold("hòa") == fold("hoà") == "hoa"


@pytest.mark.parametrize(
    ("text", "key"),
    [("Đặng  Hoà", "dang hoa"), ("NGUYỄN THỊ ƯỚT", "nguyen thi uot"), ("", ""), ("\n\t", "")],
)
def test_folding_by_example(text: str, key: str) -> None:
    assert fold(text) == key


def test_only_the_placement_of_the_tone_is_forgiven() -> None:
    assert tone_last("Hoà, BÌNH") == tone_last("Hòa, BÌNH")
    assert tone_last("Thuý") == tone_last("Thúy")
    assert tone_last("Hoa") != tone_last("Hòa")
    assert tone_last("Hòa") != tone_last("hòa")
    assert tone_last("Đông") != tone_last("Dông")
    assert tone_last("Phố") != tone_last("Phổ")
