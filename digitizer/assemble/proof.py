"""Proof that a PDF/A is what it claims, before anyone signs it.

Three questions, each of which the others leave open: do the rules of PDF/A hold; does every page
hold its own images, bit for bit; and does a viewer that knows nothing of us show the scan, the
right way up? (A PDF can be PDF/A-valid with its scan missing.) Of pages that hold the scanner's own
bytes the viewer is asked about the first; of pages in layers about every one, to the millimeter.

Source: ISO 19005-2; docs/adr/0007-pdfa-by-pikepdf.md and 0023-compact-pages.md for the thresholds.
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
from PIL import Image

from digitizer.assemble.document import SpooledImage, SpooledPage
from digitizer.assemble.likeness import cells_of, worst_place
from digitizer.assemble.pixels import read_image
from digitizer.assemble.text_layer import Frame
from digitizer.errors import UnprovenPdf
from digitizer.model import Scanned, ScannedPage

Thumbnail = npt.NDArray[np.float64]

# The checker knows level B only and always says so of a file that claims level U.
_LEVEL_RULE: Final = "ISO_19005_2:6.6.4-3"
_THUMBNAIL: Final = 96
_SIDE: Final = 4 * _THUMBNAIL
# Pixels of the longer side: A4 at 100 dpi, eight across a place that is compared.
_LAYERED_SIDE: Final = 1170
# Gray levels; on 49 real pages the worst place of a page differs by 9 to 36.
_WORST_PLACE: Final = 48.0
# On 20 real scans a page and its own scan correlate by 0.957 or more, a page and another scan,
# or itself upside down, by 0.461 or less.
_MIN_CORRELATION: Final = 0.8
# A page with less contrast than this (gray levels) is compared by its gray alone.
_FLAT: Final = 4.0
_MAX_GRAY_DIFFERENCE: Final = 12.0
# The operators that lay an image into its box take no more than this, each number in 12 digits.
_DRAWING_BYTES: Final = 100


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
    images = page.obj.Resources.get("/XObject", pikepdf.Dictionary())
    drawn = page.obj.Contents.read_bytes()[: _DRAWING_BYTES * len(expected.layers)]
    for index, layer in enumerate(expected.layers):
        image = _proven_image(images.get(f"/Im{index}"), layer.image, expected.number)
        if layer.stencil is not None:
            _proven_image(image.get("/Mask"), layer.stencil, expected.number)
        if b"/Im%d Do" % index not in drawn:
            raise UnprovenPdf("the scan is not drawn", page=expected.number)


def _proven_image(
    image: pikepdf.Object | None, expected: SpooledImage, number: int
) -> pikepdf.Object:
    if image is None or image.get("/Subtype") != pikepdf.Name.Image:
        raise UnprovenPdf("the scan is missing", page=number)
    if hashlib.sha256(image.read_raw_bytes()).hexdigest() != expected.sha256:
        raise UnprovenPdf("the scan's bytes differ", page=number)
    if [image.get("/Width"), image.get("/Height")] != [expected.width, expected.height]:
        raise UnprovenPdf("the scan's size differs", page=number)
    return image


def _prove_scan_is_seen(path: Path, scanned: Scanned, pages: Sequence[SpooledPage]) -> None:
    """Compare renderings of the first page and of all pages in layers with their scans."""
    if not pages:
        raise UnprovenPdf("no pages")
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            for index, (scan, page) in enumerate(zip(scanned.pages, pages, strict=True)):
                if index == 0 or not page.is_own:
                    _prove_page_is_seen(pdf[index], scan, page)
    except pypdfium2.PdfiumError as error:
        raise UnprovenPdf(f"a viewer can't open it: {error}") from error


def _prove_page_is_seen(shown: pypdfium2.PdfPage, scan: ScannedPage, page: SpooledPage) -> None:
    side = _SIDE if page.is_own else _LAYERED_SIDE
    # Pillow turns counter-clockwise.
    original = read_image(scan, side).rotate(-page.frame.geometry.rotation_deg, expand=True)
    bitmap = shown.render(scale=side / max(shown.get_size()), draw_annots=False, rev_byteorder=True)
    # A copy: the bitmap's memory goes with the document.
    rendering = bitmap.to_pil().convert("RGB").copy()
    if not _shows(_thumbnail(rendering), _thumbnail(original)):
        raise UnprovenPdf("a viewer does not show the scan", page=page.number)
    if not page.is_own and _worst_place(rendering, original, page.frame) > _WORST_PLACE:
        raise UnprovenPdf("a viewer shows a part unlike the scan", page=page.number)


def _worst_place(shown: Image.Image, scan: Image.Image, frame: Frame) -> float:
    short, long = sorted((frame.width, frame.height))
    width, height = (long, short) if shown.width > shown.height else (short, long)
    one, other = (np.asarray(image.convert("RGB")) for image in (shown, scan))
    return worst_place(one, other, cells_of(width, height, frame.dpi))


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
