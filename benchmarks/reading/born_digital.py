"""Pages whose truth nobody typed: born-digital papers, made to look like office scans.

No weight of the reading was fitted on them, but three of its rules were added after a look at their
errors. They are clean print, and say how the engines do on ordinary pages, not on bad ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np

from benchmarks.reading.truth import TruthLine, comparable
from digitizer.model import DocumentId, Intake, MediaType, StoredFile, TextLine
from digitizer.ocr.engine import Gray
from digitizer.scan.stage import scan
from digitizer.settings import ScanSettings

DPI: Final = 200
_PAGES: Final = 3
_SEED: Final = 5


def born_digital(shared: Path) -> Iterator[tuple[str, tuple[TruthLine, ...], Gray, float]]:
    """Yield name, truth, picture and dpi of the first pages that have a proven text layer."""
    chance = np.random.default_rng(_SEED)
    for pdf in sorted((shared / "born_digital").glob("*.pdf")):
        original = StoredFile.of(pdf)
        intake = Intake(DocumentId(original.sha256[:32]), pdf.name, original, MediaType.PDF)
        with TemporaryDirectory() as folder:
            scanned = scan(intake, folder=Path(folder), settings=ScanSettings())
            for page in scanned.pages[:_PAGES]:
                if page.text_layer:
                    drawn = cv2.imread(str(page.image.path), cv2.IMREAD_GRAYSCALE)
                    assert drawn is not None
                    gray = _as_scanned(np.asarray(drawn, np.uint8), page.dpi, chance)
                    yield f"{pdf.stem[:16]}.p{page.number}", _truth(page.text_layer), gray, DPI


def _truth(lines: tuple[TextLine, ...]) -> tuple[TruthLine, ...]:
    texts = (comparable(line.text) for line in lines)
    return tuple(TruthLine((text,), is_marked=False) for text in texts if text)


def _as_scanned(drawn: Gray, dpi: float, chance: np.random.Generator) -> Gray:
    """Return the page at 200 dpi, softened, grainy, grey on grey, JPEG quality 60."""
    scale = DPI / dpi
    small = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.7).astype(np.float64)
    grainy = (soft + chance.normal(0, 10, soft.shape)) * 0.85 + 25
    _, data = cv2.imencode(
        ".jpg", np.clip(grainy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 60]
    )
    decoded = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return np.asarray(decoded, dtype=np.uint8)
