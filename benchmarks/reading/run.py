"""Let one engine read all truth pages and count what it cost."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from benchmarks.reading.born_digital import born_digital
from benchmarks.reading.order import order_score
from benchmarks.reading.pages import rendered, staged
from benchmarks.reading.score import LineScore, Score, score_page, total
from benchmarks.reading.truth import TruthLine, load_truth
from digitizer.ocr.engine import Gray
from digitizer.settings import EngineName

Source = Literal["scans", "rendered", "born-digital"]
_TIMEOUT_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page: its score, consecutive lines (kept in order, all), CPU seconds to read it."""

    page: str
    score: Score
    in_order: int
    neighbors: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """One engine over all pages; `start_s` is CPU to load it, memory is the process' peak."""

    engine: str
    start_s: float
    peak_rss_mb: float
    pages: tuple[PageResult, ...]


def run(name: EngineName, shared: Path, source: Source, show_errors: bool) -> Run:
    """Read all pages of a source with the engine called `name`.

    Args:
        shared: the folder of the real material.
        source: `scans` through the real scanning and cleaning, the same `rendered` at 300 dpi,
            or `born-digital` papers made to look scanned.
        show_errors: print every line read wrongly.
    """
    from digitizer.ocr.engines import open_engine

    started = _cpu_s()
    engine = open_engine(name)
    start_s = _cpu_s() - started
    results = []
    for title, truth, gray, dpi in _pages(shared, source):
        before = _cpu_s()
        lines = engine.read(gray, dpi=dpi, timeout_s=_TIMEOUT_S)
        cpu_s = _cpu_s() - before
        scores = score_page(truth, lines)
        in_order, neighbors = order_score(truth, lines)
        results.append(PageResult(title, total(scores), in_order, neighbors, cpu_s))
        if show_errors:
            _print_errors(title, scores)
    return Run(engine.name, start_s, _peak_mb(), tuple(results))


def _print_errors(title: str, lines: Sequence[LineScore]) -> None:
    for line in lines:
        if line.score.letter_errors or line.score.accepted_wrong:
            counts = f"{line.score.letter_errors}, {line.score.accepted_wrong} accepted"
            print(f"{title} {counts}\n  {line.truth}\n  {line.read}")


def _pages(
    shared: Path, source: Source
) -> Iterator[tuple[str, tuple[TruthLine, ...], Gray, float]]:
    if source == "born-digital":
        yield from born_digital(shared)
        return
    pages = load_truth(shared)
    for page, gray, dpi in rendered(pages) if source == "rendered" else staged(pages):
        yield page.name, page.lines, gray, dpi


def _cpu_s() -> float:
    """CPU of this process and of its finished children, with wall time not counted."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak_mb() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024
