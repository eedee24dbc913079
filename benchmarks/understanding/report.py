"""Tables and JSON of judgements: by field, by type, by hand, by issuer, and against the bar."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from benchmarks.understanding.scores import Judged, Outcome, Tally, tally
from benchmarks.understanding.truth import Exam
from digitizer.model import Extracted, FieldName, FieldStatus

_BY_HAND: Final = (FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH)
_GROUP: Final = "| source | grade | set "


@dataclass(frozen=True, slots=True)
class Target:
    """What a field has to reach: precision of what is accepted, coverage by grade."""

    precision: float
    clean: float
    degraded: float


TARGETS: Final = MappingProxyType(
    {
        FieldName.SO_DINH_DANH: Target(0.999, 0.95, 0.80),
        FieldName.SO_KY_HIEU: Target(0.995, 0.95, 0.85),
        FieldName.NGAY_BAN_HANH: Target(0.995, 0.97, 0.90),
        FieldName.LOAI_VAN_BAN: Target(0.995, 0.98, 0.93),
        FieldName.CO_QUAN_BAN_HANH: Target(0.99, 0.95, 0.88),
        FieldName.CHU_HO_SO: Target(0.99, 0.92, 0.75),
        FieldName.NGUOI_KY: Target(0.985, 0.92, 0.75),
        FieldName.TRICH_YEU: Target(0.97, 0.90, 0.70),
        FieldName.THOI_HAN: Target(0.98, 0.80, 0.60),
    }
)
"""Of semi-real papers; number and date where they are printed, numbers that fit the person."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One paper: its exam, what was extracted, its judgements, CPU seconds of both stages."""

    exam: Exam
    extracted: Extracted
    judged: tuple[Judged, ...]
    extract_s: float
    read_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its labels and counts."""

    labels: tuple[str, ...]
    tally: Tally


def rows(judged: Iterable[Judged], key: Callable[[Judged], tuple[str, ...]]) -> list[Row]:
    """Return a row for each key met, in the order of first meeting."""
    groups: dict[Hashable, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return [Row(labels, tally(group)) for labels, group in groups.items()]  # type: ignore[arg-type] # keys


def group_of(one: Judged) -> tuple[str, str, str]:
    return one.source, one.grade, one.set


def by_field(judged: Sequence[Judged]) -> list[Row]:
    order = {name: index for index, name in enumerate(FieldName)}
    ordered = sorted(judged, key=lambda one: (group_of(one), order[one.name], one.is_unsound))
    return rows(ordered, lambda one: (*group_of(one), _field_label(one)))


def _field_label(one: Judged) -> str:
    """Return the field as a table names it; contradictory numbers are a row of their own."""
    label = one.name.value
    if one.is_unsound:
        return f"{label}, contradictory"
    if one.name in _BY_HAND and one.is_handwritten:
        return f"{label}, handwritten"
    return label


def by_type(judged: Sequence[Judged]) -> list[Row]:
    sound = [one for one in judged if not one.is_unsound]
    ordered = sorted(sound, key=lambda one: (one.source, one.grade, one.set, one.code))
    return rows(ordered, lambda one: (*group_of(one), one.code))


def by_issuer(judged: Sequence[Judged]) -> list[Row]:
    """Return the issuer's own field and the post, by whether closed lists hold the issuer."""
    names = (FieldName.CO_QUAN_BAN_HANH, FieldName.SO_KY_HIEU, FieldName.CHUC_VU)
    kept = [one for one in judged if one.name in names and one.is_seen is not None]
    kept = [one for one in kept if not one.is_handwritten]
    ordered = sorted(kept, key=lambda one: (group_of(one), one.name, not one.is_seen))
    return rows(
        ordered, lambda one: (*group_of(one), f"{one.name}, {'seen' if one.is_seen else 'unseen'}")
    )


def classification(papers: Iterable[Examined]) -> list[tuple[tuple[str, ...], dict[str, int]]]:
    """Return per group how often the type was accepted and right, accepted and wrong, or not."""
    groups: dict[tuple[str, ...], dict[str, int]] = {}
    for paper in papers:
        exam = paper.exam
        counts = groups.setdefault(
            (exam.source, exam.grade, exam.set), {"right": 0, "wrong": 0, "review": 0}
        )
        field = paper.extracted.field(FieldName.LOAI_VAN_BAN)
        if field.status is not FieldStatus.ACCEPTED:
            counts["review"] += 1
        else:
            is_right = paper.extracted.document_type == exam.truth.code
            counts["right" if is_right else "wrong"] += 1
    return sorted(groups.items())


def table(found: Sequence[Row], title: str) -> str:
    """Return rows as a Markdown table; `title` names the last label."""
    head = (
        f"{_GROUP}| {title} | papers | accepted, right | accepted, wrong | review, read right | "
        "review | absent | coverage | precision of accepted |\n|" + "---|" * 12
    )
    return "\n".join([head, *(_line(row) for row in found)])


def _line(row: Row) -> str:
    cells = " | ".join(str(row.tally.counts[outcome]) for outcome in Outcome)
    share, low, high = row.tally.precision
    precision = f"{share:.1%} ({low:.1%}–{high:.1%})" if row.tally.accepted else "–"
    labels = " | ".join(row.labels)
    return f"| {labels} | {row.tally.total} | {cells} | {row.tally.coverage:.0%} | {precision} |"


def bar(judged: Sequence[Judged]) -> str:
    """Return how the semi-real papers stand against what they have to reach."""
    lines = [
        "| field | set | precision ≥ | is | coverage clean ≥ | is | degraded ≥ | is |\n|"
        + "---|" * 8
    ]
    for name, target in TARGETS.items():
        for chosen in ("dev", "held-out"):
            kept = [one for one in judged if _counts_for(one, name, chosen)]
            if kept:
                lines.append(_bar_line(name, chosen, target, kept))
    return "\n".join(lines)


def _counts_for(one: Judged, name: FieldName, chosen: str) -> bool:
    is_printed = name not in _BY_HAND or not one.is_handwritten
    is_asked = one.name is name and one.set == chosen and one.source == "semi-real"
    return is_asked and is_printed and not one.is_unsound


def _bar_line(name: FieldName, chosen: str, target: Target, kept: Sequence[Judged]) -> str:
    share, low, high = tally(kept).precision
    by_grade = {
        grade: tally(one for one in kept if one.grade == grade).coverage
        for grade in ("clean", "degraded")
    }
    return (
        f"| {name} | {chosen} | {target.precision:.1%} | {share:.1%} ({low:.1%}–{high:.1%}) | "
        f"{target.clean:.0%} | {by_grade['clean']:.0%} | {target.degraded:.0%} | "
        f"{by_grade['degraded']:.0%} |"
    )


def timing(papers: Sequence[Examined]) -> dict[str, float]:
    """Return pages, milliseconds of extraction a page, and its share of the reading's time."""
    timed = [paper for paper in papers if paper.read_s > 0]
    pages = sum(len(paper.extracted.page_roles) or 1 for paper in timed)
    extract_s, read_s = sum(p.extract_s for p in timed), sum(p.read_s for p in timed)
    return {
        "papers": len(papers),
        "pages": pages,
        "extract_ms_a_page": round(1000 * extract_s / max(pages, 1), 1),
        "share_of_reading": round(extract_s / read_s, 4) if read_s else 0.0,
    }


def text(papers: Sequence[Examined]) -> str:
    """Return all tables as Markdown."""
    judged = [one for paper in papers for one in paper.judged]
    parts = [
        table(by_field(judged), "field"),
        _classification_table(papers),
        table(by_type(judged), "type, all fields"),
        table(by_issuer(judged), "printed field, issuer"),
        bar(judged),
        str(timing(papers)),
    ]
    return "\n\n".join(parts)


def _classification_table(papers: Sequence[Examined]) -> str:
    head = f"{_GROUP}| type right | wrong | review |\n|" + "---|" * 6
    lines = (
        f"| {' | '.join(labels)} | {counts['right']} | {counts['wrong']} | {counts['review']} |"
        for labels, counts in classification(papers)
    )
    return "\n".join([head, *lines])


def as_json(papers: Sequence[Examined]) -> dict[str, Any]:
    """Return all figures, nothing of what any paper says."""
    judged = [one for paper in papers for one in paper.judged]
    return {
        "fields": [_plain(row, "field") for row in by_field(judged)],
        "types": [_plain(row, "type") for row in by_type(judged)],
        "issuers": [_plain(row, "field_and_issuer") for row in by_issuer(judged)],
        "classification": [
            dict(zip(("source", "grade", "set"), labels, strict=True)) | counts
            for labels, counts in classification(papers)
        ],
        "timing": timing(papers),
    }


def _plain(row: Row, last: str) -> dict[str, Any]:
    share, low, high = row.tally.precision
    counts = {outcome.name.lower(): row.tally.counts[outcome] for outcome in Outcome}
    return {
        **dict(zip(("source", "grade", "set", last), row.labels, strict=True)),
        **counts,
        "mixed": row.tally.mixed,
        "coverage": round(row.tally.coverage, 4),
        "precision": round(share, 4),
        "wilson": [round(low, 4), round(high, 4)],
    }
