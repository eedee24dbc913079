import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from digitizer.errors import BudgetExceeded, DamagedFile, DocumentError, TruncatedImage
from digitizer.model import Capture, MediaType, StoredFile
from digitizer.scan.answers import Job, PageImage
from digitizer.scan.decode import decode
from digitizer.settings import ScanSettings


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_a_jpeg_keeps_every_byte(scan_file, sheet, jpeg_of, tmp_path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_of(sheet.convert("RGB"), dpi=(100, 100)))
    scanned, folder = scan_file(path)
    (page,) = scanned.pages
    assert (folder / "page-0001.jpg").read_bytes() == path.read_bytes()
    assert (page.capture, page.media_type) == (Capture.NATIVE, MediaType.JPEG)
    assert (page.width, page.height, page.dpi) == (583, 827, 100)
    assert page.image.sha256 == StoredFile.of(path).sha256


def test_an_exif_turn_stays_in_the_bytes_and_out_of_the_size(
    scan_file, sheet, jpeg_of, tmp_path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_of(sheet, exif=exif))
    (page,) = scan_file(path)[0].pages
    assert (page.width, page.height) == sheet.size
    assert page.image.path.read_bytes() == path.read_bytes()


def test_a_cmyk_jpeg_becomes_rgb_pixels(scan_file, sheet, jpeg_of, tmp_path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_of(sheet.convert("CMYK")))
    (page,) = scan_file(path)[0].pages
    assert (page.capture, page.media_type) == (Capture.LOSSLESS, MediaType.PNG)
    with Image.open(page.image.path) as image:
        assert image.mode == "RGB"
        assert abs(int(np.asarray(image.convert("L"))[65, 150]) - 10) < 12


def test_a_jpeg_cut_short_and_given_an_end_marker_is_refused(
    scan_file, sheet, jpeg_of, tmp_path
) -> None:
    data = jpeg_of(sheet.convert("RGB"))
    path = tmp_path / "a.jpg"
    path.write_bytes(data[: len(data) * 6 // 10] + b"\xff\xd9")
    with pytest.raises(TruncatedImage) as caught:
        scan_file(path)
    assert caught.value.page == 1
    assert not list((tmp_path / "pages-1").iterdir())


def test_a_jpeg_of_endless_scans_is_over_budget_before_it_is_decoded(
    scan_file, sheet, jpeg_of, tmp_path
) -> None:
    data = jpeg_of(sheet, progressive=True)
    path = tmp_path / "scans.jpg"
    path.write_bytes(data)
    assert len(scan_file(path)[0].pages) == 1
    last = data.rindex(b"\xff\xda")
    path.write_bytes(data[:-2] + 500 * data[last:-2] + data[-2:])
    with pytest.raises(BudgetExceeded):
        scan_file(path)


def test_a_transparent_png_is_laid_on_white(scan_file, tmp_path, pixels) -> None:
    image = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (50, 50, 100, 100))
    (page,) = scan_file(saved(image, tmp_path / "a.png"))[0].pages
    shown = pixels(page.image.path)
    assert (shown[10, 10], shown[70, 70]) == (255, 0)


def test_a_16_bit_png_keeps_its_upper_8_bits(scan_file, tmp_path, pixels) -> None:
    levels = np.linspace(0, 65535, 400 * 300).astype(np.uint16).reshape(400, 300)
    (page,) = scan_file(saved(Image.fromarray(levels), tmp_path / "a.png"))[0].pages
    assert np.array_equal(pixels(page.image.path), (levels >> 8).astype(np.uint8))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_a_png_keeps_its_pixels_and_loses_its_texts(mode, scan_file, sheet, tmp_path) -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "scanner of desk 7")
    source = sheet.convert(mode)
    (page,) = scan_file(saved(source, tmp_path / "a.png", pnginfo=texts, dpi=(150, 150)))[0].pages
    with Image.open(page.image.path) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), np.asarray(source.convert("RGB")))
        assert (image.mode == "1") == (mode == "1")
        assert "Author" not in image.info
    assert page.dpi == pytest.approx(150, abs=0.1)


def test_a_huge_png_is_refused_before_it_is_decoded(scan_file, tmp_path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        import zlib

        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    path = tmp_path / "a.png"
    header = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    )
    with pytest.raises(BudgetExceeded, match="20000 × 20000") as caught:
        scan_file(path)
    assert caught.value.page == 1


@pytest.mark.parametrize(
    ("mode", "compression", "kept"),
    [("1", "group4", "1"), ("L", "tiff_lzw", "L"), ("RGB", "jpeg", "RGB"), ("P", "packbits", "L")],
)
def test_every_page_of_a_tiff_comes_out_in_order(
    mode, compression, kept, scan_file, sheet, tmp_path
) -> None:
    pages = [sheet.rotate(angle).convert(mode) for angle in (0, 90, 180)]
    path = tmp_path / "a.tif"
    pages[0].save(
        path, save_all=True, append_images=pages[1:], compression=compression, dpi=(200, 200)
    )
    scanned, folder = scan_file(path)
    assert [page.image.path.name for page in scanned.pages] == [
        "page-0001.png", "page-0002.png", "page-0003.png",
    ]  # fmt: skip
    for page, source in zip(scanned.pages, pages, strict=True):
        with Image.open(folder / page.image.path.name) as image:
            assert image.mode == kept
            difference = np.asarray(image.convert("L"), int) - np.asarray(source.convert("L"), int)
            assert np.abs(difference).mean() < 2 if compression == "jpeg" else not difference.any()
        assert page.dpi == 200


def test_a_fax_of_half_the_rows_is_made_square(scan_file, tmp_path) -> None:
    path = saved(Image.new("1", (1728, 1145), 1), tmp_path / "a.tif", dpi=(204, 98))
    (page,) = scan_file(path)[0].pages
    assert (page.width, page.height, page.dpi) == (1728, 2290, 204)


def test_a_thumbnail_in_a_tiff_is_no_page(scan_file, sheet, tmp_path) -> None:
    path = tmp_path / "a.tif"
    thumbnail = sheet.resize((58, 83))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}
    sheet.save(path, save_all=True, append_images=[thumbnail])
    assert len(scan_file(path)[0].pages) == 1


def tiff_chain(count: int, last: int) -> bytes:
    """Build a TIFF of `count` one-pixel pages in a chain that ends with offset `last`."""
    entries = struct.pack("<HHII", 256, 3, 1, 1) + struct.pack("<HHII", 257, 3, 1, 1)
    entries += struct.pack("<HHII", 273, 4, 1, 4) + struct.pack("<HHII", 279, 4, 1, 1)
    size = 2 + len(entries) + 4
    chain = b"".join(
        struct.pack("<H", 4) + entries + struct.pack("<I", 8 + (n + 1) * size)
        for n in range(count - 1)
    )
    return b"II*\0\x08\0\0\0" + chain + struct.pack("<H", 4) + entries + struct.pack("<I", last)


def test_a_tiff_whose_pages_run_in_a_circle_is_refused(scan_file, tmp_path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_chain(3, 8))
    with pytest.raises(DamagedFile, match="circle"):
        scan_file(path)


def test_a_tiff_of_a_million_pages_is_over_budget_at_once(scan_file, tmp_path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_chain(1_000_000, 0))
    with pytest.raises(BudgetExceeded, match="more than 2000 pages"):
        scan_file(path)


def tiff_bytes(image: Image.Image, compression: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "TIFF", save_all=True, append_images=[image], compression=compression)
    return stream.getvalue()


def png_of(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


KINDS: dict[str, tuple[MediaType, Callable[[Image.Image], bytes]]] = {
    "grey png": (MediaType.PNG, png_of),
    "fax tiff": (MediaType.TIFF, lambda image: tiff_bytes(image.convert("1"), "group4")),
    "lzw tiff": (MediaType.TIFF, lambda image: tiff_bytes(image, "tiff_lzw")),
    "jpeg tiff": (MediaType.TIFF, lambda image: tiff_bytes(image, "jpeg")),
}


def decoded(path: Path, kind: MediaType, folder: Path) -> list[np.ndarray]:
    folder.mkdir()
    pages = [
        answer
        for answer in decode(Job(path, kind, folder, ScanSettings()))
        if isinstance(answer, PageImage)
    ]
    arrays = []
    for page in pages:
        with Image.open(folder / page.file) as image:
            arrays.append(np.asarray(image.convert("L")))
    return arrays


@pytest.mark.parametrize("name", ["jpeg", *KINDS])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.floats(0.01, 0.999))
def test_a_cut_file_is_refused_or_complete(
    name: str, cut: float, sheet, jpeg_of, tmp_path_factory
) -> None:
    """The promise that matters most: no page ever loses its lower part in silence."""
    kind, make = KINDS.get(name, (MediaType.JPEG, jpeg_of))
    data = make(sheet)
    room = tmp_path_factory.mktemp("cut")
    whole, part = room / "whole", room / "part"
    whole.write_bytes(data)
    part.write_bytes(data[: max(16, int(len(data) * cut))])
    try:
        pages = decoded(part, kind, room / "part.pages")
    except DocumentError:
        return
    expected = decoded(whole, kind, room / "whole.pages")
    assert len(pages) == len(expected)
    assert all(np.array_equal(page, other) for page, other in zip(pages, expected, strict=True))
