"""`python -m benchmarks.cost --pages FOLDER`: sohoa, OCRmyPDF and raw Tesseract on the same pages.

All run on the same PDFs in one go, one process wide, OMP_THREAD_LIMIT=1:

    sohoa      the whole `sohoa run`: read, PDF/A, sign, archive, read back, catalog, report
    read …     `sohoa read` with each engine: decode, clean, read, understand; nothing kept
    ocrmypdf   archive options: -l vie --deskew --rotate-pages --clean --output-type pdfa-2
    … PNG stored   the same, its PNG files between steps not compressed (Pillow's level 0)
    tesseract  the floor: pages as PNG to `tesseract -l vie` (rendering not counted)

OCRmyPDF is looked for as `ocrmypdf` on the PATH, or where --ocrmypdf says.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium

from benchmarks.cost.rivals import (
    Row,
    ocrmypdf,
    ocrmypdf_with_stored_png,
    reading,
    sohoa,
    tesseract,
)

RIVALS: Final = (
    sohoa,
    partial(reading, "verified"),
    partial(reading, "fast"),
    ocrmypdf,
    ocrmypdf_with_stored_png,
    tesseract,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of PDFs")
    parser.add_argument("--names", nargs="*", help="only these files of it")
    parser.add_argument("--ocrmypdf", default="ocrmypdf")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    files = sorted(options.pages.glob("*.pdf"))
    if options.names:
        files = [path for path in files if path.name in options.names]
    pages = sum(len(pdfium.PdfDocument(path)) for path in files)
    rows = [_apart(run, files, pages, options.ocrmypdf) for run in RIVALS]
    print(json.dumps([row.as_json() for row in rows]) if options.json else _table(rows, pages))
    return 0


def _apart(
    run: Callable[[list[Path], int, str], Row], files: list[Path], pages: int, program: str
) -> Row:
    """Run each measurement in a fresh process, since peaks of children are kept per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (files, pages, program))


def _table(rows: list[Row], pages: int) -> str:
    ours = rows[0].cost
    lines = [
        f"{pages} pages",
        f"{'':<13} {'CPU s/page':>10} {'ratio':>6} {'wall s/page':>11} {'peak MB':>8}"
        f" {'KiB/page':>9} {'exit':>5}",
    ]
    for row in rows:
        plain = row.as_json()
        lines.append(
            f"{row.name:<13} {plain['cpu_s_per_page']:>10} {row.cost.cpu_s / ours.cpu_s:>6.2f}"
            f" {plain['wall_s_per_page']:>11} {plain['peak_mb']:>8} {plain['kib_per_page']:>9}"
            f" {row.cost.exit_code:>5}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
