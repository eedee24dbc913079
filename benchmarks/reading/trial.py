"""One page put before an engine, with its truth; and how a file becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from benchmarks.reading.truth import TruthLine
from digitizer.clean.stage import clean
from digitizer.model import Cleaned, DocumentId, Intake, MediaType, Scanned, StoredFile
from digitizer.scan.stage import scan
from digitizer.settings import CleanSettings, ScanSettings

Source = Literal["scans", "rendered", "semi-real", "samples"]
Set = Literal["dev", "held-out"]
SetChoice = Literal["dev", "held-out", "all"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One page as the stages before the reading hand it on. Its files last until the next one.

    `grade` says how it was scanned; of real scans it is "real". Pages of the set `held-out` may
    be measured, never looked at.
    """

    name: str
    source: Source
    grade: str
    set: Set
    truth: tuple[TruthLine, ...]
    scanned: Scanned
    cleaned: Cleaned


@contextmanager
def staged(path: Path, media_type: MediaType) -> Iterator[tuple[Scanned, Cleaned]]:
    """Give a file through the real scanning and cleaning, for as long as the context lasts.

    Signature annotations are not on the paper; the scanning stage leaves them out.
    """
    original = StoredFile.of(path)
    intake = Intake(DocumentId(original.sha256[:32]), path.name, original, media_type)
    with TemporaryDirectory() as folder:
        images, rasters = Path(folder, "images"), Path(folder, "rasters")
        images.mkdir()
        rasters.mkdir()
        scanned = scan(intake, folder=images, settings=ScanSettings())
        yield scanned, clean(scanned, folder=rasters, settings=CleanSettings())


def page_of(scanned: Scanned, cleaned: Cleaned, number: int) -> tuple[Scanned, Cleaned]:
    """Return one page of a document as if it were a document of its own."""
    return (
        replace(scanned, pages=(scanned.pages[number - 1],)),
        replace(cleaned, pages=(cleaned.pages[number - 1],)),
    )
