"""`python -m benchmarks.fields`: what extraction gets right, what it accepts and gets wrong.

Real papers are read by the real stages (scan, clean, ocr) and kept in the cache folder as
canonical JSON, so that extraction can be measured again in a second. `--samples` takes the
synthetic papers as if read without a fault instead; `--losses` drops lines and words in turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.fields.losses import without_a_line, without_a_word
from benchmarks.fields.readings import load_reading
from benchmarks.fields.scores import Judged, Outcome, judge, table
from digitizer.extract.dates import find_dates
from digitizer.extract.stage import extract
from digitizer.extract.term import FROM_SIGNING
from digitizer.legal_profile import load_profile
from digitizer.model import Recognized
from digitizer.settings import ExtractSettings

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_TRUTH = ROOT.parent / "shared" / "data" / "scans" / "ground_truth.json"
Paper = tuple[str, Recognized, Mapping[str, str]]


def main() -> int:
    """Measure and print; exit 1 when a field was accepted that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fields", description=__doc__)
    parser.add_argument("--truth", type=Path, default=DEFAULT_TRUTH)
    parser.add_argument("--cache", type=Path, default=ROOT / "sohoa-data" / "readings")
    parser.add_argument("--samples", action="store_true", help="the synthetic papers instead")
    parser.add_argument("--losses", action="store_true", help="drop lines and words in turn")
    parser.add_argument("--verbose", action="store_true", help="print every field not right")
    arguments = parser.parse_args()
    if not arguments.samples and not arguments.truth.is_file():
        print(f"no truth at {arguments.truth}", file=sys.stderr)
        return 2
    load_profile()
    papers = _samples() if arguments.samples else _real(arguments.truth, arguments.cache)
    if arguments.losses:
        return _print_losses(list(papers), verbose=arguments.verbose)
    judged = list(_judge_all(papers))
    if arguments.verbose:
        _print_misses(item for item in judged if item.outcome is not Outcome.RIGHT)
    print(table(judged))
    return int(any(item.outcome is Outcome.WRONG for item in judged))


def _samples() -> Iterator[Paper]:
    from benchmarks.fields.perfect import perfect_readings

    return perfect_readings()


def _real(truth_file: Path, cache: Path) -> Iterator[Paper]:
    """Yield the papers of a truth file, {name: {field: value}}, that lie beside it."""
    for name, truth in sorted(json.loads(truth_file.read_text("utf-8")).items()):
        yield name, load_reading(truth_file.parent / name, cache), _with_term(truth)


def _judge_all(papers: Iterable[Paper]) -> Iterator[Judged]:
    documents, pages, seconds = 0, 0, 0.0
    for name, reading, truth in papers:
        started = time.process_time()
        extracted = extract(reading, settings=ExtractSettings())
        seconds += time.process_time() - started
        documents, pages = documents + 1, pages + len(reading.pages)
        yield from judge(name, extracted, truth)
    print(f"{documents} documents, {pages} pages, {1000 * seconds / max(pages, 1):.1f} ms/page\n")


def _print_losses(papers: list[Paper], *, verbose: bool) -> int:
    for loss in (without_a_line, without_a_word):
        count: Counter[Outcome] = Counter()
        readings = 0
        for name, whole, truth in papers:
            for reading in loss(whole):
                readings += 1
                judged = list(judge(name, extract(reading, settings=ExtractSettings()), truth))
                count.update(item.outcome for item in judged)
                if verbose:
                    _print_misses(item for item in judged if item.outcome is Outcome.WRONG)
        print(f"{loss.__name__}: {readings} readings")
        for outcome in Outcome:
            print(f"    {outcome}: {count[outcome]}")
    return 0


def _with_term(truth: dict[str, str]) -> dict[str, str]:
    """Return the truth with its `hieu_luc` (as a clerk writes it) as thoi_han's normal form."""
    said = truth.get("hieu_luc", "")
    if not said:
        return truth
    days = [dated.day.isoformat() for dated in find_dates(said)]
    return {**truth, "thoi_han": f"từ {days[0]}" if days else FROM_SIGNING}


def _print_misses(judged: Iterable[Judged]) -> None:
    for item in judged:
        print(f"{item.document} {item.name.value}: {item.outcome}")
        print(f"    read  {item.value}\n    truth {item.truth}")


if __name__ == "__main__":
    sys.exit(main())
