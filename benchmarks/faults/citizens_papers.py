"""Citizens' papers with text, each of another made-up person."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from samples import born_digital, citizens
from samples.layout import Sheet
from samples.people import SINGLE

_FAMILY: Final = ("Đặng", "Bùi", "Ngô", "Dương", "Lý")
_MIDDLE: Final = ("Uyển", "Khuê", "Trúc", "Quỳnh")
_GIVEN: Final = ("Thoa", "Vượng", "Nhuần", "Khoát", "Ngoạn")


@dataclass(frozen=True, slots=True)
class Citizen:
    """Whose paper one is."""

    name: str
    identity: str


def write(inbox: Path, count: int) -> tuple[Citizen, ...]:
    """Write a certificate of marital status for each of `count` people, 100 at most."""
    inbox.mkdir(exist_ok=True)
    chance = random.Random(8)
    people = []
    for number in range(count):
        names = (_FAMILY[number % 5], _MIDDLE[number // 5 % 4], _GIVEN[(number + number // 5) % 5])
        identity = f"{SINGLE.identity[:6]}{chance.randrange(10**6):06d}"
        words = dict(zip(SINGLE.name.split(), names, strict=True)) | {SINGLE.identity: identity}
        sheets = [_with_words(sheet, words) for sheet in citizens.marital_status()]
        (inbox / f"{number:02d}.pdf").write_bytes(born_digital.pdf(sheets))
        people.append(Citizen(" ".join(names), identity))
    return tuple(people)


def _with_words(sheet: Sheet, words: dict[str, str]) -> Sheet:
    """Return a sheet with other words in the places of some."""
    lines = [
        replace(
            line,
            words=tuple(
                replace(word, text=words.get(word.text.strip(",.;"), word.text))
                for word in line.words
            ),
        )
        for line in sheet.lines
    ]
    return replace(sheet, lines=lines)
