"""Proof that a PDF/A is what it claims, before anyone signs it.

Three questions, each of which the others leave open: do the rules of PDF/A hold; does every page
hold its own scan, bit for bit; and does a viewer that knows nothing of us show that scan, the
right way up? (A PDF can be PDF/A-valid with its scan missing.)

Source: ISO 19005-2; docs/adr/0007-pdfa-by-pikepdf.md for the thresholds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pikepdf
import pikepdf.pdfa
import pypdfium2
from PIL import Image, UnidentifiedImageError

from digitizer.assemble.document import SpooledPage
from digitizer.assemble.page_image import on_paper
from digitizer.errors import DamagedFile, UnprovenPdf
from digitizer.model import Scanned, ScannedPage

Thumbnail = npt.NDArray[np.float64]

# The checker knows level B only and always says so of a file that claims level U.
_LEVEL_RULE: Final = "ISO_19005_2:6.6.4-3"
_THUMBNAIL: Final = 96
_OVERSAMPLING: Final = 4
# On 20 real scans a page and its own scan correlate by 0.957 or more, a page and another scan,
# or itself upside down, by 0.461 or less.
_MIN_CORRELATION: Final = 0.8
# A page with less contrast than this (gray levels) is compared by its gray alone.
_FLAT: Final = 4.0
_MAX_GRAY_DIFFERENCE: Final = 12.0
_DRAW: Final = b"/Im0 Do"


def prove(path: Path, scanned: Scanned, pages: Sequence[SpooledPage]) -> None:
    """Return if the PDF at `path` is proven.

    Args:
        path: the PDF as written.
        scanned: where it came from.
        pages: what each page must hold, in order.

    Raises:
        UnprovenPdf: it breaks a rule of PDF/A, lacks a scan, or does not show it.
        DamagedFile: the scan itself can't be decoded.
    """
    _prove_rules(path)
    _prove_scans_are_there(path, pages)
    _prove_scan_is_seen(path, scanned, pages)


def _prove_rules(path: Path) -> None:
    report = pikepdf.pdfa.validate_written(path, "2b")
    # Rule numbers only: a finding's message may quote the text of a page.
    broken = sorted({finding.rule for finding in report.findings} - {_LEVEL_RULE})
    if broken:
        raise UnprovenPdf("PDF/A rules broken: " + ", ".join(broken))


def _prove_scans_are_there(path: Path, pages: Sequence[SpooledPage]) -> None:
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.pages) != len(pages):
                raise UnprovenPdf(f"{len(pdf.pages)} pages instead of {len(pages)}")
            for page, expected in zip(pdf.pages, pages, strict=True):
                _prove_scan_is_there(page, expected)
    except pikepdf.PdfError as error:
        raise UnprovenPdf(f"can't be opened: {error}") from error


def _prove_scan_is_there(page: pikepdf.Page, expected: SpooledPage) -> None:
    image = page.obj.Resources.get("/XObject", pikepdf.Dictionary()).get("/Im0")
    if image is None or image.get("/Subtype") != pikepdf.Name.Image:
        raise UnprovenPdf("the scan is missing", page=expected.number)
    if hashlib.sha256(image.read_raw_bytes()).hexdigest() != expected.image_sha256:
        raise UnprovenPdf("the scan's bytes differ", page=expected.number)
    if [image.get("/Width"), image.get("/Height")] != [expected.frame.width, expected.frame.height]:
        raise UnprovenPdf("the scan's size differs", page=expected.number)
    if _DRAW not in page.obj.Contents.read_bytes()[:100]:
        raise UnprovenPdf("the scan is not drawn", page=expected.number)


def _prove_scan_is_seen(path: Path, scanned: Scanned, pages: Sequence[SpooledPage]) -> None:
    """Compare a rendering of the first page with its scan, turned upright."""
    if not pages:
        raise UnprovenPdf("no pages")
    shown = _rendered(path, 0)
    rotation_deg = pages[0].frame.geometry.rotation_deg
    if not _shows(shown, _scan(scanned.pages[0], rotation_deg)):
        raise UnprovenPdf("a viewer does not show the scan", page=pages[0].number)


def _rendered(path: Path, index: int) -> Image.Image:
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            page = pdf[index]
            scale = _THUMBNAIL * _OVERSAMPLING / max(page.get_size())
            bitmap = page.render(scale=scale, grayscale=True, draw_annots=False)
            # A copy: the bitmap's memory goes with the document.
            return _thumbnail(bitmap.to_pil().copy())
    except pypdfium2.PdfiumError as error:
        raise UnprovenPdf(f"a viewer can't open it: {error}", page=index + 1) from error


def _scan(page: ScannedPage, rotation_deg: int) -> Image.Image:
    try:
        with Image.open(page.image.path, formats=("JPEG", "PNG")) as image:
            # A JPEG is decoded at an eighth to a half of its size, which is what makes it cheap.
            image.draft("L", (_THUMBNAIL * _OVERSAMPLING, _THUMBNAIL * _OVERSAMPLING))
            # Pillow turns counter-clockwise.
            return _thumbnail(_eight_bit(on_paper(image))).rotate(-rotation_deg, expand=True)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise DamagedFile(f"{page.image.path.name}: {error}", page=page.number) from error


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode != "I;16":
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _thumbnail(image: Image.Image) -> Image.Image:
    shrink = max(image.size) / _THUMBNAIL
    size = (max(1, round(image.width / shrink)), max(1, round(image.height / shrink)))
    return image.convert("L").resize(size, Image.Resampling.BOX)


def _shows(shown: Image.Image, scan: Image.Image) -> bool:
    is_sideways = (shown.width > shown.height) != (scan.width > scan.height)
    if is_sideways and abs(shown.width - shown.height) > 1:
        return False
    ours: Thumbnail = np.asarray(shown, dtype=np.float64)
    theirs: Thumbnail = np.asarray(scan.resize(shown.size), dtype=np.float64)
    if theirs.std() < _FLAT:
        return float(np.abs(ours - theirs).mean()) <= _MAX_GRAY_DIFFERENCE
    if ours.std() == 0:
        return False
    return float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1]) >= _MIN_CORRELATION
