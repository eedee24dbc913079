"""Counts per field: right, accepted but wrong, for review, absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.fields.matching import matches, wilson
from digitizer.model import Extracted, FieldName, FieldStatus


class Outcome(StrEnum):
    RIGHT = "accepted and right"
    WRONG = "accepted but wrong"
    REVIEW_RIGHT = "review, read right"
    REVIEW = "review, read wrong or empty"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one document against the truth."""

    document: str
    name: FieldName
    outcome: Outcome
    value: str
    truth: str


def judge(document: str, extracted: Extracted, truth: Mapping[str, str]) -> Iterable[Judged]:
    """Yield a judgement for each field that the truth holds, and for accepted inventions."""
    for name in FieldName:
        field = extracted.field(name)
        wanted = truth.get(name.value, "")
        if not wanted and not (field.status is FieldStatus.ACCEPTED and name.value in truth):
            continue
        is_right = matches(name, field.value, wanted)
        if field.status is FieldStatus.ABSENT:
            outcome = Outcome.ABSENT
        elif field.status is FieldStatus.ACCEPTED:
            outcome = Outcome.RIGHT if is_right else Outcome.WRONG
        else:
            outcome = Outcome.REVIEW_RIGHT if is_right else Outcome.REVIEW
        yield Judged(document, name, outcome, field.value, wanted)


def table(judged: Iterable[Judged]) -> str:
    """Return the counts as a Markdown table, one row per field."""
    counts: dict[FieldName, Counter[Outcome]] = {}
    for item in judged:
        counts.setdefault(item.name, Counter())[item.outcome] += 1
    head = (
        "| field | documents | accepted, right | accepted, wrong | review, read right "
        "| review | absent | coverage | precision of accepted (Wilson 95 %) |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_row(name, counts[name]) for name in FieldName if name in counts)])


def _row(name: FieldName, count: Counter[Outcome]) -> str:
    total = sum(count.values())
    accepted = count[Outcome.RIGHT] + count[Outcome.WRONG]
    low, high = wilson(count[Outcome.RIGHT], accepted)
    share = f"{count[Outcome.RIGHT] / accepted:.0%} ({low:.0%}–{high:.0%})" if accepted else "–"
    cells = " | ".join(str(count[outcome]) for outcome in Outcome)
    return f"| {name.value} | {total} | {cells} | {accepted / total:.0%} | {share} |"
