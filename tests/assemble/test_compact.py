"""The compact profile: a fraction of the bytes, and every viewer still shows the paper."""

from __future__ import annotations

import io
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from digitizer.assemble.compact import compact_picture
from digitizer.assemble.document import SpooledImage, SpooledLayer, SpooledPage
from digitizer.assemble.likeness import cells_of, similarity, worst_place
from digitizer.assemble.page_image import PageImage, page_image
from digitizer.assemble.proof import prove
from digitizer.assemble.resampling import Pixels, luma
from digitizer.assemble.stage import assemble
from digitizer.assemble.text_layer import Frame
from digitizer.errors import DamagedFile, UnprovenPdf
from digitizer.model import PdfA, Recognized, Scanned
from digitizer.settings import AssembleSettings
from tests.assemble.paper import Sheet, document, of_pages, scanned_page, sha256, unread
from tests.assemble.sealed import DPI, HEIGHT, SEAL, SEAL_RED, WIDTH, sealed_document, sealed_pixels
from tests.oracles.verapdf import VeraPdf

COMPACT = AssembleSettings(images="compact")
FAITHFUL = AssembleSettings()
VIEW_DPI = 150


def assembled(folder: Path, scan: Scanned, reading: Recognized, settings: AssembleSettings) -> PdfA:
    target = folder / settings.images
    target.mkdir()
    return assemble(scan, reading, folder=target, settings=settings)


def by_pdfium(pdf: PdfA, page: int = 0) -> Pixels:
    with pypdfium2.PdfDocument(pdf.pdf.path) as opened:
        bitmap = opened[page].render(scale=VIEW_DPI / 72, rev_byteorder=True)
        return np.array(bitmap.to_pil().convert("RGB"))


def by_poppler(pdf: PdfA, page: int = 0) -> Pixels:
    number = str(page + 1)
    command = ["pdftoppm", "-r", str(VIEW_DPI), "-f", number, "-l", number, "-png"]
    answer = subprocess.run([*command, pdf.pdf.path], capture_output=True, check=True, timeout=60)
    with Image.open(io.BytesIO(answer.stdout)) as image:
        return np.array(image.convert("RGB"))


def images_of(pdf: PdfA, page: int = 0) -> dict[str, bytes]:
    """The images of a page and their stencils, as stored."""
    with pikepdf.open(pdf.pdf.path) as opened:
        images = dict(opened.pages[page].obj.Resources.XObject.items())
        masks = {f"{name} mask": image.Mask for name, image in images.items() if "/Mask" in image}
        return {name: image.read_raw_bytes() for name, image in (images | masks).items()}


# poppler shifts a finer stencil by a part of a pixel.
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("view", "least"), [(by_pdfium, 0.95), (by_poppler, 0.92)])
def test_viewers_show_the_scan_in_a_third_of_the_bytes(
    tmp_path: Path, view: Callable[[PdfA], Pixels], least: float, turn: int
) -> None:
    document_ = sealed_document(tmp_path, "color", turn=turn)
    faithful = assembled(tmp_path, *document_, FAITHFUL)
    compact = assembled(tmp_path, *document_, COMPACT)
    shown, shown_compact = view(faithful), view(compact)
    assert similarity(luma(shown), luma(shown_compact)) >= least
    assert worst_place(shown, shown_compact, cells_of(*shown.shape[1::-1], VIEW_DPI)) < 30
    assert compact.pdf.size_bytes < faithful.pdf.size_bytes / 3


def test_a_gray_scan_gets_gray_layers(tmp_path: Path) -> None:
    pdf = assembled(tmp_path, *sealed_document(tmp_path, "gray"), COMPACT)
    with pikepdf.open(pdf.pdf.path) as opened:
        images = opened.pages[0].obj.Resources.XObject
        assert set(images.keys()) == {"/Im0", "/Im1"}
        assert {str(image.ColorSpace) for image in images.values()} == {"/DeviceGray"}
        assert images.Im1.Mask.ImageMask
        assert (images.Im1.Mask.Width, images.Im1.Mask.Height) == (2 * WIDTH, 2 * HEIGHT)


def test_a_seal_keeps_its_color(tmp_path: Path) -> None:
    pdf = assembled(tmp_path, *sealed_document(tmp_path, "color"), COMPACT)
    shown = by_pdfium(pdf)
    scale = VIEW_DPI / DPI
    middle = round((SEAL[0] + SEAL[2]) / 2 * scale)
    ring = shown[round((SEAL[1] + 3) * scale), middle].astype(int)
    assert np.abs(ring - SEAL_RED).max() < 40


def test_a_one_bit_scan_stays_without_loss(tmp_path: Path) -> None:
    document_ = sealed_document(tmp_path, "1-bit")
    faithful = assembled(tmp_path, *document_, FAITHFUL)
    compact = assembled(tmp_path, *document_, COMPACT)
    assert images_of(compact) == images_of(faithful)
    with pikepdf.open(compact.pdf.path) as opened:
        stored = pikepdf.PdfImage(opened.pages[0].obj.Resources.XObject.Im0).as_pil_image()
    with Image.open(tmp_path / "sheet-1.png") as scan:
        assert stored.convert("1").tobytes() == scan.tobytes()


def test_black_and_white_stored_as_gray_becomes_one_bit_without_loss(tmp_path: Path) -> None:
    two = np.where(luma(sealed_pixels(noise=12)) < 205, 0, 255).astype(np.uint8)
    path = tmp_path / "two.png"
    Image.fromarray(two).save(path)
    scan = scanned_page(1, path, DPI)
    pdf = assembled(tmp_path, *of_pages([scan], [unread(scan)]), COMPACT)
    with pikepdf.open(pdf.pdf.path) as opened:
        image = opened.pages[0].obj.Resources.XObject.Im0
        assert image.Filter == pikepdf.Name.CCITTFaxDecode
        assert (np.array(pikepdf.PdfImage(image).as_pil_image().convert("L")) == two).all()
    assert len(images_of(pdf)["/Im0"]) < path.stat().st_size


def own_and_pixels(folder: Path, pixels: Pixels, quality: int = 90) -> tuple[PageImage, Pixels]:
    path = folder / "page.jpg"
    Image.fromarray(pixels).save(path, quality=quality)
    with Image.open(path) as image:
        return page_image(scanned_page(1, path, DPI)), np.array(image)


def test_a_photograph_keeps_the_scanners_own_bytes(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1400, 1000, 3)).astype(np.uint8)
    own, pixels = own_and_pixels(tmp_path, noise)
    picture = compact_picture(own, pixels, DPI)
    assert picture.is_own
    assert picture.layers[0].image is own


def test_a_scan_already_smaller_than_its_layers_is_kept(tmp_path: Path) -> None:
    own, pixels = own_and_pixels(tmp_path, sealed_pixels(), quality=5)
    assert compact_picture(own, pixels, DPI).is_own


def test_a_snippet_is_kept(tmp_path: Path) -> None:
    own, pixels = own_and_pixels(tmp_path, sealed_pixels()[:90])
    assert compact_picture(own, pixels, DPI).is_own


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    document_ = sealed_document(tmp_path, "color", "gray", "1-bit")
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        digests.add(assembled(tmp_path / name, *document_, COMPACT).pdf.sha256)
    assert len(digests) == 1


def test_a_page_that_can_not_be_decoded_is_refused(tmp_path: Path) -> None:
    first = tmp_path / "first.png"
    Image.fromarray(sealed_pixels()).save(first)
    path = tmp_path / "second.png"
    path.write_bytes(with_broken_pixels(first.read_bytes()))
    scans = [scanned_page(1, first, DPI), scanned_page(2, path, DPI)]
    with pytest.raises(DamagedFile) as caught:
        assembled(tmp_path, *of_pages(scans, [unread(page) for page in scans]), COMPACT)
    assert caught.value.page == 2


def with_broken_pixels(png: bytes) -> bytes:
    """The same PNG with a deflate stream that is none, its CRC made to fit."""
    data = bytearray(png)
    start = data.index(b"IDAT") + 4
    data[start : start + 4] = bytes(4)
    end = start + int.from_bytes(data[start - 8 : start - 4], "big")
    data[end : end + 4] = zlib.crc32(data[start - 4 : end]).to_bytes(4, "big")
    return bytes(data)


DOCUMENTS: dict[str, Callable[[Path], tuple[Scanned, Recognized]]] = {
    "color, gray, 1-bit": lambda folder: sealed_document(folder, "color", "gray", "1-bit"),
    "turned 90": lambda folder: sealed_document(folder, "color", "gray", turn=90),
    "turned 180": lambda folder: sealed_document(folder, "gray", turn=180),
    "turned 270": lambda folder: sealed_document(folder, "color", turn=270),
    "with words": lambda folder: document(folder, Sheet(mode="RGB"), Sheet(), Sheet(skew_deg=2)),
    "PNG": lambda folder: document(
        folder, *(Sheet(mode=mode, suffix=".png") for mode in ("L", "RGB", "RGBA", "1"))
    ),
    "odd resolution": lambda folder: document(folder, Sheet(dpi=96.0), Sheet(dpi=299.72)),
    "blank": lambda folder: document(folder, Sheet(lines=(), mode="RGB")),
}


@pytest.mark.parametrize("make", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_kind_of_compact_document_is_pdfa_2u(
    tmp_path: Path, verapdf: VeraPdf, make: Callable[[Path], tuple[Scanned, Recognized]]
) -> None:
    pdf = assembled(tmp_path, *make(tmp_path), COMPACT)
    (verdict,) = verapdf.check([pdf.pdf.path])
    assert verdict.failed == {}
    assert verdict.compliant


@pytest.fixture
def layered(tmp_path: Path) -> tuple[Path, Scanned, tuple[SpooledPage, ...]]:
    """A compact PDF of two pages, its scans, and what each page must hold."""
    scan, reading = sealed_document(tmp_path, "gray", "color")
    settings = AssembleSettings(check=False, images="compact")
    path = assembled(tmp_path, scan, reading, settings).pdf.path
    with pikepdf.open(path) as pdf:
        pages = tuple(
            SpooledPage(page.number, expected_layers(opened.obj), 0, Frame.of(page, read), False)
            for page, read, opened in zip(scan.pages, reading.pages, pdf.pages, strict=True)
        )
    return path, scan, pages


def expected_layers(page: pikepdf.Object) -> tuple[SpooledLayer, ...]:
    def spooled(image: pikepdf.Object) -> SpooledImage:
        return SpooledImage(0, int(image.Width), int(image.Height), sha256(image.read_raw_bytes()))

    images = page.Resources.XObject
    return tuple(
        SpooledLayer(
            spooled(images[name]), spooled(images[name].Mask) if "/Mask" in images[name] else None
        )
        for name in sorted(images.keys())
    )


def remove_mask(page: pikepdf.Object) -> None:
    del page.Resources.XObject.Im1["/Mask"]


def other_mask(page: pikepdf.Object) -> None:
    mask = page.Resources.XObject.Im1.Mask
    mask.write(
        mask.read_raw_bytes()[:-50] + bytes(50), filter=mask.Filter, decode_parms=mask.DecodeParms
    )


def other_photo(page: pikepdf.Object) -> None:
    photo = page.Resources.XObject.Im2
    white = io.BytesIO()
    Image.new("RGB", (int(photo.Width), int(photo.Height)), "white").save(white, "JPEG")
    photo.write(white.getvalue(), filter=pikepdf.Name.DCTDecode)


def hide(name: bytes) -> Callable[[pikepdf.Object], None]:
    def change(page: pikepdf.Object) -> None:
        page.Contents.write(page.Contents.read_bytes().replace(b"/" + name + b" Do", b""))

    return change


def paint_over_the_seal(page: pikepdf.Object) -> None:
    page.Contents.write(page.Contents.read_bytes() + b"1 g 215 80 100 100 re f ")


def paint_over_a_word(page: pikepdf.Object) -> None:
    page.Contents.write(page.Contents.read_bytes() + b"0.95 g 30 450 20 14 re f ")


def invert_mask(page: pikepdf.Object) -> None:
    page.Resources.XObject.Im1.Mask.Decode = pikepdf.Array([1, 0])


def lay_elsewhere(page: pikepdf.Object) -> None:
    page.Contents.write(b"1 0 0 1 6 0 cm " + page.Contents.read_bytes())


def test_a_good_compact_pdf_is_proven(layered) -> None:
    prove(*layered)


@pytest.mark.parametrize(
    "change",
    [
        remove_mask,
        other_mask,
        other_photo,
        hide(b"Im0"),
        hide(b"Im1"),
        hide(b"Im2"),
        paint_over_the_seal,
        paint_over_a_word,
        invert_mask,
        lay_elsewhere,
    ],
)
def test_a_layer_gone_changed_hidden_or_covered_is_noticed_on_any_page(layered, change) -> None:
    path, scan, pages = layered
    spoiled = path.with_name("spoiled.pdf")
    with pikepdf.open(path) as pdf:
        change(pdf.pages[1].obj)
        pdf.save(spoiled, force_version="1.7", fix_metadata_version=False)
    with pytest.raises(UnprovenPdf) as caught:
        prove(spoiled, scan, pages)
    assert caught.value.page == 2


@pytest.mark.slow
def test_real_scans_are_like_themselves_in_a_third_of_the_bytes(
    tmp_path: Path, shared: Path, verapdf: VeraPdf
) -> None:
    from tests.assemble.test_pdfa import native_image

    names = ("qn_2025_574-UBND", "epu_0006", "tn_2025_308-QD", "moet_1", "bl_2025_209-QD")
    dpis = (300.0, 300.0, 150.0, 150.0, 200.0)
    scans = [
        scanned_page(number, native_image(shared, name, tmp_path), dpi)
        for number, (name, dpi) in enumerate(zip(names, dpis, strict=True), start=1)
    ]
    document_ = of_pages(scans, [unread(page) for page in scans])
    faithful = assembled(tmp_path, *document_, FAITHFUL)
    compact = assembled(tmp_path, *document_, COMPACT)
    (verdict,) = verapdf.check([compact.pdf.path])
    assert verdict.failed == {}
    for index in range(len(names)):
        likeness = similarity(luma(by_pdfium(faithful, index)), luma(by_pdfium(compact, index)))
        assert likeness >= 0.95
    assert compact.pdf.size_bytes < 110 * 1024 * len(names)
    assert compact.pdf.size_bytes < faithful.pdf.size_bytes / 3
