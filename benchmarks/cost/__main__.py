"""`python -m benchmarks.cost --pages FOLDER`: sohoa, OCRmyPDF and raw Tesseract on the same pages.

All three run on the same PDFs in one go, one process wide, OMP_THREAD_LIMIT=1:

    sohoa      the whole `sohoa run`: read, PDF/A, sign, archive, read back, catalog, report
    ocrmypdf   archive options: -l vie --deskew --rotate-pages --clean --output-type pdfa-2
    tesseract  the floor: pages as PNG to `tesseract -l vie` (rendering not counted)

OCRmyPDF is looked for as `ocrmypdf` on the PATH, or where --ocrmypdf says.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks.cost.meter import Cost, measure

ONE_CORE = {"OMP_THREAD_LIMIT": "1"}
CONFIG = """
[run]
workers = 1
[intake]
unverified_signed = "digitize"
[review]
doubtful = "archive"
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One program's cost over all pages; bytes of the PDFs it made, 0 for the floor."""

    name: str
    cost: Cost
    pages: int
    made_bytes: int

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "exit_code": self.cost.exit_code,
            "cpu_s_per_page": round(self.cost.cpu_s / self.pages, 3),
            "wall_s_per_page": round(self.cost.wall_s / self.pages, 3),
            "peak_mb": round(self.cost.peak_mb),
            "kib_per_page": round(self.made_bytes / 1024 / self.pages),
        }


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
    rows = [_apart(run, files, pages, options.ocrmypdf) for run in (_sohoa, _ocrmypdf, _tesseract)]
    print(json.dumps([row.as_json() for row in rows]) if options.json else _table(rows, pages))
    return 0


def _apart(
    run: Callable[[list[Path], int, str], Row], files: list[Path], pages: int, ocrmypdf: str
) -> Row:
    """Run each measurement in a fresh process, since peaks of children are kept per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (files, pages, ocrmypdf))


def _sohoa(files: list[Path], pages: int, _: str) -> Row:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inbox = folder / "in"
        inbox.mkdir()
        for path in files:
            shutil.copy(path, inbox)
        (folder / "sohoa.toml").write_text(CONFIG)
        command = [Path(sys.executable).with_name("sohoa"), "run", "in"]
        cost = measure(command, cwd=folder, env=ONE_CORE)
        made = sum(path.stat().st_size for path in folder.glob("sohoa-data/archive/**/signed*.pdf"))
        return Row("sohoa", cost, pages, made)


def _ocrmypdf(files: list[Path], pages: int, program: str) -> Row:
    options = "-l vie --deskew --rotate-pages --clean --output-type pdfa-2 -O1 -j1 --force-ocr"
    script = f'for f in in/*.pdf; do "{program}" {options} --invalidate-digital-signatures'
    script += ' "$f" "out/$(basename "$f")" || echo "$f" >> failed; done; test ! -e failed'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        for path in files:
            shutil.copy(path, folder / "in")
        cost = measure(["bash", "-c", script], cwd=folder, env=ONE_CORE)
        made = sum(path.stat().st_size for path in folder.glob("out/*.pdf"))
        return Row("ocrmypdf", cost, pages, made)


def _tesseract(files: list[Path], pages: int, _: str) -> Row:
    script = 'for f in *.png; do tesseract "$f" "${f%.png}" -l vie; done'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, path in enumerate(files):
            subprocess.run(
                ["pdftoppm", "-r", "300", "-gray", "-png", path, folder / f"{number:03}"],
                check=True,
            )
        cost = measure(["bash", "-c", script], cwd=folder, env=ONE_CORE)
        return Row("tesseract", cost, pages, 0)


def _table(rows: list[Row], pages: int) -> str:
    ours = rows[0].cost
    lines = [
        f"{pages} pages",
        f"{'':<10} {'CPU s/page':>10} {'ratio':>6} {'wall s/page':>11} {'peak MB':>8}"
        f" {'KiB/page':>9} {'exit':>5}",
    ]
    for row in rows:
        plain = row.as_json()
        lines.append(
            f"{row.name:<10} {plain['cpu_s_per_page']:>10} {row.cost.cpu_s / ours.cpu_s:>6.2f}"
            f" {plain['wall_s_per_page']:>11} {plain['peak_mb']:>8} {plain['kib_per_page']:>9}"
            f" {row.cost.exit_code:>5}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
