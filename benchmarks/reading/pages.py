"""The pages as the engines get them: through the real scanning and cleaning, or rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np
import pypdfium2
from trueocr.page import estimate_skew, rotate_page

from benchmarks.reading.truth import TruthPage
from digitizer.clean.stage import clean
from digitizer.model import Cleaned, DocumentId, Intake, MediaType, StoredFile
from digitizer.ocr.engine import Gray
from digitizer.scan.stage import scan
from digitizer.settings import CleanSettings, ScanSettings

RENDER_DPI: Final = 300
_LEAST_SKEW_DEG: Final = 0.3


def staged(pages: Sequence[TruthPage]) -> Iterator[tuple[TruthPage, Gray, float]]:
    """Yield each page as the stages before the reading hand it on, and its resolution in dpi.

    Signature annotations are not on the paper; the scanning stage leaves them out.
    """
    for pdf, wanted in groupby(pages, key=lambda page: page.pdf):
        with TemporaryDirectory() as folder:
            cleaned = _cleaned(pdf, Path(folder))
            for page in wanted:
                found = cleaned.pages[page.page - 1]
                pixels = cv2.imread(str(found.raster.path), cv2.IMREAD_GRAYSCALE)
                assert pixels is not None
                yield page, np.asarray(pixels, dtype=np.uint8), found.geometry.dpi


def _cleaned(pdf: Path, folder: Path) -> Cleaned:
    original = StoredFile.of(pdf)
    intake = Intake(DocumentId(original.sha256[:32]), pdf.name, original, MediaType.PDF)
    images, rasters = folder / "images", folder / "rasters"
    images.mkdir()
    rasters.mkdir()
    scanned = scan(intake, folder=images, settings=ScanSettings())
    return clean(scanned, folder=rasters, settings=CleanSettings())


def rendered(pages: Sequence[TruthPage]) -> Iterator[tuple[TruthPage, Gray, float]]:
    """Yield each page drawn at 300 dpi without annotations, turned by the truth, made level.

    Grey is the brighter of red and green, so that red ink goes.
    """
    for page in pages:
        turned = np.ascontiguousarray(np.rot90(_render(page), page.turns_ccw))
        skew_deg = estimate_skew(turned)
        level = rotate_page(turned, skew_deg) if abs(skew_deg) >= _LEAST_SKEW_DEG else turned
        yield page, np.asarray(level, dtype=np.uint8), RENDER_DPI


def _render(page: TruthPage) -> Gray:
    document = pypdfium2.PdfDocument(page.pdf)
    try:
        bitmap = document[page.page - 1].render(
            scale=RENDER_DPI / 72, may_draw_forms=False, draw_annots=False, rev_byteorder=True
        )
        pixels = bitmap.to_numpy()
        gray = pixels if pixels.ndim == 2 else pixels[:, :, :2].max(axis=2)
        return np.array(gray, dtype=np.uint8)
    finally:
        document.close()
