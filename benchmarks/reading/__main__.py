"""`python -m benchmarks.reading [--engine NAME]… [--source SOURCE] [--errors] [--json OUT]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Final, get_args

from benchmarks.reading.run import PageResult, Run, Source, run
from benchmarks.reading.score import Score
from digitizer.settings import EngineName

_SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", choices=get_args(EngineName))
    parser.add_argument("--shared", type=Path, default=_SHARED)
    parser.add_argument("--source", choices=get_args(Source), default="scans")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--errors", action="store_true", help="print every line read wrongly")
    options = parser.parse_args()
    runs = []
    # A fresh process each, so that memory and start-up are the engine's own.
    for name in options.engine or get_args(EngineName):
        with get_context("spawn").Pool(1) as pool:
            runs.append(pool.apply(run, (name, options.shared, options.source, options.errors)))
        _print(runs[-1])
    if options.json:
        options.json.write_text(json.dumps([asdict(item) for item in runs], indent=1), "utf-8")


def _print(run: Run) -> None:
    print(f"{run.engine}: start {run.start_s:.1f} CPU s, peak {run.peak_rss_mb:.0f} MB")
    for page in run.pages:
        print(_row(page.page, [page]))
    print(_row("all", run.pages), flush=True)


def _row(name: str, pages: Sequence[PageResult]) -> str:
    score = sum((page.score for page in pages), Score())
    in_order = sum(page.in_order for page in pages) / max(1, sum(p.neighbors for p in pages))
    cpu_s = sum(page.cpu_s for page in pages) / len(pages)
    return (
        f"  {name:22} CER {score.cer:6.2%}  WER {score.wer:6.2%}"
        f"  wrong lines {score.wrong_lines:3}/{score.lines:3}"
        f"  accepted {score.coverage:6.1%}, {score.accepted_error:.2%} wrong"
        f"  in order {in_order:6.1%}  debris {score.debris:4}  {cpu_s:.2f} CPU s/page"
    )


if __name__ == "__main__":
    main()
