"""Judgements: each field of each paper right, accepted but wrong, for review, or absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.understanding.matching import matches, wilson
from benchmarks.understanding.truth import Exam, Grade, Set, Source, Truth
from digitizer.model import Extracted, Field, FieldName, FieldRef, FieldStatus, parse_field_ref


class Outcome(StrEnum):
    RIGHT = "accepted, right"
    WRONG = "accepted, wrong"
    REVIEW_RIGHT = "review, read right"
    REVIEW = "review, read wrong or empty"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one paper against the truth.

    `is_mixed`: a holder's value was accepted as another's. `is_unsound`: it contradicts what
    stands beside it, and accepting it is wrong even as printed.
    """

    document: str
    source: Source
    grade: Grade
    set: Set
    code: str
    ref: FieldRef
    outcome: Outcome
    value: str
    truth: str
    is_handwritten: bool
    is_seen: bool | None
    is_unsound: bool
    is_mixed: bool

    @property
    def name(self) -> FieldName:
        return parse_field_ref(self.ref)[0]


def judge(exam: Exam, extracted: Extracted) -> Iterator[Judged]:
    """Yield a judgement for each field that the truth holds, and for each accepted invention."""
    truth = exam.truth
    accepted = [f.ref for f in extracted.fields if f.status is FieldStatus.ACCEPTED]
    for ref in dict.fromkeys((*truth.fields, *accepted)):
        name, holder = parse_field_ref(ref)
        if name in truth.open:
            continue
        field, wanted = extracted.field(name, holder), truth.fields.get(ref, "")
        yield Judged(
            document=exam.name,
            source=exam.source,
            grade=exam.grade,
            set=exam.set,
            code=truth.code,
            ref=str(ref),
            outcome=_outcome(field, truth),
            value=field.value,
            truth=wanted,
            is_handwritten=name in truth.handwritten,
            is_seen=truth.is_seen,
            is_unsound=ref in truth.unsound,
            is_mixed=_is_mixed(field, truth),
        )


def _outcome(field: Field, truth: Truth) -> Outcome:
    wanted = truth.fields.get(field.ref, "")
    is_right = bool(wanted) and matches(field.name, field.value, wanted)
    if field.status is FieldStatus.ABSENT:
        return Outcome.ABSENT
    if field.status is FieldStatus.ACCEPTED:
        is_sound = field.ref not in truth.unsound
        return Outcome.RIGHT if is_right and is_sound else Outcome.WRONG
    return Outcome.REVIEW_RIGHT if is_right else Outcome.REVIEW


def _is_mixed(field: Field, truth: Truth) -> bool:
    if field.status is not FieldStatus.ACCEPTED:
        return False
    own = truth.fields.get(field.ref, "")
    if own and matches(field.name, field.value, own):
        return False
    others = (truth.fields[ref] for ref in truth.fields if parse_field_ref(ref)[0] is field.name)
    return any(matches(field.name, field.value, other) for other in others)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group of judgements."""

    counts: Counter[Outcome]
    mixed: int

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def accepted(self) -> int:
        return self.counts[Outcome.RIGHT] + self.counts[Outcome.WRONG]

    @property
    def coverage(self) -> float:
        """Share that nobody needs to look at; 0 of none."""
        return self.accepted / self.total if self.total else 0.0

    @property
    def precision(self) -> tuple[float, float, float]:
        """Share of the accepted that is right, and its Wilson 95 % interval; 0 of none."""
        share = self.counts[Outcome.RIGHT] / self.accepted if self.accepted else 0.0
        return share, *wilson(self.counts[Outcome.RIGHT], self.accepted)


def tally(judged: Iterable[Judged]) -> Tally:
    rows = list(judged)
    return Tally(Counter(row.outcome for row in rows), sum(row.is_mixed for row in rows))
