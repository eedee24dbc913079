"""The people a form names: whose name, number, birth date and sex stand together.

A value is only ever taken from the block or the column of the person it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from digitizer.extract.confidence import LISTED, decide, evidence_of, weigh
from digitizer.extract.dates import date_from_words, find_dates
from digitizer.extract.identity import PersonNumber, Proof, parse_person_number, prove
from digitizer.extract.labels import Entry
from digitizer.extract.names import is_whole, name_in, settle_name, sex_of_name
from digitizer.extract.paper import Paper
from digitizer.extract.person_name import believe_name
from digitizer.extract.rows import bare_text
from digitizer.extract.wordings import PEOPLE, Label
from digitizer.model import Field, FieldName, Word
from digitizer.vietnamese import fold

_DIGITS: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(frozen=True, slots=True)
class Person:
    """What a form says of one person; `role` is the label that the person began with.

    `sex` is what the role or a word beside the name says (`Nam`, `Nữ`, "" when nothing does).
    `is_clear` claims that nothing in the block can be another's.
    """

    role: Label
    entries: tuple[Entry, ...]
    sex: str = ""
    is_clear: bool = True

    def of(self, *kinds: Label) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind in kinds)

    @property
    def name(self) -> Entry | None:
        """The entry with the name: the first of this person with anything after its label."""
        named = [entry for entry in self.entries if entry.kind in PEOPLE]
        return next((entry for entry in named if entry.text or entry.below), None) or (
            named[0] if named else None
        )


def persons_of(entries: Sequence[Entry]) -> tuple[Person, ...]:
    """Group the labels of one column by whom they are about, in printed order.

    What stands before the first name is nobody's, and so is what follows a break.
    """
    found: list[Person] = []
    is_open = False
    for entry in entries:
        if entry.kind in PEOPLE:
            if found and is_open and _is_headed(found[-1]) and entry.kind is Label.HOLDER:
                found[-1] = replace(found[-1], entries=(*found[-1].entries, entry))
            else:
                found.append(Person(entry.kind, (entry,)))
            is_open = True
        elif entry.kind is Label.BREAK:
            is_open = False
        elif found and is_open:
            found[-1] = replace(found[-1], entries=(*found[-1].entries, entry))
    return tuple(found)


def _is_headed(person: Person) -> bool:
    """Claim that a heading (`Vợ`) opened the block and that its name is still to come."""
    return len(person.entries) == 1 and not person.entries[0].text


def read_person(
    person: Person,
    paper: Paper,
    holder: int = 1,
    *,
    is_doubted: bool = False,
    asks_birth: bool = True,
) -> Iterator[Field]:
    """Yield name, number and birth date of a holder, as they stand in the person's block.

    Args:
        person: block or column of one person.
        paper: with every other printing that can prove a number.
        holder: the person's number on this paper, from 1.
        is_doubted: whose values these are is not certain; none is accepted then.
        asks_birth: such papers print a birth date; where none was found a line was lost, and
            the sex alone is no proof of a number.
    """
    is_doubted = is_doubted or not person.is_clear
    birth = read_birth(person)
    number = _number(person, paper)
    proof = Proof.OPEN if number is None else _prove(number.value, person, birth)
    if asks_birth and proof is Proof.LIKELY:
        proof = Proof.OPEN
    fields = [_name_field(person, paper, is_doubted)]
    if number is not None:
        fields.append(_number_field(number, proof, paper, is_doubted))
    else:
        fields += _unread_number(person, paper)
    fields.append(_birth_field(birth, proof, paper, is_doubted))
    yield from (replace(field, holder=holder) for field in fields if field is not None)


def _prove(number: PersonNumber, person: Person, birth: Birth) -> Proof:
    """Hold a number against what stands in the same block; a name's `Thị` can only deny it."""
    known = birth if not birth.is_doubted or birth.is_year else Birth()
    name, _, spoken = name_in(person.name) if person.name else ("", (), "")
    sex = person.sex or _sex(person) or spoken
    hint = sex or sex_of_name(name)
    if hint and prove(number, sex=hint) is Proof.CONTRADICTED:
        return Proof.CONTRADICTED
    return prove(number, day=known.day, year=known.year, sex=sex)


def _name_field(person: Person, paper: Paper, is_doubted: bool) -> Field | None:
    entry = person.name
    if entry is None:
        return None
    text, words, _ = name_in(entry)
    text, words, is_denied = settle_name(text, words, paper)
    is_odd = is_doubted or is_denied or not entry.is_clear or not is_whole(text, paper)
    confidence = weigh(believe_name(words, paper.profile), is_doubted=is_odd)
    return _field(entry, words, FieldName.CHU_HO_SO, text, confidence, paper)


def _birth_field(birth: Birth, proof: Proof, paper: Paper, is_doubted: bool) -> Field | None:
    if birth.entry is None or birth.is_year:
        return None
    is_odd = is_doubted or birth.is_doubted or proof is Proof.CONTRADICTED
    confidence = weigh(birth.words, is_proven=proof is Proof.PROVEN, is_doubted=is_odd)
    if birth.is_twice and not is_odd:
        confidence = max(confidence, LISTED)
    value = birth.day.isoformat() if birth.day else ""
    return _field(birth.entry, birth.words, FieldName.NGAY_SINH, value, confidence, paper)


def _field(
    entry: Entry, words: Sequence[Word], name: FieldName, value: str, confidence: float,
    paper: Paper,
) -> Field:  # fmt: skip
    evidence = evidence_of(entry.page, words or entry.label, f"label.{name}", confidence)
    return decide(name, value, evidence, paper.settings)


def _sex(person: Person) -> str:
    """Return `Nam` or `Nữ` as the form says, "" when it does not say clearly."""
    said = {fold(entry.text).split(" ")[0] for entry in person.of(Label.SEX)}
    return {"nam": "Nam", "nu": "Nữ"}.get(said.pop(), "") if len(said) == 1 else ""


# ── birth ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Birth:
    """The birth date that stands in a block; `year` alone where the form prints no day.

    `is_twice` claims that digits and words say the same day, `is_doubted` that they do not, or
    that two dates stand there.
    """

    entry: Entry | None = None
    words: tuple[Word, ...] = ()
    day: date | None = None
    year: int | None = None
    is_twice: bool = False
    is_doubted: bool = False

    @property
    def is_year(self) -> bool:
        return self.day is None and self.year is not None


def read_birth(person: Person) -> Birth:
    """Return the birth date of a block; digits and words must agree where both stand."""
    entries = person.of(Label.BIRTH)
    if not entries:
        return Birth()
    entry = entries[0]
    days = [dated.day for dated in find_dates(entry.text)]
    digits = tuple(word for word in entry.words if any(map(str.isdigit, word.text)))
    if not days:
        years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", entry.text)
        is_year = len(years) == 1 and len(digits) == 1 and len(entries) == 1 and entry.is_clear
        year = int(years[0]) if is_year and digits[0].is_legible else None
        return Birth(entry, entry.words, year=year, is_doubted=True)
    written = _in_words(person, entry)
    is_doubted = (
        len(days) > 1
        or len(entries) > 1
        or not entry.is_clear
        or (written is not None and written != days[0])
    )
    return Birth(entry, digits, days[0], days[0].year, written == days[0], is_doubted)


def _in_words(person: Person, birth: Entry) -> date | None:
    """Return the day written out right after the birth date, None when none is."""
    after = person.entries[person.entries.index(birth) + 1 :]
    if not after or after[0].kind is not Label.IN_WORDS:
        return None
    return date_from_words(bare_text(after[0].all_words))


# ── number ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Number:
    entry: Entry
    words: tuple[Word, ...]
    value: PersonNumber
    is_alone: bool


def _number(person: Person, paper: Paper) -> _Number | None:
    """Return the number of a block, the first of two; those that have no form of one are left."""
    found: list[_Number] = []
    for entry in _number_entries(person):
        words = entry.words if bare_text(entry.words) else entry.all_words
        text = re.sub(r"(?<=\d)[ .](?=\d)", "", bare_text(words))
        for digits in _DIGITS.findall(text):
            value = parse_person_number(digits, paper.profile)
            if value is not None:
                used = tuple(word for word in words if any(map(str.isdigit, word.text)))
                found.append(_Number(entry, used, value, True))
    if not found:
        return None
    return replace(found[0], is_alone=len({item.value.digits for item in found}) == 1)


def _number_entries(person: Person) -> tuple[Entry, ...]:
    """Return the entries that can hold the number; `Số:` alone only after an identity paper."""
    kept: list[Entry] = []
    for before, entry in zip((None, *person.entries), person.entries, strict=False):
        is_paper = before is not None and before.kind in (Label.PAPER, Label.NUMBER)
        if entry.kind in (Label.NUMBER, Label.PAPER) or (
            entry.kind is Label.BARE_NUMBER and is_paper
        ):
            kept.append(entry)
    return tuple(kept)


def _number_field(number: _Number, proof: Proof, paper: Paper, is_doubted: bool) -> Field:
    digits = number.value.digits
    is_printed_twice = _prints(digits, paper, number.words)
    is_odd = (
        is_doubted
        or not number.is_alone
        or not number.entry.is_clear
        or proof is Proof.CONTRADICTED
        or (proof is Proof.OPEN and not is_printed_twice)
    )
    confidence = weigh(
        number.words,
        is_proven=proof is Proof.PROVEN or is_printed_twice,
        is_doubted=is_odd,
    )
    return _field(number.entry, number.words, FieldName.SO_DINH_DANH, digits, confidence, paper)


def _prints(digits: str, paper: Paper, words: Sequence[Word]) -> bool:
    """Claim that the number stands on the paper once more, agreed on, or in a card's symbol."""
    if any(code.text.split("|")[0].strip() == digits for code in paper.barcodes):
        return True
    return any(
        word.is_legible and re.sub(r"\D", "", word.text) == digits
        for word in paper.main_words
        if word not in words
    )


def _unread_number(person: Person, paper: Paper) -> Iterator[Field]:
    """Yield the place of a number that could not be read; a former or a foreign one is none."""
    for entry in person.of(Label.NUMBER):
        yield _field(entry, entry.words, FieldName.SO_DINH_DANH, entry.text, 0.0, paper)
        return
    for entry in _number_entries(person):
        if any(10 <= len(digits) <= 14 for digits in re.findall(r"\d+", entry.text)):
            yield _field(entry, entry.words, FieldName.SO_DINH_DANH, entry.text, 0.0, paper)
            return
