"""Certificates of marriage: two holders, in two columns or one below the other.

Values of one spouse are never mixed with those of the other: a column is cut where print leaves a
gutter all the way down, and what is not certain is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.extract.identity import Proof, parse_person_number, prove
from digitizer.extract.labels import Entry, entries_of
from digitizer.extract.paper import Paper
from digitizer.extract.persons import Person, persons_of, read_person
from digitizer.extract.rows import Row, bare_text, rows_of
from digitizer.extract.wordings import Label
from digitizer.model import Field, FieldName, Word

_SPOUSES: Final = {Label.WIFE: "Nữ", Label.HUSBAND: "Nam"}
_SHARED: Final = frozenset({Label.ISSUED, Label.OFFICE, Label.BREAK})
_GUTTER: Final = 0.8
"""Least room between two columns, in line heights."""
_ALIGNED: Final = 0.6
"""How far from the gutter a label of the right column may begin, in line heights."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows cut in two; a row of which a word may stand across is not clear in either half."""

    left: tuple[Row, ...]
    right: tuple[Row, ...]


def read_couple(paper: Paper) -> Iterator[Field]:
    """Yield name, number and birth date of both spouses, numbered as printed.

    The labels must say which of the two is the wife and which the husband. Neither is accepted
    where one of them is missing, or where both numbers say the opposite of the labels.

    Source: REQ-8.3, REQ-8.4; Luật Hôn nhân và gia đình 2014 Đ8 (a man and a woman).
    """
    persons = spouses_of(paper)
    is_couple = {person.role for person in persons} == set(_SPOUSES) and len(persons) == 2
    read = [
        list(read_person(person, paper, holder, is_doubted=not is_couple))
        for holder, person in enumerate(persons[:2], 1)
    ]
    is_swapped = is_couple and all(
        _is_of_other_sex(person, fields, paper)
        for person, fields in zip(persons, read, strict=True)
    )
    for holder, (person, fields) in enumerate(zip(persons, read, strict=False), 1):
        yield from read_person(person, paper, holder, is_doubted=True) if is_swapped else fields


def spouses_of(paper: Paper) -> tuple[Person, ...]:
    """Return whoever the paper names between its title and the place of registration."""
    rows = rows_of(paper.first)
    height = paper.first.line_height
    start = _first_of_two(rows, height)
    if start is None:
        persons = persons_of(_before_registration(entries_of(rows, height)))
        return tuple(_with_sex(person) for person in persons if person.role is not Label.OTHER)
    columns = cut_columns(rows[start:], height)
    sides = (persons_of(entries_of(side, height)) for side in (columns.left, columns.right))
    return tuple(_with_sex(person) for side in sides for person in side)


def _with_sex(person: Person) -> Person:
    return replace(person, sex=_SPOUSES.get(person.role, ""))


def _before_registration(entries: Sequence[Entry]) -> Sequence[Entry]:
    end = next((i for i, entry in enumerate(entries) if entry.kind in _SHARED), len(entries))
    return entries[:end]


def _first_of_two(rows: Sequence[Row], line_height: int) -> int | None:
    """Return the row on which both spouses are announced side by side."""
    for index, row in enumerate(rows):
        kinds = {entry.kind for entry in entries_of((row,), line_height)}
        if kinds >= set(_SPOUSES):
            return index
    return None


def cut_columns(rows: Sequence[Row], line_height: int) -> Columns:
    """Cut rows in two where the second label of the first row begins, up to what both share."""
    starts = [entry.label[0] for entry in entries_of(rows[:1], line_height)]
    gutter = max(word.box.left for word in starts)
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        if any(entry.kind in _SHARED for entry in entries_of((row,), line_height)):
            break
        sides = _halves(row, gutter)
        is_clear = len(starts) == 2 and _is_apart(*sides, gutter, line_height)
        for side, words in zip((left, right), sides, strict=True):
            if words:
                side.append(Row(row.page, words, is_clear))
    return Columns(tuple(left), tuple(right))


def _halves(row: Row, gutter: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Part a row by where the middles of its words are: boxes may have dots to write on in them."""
    left = tuple(word for word in row.words if word.box.left + word.box.right < 2 * gutter)
    return left, row.words[len(left) :]


def _is_apart(left: Sequence[Word], right: Sequence[Word], gutter: int, line_height: int) -> bool:
    """Claim that a row leaves a gutter, or that its right half begins right at it with a label."""
    if not left:
        return True
    end = max(word.box.right for word in left)
    begin = right[0].box.left if right else gutter
    is_dots = not bare_text(left[-1:])
    if is_dots or begin - end >= _GUTTER * line_height:
        return True
    labels = entries_of((Row(0, tuple(right)),), line_height) if right else ()
    is_label = bool(labels) and labels[0].label[0] is right[0]
    return is_label and abs(begin - gutter) < _ALIGNED * line_height and end <= begin


def _is_of_other_sex(person: Person, fields: Sequence[Field], paper: Paper) -> bool:
    """Claim that a person's number is of the other sex than the label says."""
    digits = next((field.value for field in fields if field.name is FieldName.SO_DINH_DANH), "")
    number = parse_person_number(digits, paper.profile)
    return number is not None and prove(number, sex=person.sex) is Proof.CONTRADICTED
