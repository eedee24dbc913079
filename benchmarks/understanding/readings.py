"""Readings of documents, kept on disk because making them costs a hundred times the rest.

A reading is kept under its document's name and recalled whatever version made it, so that a
change of the extraction is measured on the very same words; empty the folder to read again.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from benchmarks.reading.readings import code_digest
from digitizer import codec
from digitizer.model import DocumentId, Intake, Recognized, StoredFile
from digitizer.ocr.engine import OcrEngine
from digitizer.settings import CleanSettings, OcrSettings, ScanSettings


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, what that took in CPU seconds, and by which code (a digest)."""

    recognized: Recognized
    cpu_s: float
    made_by: str


def read_files(name: str, files: Callable[[], Sequence[Path]], folder: Path) -> Reading:
    """Return the reading of a document, its pages from one file or one file each.

    Args:
        name: of the reading in the folder.
        files: gives them in the order of the pages; asked only where the reading is missing.
    """
    path = folder / f"{name}.json"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(codec.encode(_read(files())))
        part.replace(path)
    return codec.decode(Reading, path.read_bytes())


def _read(files: Sequence[Path]) -> Reading:
    before = _cpu_s()
    parts = [_read_one(file) for file in files]
    whole = parts[0]
    for part in parts[1:]:
        first = len(whole.pages)
        pages = (replace(page, number=first + page.number) for page in part.pages)
        whole = replace(whole, pages=(*whole.pages, *pages))
    return Reading(whole, _cpu_s() - before, code_digest())


def _read_one(document: Path) -> Recognized:
    from digitizer.clean.stage import clean
    from digitizer.ocr.stage import recognize
    from digitizer.scan.sniff import sniff
    from digitizer.scan.stage import scan

    original = StoredFile.of(document)
    intake = Intake(DocumentId(original.sha256[:32]), document.name, original, sniff(document))
    with tempfile.TemporaryDirectory() as folder:
        pages, rasters = Path(folder, "pages"), Path(folder, "rasters")
        pages.mkdir()
        rasters.mkdir()
        scanned = scan(intake, folder=pages, settings=ScanSettings())
        cleaned = clean(scanned, folder=rasters, settings=CleanSettings())
        return recognize(scanned, cleaned, engine=_engine(), settings=OcrSettings())


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@cache
def _engine() -> OcrEngine:
    from digitizer.ocr.engines import open_engine

    return open_engine("verified")
