"""From a sample's description to its bytes and its truth."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from samples import born_digital, containers, degrade, layout
from samples.layout import Sheet
from samples.paper import Sample
from samples.truth import Truth, page_of, truth_of


def make(sample: Sample, seed: int) -> tuple[bytes, Truth]:
    """Return the file and its truth; the same seed gives the same bytes.

    Raises:
        MissingGlyph: a character the face can't draw.
        FileNotFoundError: the face is not installed.
    """
    sheets = sample.draw()
    pages = [page_of(sheet, number, sample) for number, sheet in enumerate(sheets, 1)]
    if sample.capture.blank_back:
        pages.append(page_of(sheets[-1], len(sheets) + 1, sample, is_back=True))
    data = _file(sample, sheets, seed)
    if sample.capture.keep < 1:
        data = degrade.cut_short(data, sample.capture.keep)
    return data, truth_of(sample, data, tuple(pages))


def _file(sample: Sample, sheets: Sequence[Sheet], seed: int) -> bytes:
    capture = sample.capture
    if capture.form == "pdf_text":
        return born_digital.pdf(sheets)
    images = _images(sample, sheets, seed)
    if capture.form == "pdf_jpeg":
        return containers.pdf_of_jpegs(images, capture.quality, capture.dpi)
    if capture.form == "pdf_g4":
        return containers.pdf_of_g4(images, capture.dpi)
    if capture.form == "jpeg":
        return degrade.as_jpeg(images[0], capture.quality, capture.dpi)
    if capture.form == "png":
        return containers.png(images[0], capture.dpi)
    compression = "group4" if capture.form == "tiff_g4" else "jpeg"
    return containers.tiff(images, capture.dpi, compression, capture.quality)


def _images(sample: Sample, sheets: Sequence[Sheet], seed: int) -> list[Image.Image]:
    """Scan every side. The noise hangs on seed, file and page, not on what was made before."""
    capture, origin = sample.capture, sample.copy_of or sample.path
    fronts = [layout.render(sheet, capture.dpi) for sheet in sheets]
    scans = []
    for number, front in enumerate(fronts, 1):
        turn = capture.turned.get(number, capture.wear.rotation_deg)
        wear = replace(capture.wear, rotation_deg=turn)
        scans.append(degrade.scan(front, wear, page_seed(seed, origin, number)))
    if capture.blank_back:
        back = Image.new("RGB", fronts[-1].size, layout.PAPER)
        chance = page_seed(seed, origin, len(fronts) + 1)
        scans.append(degrade.scan(back, capture.wear, chance, behind=fronts[-1]))
    return scans


def page_seed(seed: int, path: str, number: int) -> int:
    """Return the seed of one page's noise."""
    digest = hashlib.sha256(f"{seed}/{path}/{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
