"""Page images the door has made already, lent to the walk: no page is decoded or drawn twice.

The door decodes a file to look for what parts it. If the file turns out to be one document, the
walk would do the same once more, which for a page that must be drawn takes as long as reading it.
What is lent is worth nothing by itself: whatever is wrong with it, the walk scans for itself.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from digitizer import codec
from digitizer.model import DocumentId, Intake, Scanned, ScannedPage, Sha256, StoredFile
from digitizer.settings import ScanSettings
from pipelines import durable

log = logging.getLogger(__name__)
_NOTE = "scanned.json"


@dataclass(frozen=True, slots=True)
class _Note:
    """What lies in the folder, and by which version and settings of the scan stage."""

    version: int
    settings: Sha256
    scanned: Scanned


def note(folder: Path, scanned: Scanned, settings: ScanSettings) -> None:
    """Write beside page images what they are; if it fails, the walk scans."""
    from digitizer.scan.stage import VERSION

    made = _Note(VERSION, codec.digest(settings), scanned)
    with suppress(OSError):
        (folder / _NOTE).write_bytes(codec.encode(made))


def lend(folder: Path, data: Path, document_id: DocumentId) -> None:
    """Put page images where the walk of this document looks for them; if it fails, it scans."""
    place = _place(data, document_id)
    with suppress(OSError):
        place.parent.mkdir(exist_ok=True, mode=0o700)
        shutil.rmtree(place, ignore_errors=True)
        folder.replace(place)


def take(data: Path, intake: Intake, folder: Path, settings: ScanSettings) -> Scanned | None:
    """Move what was lent for a document into `folder` and return it; None if it must be scanned.

    Each image's digest is proven, as that of any step that is recalled. `folder` is empty, and
    is so again when None is returned.

    Raises:
        DiskFull: `folder` can't be written to.
    """
    place = _place(data, intake.document_id)
    if not place.exists():
        return None
    try:
        scanned = _moved_in(place, folder, settings)
        return replace(scanned, document_id=intake.document_id)
    except (OSError, ValueError) as trouble:
        log.info("scanned again: %s", type(trouble).__name__)
        durable.emptied(folder)
        return None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def drop(data: Path, document_id: DocumentId) -> None:
    """Forget what was lent for a document that is not to be worked on."""
    shutil.rmtree(_place(data, document_id), ignore_errors=True)


def sweep(data: Path) -> None:
    """Forget all that was lent and never taken; another run at work then scans for itself."""
    shutil.rmtree(data / "ahead", ignore_errors=True)


def _place(data: Path, document_id: DocumentId) -> Path:
    return data / "ahead" / document_id


def _moved_in(place: Path, folder: Path, settings: ScanSettings) -> Scanned:
    """Move page images into `folder`. Raises OSError, ValueError: not as they were noted."""
    from digitizer.scan.stage import VERSION

    made = codec.decode(_Note, (place / _NOTE).read_bytes())
    if (made.version, made.settings) != (VERSION, codec.digest(settings)):
        raise ValueError("made otherwise than it would be now")
    pages = tuple(_moved(page, place, folder) for page in made.scanned.pages)
    return replace(made.scanned, pages=pages)


def _moved(page: ScannedPage, place: Path, folder: Path) -> ScannedPage:
    target = folder / page.image.path.name
    (place / target.name).replace(target)
    there = StoredFile.of(target)
    if (there.sha256, there.size_bytes) != (page.image.sha256, page.image.size_bytes):
        raise ValueError(target.name)
    return replace(page, image=there)
