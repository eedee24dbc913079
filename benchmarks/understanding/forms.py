"""What all papers of citizens share: how they are filled in, and the truth about their holders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from benchmarks.understanding.pen import Leaders, Pen
from benchmarks.understanding.people import Person, make_person
from benchmarks.understanding.slots import Style
from benchmarks.understanding.truth import Truth
from digitizer.legal_profile import load_profile
from digitizer.model import FieldName, FieldRef, field_ref

UNSOUND_SHARE: Final = 0.08
_LEADERS: Final[tuple[Leaders, ...]] = ("none", "under", "after")
_VOICES: Final = ("serif", "serif", "serif", "sans", "book")


@dataclass(slots=True)
class Form:
    """A paper under the pen: by whom it is filled in, and in which manner."""

    chance: Random
    pen: Pen
    style: Style
    fields: dict[FieldRef, str] = field(default_factory=dict)
    unsound: set[FieldRef] = field(default_factory=set)

    @classmethod
    def begin(cls, chance: Random) -> Form:
        pen = Pen(
            family=chance.choice(_VOICES),
            size_pt=chance.choice((12.5, 13.0, 13.5)),
            leaders=chance.choice(_LEADERS),
        )
        return cls(chance, pen, Style.draw(chance))

    def person(self, *, born: tuple[int, int] = (1945, 2004), may_err: bool = True) -> Person:
        """Make somebody; of those who may, a few have a number that contradicts the rest."""
        errs = may_err and self.chance.random() < UNSOUND_SHARE
        return make_person(self.chance, born=born, sound=not errs)

    def holds(
        self, person: Person, holder: int = 1, *, name: str = "", has_number: bool = True,
        has_birth: bool = True,
    ) -> None:  # fmt: skip
        """Note in the truth what the paper says of a holder; `name` as printed."""
        self.fields[field_ref(FieldName.CHU_HO_SO, holder)] = name or person.name
        if has_number:
            ref = field_ref(FieldName.SO_DINH_DANH, holder)
            self.fields[ref] = person.identity
            if has_birth and not person.is_sound:
                self.unsound.add(ref)
        if has_birth:
            self.fields[field_ref(FieldName.NGAY_SINH, holder)] = person.born.isoformat()

    def says(self, values: Mapping[FieldName, str]) -> None:
        self.fields.update({str(name): value for name, value in values.items()})

    def truth(
        self, code: str, *, is_seen: bool | None = None, hand: Sequence[FieldName] = (),
        left_open: Sequence[FieldName] = (),
    ) -> Truth:  # fmt: skip
        """Return the truth of the finished paper."""
        kind = load_profile().type_of(code)
        assert kind is not None
        fields = {FieldName.LOAI_VAN_BAN: kind.name, **self.fields}
        return Truth(
            code,
            fields,
            handwritten=frozenset(hand),
            unsound=frozenset(self.unsound),
            open=frozenset(left_open),
            is_seen=is_seen,
        )


def numeric(day: date, chance: Random) -> str:
    """Return a day as forms print it."""
    return day.strftime(chance.choice(("%d/%m/%Y", "%d/%m/%Y", "%d-%m-%Y")))


_DIGITS: Final = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def _tens(number: int) -> str:
    """Return 1 to 99 in words."""
    ten, one = divmod(number, 10)
    if ten == 0:
        return _DIGITS[one]
    head = "mười" if ten == 1 else f"{_DIGITS[ten]} mươi"
    if one == 0:
        return head
    last = {1: "mốt" if ten > 1 else "một", 5: "lăm"}.get(one, _DIGITS[one])
    return f"{head} {last}"


def in_words(day: date) -> str:
    """Return a date in words: `Ngày mười chín tháng tám năm hai nghìn không trăm hai mươi sáu`."""
    thousand, rest = divmod(day.year, 1000)
    hundred, tens = divmod(rest, 100)
    year = f"{_DIGITS[thousand]} nghìn {_DIGITS[hundred]} trăm"
    if 0 < tens < 10:
        year += f" linh {_DIGITS[tens]}"
    elif tens:
        year += f" {_tens(tens)}"
    return f"Ngày {_tens(day.day)} tháng {_tens(day.month)} năm {year}"
