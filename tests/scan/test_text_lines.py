from hypothesis import given
from hypothesis import strategies as st

from digitizer.model import Box, Word
from digitizer.scan.text_lines import text_lines

WIDTH = 1000


def row(top: int, *parts: tuple[int, str], height: int = 20) -> tuple[Word, ...]:
    """Set words of one row: each part starts at its x, words 12 px a letter, 6 px apart."""
    words = []
    for left, text in parts:
        x = left
        for token in text.split():
            box = Box(x, top, x + 12 * len(token), top + height)
            words.append(Word(token, box, 1.0, accepted=True))
            x = box.right + 6
    return tuple(words)


def read(*rows: tuple[Word, ...]) -> list[str]:
    words = tuple(word for part in rows for word in part)
    return [line.text for line in text_lines(words, WIDTH)]


def test_the_agencys_block_is_read_before_the_states_title() -> None:
    assert read(
        row(10, (60, "UBND TINH MAU"), (480, "CONG HOA XA HOI CHU NGHIA VIET NAM")),
        row(40, (90, "SO TU PHAP"), (560, "Doc lap - Tu do")),
        row(90, (60, "So: 12/QD-STP"), (500, "Mau, ngay 05 thang 6 nam 2025")),
        row(190, (380, "QUYET DINH")),
        row(230, (60, "Can cu Luat To chuc chinh quyen dia phuong ngay 19 thang 6 nam")),
    ) == [
        "UBND TINH MAU",
        "SO TU PHAP",
        "So: 12/QD-STP",
        "CONG HOA XA HOI CHU NGHIA VIET NAM",
        "Doc lap - Tu do",
        "Mau, ngay 05 thang 6 nam 2025",
        "QUYET DINH",
        "Can cu Luat To chuc chinh quyen dia phuong ngay 19 thang 6 nam",
    ]


def test_a_gap_left_for_a_handwritten_number_does_not_part_a_line() -> None:
    lines = read(row(10, (60, "So:"), (150, "/QD-UBND")))
    assert lines == ["So: /QD-UBND"]


def test_a_table_is_read_cell_by_cell() -> None:
    words = (
        *row(10, (20, "Ten thu tuc"), (520, "Thoi han")),
        *row(50, (20, "Dang ky ket"), (520, "Trong ngay")),
        *row(75, (20, "hon"), (520, "lam viec")),
    )
    cells = (
        Box(0, 0, 500, 45),
        Box(500, 0, 1000, 45),
        Box(0, 45, 500, 100),
        Box(500, 45, 1000, 100),
    )
    lines = [line.text for line in text_lines(words, WIDTH, (cells,))]
    assert lines == [
        "Ten thu tuc", "Thoi han", "Dang ky ket", "hon", "Trong ngay", "lam viec",
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 1200), st.integers(1, 200)), max_size=60)
)
def test_no_word_is_lost_or_doubled(places: list[tuple[int, int, int]]) -> None:
    words = tuple(
        Word(str(index), Box(x, y, x + width, y + 18), 1.0, accepted=True)
        for index, (x, y, width) in enumerate(places)
    )
    cells = (Box(100, 100, 500, 600), Box(500, 100, 900, 600))
    lines = text_lines(words, WIDTH, (cells,))
    assert sorted(word.text for line in lines for word in line.words) == sorted(
        word.text for word in words
    )
