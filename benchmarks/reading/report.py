"""All runs as one table and one JSON: per page, per source and grade, and in total."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from benchmarks.reading.order import Order
from benchmarks.reading.readings import code_digest
from benchmarks.reading.reliability import Reliability, reliability
from benchmarks.reading.run import PageResult, Run
from benchmarks.reading.score import Score
from digitizer.settings import EngineName

SCHEMA: Final = "sohoa.reading-benchmark/1"
_PACKAGES: Final = (
    "sohoa",
    "trueocr",
    "onnxruntime",
    "opencv-python-headless",
    "tesserocr",
    "numpy",
)
_HEAD: Final = (
    "engine",
    "pages of",
    "n",
    "CER %",
    "WER %",
    "accepted %",
    "of these wrong %",
    "with digits, wrong",
    "followed %",
    "CER in sequence %",
    "CPU s/page",
)
Curves = dict[tuple[EngineName, str, str], Reliability]


def table(runs: Sequence[Run], *, per_page: bool = False) -> str:
    """Return a Markdown table, one row for each engine, source, set and grade."""
    lines = [_cells(_HEAD), _cells(["---"] * len(_HEAD))]
    for run in runs:
        if per_page:
            lines += [_row(run.engine, page.page, [page]) for page in run.pages]
        lines += [_row(run.engine, name, pages) for name, pages in groups(run.pages)]
    return "\n".join(lines)


def groups(pages: Sequence[PageResult]) -> Iterator[tuple[str, list[PageResult]]]:
    """Yield name and pages of each source and set: grade by grade if it has several, then all."""
    parts: dict[tuple[str, str], list[PageResult]] = {}
    for page in pages:
        parts.setdefault((page.source, page.set), []).append(page)
    for (source, chosen), members in parts.items():
        name = f"{source} {chosen}" if source == "semi-real" else source
        grades = list(dict.fromkeys(page.grade for page in members))
        for grade in grades if len(grades) > 1 else ():
            yield f"{name}, {grade}", [page for page in members if page.grade == grade]
        yield name, members


def _row(engine: str, name: str, pages: Sequence[PageResult]) -> str:
    score, order, cpu_s = _sums(pages)
    return _cells(
        (
            engine,
            name,
            str(len(pages)),
            f"{score.cer:.2%}",
            f"{score.wer:.2%}",
            f"{score.coverage:.1%}",
            f"{score.accepted_error:.2%} ({score.accepted_wrong} of {score.accepted})",
            f"{score.digits_wrong} of {score.digits_accepted}",
            f"{order.followed_share:.1%}",
            f"{order.cer:.2%}",
            f"{cpu_s / len(pages):.2f}",
        )
    ).replace("%", "")


def _sums(pages: Sequence[PageResult]) -> tuple[Score, Order, float]:
    score = sum((page.score for page in pages), Score())
    order = sum((page.order for page in pages), Order())
    return score, order, sum(page.cpu_s for page in pages)


def _cells(values: Sequence[str]) -> str:
    return f"| {' | '.join(values)} |"


def as_json(runs: Sequence[Run], now: datetime) -> dict[str, Any]:
    """Return what `docs/reading.json` holds: rates in [0, 1], counts, date and versions."""
    return {
        "schema": SCHEMA,
        "measured_at": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "versions": versions(),
        "code_sha256": code_digest(),
        "load_average": round(os.getloadavg()[1], 1),
        "engines": [_engine_json(run) for run in runs],
    }


def versions() -> dict[str, str]:
    """Return what took part in the reading, with versions."""
    program = subprocess.run(
        ["tesseract", "--version"], capture_output=True, text=True, check=False
    )
    words = (program.stdout or program.stderr).split()
    found = {name: version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), **found, "tesseract": words[1] if words else ""}


def _engine_json(run: Run) -> dict[str, Any]:
    return {
        "engine": run.engine,
        "name": run.name,
        "start_cpu_s": round(run.start_s, 2),
        "peak_mb": round(max((page.peak_mb for page in run.pages), default=0.0)),
        "totals": [{"pages_of": name, **_rates(pages)} for name, pages in groups(run.pages)],
        "reliability": [
            {"source": source, "set": chosen, **_curve_json(curve)}
            for (_, source, chosen), curve in curves([run]).items()
        ],
        "pages": [
            {
                "page": page.page,
                "source": page.source,
                "grade": page.grade,
                "set": page.set,
                "refused": page.refused or None,
                **_rates([page]),
            }
            for page in run.pages
        ],
    }


def _rates(pages: Sequence[PageResult]) -> dict[str, Any]:
    score, order, cpu_s = _sums(pages)
    return {
        "pages": len(pages),
        "cer": round(score.cer, 5),
        "wer": round(score.wer, 5),
        "coverage": round(score.coverage, 5),
        "accepted_error": round(score.accepted_error, 5),
        "followed": round(order.followed_share, 5),
        "sequence_cer": round(order.cer, 5),
        "cpu_s_per_page": round(cpu_s / len(pages), 3),
        "refused_pages": sum(bool(page.refused) for page in pages),
        "counts": {**asdict(score), "pairs": order.pairs, "followed_pairs": order.followed},
    }


def curves(runs: Sequence[Run]) -> Curves:
    """Return the reliability of each engine on each source and set."""
    found: Curves = {}
    for run in runs:
        kinds = dict.fromkeys((page.source, page.set) for page in run.pages)
        for source, chosen in kinds:
            pages = [page for page in run.pages if (page.source, page.set) == (source, chosen)]
            words = [word for page in pages for word in page.words]
            found[run.engine, source, chosen] = reliability(words)
    return found


def _curve_json(curve: Reliability) -> dict[str, Any]:
    bins = [
        {
            "from": each.low,
            "to": each.high,
            "words": each.words,
            "mean_confidence": round(each.mean_confidence, 5),
            "share_right": round(each.share_right, 5),
        }
        for each in curve.bins
    ]
    return {
        "words": curve.words,
        "expected_calibration_error": round(curve.expected_error, 5),
        "bins": bins,
    }
