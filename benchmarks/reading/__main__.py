"""Score the reading: `python -m benchmarks.reading --source all`.

Sources: `scans` (real pages, typed by eye), `semi-real` (born-digital decisions, worn and scanned
by seed), `samples` (the project's own); `all` is these three. `rendered` draws the real pages at
300 dpi, turned by the truth. Semi-real pages come in two sets; what is in `held-out` is measured,
and never printed. Readings are kept in --cache: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Final, get_args

from benchmarks.reading.reliability_plot import svg
from benchmarks.reading.report import as_json, curves, table
from benchmarks.reading.run import ALL, Plan, Run, run
from benchmarks.reading.trial import SetChoice, Source
from digitizer.settings import EngineName

_SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
_PLOTTED: Final = (("scans", "dev", "real"), ("semi-real", "held-out", "semi-real, kept aside"))
_PLOTTED_ENGINES: Final = ("verified", "fast")


def main() -> None:
    options = _parser().parse_args()
    sources = ALL if options.source == "all" else (options.source,)
    plan = Plan(sources, options.shared, options.cache, options.set, options.errors)
    runs: list[Run] = []
    # A fresh process each, so that memory and start-up are the engine's own.
    for name in options.engine or get_args(EngineName):
        with get_context("spawn").Pool(1) as pool:
            runs.append(pool.apply(run, (name, plan)))
    print(table(runs, per_page=options.per_page))
    if options.json:
        plain = json.dumps(as_json(runs, datetime.now(UTC)), indent=1, ensure_ascii=False)
        options.json.write_text(plain + "\n", "utf-8")
    if options.plot:
        options.plot.write_text(_plot(runs), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reading",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--engine", action="append", choices=get_args(EngineName))
    parser.add_argument("--source", choices=("all", *get_args(Source)), default="scans")
    parser.add_argument("--set", choices=get_args(SetChoice), default="all")
    parser.add_argument("--shared", type=Path, default=_SHARED, help="the real material")
    default = Path(tempfile.gettempdir(), "sohoa-reading")
    parser.add_argument("--cache", type=Path, default=default, help="kept pages and readings")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--plot", type=Path, help="write the reliability of confidence here, SVG")
    parser.add_argument("--per-page", action="store_true", help="a row for each page, too")
    parser.add_argument("--errors", action="store_true", help="print every line read wrongly")
    return parser


def _plot(runs: list[Run]) -> str:
    found = curves(runs)
    wanted = {
        f"{engine}, {label}": found[engine, source, chosen]
        for engine in get_args(EngineName)
        for source, chosen, label in _PLOTTED
        if engine in _PLOTTED_ENGINES and (engine, source, chosen) in found
    }
    return svg(wanted)


if __name__ == "__main__":
    main()
