"""One page in both profiles, as a viewer that knows nothing of us shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray

from digitizer.assemble.colored_ink import colored_regions
from digitizer.assemble.likeness import cells_of, similarity, worst_place
from digitizer.assemble.resampling import Pixels, luma
from digitizer.assemble.stage import assemble
from digitizer.model import (
    DocumentId,
    Geometry,
    Intake,
    PdfA,
    Recognized,
    RecognizedPage,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.scan.sniff import sniff
from digitizer.scan.stage import scan
from digitizer.settings import AssembleSettings, ImageProfile, ScanSettings

VIEW_DPI: Final = 150
_COLORED: Final = 40
_MILLIMETER: Final = 6  # pixels


@dataclass(frozen=True, slots=True)
class Row:
    """One page. Bytes are its images'.

    `color` is the mean ΔE of colored pixels, each by itself, `tone` that of their surroundings of
    1 mm; None on a page without.
    """

    name: str
    page: int
    dpi: float
    faithful_bytes: int
    compact_bytes: int
    is_layered: bool
    similarity: float
    worst_place: float
    color: float | None
    tone: float | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document in both profiles: whole files, and CPU seconds of the assemble stage."""

    rows: tuple[Row, ...]
    faithful_bytes: int
    compact_bytes: int
    faithful_cpu_s: float
    compact_cpu_s: float


def measured(path: Path) -> Document:
    """Scan a document, assemble it in both profiles without words, and compare the renderings."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        scanned = scanned_in(path, folder / "pages")
        faithful, faithful_cpu_s = assembled_in(folder / "faithful", scanned, "faithful")
        compact, compact_cpu_s = assembled_in(folder / "compact", scanned, "compact")
        return Document(
            tuple(_rows(path.name, scanned, faithful, compact)),
            faithful.pdf.size_bytes,
            compact.pdf.size_bytes,
            faithful_cpu_s,
            compact_cpu_s,
        )


def scanned_in(path: Path, folder: Path) -> Scanned:
    """Return the page images of a document, in a new folder."""
    folder.mkdir()
    original = StoredFile.of(path)
    intake = Intake(DocumentId(original.sha256[:32]), path.name, original, sniff(path))
    return scan(intake, folder=folder, settings=ScanSettings())


def assembled_in(folder: Path, scanned: Scanned, profile: ImageProfile) -> tuple[PdfA, float]:
    """Return the PDF of a scan without words, and the CPU seconds it took."""
    folder.mkdir()
    unread = Recognized(scanned.document_id, "none", tuple(map(_unread, scanned.pages)))
    before = time.process_time()
    settings = AssembleSettings(images=profile)
    pdf = assemble(scanned, unread, folder=folder, settings=settings)
    return pdf, time.process_time() - before


def _unread(page: ScannedPage) -> RecognizedPage:
    geometry = Geometry(page.width, page.height, page.dpi, 0, 0.0)
    return RecognizedPage(page.number, geometry, is_blank=True, lines=())


def _rows(name: str, scanned: Scanned, faithful: PdfA, compact: PdfA) -> Iterator[Row]:
    for index, page in enumerate(scanned.pages):
        shown, shown_compact = view(faithful.pdf.path, index), view(compact.pdf.path, index)
        height, width = shown.shape[:2]
        faithful_bytes, _ = _images(faithful.pdf.path, index)
        compact_bytes, is_layered = _images(compact.pdf.path, index)
        yield Row(
            name=name,
            page=page.number,
            dpi=round(page.dpi, 1),
            faithful_bytes=faithful_bytes,
            compact_bytes=compact_bytes,
            is_layered=is_layered,
            similarity=similarity(luma(shown), luma(shown_compact)),
            worst_place=worst_place(shown, shown_compact, cells_of(width, height, VIEW_DPI)),
            color=_color_difference(shown, shown_compact, 1),
            tone=_color_difference(shown, shown_compact, _MILLIMETER),
        )


def view(path: Path, index: int) -> Pixels:
    """Return a page as PDFium shows it at 150 dpi, (H, W, 3) red-green-blue."""
    with pypdfium2.PdfDocument(path) as pdf:
        bitmap = pdf[index].render(scale=VIEW_DPI / 72, draw_annots=False, rev_byteorder=True)
        return np.array(bitmap.to_pil().convert("RGB"))


def _images(path: Path, index: int) -> tuple[int, bool]:
    """Return the bytes of a page's images with their stencils, and whether it is in layers."""
    with pikepdf.open(path) as pdf:
        images = list(pdf.pages[index].obj.Resources.XObject.values())
        stencils = [image.Mask for image in images if "/Mask" in image]
        return sum(len(image.read_raw_bytes()) for image in images + stencils), bool(stencils)


def _color_difference(shown: Pixels, other: Pixels, side: int) -> float | None:
    """Return the mean CIE 1976 ΔE over the colored pixels of seals and signatures.

    Args:
        shown: the faithful page.
        other: the compact page.
        side: of the square whose mean color is compared, in pixels.
    """
    colored = np.zeros(shown.shape[:2], bool)
    for box in colored_regions(shown, VIEW_DPI):
        patch = shown[box.top : box.bottom, box.left : box.right]
        strong = patch.max(axis=2) - patch.min(axis=2) > _COLORED
        colored[box.top : box.bottom, box.left : box.right] = strong
    if not colored.any():
        return None
    distance = np.linalg.norm(_lab(shown, side) - _lab(other, side), axis=2)
    return float(distance[colored].mean())


def _lab(pixels: Pixels, side: int) -> NDArray[np.float32]:
    scaled = cv2.blur(pixels.astype(np.float32) / np.float32(255), (side, side))
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)
