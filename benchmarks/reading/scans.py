"""The real scans whose text was typed by eye: through the real stages, or drawn by the truth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np
import pypdfium2
from trueocr.page import estimate_skew, rotate_page

from benchmarks.reading.trial import Trial, page_of, staged
from benchmarks.reading.truth import TruthPage, load_truth
from digitizer.model import (
    Capture,
    Cleaned,
    CleanedPage,
    DocumentId,
    Geometry,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.ocr.engine import Gray

RENDER_DPI: Final = 300
_LEAST_SKEW_DEG: Final = 0.3


def real_scans(shared: Path) -> Iterator[Trial]:
    """Yield each page with typed text as the stages before the reading hand it on."""
    for pdf, wanted in groupby(load_truth(shared), key=lambda page: page.pdf):
        with staged(pdf, MediaType.PDF) as (scanned, cleaned):
            for page in wanted:
                one = page_of(scanned, cleaned, page.page)
                yield Trial(page.name, "scans", "real", "dev", page.lines, *one)


def rendered_scans(shared: Path) -> Iterator[Trial]:
    """Yield each page drawn at 300 dpi without annotations, turned by the truth, made level.

    Grey is the brighter of red and green, so that red ink goes. Compared with `real_scans` it
    says what scanning and cleaning gain or lose.
    """
    for page in load_truth(shared):
        turned = np.ascontiguousarray(np.rot90(_render(page), page.turns_ccw))
        skew_deg = estimate_skew(turned)
        level = rotate_page(turned, skew_deg) if abs(skew_deg) >= _LEAST_SKEW_DEG else turned
        with TemporaryDirectory() as folder:
            path = Path(folder, "page.png")
            cv2.imwrite(str(path), level)
            one = _as_document(path, np.asarray(level, np.uint8))
            yield Trial(page.name, "rendered", "real", "dev", page.lines, *one)


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


def _as_document(path: Path, gray: Gray) -> tuple[Scanned, Cleaned]:
    file = StoredFile.of(path)
    (height, width), name = gray.shape, DocumentId(file.sha256[:32])
    page = ScannedPage(1, file, MediaType.PNG, width, height, RENDER_DPI, Capture.RENDERED)
    cleaned = CleanedPage(1, file, Geometry(width, height, RENDER_DPI, 0, 0.0), False)
    return Scanned(name, Origin.SCAN, 0, (page,)), Cleaned(name, (cleaned,))
