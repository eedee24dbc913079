"""What a scanner hands over page by page, put into one PDF: the stack as it lay in the feeder."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf
from PIL import Image

from digitizer.assemble.group4 import group_4
from digitizer.errors import DamagedFile

_POINTS: Final = 72


@dataclass(frozen=True, slots=True)
class FedPage:
    """One page's image stream and its size in points."""

    width: int
    height: int
    size_pt: tuple[float, float]
    entries: tuple[tuple[str, Any], ...]
    data: bytes


def stack_pdf(pages: Sequence[Path], *, dpi: int, quality: int) -> bytes:
    """Return the pages, TIFF files of one image each, as a PDF.

    Black-and-white pages are coded as CCITT Group 4, without loss; grey and color ones as JPEG.

    Args:
        dpi: at which they were scanned.
        quality: of the JPEG, 1 to 95.

    Raises:
        DamagedFile: a page can't be decoded.
    """
    with pikepdf.new() as document:
        for number, path in enumerate(pages, 1):
            _add(document, _fed(path, number, dpi, quality))
        stream = io.BytesIO()
        document.save(stream, deterministic_id=True)
    return stream.getvalue()


def _fed(path: Path, number: int, dpi: int, quality: int) -> FedPage:
    try:
        with Image.open(path, formats=("TIFF", "PPM")) as image:
            image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise DamagedFile("the scanner's page can't be decoded", page=number) from error
    size = (image.width / dpi * _POINTS, image.height / dpi * _POINTS)
    entries, data = _coded(image, quality, dpi)
    return FedPage(image.width, image.height, size, tuple(entries), data)


def _coded(image: Image.Image, quality: int, dpi: int) -> tuple[Iterator[tuple[str, Any]], bytes]:
    if image.mode == "1":
        data, parms = group_4(image)
        return iter(
            (
                ("/ColorSpace", pikepdf.Name.DeviceGray),
                ("/BitsPerComponent", 1),
                ("/Filter", pikepdf.Name.CCITTFaxDecode),
                ("/DecodeParms", pikepdf.Dictionary({f"/{name}": v for name, v in parms})),
            )
        ), data
    image = image if image.mode in ("L", "RGB") else image.convert("RGB")
    space = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    entries = (
        ("/ColorSpace", space),
        ("/BitsPerComponent", 8),
        ("/Filter", pikepdf.Name.DCTDecode),
    )
    return iter(entries), stream.getvalue()


def _add(document: pikepdf.Pdf, page: FedPage) -> None:
    image = pikepdf.Stream(document, page.data)
    image["/Type"], image["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
    image["/Width"], image["/Height"] = page.width, page.height
    for name, value in page.entries:
        image[name] = value
    leaf = document.add_blank_page(page_size=page.size_pt)
    leaf.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    width, height = page.size_pt
    leaf.Contents = pikepdf.Stream(
        document, f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Im0 Do Q".encode()
    )
