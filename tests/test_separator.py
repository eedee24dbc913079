"""What a separator sheet's code says survives every way, and nothing else passes for one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.separator import BadSeparator, Separator, encode, parse

SHEET = Separator(
    "7K3F9Q", 3, 12, 4, 57, True, "H41.05", "Hộp 12", "H41.05-260118-0042", "1.004873", "QĐ"
)
_words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"), exclude_characters="|"),
    max_size=60,
).filter(str.isprintable)


@given(
    st.builds(
        Separator,
        st.text(string.ascii_uppercase + string.digits, min_size=6, max_size=6),
        st.integers(1, 9999),
        st.integers(0, 9999),
        st.integers(0, 9999),
        st.integers(0, 99999),
        st.booleans(),
        _words,
        _words,
        _words,
        _words,
        _words,
    )
)
def test_what_is_written_is_read(sheet: Separator) -> None:
    assert parse(encode(sheet)) == sheet


@pytest.mark.parametrize("text", ["", "H41.05-260118-0042", "SOHOA", "https://example.vn/SOHOA1|"])
def test_another_code_is_no_sheet(text: str) -> None:
    assert parse(text) is None


def test_every_changed_character_is_found_out() -> None:
    text = encode(SHEET)
    for place in range(len("SOHOA1|"), len(text)):
        with pytest.raises(BadSeparator):
            parse(f"{text[:place]}~{text[place + 1 :]}")


@pytest.mark.parametrize("broken", [{"box": "a|b"}, {"agency": "x" * 61}, {"number": 0}])
def test_what_would_not_be_read_back_is_not_written(broken: dict[str, object]) -> None:
    from dataclasses import replace

    with pytest.raises(BadSeparator):
        encode(replace(SHEET, **broken))  # type: ignore[arg-type]
