"""Pages into files, with no date and no random identifier: same pages, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from PIL import Image

from samples import degrade


def pdf_of_jpegs(pages: Sequence[Image.Image], quality: int, dpi: int) -> bytes:
    """Return a PDF whose pages are one JPEG each, as office scanners write them."""
    pdf = pikepdf.new()
    for page in pages:
        color = pikepdf.Name.DeviceGray if page.mode == "L" else pikepdf.Name.DeviceRGB
        data = degrade.as_jpeg(page, quality, dpi)
        _image_page(pdf, page, dpi, data, {"/ColorSpace": color, "/Filter": pikepdf.Name.DCTDecode})
    return _saved(pdf)


def pdf_of_g4(pages: Sequence[Image.Image], dpi: int) -> bytes:
    """Return a PDF whose pages are one CCITT G4 image each."""
    pdf = pikepdf.new()
    for page in pages:
        parameters = pikepdf.Dictionary(K=-1, Columns=page.width, Rows=page.height, BlackIs1=False)
        keys = {
            "/ColorSpace": pikepdf.Name.DeviceGray,
            "/Filter": pikepdf.Name.CCITTFaxDecode,
            "/DecodeParms": parameters,
            "/BitsPerComponent": 1,
        }
        _image_page(pdf, page, dpi, _g4_strip(page), keys)
    return _saved(pdf)


def _image_page(
    pdf: pikepdf.Pdf, page: Image.Image, dpi: int, data: bytes, keys: dict[str, object]
) -> None:
    image = pikepdf.Stream(pdf, data)
    common: dict[str, object] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": page.width,
        "/Height": page.height,
        "/BitsPerComponent": 8,
    }
    for name, value in (common | keys).items():
        image[name] = value
    size = (page.width / dpi * 72, page.height / dpi * 72)
    leaf = pdf.add_blank_page(page_size=size)
    leaf.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    leaf.Contents = pikepdf.Stream(
        pdf, f"q {size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm /Im0 Do Q".encode()
    )


def _g4_strip(page: Image.Image) -> bytes:
    """Return the bare G4 bytes: a TIFF of one strip with its wrapping taken off."""
    stream = io.BytesIO()
    # 278 is RowsPerStrip, 262 PhotometricInterpretation (0: white is 0, as PDF's default wants).
    page.save(stream, "TIFF", compression="group4", tiffinfo={278: page.height, 262: 0})
    with Image.open(stream) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined] # only TIFF images carry it
        (start,), (length,) = tags[273], tags[279]
    return stream.getvalue()[start : start + length]


def _saved(pdf: pikepdf.Pdf) -> bytes:
    stream = io.BytesIO()
    pdf.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def tiff(pages: Sequence[Image.Image], dpi: int, compression: str, quality: int) -> bytes:
    """Return a TIFF of all pages; `compression` is Pillow's name, group4 or jpeg."""
    stream = io.BytesIO()
    options: dict[str, object] = {"quality": quality} if compression == "jpeg" else {}
    pages[0].save(
        stream,
        "TIFF",
        save_all=True,
        append_images=list(pages[1:]),
        compression=compression,
        dpi=(dpi, dpi),
        **options,
    )
    return stream.getvalue()


def png(page: Image.Image, dpi: int) -> bytes:
    """Return a gray PNG of 16 levels, as receipt printers' scanners write to save room."""
    levels = page.point([round(value / 17) * 17 for value in range(256)])
    stream = io.BytesIO()
    levels.save(stream, "PNG", optimize=True, dpi=(dpi, dpi))
    return stream.getvalue()
