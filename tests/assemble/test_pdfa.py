"""veraPDF's word on every kind of document: PDF/A-2u."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from digitizer.assemble.stage import assemble
from digitizer.model import Box, RecognizedPage, TextLine, Word
from digitizer.settings import AssembleSettings
from tests.assemble.paper import Sheet, document, of_pages, scanned_page, unread
from tests.oracles.verapdf import VeraPdf

SETTINGS = AssembleSettings()
DOCUMENTS = {
    "gray JPEG": (Sheet(mode="L"),),
    "color JPEG": (Sheet(mode="RGB"),),
    "1-bit": (Sheet(mode="1", suffix=".png"),),
    "gray PNG": (Sheet(mode="L", suffix=".png"),),
    "color PNG": (Sheet(mode="RGB", suffix=".png"),),
    "PNG with alpha": (Sheet(mode="RGBA", suffix=".png"),),
    "turned": tuple(Sheet(rotation_deg=turn) for turn in (90, 180, 270)),
    "skewed": (Sheet(skew_deg=3), Sheet(skew_deg=-3, rotation_deg=90)),
    "blank": (Sheet(lines=()),),
    "odd resolution": (Sheet(dpi=96.0), Sheet(dpi=299.72)),
    "thirty pages": (Sheet(), Sheet(mode="RGB"), Sheet(mode="1", suffix=".png")) * 10,
}


@pytest.mark.parametrize("sheets", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_kind_of_document_is_pdfa_2u(
    tmp_path: Path, verapdf: VeraPdf, sheets: tuple[Sheet, ...]
) -> None:
    scan, reading = document(tmp_path, *sheets)
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    (verdict,) = verapdf.check([pdf.pdf.path])
    assert verdict.failed == {}
    assert verdict.compliant
    assert pdf.page_count == len(sheets)


def test_odd_characters_are_pdfa_2u(tmp_path: Path, verapdf: VeraPdf) -> None:
    scan, reading = document(tmp_path, Sheet())
    odd = "\x00\x07\t\ufeff\ufffe\uffff\ud800\udfff\ufdd0\x85\xad\u200b\ue000\U0001f600\U0010fffd"
    words = tuple(
        Word(char, Box(100 + 40 * i, 200, 120 + 40 * i, 240), 0.5, accepted=False)
        for i, char in enumerate(odd + "“”()[]<>{}\\/%Đđẵỵ")
    )
    lines = (TextLine(words, words[0].box.union(words[-1].box)),)
    page = RecognizedPage(1, reading.pages[0].geometry, is_blank=False, lines=lines)
    reading = replace(reading, pages=(page,))
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    (verdict,) = verapdf.check([pdf.pdf.path])
    assert verdict.failed == {}


def test_the_oracle_sees_a_fault(tmp_path: Path, verapdf: VeraPdf) -> None:
    scan, reading = document(tmp_path, Sheet())
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    spoiled = tmp_path / "spoiled.pdf"
    with pikepdf.open(pdf.pdf.path) as opened:
        del opened.pages[0].obj.Resources.Font.F0["/ToUnicode"]
        opened.save(spoiled, fix_metadata_version=False)
    (verdict,) = verapdf.check([spoiled])
    assert not verdict.compliant
    assert any("6.2.11.7.2" in rule for rule in verdict.failed)


def test_real_scans_are_pdfa_2u_with_their_own_bytes(
    tmp_path: Path, shared: Path, verapdf: VeraPdf
) -> None:
    names = ("qn_2025_574-UBND", "epu_0006", "tn_2025_308-QD", "moet_1")
    scans = [
        scanned_page(n, native_image(shared, name, tmp_path)) for n, name in enumerate(names, 1)
    ]
    scan, reading = of_pages(scans, [unread(page) for page in scans])
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    (verdict,) = verapdf.check([pdf.pdf.path])
    assert verdict.failed == {}
    with pikepdf.open(pdf.pdf.path) as opened:
        raw = opened.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()
    assert raw == scans[0].image.path.read_bytes()


def native_image(shared: Path, name: str, folder: Path) -> Path:
    """Take the first page's own image out of a real scan."""
    with pikepdf.open(shared / "scans" / f"{name}.pdf") as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert isinstance(image, pikepdf.Stream)
        path = Path(pikepdf.PdfImage(image).extract_to(fileprefix=str(folder / name)))
    if path.suffix == ".jpg":
        return path
    with Image.open(path) as opened:
        opened.save(path.with_suffix(".png"))
    return path.with_suffix(".png")
