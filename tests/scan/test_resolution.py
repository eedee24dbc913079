import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.scan.resolution import page_dpi


@pytest.mark.parametrize(
    ("width", "height", "stated", "dpi"),
    [
        (2480, 3508, 300.0, 300.0),
        (1654, 2339, 200.1, 200.1),
        (2480, 3508, 72.0, 300.0),  # 48 inches of paper: an editor's default
        (2480, 3508, None, 300.0),
        (3508, 2480, None, 300.0),
        (2480, 3508, 9600.0, 300.0),
        (1700, 2400, 1.0, 200.0),
        (3024, 4032, 72.0, 344.91),  # a phone's picture of a sheet
    ],
)
def test_a_stated_resolution_is_believed_only_if_the_paper_would_be_paper(
    width: int, height: int, stated: float | None, dpi: float
) -> None:
    assert page_dpi(width, height, stated) == pytest.approx(dpi, abs=0.01)


@given(
    st.integers(1, 40000),
    st.integers(1, 40000),
    st.none() | st.floats(allow_nan=False, allow_infinity=True),
)
def test_the_resolution_is_always_one_a_scanner_could_have(
    width: int, height: int, stated: float | None
) -> None:
    assert 72 <= page_dpi(width, height, stated) <= 1200
