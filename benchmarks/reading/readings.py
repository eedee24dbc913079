"""Readings kept from run to run: what an engine made of a page need not be made again.

A reading's key is the engine's name and versions, the code that reads, and the very pixels it got.
Change a rule of the reading or the cleaning, and the pages it touches are read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import digitizer
from benchmarks.reading.trial import Trial
from digitizer import codec
from digitizer.errors import DocumentError
from digitizer.model import TextLine
from digitizer.ocr.engine import OcrEngine
from digitizer.ocr.stage import recognize
from digitizer.settings import OcrSettings
from pipelines.meter import peak_mb

_PAGE_TIMEOUT_S: Final = 300.0
_READING_CODE: Final = ("ocr", "secrecy.py", "vietnamese.py")
_ALL_CODE: Final = ("scan", "clean", *_READING_CODE)


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the reading stage made of one page.

    Attributes:
        refused: code of the error that refused the page, "" when it was read.
        cpu_s: of the whole reading stage, red ink and bar codes included.
        peak_mb: most memory this process held meanwhile.
    """

    lines: tuple[TextLine, ...]
    is_blank: bool
    refused: str
    cpu_s: float
    peak_mb: float


def read_page(trial: Trial, engine: OcrEngine, folder: Path) -> PageReading:
    """Return the engine's reading of a page, from the folder when it is there."""
    path = folder / f"{_key(trial, engine)}.json"
    if path.is_file():
        return codec.decode(PageReading, path.read_bytes())
    reading = _read(trial, engine)
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(codec.encode(reading))
    part.replace(path)
    return reading


def _read(trial: Trial, engine: OcrEngine) -> PageReading:
    settings = OcrSettings(page_timeout_s=_PAGE_TIMEOUT_S)
    forget_peak()
    before = cpu_s()
    try:
        page = recognize(trial.scanned, trial.cleaned, engine=engine, settings=settings).pages[0]
    except DocumentError as error:
        return PageReading((), False, error.code, cpu_s() - before, peak_mb())
    return PageReading(page.lines, page.is_blank, "", cpu_s() - before, peak_mb())


def _key(trial: Trial, engine: OcrEngine) -> str:
    pixels = (trial.scanned.pages[0].image.sha256, trial.cleaned.pages[0].raster.sha256)
    parts = (engine.name, code_digest(_READING_CODE), *pixels, str(trial.cleaned.pages[0].is_blank))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def code_digest(names: Iterable[str] = _ALL_CODE) -> str:
    """Return a digest of the digitizer's code and tables under these names."""
    room = Path(digitizer.__file__).parent
    hasher = hashlib.sha256()
    for name in names:
        place = room / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                hasher.update(file.name.encode() + b"\0" + file.read_bytes())
    return hasher.hexdigest()


def cpu_s() -> float:
    """Return the CPU seconds of this process and of its finished children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def forget_peak() -> None:
    """Let the memory's high-water mark begin anew: making a page takes more than reading it.

    Source: proc(5), /proc/pid/clear_refs. Where that is not allowed the mark stays as it is.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")
