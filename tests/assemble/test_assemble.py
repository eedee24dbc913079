"""What `assemble` promises: the scan bit for bit, the words, the same bytes every time."""

from __future__ import annotations

import io
import resource
import zlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from digitizer.assemble.stage import assemble
from digitizer.errors import (
    DamagedFile,
    DiskFull,
    IntegrityError,
    TruncatedImage,
    UnsupportedFormat,
)
from digitizer.model import MediaType, PdfA, Recognized, Scanned, ScannedPage
from digitizer.settings import AssembleSettings
from tests.assemble.paper import (
    DOCUMENT_ID,
    HEIGHT,
    WIDTH,
    Sheet,
    document,
    draw,
    of_pages,
    scanned_page,
    unread,
)

SETTINGS = AssembleSettings()


def assembled(folder: Path, *sheets: Sheet) -> PdfA:
    return assemble(*document(folder, *sheets), folder=folder, settings=SETTINGS)


def one_image(folder: Path, name: str, data: bytes) -> tuple[Scanned, Recognized]:
    path = folder / name
    path.write_bytes(data)
    scan = scanned_page(1, path)
    return of_pages([scan], [unread(scan)])


def encoded(image: Image.Image, format_name: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format_name, **options)
    return stream.getvalue()


def embedded(pdf: PdfA, page: int = 0) -> Image.Image:
    """The image of a page as pikepdf, not we, decodes it."""
    with pikepdf.open(pdf.pdf.path) as opened:
        image = opened.pages[page].obj.Resources.XObject.Im0
        assert isinstance(image, pikepdf.Stream)
        return pikepdf.PdfImage(image).as_pil_image().copy()


def test_a_jpeg_passes_through_byte_for_byte(tmp_path: Path) -> None:
    pdf = assembled(tmp_path, Sheet(mode="RGB", rotation_deg=90))
    with pikepdf.open(pdf.pdf.path) as opened:
        image = opened.pages[0].obj.Resources.XObject.Im0
        assert image.read_raw_bytes() == (tmp_path / "scan-1.jpg").read_bytes()
        assert image.Filter == pikepdf.Name.DCTDecode
        assert image.ColorSpace == pikepdf.Name.DeviceRGB


def test_a_gray_jpeg_stays_gray(tmp_path: Path) -> None:
    pdf = assembled(tmp_path, Sheet(mode="L"))
    with pikepdf.open(pdf.pdf.path) as opened:
        assert opened.pages[0].obj.Resources.XObject.Im0.ColorSpace == pikepdf.Name.DeviceGray


@pytest.mark.parametrize(
    ("options", "is_rgb"), [({}, False), ({"keep_rgb": True}, True), ({"progressive": True}, False)]
)
def test_every_kind_of_color_jpeg_shows_its_own_colors(
    tmp_path: Path, options: dict[str, bool], is_rgb: bool
) -> None:
    image = Image.new("RGB", (800, 1000), (200, 30, 30))
    image.paste((20, 60, 220), (100, 100, 700, 500))
    scan, reading = one_image(tmp_path, "red.jpg", encoded(image, "JPEG", quality=95, **options))
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    with pypdfium2.PdfDocument(pdf.pdf.path) as opened:
        shown = opened[0].render(scale=0.5).to_pil().convert("RGB").copy()
    for place, color in (((5, 5), (200, 30, 30)), ((60, 60), (20, 60, 220))):
        assert shown.getpixel(place) == pytest.approx(color, abs=6)
    with pikepdf.open(pdf.pdf.path) as opened:
        parms = opened.pages[0].obj.Resources.XObject.Im0.get("/DecodeParms")
        assert (parms is not None) == is_rgb


def test_a_one_bit_page_becomes_group_4_without_loss(tmp_path: Path) -> None:
    pdf = assembled(tmp_path, Sheet(mode="1", suffix=".png", skew_deg=1.0))
    with pikepdf.open(pdf.pdf.path) as opened:
        assert opened.pages[0].obj.Resources.XObject.Im0.Filter == pikepdf.Name.CCITTFaxDecode
    with Image.open(tmp_path / "scan-1.png") as scan:
        assert embedded(pdf).convert("1").tobytes() == scan.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "I;16"])
def test_a_png_keeps_every_pixel(tmp_path: Path, mode: str) -> None:
    gradient = Image.linear_gradient("L").resize((300, 400))
    image = gradient.convert("RGB").quantize(16) if mode == "P" else gradient.convert(mode)
    scan, reading = one_image(tmp_path, "page.png", encoded(image, "PNG"))
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    with pikepdf.open(pdf.pdf.path) as opened:
        stream = opened.pages[0].obj.Resources.XObject.Im0
        pixels = stream.read_bytes()
        assert stream.DecodeParms.Predictor == 15
    if mode == "I;16":  # PNG and PDF are big-endian, Pillow is not
        assert pixels == image.tobytes("raw", "I;16B")
    elif mode == "P":
        assert embedded(pdf).convert("RGB").tobytes() == image.convert("RGB").tobytes()
    else:
        assert pixels == image.tobytes()


def test_a_png_keeps_its_own_compressed_stream(tmp_path: Path) -> None:
    data = encoded(draw(Sheet(mode="RGB")), "PNG")
    pdf = assemble(*one_image(tmp_path, "p.png", data), folder=tmp_path, settings=SETTINGS)
    with pikepdf.open(pdf.pdf.path) as opened:
        raw = opened.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()
    assert raw[:4000] in data


def test_transparent_parts_of_a_png_become_paper(tmp_path: Path) -> None:
    image = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    image.paste((10, 20, 30, 255), (50, 50, 150, 300))
    scan, reading = one_image(tmp_path, "page.png", encoded(image, "PNG"))
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    assert embedded(pdf).getpixel((5, 5)) == (255, 255, 255)
    assert embedded(pdf).getpixel((100, 100)) == (10, 20, 30)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_the_page_has_the_size_of_the_paper_and_is_turned_by_the_viewer(
    tmp_path: Path, rotation_deg: int
) -> None:
    pdf = assembled(tmp_path, Sheet(rotation_deg=rotation_deg))
    with pikepdf.open(pdf.pdf.path) as opened:
        page = opened.pages[0].obj
        is_sideways = rotation_deg in (90, 270)
        width, height = (HEIGHT, WIDTH) if is_sideways else (WIDTH, HEIGHT)
        assert [float(v) for v in page.MediaBox] == pytest.approx(
            [0, 0, width * 72 / 200, height * 72 / 200], abs=1e-3
        )
        assert page.get("/Rotate", 0) == rotation_deg


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    sheets = (Sheet(), Sheet(mode="1", suffix=".png"), Sheet(mode="RGB", skew_deg=2))
    digests = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        digests.add(assembled(folder, *sheets).pdf.sha256)
    assert len(digests) == 1


def test_nothing_but_the_document_is_left_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".assemble").mkdir()
    (tmp_path / ".assemble" / "document.spool").write_bytes(b"left by a killed run")
    scan, reading = document(tmp_path, Sheet())
    folder = tmp_path / "work"
    folder.mkdir()
    assemble(scan, reading, folder=folder, settings=SETTINGS)
    assert [path.name for path in folder.iterdir()] == ["document.pdf"]


def test_metadata_names_the_document_and_nothing_personal(tmp_path: Path) -> None:
    pdf = assembled(tmp_path, Sheet())
    with pikepdf.open(pdf.pdf.path) as opened:
        assert dict(opened.docinfo) == {"/Title": DOCUMENT_ID, "/Producer": "sohoa"}
        assert opened.Root.Lang == "vi-VN"
        with opened.open_metadata() as metadata:
            assert metadata["dc:title"] == DOCUMENT_ID
            assert metadata["pdfaid:part"] == "2"
            assert metadata["pdfaid:conformance"] == "U"
    assert pdf.pdf.path.read_bytes().startswith(b"%PDF-1.7\n")


def test_a_cmyk_jpeg_is_refused_with_its_page(tmp_path: Path) -> None:
    data = encoded(Image.new("CMYK", (200, 300)), "JPEG")
    with pytest.raises(UnsupportedFormat, match="4 color components") as caught:
        assemble(*one_image(tmp_path, "page.jpg", data), folder=tmp_path, settings=SETTINGS)
    assert caught.value.page == 1
    assert not (tmp_path / "document.pdf").exists()


def rehashed(scan: Scanned, data: bytes) -> Scanned:
    """The same scan with other bytes in its file, recorded as if they had always been so."""
    page: ScannedPage = scan.pages[0]
    page.image.path.write_bytes(data)
    image = type(page.image).of(page.image.path)
    return replace(scan, pages=(replace(page, image=image), *scan.pages[1:]))


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_page_image_cut_short_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    scan, reading = document(tmp_path, Sheet(suffix=suffix))
    data = scan.pages[0].image.path.read_bytes()
    scan = rehashed(scan, data[: int(share * len(data))])
    expected = TruncatedImage if share > 0.0 else DamagedFile
    with pytest.raises(expected) as caught:
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    assert caught.value.page == 1


def test_a_changed_page_image_stops_everything(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet(), Sheet())
    path = scan.pages[1].image.path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IntegrityError, match="changed since it was scanned") as caught:
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    assert caught.value.page == 2


def test_a_lost_page_image_stops_everything(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet())
    scan.pages[0].image.path.unlink()
    with pytest.raises(IntegrityError):
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)


def test_an_image_of_another_size_than_recorded_is_refused(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet())
    scan = rehashed(scan, encoded(Image.new("L", (10, 10)), "JPEG"))
    with pytest.raises(DamagedFile, match="10×10 pixels"):
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)


def test_an_image_that_is_not_what_it_is_called_is_refused(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet())
    scan = rehashed(scan, encoded(Image.new("L", (10, 10)), "PNG"))
    with pytest.raises(DamagedFile, match="start marker"):
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)


def test_an_image_of_a_kind_no_scan_has_is_refused(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet())
    scan = replace(scan, pages=(replace(scan.pages[0], media_type=MediaType.TIFF),))
    with pytest.raises(UnsupportedFormat, match="image/tiff"):
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)


def test_a_one_bit_page_that_can_not_be_decoded_is_refused(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet(mode="1", suffix=".png"))
    data = scan.pages[0].image.path.read_bytes()
    start = data.index(b"IDAT")
    size = int.from_bytes(data[start - 4 : start], "big")
    chunk = b"IDAT" + b"\xff" * size
    broken = data[:start] + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    scan = rehashed(scan, broken + data[start + 4 + size + 4 :])
    with pytest.raises(DamagedFile, match="can't be decoded"):
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)


def test_sixteen_bits_that_would_lose_half_are_refused(tmp_path: Path) -> None:
    data = bytearray(encoded(Image.new("LA", (20, 20)), "PNG"))
    data[24] = 16  # IHDR's bit depth; its CRC follows the interlace byte
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    scan, reading = document(tmp_path, Sheet(suffix=".png"))
    with pytest.raises(UnsupportedFormat, match="16 bits"):
        assemble(rehashed(scan, bytes(data)), reading, folder=tmp_path, settings=SETTINGS)


def test_words_of_other_pages_are_a_bug(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet(), Sheet())
    reading = replace(reading, pages=reading.pages[::-1])
    with pytest.raises(ValueError, match="not those of these pages"):
        assemble(scan, reading, folder=tmp_path, settings=SETTINGS)


@pytest.mark.parametrize("limit", [10_000, 60_000])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, limit: int) -> None:
    scan, reading = document(tmp_path, Sheet(mode="RGB"))
    folder = tmp_path / "work"
    folder.mkdir()
    size = scan.pages[0].image.size_bytes
    # Too small for the spool; or large enough for it, but not for the PDF with its font.
    most = limit if limit < size else size + 1500
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        with pytest.raises(DiskFull):
            assemble(scan, reading, folder=folder, settings=SETTINGS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []
