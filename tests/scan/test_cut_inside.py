"""Data that stops early inside a file that is otherwise whole: decoders draw the rest white."""

import io
import re
import struct
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digitizer.errors import TruncatedImage
from digitizer.model import Capture

FULL = b"q 419.76 0 0 595.44 0 0 cm /Im Do Q"
UNDER_TEXT = FULL + b" BT /F1 12 Tf 50 50 Td (drawn) Tj ET"
EOFB = b"\x00\x10\x01"
TWO_DIMENSIONAL, FILL_BITS = 1, 4
FAX = [("group4", 0), ("group3", 0), ("group3", 1), ("group3", 4), ("group3", 5), ("tiff_ccitt", 0)]


def fax_tiff(sheet: Image.Image, compression: str = "group4", options: int = 0, **tags: int):
    """Write a bilevel TIFF of one strip, or of strips of 278: rows."""
    stream = io.BytesIO()
    info = {278: sheet.height} | {int(tag[1:]): value for tag, value in tags.items()}
    if compression == "group3":
        info[292] = options
    bare = sheet.convert("1", dither=Image.Dither.NONE)
    bare.save(stream, "TIFF", compression=compression, tiffinfo=info)
    return stream.getvalue()


def strip_of(tiff: bytes) -> bytes:
    with Image.open(io.BytesIO(tiff)) as image:
        (offset,), (length,) = image.tag_v2[273], image.tag_v2[279]
    return tiff[offset : offset + length]


def with_last_strip(tiff: bytes, length_of) -> bytes:
    """Say in a little-endian TIFF's directory that its last strip is shorter than it is."""
    data = bytearray(tiff)
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from("<HHI", data, entry)
        if tag == 279:
            form = {3: "<H", 4: "<I"}[kind]
            size = struct.calcsize(form)
            inside = values * size <= 4
            place = entry + 8 if inside else struct.unpack_from("<I", data, entry + 8)[0]
            place += (values - 1) * size
            (length,) = struct.unpack_from(form, data, place)
            struct.pack_into(form, data, place, length_of(length))
    return bytes(data)


@pytest.fixture
def fax_pdf(pdf_file, image_stream, sheet):
    """Write a PDF of one sheet-filling fax image, from its bytes."""

    def write(data: bytes, *, content: bytes = FULL, filters=Name.CCITTFaxDecode, **parms):
        parms = {"K": -1, "Columns": sheet.width, "Rows": sheet.height} | parms
        build = image_stream(
            data,
            sheet.size,
            Filter=filters,
            DecodeParms=Dictionary(**parms),
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=1,
        )
        return pdf_file((content, {"Im": build}, {}))

    return write


def g4(sheet: Image.Image) -> bytes:
    return strip_of(fax_tiff(sheet)).rstrip(b"\0")


@pytest.mark.parametrize("compression, options", FAX)
@pytest.mark.parametrize("rows_a_strip", [827, 100])
def test_whole_fax_data_in_a_tiff_is_taken(
    compression, options, rows_a_strip, scan_file, sheet, tmp_path
) -> None:
    path = tmp_path / "whole.tif"
    path.write_bytes(fax_tiff(sheet, compression, options, _278=rows_a_strip))
    (page,) = scan_file(path)[0].pages
    with Image.open(page.image.path) as image:
        truth = np.asarray(sheet.convert("1", dither=Image.Dither.NONE))
        assert np.array_equal(np.asarray(image), truth)


@pytest.mark.parametrize("compression, options", FAX)
@pytest.mark.parametrize("rows_a_strip", [827, 100])
def test_fax_data_cut_off_in_a_whole_tiff_is_refused(
    compression, options, rows_a_strip, scan_file, sheet, tmp_path
) -> None:
    tiff = fax_tiff(sheet.crop((0, 0, 583, 640)), compression, options, _278=rows_a_strip)
    path = tmp_path / "cut.tif"
    for share in (0.05, 0.5, 0.98):
        path.write_bytes(with_last_strip(tiff, lambda length: max(1, int(share * length) - 4)))  # noqa: B023 - called at once
        with pytest.raises(TruncatedImage) as caught:
            scan_file(path)
        assert caught.value.page == 1


def test_group_3_data_without_ends_of_line_is_taken(scan_file, sheet, tmp_path) -> None:
    tiff = fax_tiff(sheet, "group3")
    rows = strip_of(tiff)
    bits = re.sub("0{11}1", "", f"{int.from_bytes(rows, 'big'):0{8 * len(rows)}b}")
    bare = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    path = tmp_path / "bare.tif"
    path.write_bytes(
        with_last_strip(tiff.replace(rows, bare.ljust(len(rows), b"\0")), lambda _: len(bare))
    )
    (page,) = scan_file(path)[0].pages
    with Image.open(page.image.path) as image:
        truth = np.asarray(sheet.convert("1", dither=Image.Dither.NONE))
        assert np.array_equal(np.asarray(image), truth)


def test_fax_data_of_reversed_bits_is_judged_alike(scan_file, sheet, tmp_path) -> None:
    tiff = fax_tiff(sheet, _266=2)
    path = tmp_path / "reversed.tif"
    path.write_bytes(tiff)
    assert len(scan_file(path)[0].pages) == 1
    path.write_bytes(with_last_strip(tiff, lambda length: length // 2))
    with pytest.raises(TruncatedImage):
        scan_file(path)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_data_cut_off_in_a_whole_tiff_is_refused(mode, scan_file, sheet, tmp_path) -> None:
    stream = io.BytesIO()
    sheet.convert(mode).save(stream, "TIFF", compression="jpeg", tiffinfo={278: sheet.height})
    path = tmp_path / "jpeg.tif"
    path.write_bytes(stream.getvalue())
    assert len(scan_file(path)[0].pages) == 1
    path.write_bytes(with_last_strip(stream.getvalue(), lambda length: int(0.7 * length)))
    with pytest.raises(TruncatedImage):
        scan_file(path)


def test_bare_pixels_cut_off_in_a_whole_tiff_are_refused(scan_file, sheet, tmp_path) -> None:
    stream = io.BytesIO()
    sheet.save(stream, "TIFF", compression="raw")
    path = tmp_path / "raw.tif"
    path.write_bytes(with_last_strip(stream.getvalue(), lambda length: int(0.7 * length)))
    with pytest.raises(TruncatedImage):
        scan_file(path)


@pytest.mark.parametrize("content", [FULL, UNDER_TEXT])
def test_fax_data_cut_off_in_a_whole_pdf_is_refused(content, scan_file, fax_pdf, sheet) -> None:
    data = g4(sheet)
    for share in (0.1, 0.5, 0.97):
        with pytest.raises(TruncatedImage) as caught:
            scan_file(fax_pdf(data[: int(share * len(data)) - 4], content=content))
        assert caught.value.page == 1


@pytest.mark.parametrize("content", [FULL, UNDER_TEXT])
def test_fax_data_without_an_end_mark_is_taken_if_every_row_is_there(
    content, scan_file, fax_pdf, sheet
) -> None:
    data = g4(sheet)
    bits = "".join(f"{byte:08b}" for byte in data).rstrip("0").removesuffix("000000000001" * 2)
    rows = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    (page,) = scan_file(fax_pdf(rows, content=content, EndOfBlock=False))[0].pages
    assert page.capture is (Capture.LOSSLESS if content == FULL else Capture.RENDERED)
    with pytest.raises(TruncatedImage):
        scan_file(fax_pdf(rows[:-2], content=content, EndOfBlock=False))


@pytest.mark.parametrize("compression, options, k", [("group3", 0, 0), ("group3", 1, 4)])
def test_group_3_data_in_a_pdf_is_judged_as_it_is_drawn(
    compression, options, k, scan_file, fax_pdf, sheet
) -> None:
    data = strip_of(fax_tiff(sheet, compression, options))
    assert len(scan_file(fax_pdf(data, K=k))[0].pages) == 1
    with pytest.raises(TruncatedImage):
        scan_file(fax_pdf(data[: len(data) // 2], K=k))


def test_rows_that_begin_at_bytes_are_judged_too(scan_file, fax_pdf, sheet) -> None:
    data = strip_of(fax_tiff(sheet, "tiff_ccitt"))
    assert len(scan_file(fax_pdf(data, K=0, EncodedByteAlign=True))[0].pages) == 1
    with pytest.raises(TruncatedImage):
        scan_file(fax_pdf(data[: len(data) // 2], K=0, EncodedByteAlign=True))


def test_a_cut_mask_is_refused_like_a_cut_picture(scan_file, pdf_file, image_stream, sheet) -> None:
    data = g4(sheet)

    def file_of(mask: bytes) -> Path:
        def build(pdf: pikepdf.Pdf) -> pikepdf.Stream:
            picture = image_stream(
                sheet.tobytes(), sheet.size, ColorSpace=Name.DeviceGray, BitsPerComponent=8
            )(pdf)
            picture.Mask = image_stream(
                mask,
                sheet.size,
                Filter=Array([Name.CCITTFaxDecode]),
                DecodeParms=Array([Dictionary(K=-1, Columns=sheet.width, Rows=sheet.height)]),
                ImageMask=True,
                BitsPerComponent=1,
            )(pdf)
            return picture

        return pdf_file((FULL, {"Im": build}, {}))

    assert len(scan_file(file_of(data))[0].pages) == 1
    with pytest.raises(TruncatedImage):
        scan_file(file_of(data[: len(data) // 2]))


@pytest.mark.parametrize("boxed", [True, False])
@pytest.mark.parametrize("content", [FULL, UNDER_TEXT])
def test_jpeg_2000_data_cut_off_in_a_whole_pdf_is_refused(
    content, boxed, scan_file, pdf_file, image_stream, sheet
) -> None:
    stream = io.BytesIO()
    sheet.save(stream, "JPEG2000", no_jp2=not boxed, tile_size=(256, 256))
    data = stream.getvalue()

    def file_of(part: bytes) -> Path:
        entries = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
        build = image_stream(part, sheet.size, Filter=Name.JPXDecode, **entries)
        return pdf_file((content, {"Im": build}, {}))

    assert len(scan_file(file_of(data))[0].pages) == 1
    for cut in (0.2, 0.6, 0.99):
        with pytest.raises(TruncatedImage):
            scan_file(file_of(data[: int(cut * len(data))] + b"\xff\xd9"))
