"""Let one engine read the pages of the sources asked for, and score what it read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from benchmarks.reading import matching
from benchmarks.reading.order import Order, order_score
from benchmarks.reading.readings import cpu_s, read_page
from benchmarks.reading.score import JudgedWord, LineScore, Score, score_matched, total
from benchmarks.reading.trial import Set, SetChoice, Source, Trial
from digitizer.ocr.engine import OcrEngine
from digitizer.settings import EngineName

ALL: Final[tuple[Source, ...]] = ("scans", "semi-real", "samples")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read.

    Attributes:
        shared: folder of the real material.
        cache: folder where semi-real pages and readings are kept.
        pages: of the set `dev`, `held-out` or both.
        show_errors: print every line read wrongly, but never of a page kept aside.
    """

    sources: tuple[Source, ...]
    shared: Path
    cache: Path
    pages: SetChoice
    show_errors: bool


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page: where it comes from, its scores, its words judged, what reading it cost."""

    page: str
    source: Source
    grade: str
    set: Set
    score: Score
    order: Order
    words: tuple[JudgedWord, ...]
    refused: str
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Run:
    """One engine over all pages; `name` holds its versions, `start_s` is CPU to load it."""

    engine: EngineName
    name: str
    start_s: float
    pages: tuple[PageResult, ...]


def run(engine_name: EngineName, plan: Plan) -> Run:
    """Read all pages of a plan with one engine. Call it in a process of its own."""
    from digitizer.ocr.engines import open_engine

    before = cpu_s()
    engine = open_engine(engine_name)
    start_s = cpu_s() - before
    return Run(
        engine_name, engine.name, start_s, tuple(judge(one, engine, plan) for one in _trials(plan))
    )


def judge(trial: Trial, engine: OcrEngine, plan: Plan) -> PageResult:
    """Have one page read, or recall its reading, and score it."""
    reading = read_page(trial, engine, plan.cache / "readings")
    matched = matching.match(trial.truth, reading.lines)
    scores = score_matched(matched)
    if plan.show_errors and trial.set == "dev":
        _print_errors(trial.name, scores)
    return PageResult(
        page=trial.name,
        source=trial.source,
        grade=trial.grade,
        set=trial.set,
        score=total(scores),
        order=order_score(matched),
        words=tuple(word for line in scores for word in line.words),
        refused=reading.refused,
        cpu_s=reading.cpu_s,
        peak_mb=reading.peak_mb,
    )


def _trials(plan: Plan) -> Iterator[Trial]:
    for trial in chain.from_iterable(_source(source, plan) for source in plan.sources):
        if plan.pages in ("all", trial.set):
            yield trial


def _source(source: Source, plan: Plan) -> Iterator[Trial]:
    match source:
        case "scans":
            from benchmarks.reading.scans import real_scans

            return real_scans(plan.shared)
        case "rendered":
            from benchmarks.reading.scans import rendered_scans

            return rendered_scans(plan.shared)
        case "semi-real":
            from benchmarks.reading.semi_real import semi_real

            return semi_real(plan.shared, plan.cache, plan.pages)
        case "samples":
            from benchmarks.reading.made import samples

            return samples(plan.cache)


def _print_errors(title: str, lines: Sequence[LineScore]) -> None:
    for line in lines:
        if line.score.letter_errors or line.score.accepted_wrong:
            counts = f"{line.score.letter_errors}, {line.score.accepted_wrong} accepted"
            print(f"{title} {counts}\n  {line.truth}\n  {line.read}")
