"""Refuse images of a PDF whose data stops early; viewers and decoders draw the rest white.

Source: ISO 32000-1, 7.4 (filters), 8.9.6 (masks).
"""

from __future__ import annotations

import io
from contextlib import closing

import numpy as np
import pikepdf

from digitizer.errors import DamagedFile, TruncatedImage
from digitizer.scan import jbig2, tile_parts
from digitizer.scan.fax import Decode, Rows, first_missing_row
from digitizer.scan.page_folder import PageFolder
from digitizer.scan.pdf_content import DrawnImage
from digitizer.scan.pdf_render import Drawing
from digitizer.scan.pdf_stream import (
    PIXEL_FILTERS,
    coded_bytes,
    filters_of,
    jpeg_mode,
    number_of,
)
from digitizer.scan.raster import proven_jpeg


def check_complete(image: DrawnImage, number: int, folder: PageFolder) -> None:
    """Refuse a picture on a drawn page, or a mask of it, that is not there to its last row.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    picture = image.xobject
    if not isinstance(picture, pikepdf.Stream):
        return
    if filters_of(picture)[-1:] == ["/DCTDecode"]:
        folder.check_size(number, number_of(picture, "/Width"), number_of(picture, "/Height"))
        data = coded_bytes(picture, number)
        if data is not None:
            proven_jpeg(data, number, folder)
    for stream in (picture, picture.get("/Mask"), picture.get("/SMask")):
        if isinstance(stream, pikepdf.Stream):
            _check_stream(stream, number, folder)


def _check_stream(stream: pikepdf.Stream, number: int, folder: PageFolder) -> None:
    """Check all but JPEG, in which a mask may well end in the even grey of a cut picture."""
    folder.check_size(number, number_of(stream, "/Width"), number_of(stream, "/Height"))
    filters = filters_of(stream)
    last = filters[-1] if filters else ""
    if last == "/CCITTFaxDecode":
        check_fax(stream, number)
    elif last == "/JPXDecode":
        check_jpeg2000(stream, number, folder)
    elif filters == ["/JBIG2Decode"]:
        check_jbig2(stream, number, folder)
    elif filters and set(filters) <= PIXEL_FILTERS:
        check_pixel_bytes(stream, number)


def check_jbig2(stream: pikepdf.Stream, number: int, folder: PageFolder) -> None:
    """Refuse JBIG2 that stops early or is larger than its dictionary lets one think.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    told = jbig2.page_size(stream.read_raw_bytes(), number)
    if told is not None:
        folder.check_size(number, *told)


def check_jpeg2000(stream: pikepdf.Stream, number: int, folder: PageFolder) -> None:
    """Refuse JPEG 2000 that stops early or is larger than its dictionary lets one think.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    data = coded_bytes(stream, number)
    told = tile_parts.image_size(data, number) if data is not None else None
    if told is not None:
        folder.check_size(number, *told)


def check_fax(stream: pikepdf.Stream, number: int) -> None:
    """Refuse CCITT data that does not code all rows of the image.

    Raises:
        TruncatedImage, DamagedFile, BudgetExceeded: naming the page.
    """
    data = coded_bytes(stream, number)
    if data is None:
        return
    height = number_of(stream, "/Height")
    missing = first_missing_row(data, height, _decoder(stream))
    if missing is not None:
        raise TruncatedImage(f"codes {missing} of {height} rows", page=number)


def check_pixel_bytes(stream: pikepdf.Stream, number: int) -> None:
    """Refuse pixels that are fewer than the dictionary says. Raises TruncatedImage."""
    width, height = number_of(stream, "/Width"), number_of(stream, "/Height")
    components = 3 if jpeg_mode(stream) == "RGB" else 1
    bits = 1 if stream.get("/ImageMask", False) else int(stream.get("/BitsPerComponent", 8))
    needed = (width * bits * components + 7) // 8 * height
    try:
        held = len(stream.read_bytes())
    except pikepdf.PdfError as error:
        raise TruncatedImage("its image data breaks off", page=number) from error
    if held < needed:
        raise TruncatedImage(f"holds {held} of {needed} image bytes", page=number)


def _decoder(stream: pikepdf.Stream) -> Decode:
    """Return PDFium's reading of other data under the same parameters, on a page of its own."""
    size = number_of(stream, "/Width"), number_of(stream, "/Height")

    def decode(data: bytes) -> Rows | None:
        with pikepdf.new() as pdf, io.BytesIO() as file:
            image = pdf.make_stream(data, _bare_entries(stream))
            page = pdf.add_blank_page(page_size=(72, 72))
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
            page.obj.Contents = pdf.make_stream(b"72 0 0 72 0 0 cm /Im Do")
            pdf.save(file)
            try:
                with closing(Drawing(file.getvalue())) as drawing:
                    pixels = drawing.image_pixels(1, *size)
            except DamagedFile:
                return None
        return None if pixels is None else np.asarray(pixels.convert("L")) > 0

    return decode


def _bare_entries(stream: pikepdf.Stream) -> pikepdf.Dictionary:
    """Return the dictionary of a bilevel image with the fax parameters of `stream`, unmasked."""
    entries = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=stream.Width,
        Height=stream.Height,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1,
        Filter=pikepdf.Name.CCITTFaxDecode,
    )
    parms = stream.get("/DecodeParms")
    if isinstance(parms, pikepdf.Array):
        parms = parms[-1] if len(parms) else None
    if isinstance(parms, pikepdf.Dictionary):
        entries.DecodeParms = pikepdf.Dictionary(
            {key: value for key, value in parms.items() if not isinstance(value, pikepdf.Object)}
        )
    return entries
