"""`python -m benchmarks.separators [--cases 100] [--closed] [--seed 1] [--dpi 110] [--json]`.

Double feeds, lost and covered separator sheets, stray leaves: each pile of synthetic paper is laid,
printed, scanned into a PDF and put before the door of a run, which must hold it before anything is
read; and as many clean piles, which it must let in document by document.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.separators.trial import Verdict, cases, judge


def main() -> int:
    """Print the figures; the exit code is 1 unless every mishap in a closed set was caught.

    Of loose sheets one thing can't be: that the last document went through with its sheet.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.separators", description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="of each, mishaps and clean piles")
    parser.add_argument("--closed", action="store_true", help="closed sets only, as from a list")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dpi", type=int, default=110)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    verdicts: list[Verdict] = []
    for with_mishap in (True, False):
        for case in cases(
            asked.cases, seed=asked.seed, with_mishap=with_mishap, only_closed=asked.closed
        ):
            with tempfile.TemporaryDirectory(prefix="sohoa-separators-") as folder:
                verdicts.append(judge(case, Path(folder), seed=asked.seed, dpi=asked.dpi))
            if not verdicts[-1].is_right:
                print(f"# {case}: {verdicts[-1]}", file=sys.stderr)
    figures = _figures(verdicts)
    if asked.json:
        print(json.dumps({"seed": asked.seed, "dpi": asked.dpi, "rows": figures}))
    else:
        print("| | piles | held | as it should be |\n|---|---|---|---|")
        for name, row in figures.items():
            print(f"| {name} | {row['piles']} | {row['held']} | {row['right']} |")
    closed = figures["in closed sets"]
    return 0 if closed["right"] == closed["piles"] else 1


def _figures(verdicts: list[Verdict]) -> dict[str, dict[str, int]]:
    piles: Counter[str] = Counter()
    held: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for verdict in verdicts:
        names = [verdict.case.kind.replace("_", " ")]
        if verdict.case.mishap:
            names.append("in closed sets" if verdict.case.is_closed else "in loose sheets")
        for name in names:
            piles[name] += 1
            held[name] += verdict.is_held
            right[name] += verdict.is_right
    sums = ("in closed sets", "in loose sheets", "clean")
    kinds = [name for name in piles if name not in sums]
    return {
        name: {"piles": piles[name], "held": held[name], "right": right[name]}
        for name in (*kinds, *sums)
    }


if __name__ == "__main__":
    sys.exit(main())
