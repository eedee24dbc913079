"""A PDF that lost, hid or turned its scan is not signed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from digitizer.assemble.document import SpooledImage, SpooledLayer, SpooledPage
from digitizer.assemble.proof import prove
from digitizer.assemble.stage import assemble
from digitizer.assemble.text_layer import Frame
from digitizer.errors import DamagedFile, UnprovenPdf
from digitizer.model import Scanned, ScannedPage
from digitizer.settings import AssembleSettings
from tests.assemble.paper import Sheet, document, of_pages, scanned_page, sha256, unread
from tests.oracles.verapdf import VeraPdf

Page = pikepdf.Object


def assembled(folder: Path, *sheets: Sheet) -> tuple[Path, Scanned, tuple[SpooledPage, ...]]:
    """An unproven PDF, and what each of its pages must hold."""
    scan, reading = document(folder, *sheets)
    settings = AssembleSettings(check=False)
    path = assemble(scan, reading, folder=folder, settings=settings).pdf.path
    pages = tuple(
        expected(page, Frame.of(page, read))
        for page, read in zip(scan.pages, reading.pages, strict=True)
    )
    return path, scan, pages


def expected(page: ScannedPage, frame: Frame) -> SpooledPage:
    image = SpooledImage(0, page.width, page.height, page.image.sha256)
    return SpooledPage(page.number, (SpooledLayer(image, None),), 0, frame, is_own=True)


def spoil(path: Path, change: Callable[[Page], None], page: int = 0) -> Path:
    spoiled = path.with_name("spoiled.pdf")
    with pikepdf.open(path) as pdf:
        change(pdf.pages[page].obj)
        pdf.save(spoiled, force_version="1.7", fix_metadata_version=False)
    return spoiled


def remove_subtype(page: Page) -> None:
    del page.Resources.XObject.Im0["/Subtype"]


def remove_image(page: Page) -> None:
    del page.Resources.XObject["/Im0"]


def blank(page: Page) -> None:
    image = page.Resources.XObject.Im0
    white = b"\xff" * (int(image.Width) * int(image.Height))
    image.write(white)


def change_size(page: Page) -> None:
    page.Resources.XObject.Im0.Height = int(page.Resources.XObject.Im0.Height) - 1


def hide(page: Page) -> None:
    page.Contents.write(page.Contents.read_bytes().replace(b"/Im0 Do", b""))


def clip(page: Page) -> None:
    page.Contents.write(b"0 0 1 1 re W n " + page.Contents.read_bytes())


def paint_over(page: Page) -> None:
    page.Contents.write(page.Contents.read_bytes() + b"1 g 0 0 2000 2000 re f ")


def turn(page: Page) -> None:
    page.Rotate = (int(page.get("/Rotate", 0)) + 180) % 360


def turn_sideways(page: Page) -> None:
    page.Rotate = (int(page.get("/Rotate", 0)) + 90) % 360


def crop(page: Page) -> None:
    page.MediaBox = pikepdf.Array([0, 0, page.MediaBox[2], float(page.MediaBox[3]) / 2])


def test_a_good_pdf_is_proven(tmp_path: Path) -> None:
    prove(*assembled(tmp_path, Sheet(rotation_deg=270, skew_deg=2), Sheet(lines=())))


def test_a_blank_page_is_proven(tmp_path: Path) -> None:
    prove(*assembled(tmp_path, Sheet(lines=())))


@pytest.mark.parametrize(
    "change",
    [remove_image, blank, change_size, hide, clip, paint_over, turn, turn_sideways, crop],
)
def test_a_scan_that_is_gone_hidden_or_turned_is_noticed(
    tmp_path: Path, change: Callable[[Page], None]
) -> None:
    path, scan, pages = assembled(tmp_path, Sheet(), Sheet())
    with pytest.raises(UnprovenPdf):
        prove(spoil(path, change), scan, pages)


@pytest.mark.parametrize("change", [remove_subtype, remove_image, blank, change_size, hide])
def test_a_later_page_without_its_scan_is_noticed(
    tmp_path: Path, change: Callable[[Page], None]
) -> None:
    path, scan, pages = assembled(tmp_path, Sheet(), Sheet(), Sheet())
    with pytest.raises(UnprovenPdf):
        prove(spoil(path, change, page=2), scan, pages)


def test_a_missing_subtype_passes_verapdf_but_not_the_proof(
    tmp_path: Path, verapdf: VeraPdf
) -> None:
    path, scan, pages = assembled(tmp_path, Sheet())
    spoiled = spoil(path, remove_subtype)
    with pytest.raises(UnprovenPdf):
        prove(spoiled, scan, pages)
    assert verapdf.check([spoiled])[0].compliant


def test_a_page_too_many_is_noticed(tmp_path: Path) -> None:
    path, scan, pages = assembled(tmp_path, Sheet(), Sheet())
    with pytest.raises(UnprovenPdf, match="2 pages instead of 1"):
        prove(path, scan, pages[:1])


def test_a_rule_of_pdfa_broken_is_noticed(tmp_path: Path) -> None:
    path, scan, pages = assembled(tmp_path, Sheet())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(path, fix_metadata_version=False)
    with pytest.raises(UnprovenPdf, match="ISO_19005_2"):
        prove(path, scan, pages)


def test_a_document_without_pages_is_never_proven(tmp_path: Path) -> None:
    with pytest.raises(UnprovenPdf):
        assemble(*of_pages([], []), folder=tmp_path, settings=AssembleSettings())
    assert not (tmp_path / "document.pdf").exists()


def test_a_page_one_whose_pixels_can_not_be_decoded_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("L", (400, 500), 128).save(path)
    data = bytearray(path.read_bytes())
    start = data.index(b"IDAT") + 4
    data[start : start + 4] = b"\0\0\0\0"
    size = int.from_bytes(data[start - 8 : start - 4], "big")
    crc = zlib.crc32(data[start - 4 : start + size])
    data[start + size : start + size + 4] = crc.to_bytes(4, "big")
    path.write_bytes(data)
    scan = scanned_page(1, path)
    assert scan.image.sha256 == sha256(bytes(data))
    with pytest.raises(DamagedFile):
        assemble(*of_pages([scan], [unread(scan)]), folder=tmp_path, settings=AssembleSettings())
