"""Numbers written by hand are told from printed ones, and never accepted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitizer.model import Box, Hand, TextLine, Word
from digitizer.ocr.engine import Gray
from digitizer.ocr.handwriting import with_hands
from samples.typeface import at_pixels

BASE = 100


def line(*sizes: tuple[str, int], accepted: bool = True) -> tuple[Gray, TextLine]:
    """Draw words of these heights in points on one base line, at 200 dpi."""
    image = Image.new("L", (900, 160), 255)
    pen, x, words = ImageDraw.Draw(image), 20, []
    for text, size in sizes:
        font = at_pixels("regular", size * 200 / 72)
        pen.text((x, BASE), text, font=font, fill=0, anchor="ls")
        box = pen.textbbox((x, BASE), text, font=font, anchor="ls")
        place = Box(*(round(edge) for edge in box))
        words.append(Word(text, place, 0.99, accepted, letters_accepted=accepted))
        x = round(box[2]) + 18
    return np.asarray(image), TextLine(tuple(words), Box(0, 60, 900, 140))


@pytest.mark.parametrize("number", ["18", "209", "1.234", "7"])
@pytest.mark.parametrize(
    ("size", "hand"), [(13, Hand.PRINTED), (18, Hand.WRITTEN), (15, Hand.UNKNOWN)]
)
def test_a_number_is_judged_by_its_height_beside_the_print(
    number: str, size: int, hand: Hand
) -> None:
    before, after = (("Bạc", 13), ("Liêu,", 13), ("ngày", 13)), (("năm", 13), ("2025", 13))
    gray, drawn = line(*before, (number, size), *after)
    word = with_hands(gray, drawn).words[3]
    assert word.hand is hand
    assert word.accepted is word.is_legible is (hand is not Hand.WRITTEN)


@pytest.mark.parametrize(("size", "hand"), [(13, Hand.PRINTED), (19, Hand.WRITTEN)])
def test_a_number_written_close_to_its_code_is_judged_by_itself(size: int, hand: Hand) -> None:
    gray, drawn = line(("Số:", 13), ("VĂN", 13), ("PHÒNG", 13), ("209", size), ("/QĐ-UBND", 13))
    number, code = drawn.words[3:]
    glued = Word(f"{number.text}{code.text}", number.box.union(code.box), 0.99, True)
    together = TextLine((*drawn.words[:3], glued), drawn.box)
    assert with_hands(gray, together).words[3].hand is hand
    # Its own code is print enough to judge it by.
    alone = TextLine((replace(glued, accepted=False),), drawn.box)
    assert with_hands(gray, alone).words[0].hand is hand


def test_words_are_not_judged() -> None:
    gray, drawn = line(("Quyết", 13), ("ĐỊNH", 20), ("2025", 13))
    assert [word.hand for word in with_hands(gray, drawn).words[:2]] == [Hand.UNKNOWN] * 2


def test_beside_nothing_that_was_read_surely_nothing_is_told() -> None:
    gray, drawn = line(("ngày", 13), ("18", 18), accepted=False)
    assert with_hands(gray, drawn).words[1].hand is Hand.UNKNOWN
