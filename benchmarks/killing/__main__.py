"""`python -m benchmarks.killing --kills 50 [--seed 1]`: kill -9 at random moments, then look.

Runs `sohoa run` over the samples, kills it (all its processes, or only the main one, whose
workers must then go by themselves), starts it again, and so on. Whenever a run comes through,
everything is checked (see `invariants`) and it begins again with an empty data folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.killing.killer import Course, Figures, torment
from samples.truth import PAPERS


def main() -> int:
    """Print the figures; the exit code is 1 when anything was broken or left running."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inbox", type=Path, default=PAPERS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", default="fast", choices=["fast", "tesseract", "verified"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-killing-") as folder:
        course = Course(
            asked.inbox.resolve(),
            Path(folder),
            asked.kills,
            asked.seed,
            asked.workers,
            asked.engine,
        )
        figures = torment(course, lambda line: print(line, file=sys.stderr, flush=True))
    print(table(figures))
    return 1 if figures.broken or figures.orphans else 0


def table(figures: Figures) -> str:
    """Return the figures as a Markdown table, and what was broken below it."""
    rows: list[tuple[str, object]] = [
        ("length of an undisturbed run, s", f"{figures.undisturbed.seconds:.1f}"),
        ("runs started", figures.runs),
        *((f"killed: {how}", count) for how, count in sorted(figures.kills.items())),
        *((f"killed while: {at}", count) for at, count in sorted(figures.kills_by_moment.items())),
        ("data folders finished and checked", figures.completed),
        ("documents in them", figures.documents),
        ("documents lost, doubled or unlike the undisturbed run", len(figures.broken)),
        ("processes that outlived their run", figures.orphans),
        ("objects left by unfinished attempts (docs/adr/0011)", figures.leftovers),
        ("hidden .part files left by killed writes", figures.parts),
    ]
    lines = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join([*lines, "", *figures.broken])


if __name__ == "__main__":
    sys.exit(main())
