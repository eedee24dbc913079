"""What may be a Vietnamese syllable."""

import pytest

from digitizer.syllables import is_syllable


@pytest.mark.parametrize(
    "text", ["được", "nghiêng", "quyển", "Khuỷu", "ĐẮK", "giếng", "ý", "xoong"]
)
def test_syllables_have_the_shape_of_syllables(text: str) -> None:
    assert is_syllable(text)


@pytest.mark.parametrize("text", ["đươc", "hoạ̀", "café", "héi2", "xyz", "", "QĐ"])
def test_other_words_have_not(text: str) -> None:
    assert not is_syllable(text)
