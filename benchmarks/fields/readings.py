"""Readings of documents, kept on disk because making them costs a hundred times the rest."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from digitizer import codec
from digitizer.model import DocumentId, Intake, Recognized, StoredFile
from digitizer.ocr.engine import OcrEngine
from digitizer.settings import CleanSettings, OcrSettings, ScanSettings


def load_reading(document: Path, cache_folder: Path) -> Recognized:
    """Return the reading of `document` from the cache folder, made first when it is missing.

    The cache does not know about versions: empty it to measure another reading.
    """
    kept = cache_folder / f"{document.name}.json"
    if not kept.is_file():
        reading = _read(document)
        cache_folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(codec.encode(reading))
    return codec.decode(Recognized, kept.read_bytes())


def _read(document: Path) -> Recognized:
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


@cache
def _engine() -> OcrEngine:
    from digitizer.ocr.engines import open_engine

    return open_engine("verified")
