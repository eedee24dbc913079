"""What cleaning is worth on pages with one thing wrong, in errors of an engine.

Real pages, and born-digital ones with one damage each, are read twice: turned upright and level
only, and as the cleaning stage hands them on. Same words, same engine, same geometry. Papers of
the third that is kept aside are left out unless asked for by `--set held-out`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, get_args

import cv2
import numpy as np

from benchmarks.cleaning.damage import DAMAGES, Gray
from benchmarks.reading.born_digital import BornPage, averaged, born_pages, picture
from benchmarks.reading.score import Score, score_page, total
from benchmarks.reading.trial import Set, staged
from benchmarks.reading.truth import TruthLine, load_truth
from digitizer.clean.ink import gray
from digitizer.clean.orientation import turn
from digitizer.clean.skew import level
from digitizer.clean.stage import clean
from digitizer.model import (
    Capture,
    DocumentId,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.ocr.engine import OcrEngine
from digitizer.ocr.engines import open_engine
from digitizer.settings import CleanSettings, EngineName

_SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
_TIMEOUT_S: Final = 300.0
_PAGES: Final = 2
_REAL: Final = "real pages"


@dataclass(frozen=True, slots=True)
class Pair:
    """One page before and after the steps; `is_same` if they changed no pixel."""

    before: Score
    after: Score
    is_same: bool
    clean_s: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cleaning", description=__doc__)
    parser.add_argument("--shared", type=Path, default=_SHARED)
    parser.add_argument("--engine", choices=get_args(EngineName), default="verified")
    parser.add_argument("--set", choices=get_args(Set), default="dev")
    parser.add_argument("--only", action="append", help="a damage by name, or 'real pages'")
    options = parser.parse_args()
    engine = open_engine(options.engine)
    pages = _first_pages(options.shared, options.set == "held-out")
    print("damage | pages changed | CER % before, after | WER % | accepted % | wrong | debris")
    for name in options.only or [_REAL, *DAMAGES]:
        pairs = real(engine, options.shared) if name == _REAL else damaged(engine, name, pages)
        _print(name, list(pairs))


def real(engine: OcrEngine, shared: Path) -> Iterator[Pair]:
    """Read every real page whose text was typed by eye."""
    for pdf, wanted in groupby(load_truth(shared), key=lambda page: page.pdf):
        with staged(pdf, MediaType.PDF) as (scanned, _):
            for truth in wanted:
                yield compared(engine, scanned.pages[truth.page - 1], truth.lines)


def damaged(engine: OcrEngine, name: str, pages: Sequence[BornPage]) -> Iterator[Pair]:
    """Read born-digital pages that one damage was done to."""
    damage = DAMAGES[name]
    drawn = [
        np.asarray(averaged(picture(page, damage.dpi)).convert("L"), np.uint8) for page in pages
    ]
    for seed, (page, pixels) in enumerate(zip(pages, drawn, strict=True)):
        behind = drawn[(seed + 1) % len(drawn)]
        worn = damage.do(pixels, behind, damage.dpi, np.random.default_rng(seed))
        with TemporaryDirectory() as folder:
            yield compared(engine, as_page(worn, damage.dpi, Path(folder)), page.lines)


def compared(engine: OcrEngine, page: ScannedPage, truth: Sequence[TruthLine]) -> Pair:
    """Read a page as it was scanned, but upright and level, and as cleaning hands it on."""
    with TemporaryDirectory() as folder:
        document = Scanned(DocumentId("0" * 32), Origin.SCAN, 0, (page,))
        started = time.process_time()
        cleaned = clean(document, folder=Path(folder), settings=CleanSettings()).pages[0]
        clean_s = time.process_time() - started
        after = _opened(cleaned.raster.path)
    geometry = cleaned.geometry
    scan = gray(_opened(page.image.path, cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION))
    before = level(turn(scan, geometry.rotation_deg), geometry.skew_deg)
    is_same = bool(np.array_equal(before, after))
    first = _score(engine, before, page.dpi, truth)
    # A page taken for blank is not read.
    second = _score(engine, after, page.dpi, truth) if not cleaned.is_blank else _lost(truth)
    return Pair(first, first if is_same and not cleaned.is_blank else second, is_same, clean_s)


def as_page(pixels: Gray, dpi: int, folder: Path) -> ScannedPage:
    """Return the pixels as a page that was scanned."""
    path = folder / "scan.png"
    cv2.imwrite(str(path), pixels)
    height, width = pixels.shape[:2]
    file = StoredFile.of(path)
    return ScannedPage(1, file, MediaType.PNG, width, height, float(dpi), Capture.LOSSLESS)


def _first_pages(shared: Path, is_held_out: bool) -> list[BornPage]:
    """Return the first two pages of each paper: its other pages look alike."""
    chosen = [page for page in born_pages(shared) if page.is_held_out == is_held_out]
    return [
        page
        for _, paper in groupby(chosen, key=lambda page: page.pdf)
        for page in islice(paper, _PAGES)
    ]


def _opened(path: Path, flags: int = cv2.IMREAD_GRAYSCALE) -> Gray:
    pixels = cv2.imread(str(path), flags)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def _score(engine: OcrEngine, page: Gray, dpi: float, truth: Sequence[TruthLine]) -> Score:
    return total(score_page(truth, engine.read(page, dpi=dpi, timeout_s=_TIMEOUT_S)))


def _lost(truth: Sequence[TruthLine]) -> Score:
    return total(score_page(truth, ()))


def _print(name: str, pairs: Sequence[Pair]) -> None:
    before = sum((pair.before for pair in pairs), Score())
    after = sum((pair.after for pair in pairs), Score())
    changed = sum(not pair.is_same for pair in pairs)
    clean_s = sum(pair.clean_s for pair in pairs) / len(pairs)
    print(
        f"{name} | {changed} of {len(pairs)}"
        f" | {before.cer:.2%}, {after.cer:.2%} | {before.wer:.2%}, {after.wer:.2%}"
        f" | {before.coverage:.1%}, {after.coverage:.1%}"
        f" | {before.accepted_wrong}, {after.accepted_wrong} | {before.debris}, {after.debris}"
        f" | {clean_s:.3f} CPU s",
        flush=True,
    )


if __name__ == "__main__":
    main()
