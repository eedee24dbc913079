"""`python -m benchmarks.secrecy`: secret pages let through, and harmless ones stopped.

Pages are made from seeds into the cache folder, then go through the real stages: scanning,
cleaning, reading. What counts is only whether the reading stops.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reading.kept import MEDIA_TYPES
from benchmarks.reading.trial import staged
from benchmarks.secrecy.pages import Page, mark_left, pages, scan_page
from benchmarks.secrecy.readings import KeepingEngine
from digitizer.errors import DocumentError, StateSecret
from digitizer.ocr.engines import open_engine
from digitizer.ocr.stage import recognize
from digitizer.settings import OcrSettings

ROOT = Path(__file__).resolve().parents[2]
FALSE_STOPS_ALLOWED = 0.01
LEAST_LEFT = 1 / 3
"""Of a mark's ink; where the scanner left less there is no mark to find: it is not counted."""
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard did with a page; `refusal` is the code of any other refusal.

    `is_lost`: the scanner left too little of the mark for anyone to see it.
    """

    page: Page
    is_stopped: bool
    refusal: str = ""
    is_lost: bool = False


def main() -> int:
    """Measure and print; exit 1 when a secret page was let through or too many were stopped."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.secrecy", description=__doc__)
    parser.add_argument("--pages", type=int, default=200, help="of either sort")
    parser.add_argument("--engine", choices=("verified", "fast", "tesseract"), default="verified")
    parser.add_argument("--cache", type=Path, default=ROOT / "sohoa-data" / "secrecy")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="name every page judged wrongly")
    arguments = parser.parse_args()
    settings = OcrSettings(engine=arguments.engine)
    engine = KeepingEngine(open_engine(arguments.engine), arguments.cache / "readings")
    verdicts = []
    for verdict in _judge(arguments.pages, engine, settings, arguments.cache / "pages"):
        verdicts.append(verdict)
        if arguments.verbose and _is_wrong(verdict):
            words = ", ".join(mark.text for mark in verdict.page.marks)
            print(f"{verdict.page.name} {verdict.page.style}: {words}", file=sys.stderr, flush=True)
    let_through = sum(v.page.sort == "secret" and _is_wrong(v) for v in verdicts)
    stops = sum(v.page.sort == "near_miss" and v.is_stopped for v in verdicts)
    print(_as_json(verdicts) if arguments.json else _as_table(verdicts))
    return int(let_through > 0 or stops > FALSE_STOPS_ALLOWED * arguments.pages)


def _judge(
    count: int, engine: KeepingEngine, settings: OcrSettings, folder: Path
) -> Iterator[Verdict]:
    for page in pages(count):
        path = scan_page(page, folder)
        with staged(path, MEDIA_TYPES[path.suffix]) as (scans, cleaned):
            try:
                recognize(scans, cleaned, engine=engine, settings=settings)
            except StateSecret:
                yield Verdict(page, is_stopped=True)
            except DocumentError as error:
                yield Verdict(page, is_stopped=True, refusal=error.code)
            else:
                is_secret = page.sort == "secret"
                is_lost = is_secret and mark_left(page, folder) < LEAST_LEFT
                yield Verdict(page, is_stopped=False, is_lost=is_lost)


def _is_wrong(verdict: Verdict) -> bool:
    return not verdict.is_lost and verdict.is_stopped != (verdict.page.sort == "secret")


def _tally(verdicts: list[Verdict]) -> dict[Row, tuple[int, int]]:
    """Return how many pages of each sort, style and grade there were, and how many stopped."""
    all_of: Counter[Row] = Counter()
    stopped: Counter[Row] = Counter()
    for verdict in verdicts:
        row = (verdict.page.sort, verdict.page.style, verdict.page.grade)
        all_of[row] += 1
        stopped[row] += verdict.is_stopped
    return {row: (count, stopped[row]) for row, count in all_of.items()}


def _as_table(verdicts: list[Verdict]) -> str:
    lines = [f"{'sort':10} {'style':16} {'grade':8} {'pages':>5} {'stopped':>8}"]
    for (sort, style, grade), (count, stopped) in sorted(_tally(verdicts).items()):
        lines.append(f"{sort:10} {style:16} {grade:8} {count:5} {stopped:8}")
    for sort, wanted in (("secret", "let through"), ("near_miss", "stopped")):
        of_sort = [verdict for verdict in verdicts if verdict.page.sort == sort]
        counted = [verdict for verdict in of_sort if not verdict.is_lost]
        lines.append(f"{sort}: {sum(map(_is_wrong, counted))} of {len(counted)} {wanted}")
    if lost := sum(verdict.is_lost for verdict in verdicts):
        lines.append(f"not counted, less than a third of the mark's ink in the scan: {lost}")
    return "\n".join(lines)


def _as_json(verdicts: list[Verdict]) -> str:
    rows = [
        {"sort": sort, "style": style, "grade": grade, "pages": count, "stopped": stopped}
        for (sort, style, grade), (count, stopped) in sorted(_tally(verdicts).items())
    ]
    wrong = [verdict.page.name for verdict in verdicts if _is_wrong(verdict)]
    refused = {v.page.name: v.refusal for v in verdicts if v.refusal}
    lost = [verdict.page.name for verdict in verdicts if verdict.is_lost]
    result = {"rows": rows, "wrong": wrong, "lost": lost, "refused": refused}
    return json.dumps(result, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.exit(main())
