"""Page images from a PDF: the scanner's own where a page is one image, else drawn.

Annotations are never part of a page image: they lie over the paper, and e-signature overlays
cover what stands below. The one exception is told in `number_stamp`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
from PIL import Image, ImageChops

from digitizer.errors import DamagedFile
from digitizer.scan.answers import PageImage
from digitizer.scan.number_stamp import page_with_stamps
from digitizer.scan.page_folder import PageFolder
from digitizer.scan.pdf_complete import check_complete, check_jbig2
from digitizer.scan.pdf_content import PageContent, page_content, size_of
from digitizer.scan.pdf_document import open_pdf, sheet_of, signature_count
from digitizer.scan.pdf_image import (
    Sheet,
    SheetImage,
    is_jbig2,
    is_opaque,
    keep_decoded,
    native_page,
    sheet_image,
)
from digitizer.scan.pdf_render import Drawing, keep_drawn
from digitizer.scan.text_layer import TextLayer
from digitizer.scan.text_lines import text_lines
from digitizer.scan.text_proof import proven_words, tight_lines
from digitizer.settings import ScanSettings

_FINEST_DRAWN_DPI: Final = 600.0
_MOST_PICTURES_CHECKED: Final = 64
_SCAN_SHARE: Final = 0.3
_PAPER_LEVEL: Final = 250


@dataclass(frozen=True, slots=True)
class PdfPages:
    """An open PDF on its way to page images; close it when done."""

    pdf: pikepdf.Pdf
    drawing: Drawing
    layer: TextLayer
    folder: PageFolder
    render_dpi: int

    @classmethod
    def open(cls, path: Path, folder: PageFolder, settings: ScanSettings) -> PdfPages:
        """Open the PDF with the reader and the renderer, who must agree on its pages.

        Raises:
            EncryptedFile, DamagedFile, BudgetExceeded.
        """
        pdf = open_pdf(path, max_pages=settings.max_pages)
        drawing = Drawing(path)
        if len(drawing) != len(pdf.pages):
            raise DamagedFile(f"two readers find {len(pdf.pages)} and {len(drawing)} pages in it")
        return cls(pdf, drawing, TextLayer(path), folder, settings.render_dpi)

    @property
    def signature_count(self) -> int:
        return signature_count(self.pdf)

    @property
    def problem_count(self) -> int:
        """What qpdf complained of so far."""
        return len(self.pdf.get_warnings())

    def close(self) -> None:
        self.layer.close()
        self.drawing.close()
        self.pdf.close()

    def pages(self) -> Iterator[PageImage]:
        """Yield the pages in order.

        Raises:
            TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
        """
        for number, page in enumerate(self.pdf.pages, start=1):
            sheet = sheet_of(page, number)
            content = page_content(page, number)
            image = sheet_image(content.top_image, sheet)
            native = self._native(image, sheet) if image is not None else None
            yield native if native is not None else self._drawn(content, image, sheet)

    def _native(self, image: SheetImage, sheet: Sheet) -> PageImage | None:
        if not is_jbig2(image):
            return native_page(image, sheet, self.folder)
        self.folder.check_size(sheet.number, image.width, image.height)
        check_jbig2(image.stream, sheet.number, self.folder)
        pixels = self.drawing.image_pixels(sheet.number, image.width, image.height)
        if pixels is None:
            raise DamagedFile("its image can't be decoded", page=sheet.number)
        return keep_decoded(pixels, image, sheet, self.folder)

    def _drawn(self, content: PageContent, image: SheetImage | None, sheet: Sheet) -> PageImage:
        for picture in content.images[:_MOST_PICTURES_CHECKED]:
            check_complete(picture, sheet.number, self.folder)
        dpi = float(self.render_dpi)
        if image is not None:
            # No pixel of the scan is lost when it is drawn on a grid as fine as its own.
            dpi = min(max(dpi, image.finest_dpi), _FINEST_DRAWN_DPI)
        if not _may_have_text_layer(content, sheet):
            return self._kept(self._draw(self.drawing, sheet.number, dpi, sheet), dpi, sheet)
        stamped = page_with_stamps(self.pdf, sheet.number)
        if stamped is None:
            return self._with_text(self.drawing, self.layer, sheet.number, dpi, sheet)
        with closing(Drawing(stamped)) as drawing, closing(TextLayer(stamped)) as layer:
            return self._with_text(drawing, layer, 1, dpi, sheet)

    def _draw(self, drawing: Drawing, index: int, dpi: float, sheet: Sheet) -> Image.Image:
        size = drawing.size_px(index, dpi, sheet.user_unit)
        self.folder.check_size(sheet.number, *size)
        return drawing.draw(index, dpi, sheet.user_unit)

    def _with_text(
        self, drawing: Drawing, layer: TextLayer, index: int, dpi: float, sheet: Sheet
    ) -> PageImage:
        """Draw a page with visible text; attach the text if the drawing proves it."""
        image = self._draw(drawing, index, dpi, sheet)
        text = layer.read(index, image.width, image.height)
        kept = self._kept(image, dpi, sheet)
        if not text.words:
            return kept
        gray = _darkest(image)
        words = proven_words(text.words, gray, dpi)
        lines = text_lines(words, image.width, text.tables)
        return replace(kept, text_layer=tight_lines(lines, gray))

    def _kept(self, image: Image.Image, dpi: float, sheet: Sheet) -> PageImage:
        kept = keep_drawn(sheet.number, image, dpi, self.folder)
        return replace(kept, is_blank=bool(_darkest(image).min() >= _PAPER_LEVEL))


def _may_have_text_layer(content: PageContent, sheet: Sheet) -> bool:
    """Say whether the page's text is drawn rather than laid, hidden or not, over a scan."""
    if not content.has_visible_text or content.has_hidden_text or content.is_too_complex:
        return False
    scans = [image for image in content.images if is_opaque(image)]
    largest = max((size_of(image.area) for image in scans), default=0.0)
    return largest < _SCAN_SHARE * size_of(sheet.area)


def _darkest(image: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return (H, W) uint8, the darkest channel, in which colored ink counts as ink too."""
    # numpy's minimum over an axis of three takes five times as long.
    return np.asarray(reduce(ImageChops.darker, image.split()))
