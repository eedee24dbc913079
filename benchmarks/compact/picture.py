"""`python -m benchmarks.compact.picture`: docs/images/compact.jpg, from a synthetic sample.

Above a birth certificate's print, below its seal; left the scan, right the compact page, both as
PDFium shows them at 200 dpi.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pypdfium2
from PIL import Image

from benchmarks.compact.measure import assembled_in, scanned_in
from digitizer.model import PdfA

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLE: Final = ROOT / "samples" / "papers" / "ho-tich-xa-thi-diem" / "2026-10" / "0001.pdf"
TARGET: Final = ROOT / "docs" / "images" / "compact.jpg"
_DPI: Final = 200
_PRINT: Final = (200, 650, 800, 860)
_SEAL: Final = (820, 1640, 1420, 2040)
_GAP: Final = 16


def main() -> None:
    """Draw the picture."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        scanned = scanned_in(SAMPLE, folder / "pages")
        faithful, _ = assembled_in(folder / "faithful", scanned, "faithful")
        compact, _ = assembled_in(folder / "compact", scanned, "compact")
        pages = [_shown(pdf) for pdf in (faithful, compact)]
    width = _PRINT[2] - _PRINT[0]
    heights = [box[3] - box[1] for box in (_PRINT, _SEAL)]
    picture = Image.new("RGB", (2 * width + _GAP, sum(heights) + _GAP), (0, 110, 60))
    for column, page in enumerate(pages):
        left = column * (width + _GAP)
        picture.paste(page.crop(_PRINT), (left, 0))
        picture.paste(page.crop(_SEAL), (left, heights[0] + _GAP))
    picture.save(TARGET, quality=92, subsampling="4:4:4")


def _shown(pdf: PdfA) -> Image.Image:
    with pypdfium2.PdfDocument(pdf.pdf.path) as opened:
        bitmap = opened[0].render(scale=_DPI / 72, rev_byteorder=True)
        return bitmap.to_pil().convert("RGB").copy()


if __name__ == "__main__":
    main()
