"""Score the understanding: `python -m benchmarks.understanding --source all`.

Sources: `real` (published scans, fields typed by eye), `semi-real` (made-up papers of every type
and published decisions born digital, worn and scanned by seed), `samples` (the project's own, as
if read without a fault), `bad` (papers about which nothing may be invented); `all` is these four.
Semi-real papers come in two sets; of `held-out` figures are printed, never names or values.
Readings are kept in --cache, whatever version made them: a run that was stopped goes on where it
was, and a change of the extraction is measured on the same words; empty the folder to read again.
`--losses` drops lines and outer words of the real readings in turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final, get_args

from benchmarks.understanding import bad_input, exams
from benchmarks.understanding.collection import DEFAULT_COUNT
from benchmarks.understanding.losses import without_a_line, without_a_word
from benchmarks.understanding.report import Examined, as_json, text
from benchmarks.understanding.scores import Judged, Outcome, judge
from benchmarks.understanding.truth import Exam, SetChoice, Source
from digitizer.errors import StateSecret
from digitizer.extract.stage import extract
from digitizer.legal_profile import load_profile
from digitizer.settings import ExtractSettings

_SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"


def main() -> int:
    """Measure and print; exit 1 when a field was accepted that is wrong."""
    options = _parser().parse_args()
    load_profile()
    chosen = [exam for exam in _exams(options) if options.set in ("all", exam.set)]
    if options.losses:
        return _print_losses(chosen)
    papers, stopped = _examined(chosen)
    if options.errors:
        _print_errors(one for paper in papers for one in paper.judged)
    if papers:
        print(text(papers))
    invented = _bad(options) if options.source in ("bad", "all") else {}
    if options.json:
        day = datetime.now(UTC).date().isoformat()
        figures = {"made": day, "stopped": stopped, **as_json(papers), "bad": invented}
        plain = json.dumps(figures, indent=1, ensure_ascii=False)
        options.json.write_text(plain + "\n", "utf-8")
    return int(any(one.outcome is Outcome.WRONG for paper in papers for one in paper.judged))


def _examined(chosen: Sequence[Exam]) -> tuple[list[Examined], int]:
    """Return what was examined, and how many papers were stopped as secret: none of them is."""
    papers, stopped = [], 0
    for exam in chosen:
        try:
            papers.append(examine(exam))
        except StateSecret:
            stopped += 1
            print(f"stopped as secret: {exam.name if exam.set == 'dev' else 'a held-out paper'}")
    return papers, stopped


def examine(exam: Exam) -> Examined:
    """Return what the extraction makes of one paper, judged."""
    recognized, read_s = exam.read()
    started = time.process_time()
    extracted = extract(recognized, settings=ExtractSettings())
    extract_s = time.process_time() - started
    return Examined(exam, extracted, tuple(judge(exam, extracted)), extract_s, read_s)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.understanding",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--source", choices=("all", *get_args(Source), "bad"), default="real")
    parser.add_argument("--set", choices=get_args(SetChoice), default="all")
    parser.add_argument("--shared", type=Path, default=_SHARED, help="the real material")
    default = Path(tempfile.gettempdir(), "sohoa-understanding")
    parser.add_argument("--cache", type=Path, default=default, help="kept scans and readings")
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="papers made up")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--errors", action="store_true", help="print every field not right (dev)")
    parser.add_argument("--losses", action="store_true", help="drop lines and words in turn")
    return parser


def _exams(options: argparse.Namespace) -> Iterator[Exam]:
    sources: tuple[str, ...] = get_args(Source) if options.source == "all" else (options.source,)
    shared, cache = options.shared, options.cache
    found: list[Iterable[Exam]] = []
    if "real" in sources:
        found.append(exams.real(shared, cache))
    if "semi-real" in sources:
        found.append(exams.made_up(cache, options.count))
        found.append(exams.born_digital(shared, cache))
    if "samples" in sources:
        found.append(exams.samples())
    return chain.from_iterable(found)


def _print_errors(judged: Iterable[Judged]) -> None:
    for one in judged:
        if one.outcome is not Outcome.RIGHT and one.set == "dev":
            mark = " (by hand)" if one.is_handwritten else ""
            mark += " (another holder's)" if one.is_mixed else ""
            print(f"{one.document} {one.ref}: {one.outcome}{mark}")
            print(f"    read  {one.value}\n    truth {one.truth}")


def _print_losses(chosen: Sequence[Exam]) -> int:
    readings = [(exam, exam.read()[0]) for exam in chosen]
    for loss in (without_a_line, without_a_word):
        count: Counter[Outcome] = Counter()
        lost = 0
        for exam, whole in readings:
            for reading in loss(whole):
                lost += 1
                extracted = extract(reading, settings=ExtractSettings())
                count.update(one.outcome for one in judge(exam, extracted))
        print(f"{loss.__name__}: {lost} readings")
        for outcome in Outcome:
            print(f"    {outcome}: {count[outcome]}")
    return 0


def _bad(options: argparse.Namespace) -> dict[str, dict[str, int]]:
    """Read what is no paper of ours, print what was accepted of it, return the counts."""
    counts: dict[str, dict[str, int]] = {}
    for case in bad_input.CASES:
        invented = bad_input.inventions(case, options.cache)
        figures = {"accepted": invented.accepted, "invented": len(invented.values)}
        counts[case.name] = {**figures, "flagged": int(invented.is_flagged)}
        print(f"{case.name}: {counts[case.name]} {sorted(invented.values.items())}")
    return counts


if __name__ == "__main__":
    sys.exit(main())
