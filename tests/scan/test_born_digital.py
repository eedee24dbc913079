import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digitizer.model import Box, Capture, Origin, Word
from digitizer.scan.text_proof import is_legible, proven_words

LINES = (
    b"BT /F1 12 Tf 40 540 Td (UBND XA MAU) Tj 200 0 Td (CONG HOA XA HOI) Tj "
    b"-200 -20 Td (So: 12/QD-UBND) Tj 200 0 Td (Doc lap - Tu do) Tj "
    b"-120 -60 Td (QUYET DINH) Tj 0 -30 Td (Dieu 1. Cong bo danh muc thu tuc) Tj ET"
)
READ = [
    "UBND XA MAU",
    "So: 12/QD-UBND",
    "CONG HOA XA HOI",
    "Doc lap - Tu do",
    "QUYET DINH",
    "Dieu 1. Cong bo danh muc thu tuc",
]


def ink_share(image: Path, box: Box) -> float:
    with Image.open(image) as page:
        patch = np.asarray(page.convert("L"))[box.top : box.bottom, box.left : box.right]
    return float((patch < 128).mean())


def test_visible_text_is_taken_over_with_its_places(scan_file, pdf_file) -> None:
    scanned, _ = scan_file(pdf_file((LINES, {}, {}), (b"", {}, {})))
    assert scanned.origin is Origin.BORN_DIGITAL  # the empty second page does not speak
    first, second = scanned.pages
    assert [line.text for line in first.text_layer] == READ
    assert first.capture is Capture.RENDERED
    words = [word for line in first.text_layer for word in line.words]
    assert all(word.accepted and word.confidence == 1.0 for word in words)
    assert all(ink_share(first.image.path, word.box) > 0.08 for word in words)
    assert second.text_layer == ()


def test_a_crop_box_moves_the_words_with_the_picture(scan_file, pdf_file) -> None:
    crop = {"CropBox": Array([20, 300, 400, 590])}
    (page,) = scan_file(pdf_file((LINES, {}, crop)))[0].pages
    words = [word for line in page.text_layer for word in line.words]
    assert len(words) == 24
    assert all(ink_share(page.image.path, word.box) > 0.08 for word in words)


@pytest.mark.parametrize(
    "content",
    [
        LINES.replace(b"BT", b"BT 3 Tr"),
        LINES.replace(b"BT", b"BT 1 g"),
        LINES + b" BT 3 Tr /F1 12 Tf 40 100 Td (an earlier reading) Tj ET",
    ],
    ids=["invisible", "white", "partly invisible"],
)
def test_text_that_does_not_show_is_not_believed(content, scan_file, pdf_file) -> None:
    scanned, _ = scan_file(pdf_file((content, {}, {})))
    assert scanned.pages[0].text_layer == ()
    assert scanned.origin is Origin.SCAN


def test_letters_drawn_without_text_send_the_page_to_be_read(scan_file, pdf_file) -> None:
    strokes = b" ".join(b"%d %d 5 9 re f" % (40 + 9 * n, 200) for n in range(30))
    (page,) = scan_file(pdf_file((LINES + b" " + strokes, {}, {})))[0].pages
    assert page.text_layer == ()


def test_a_number_stamped_by_the_signing_tool_is_part_of_the_text(scan_file, pdf_file) -> None:
    content = LINES.replace(b"So: 12/QD-UBND", b"So:            /QD-UBND")
    with pikepdf.open(pdf_file((content, {}, {}))) as pdf:
        font = pdf.pages[0].Resources.Font.F1
        stamp = pdf.make_stream(b"BT /F1 12 Tf 2 4 Td (847) Tj ET")
        seal = pdf.make_stream(b"1 0 0 rg 0 0 150 150 re f")
        for form in (stamp, seal):
            form.Type, form.Subtype = Name.XObject, Name.Form
            form.BBox = Array([0, 0, 150, 150])
            form.Resources = Dictionary(Font=Dictionary(F1=font))
        stamp.BBox = Array([0, 0, 30, 16])
        value = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]))
        common = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Sig, "V": value, "F": 132}
        widgets = [
            pdf.make_indirect(Dictionary(Rect=Array(rect), AP=Dictionary(N=form), **common))
            for rect, form in (([61, 516, 91, 532], stamp), ([100, 100, 250, 250], seal))
        ]
        pdf.pages[0].obj.Annots = Array(widgets)
        pdf.Root.AcroForm = Dictionary(Fields=Array(widgets))
        path = Path(str(pdf.filename) + ".stamped.pdf")
        pdf.save(path)
    scanned, _ = scan_file(path)
    (page,) = scanned.pages
    (line,) = [line for line in page.text_layer if line.text.startswith("So:")]
    assert line.text == "So: 847 /QD-UBND"
    assert ink_share(page.image.path, line.words[1].box) > 0.08
    with Image.open(page.image.path) as image:
        assert image.mode == "L"  # the red seal is an overlay, and left out


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", set()),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", set()),
        ("Céng hoa", {".VnTime"}),
        ("Cong hoa", {"VNI-Times"}),
        ("(cid:12)(cid:40) hoa", set()),
        ("C\ufffdng h\ufffda", set()),
        ("   ", set()),
    ],
)
def test_legacy_encodings_and_unmapped_glyphs_are_not_legible(text, fonts) -> None:
    assert not is_legible(text, frozenset(fonts))


def test_unicode_vietnamese_is_legible() -> None:
    text = "Cộng hòa xã hội chủ nghĩa Việt Nam; Độc lập – Tự do – Hạnh phúc, ngày 05/6/2025"
    assert is_legible(text, frozenset({"TimesNewRomanPS-BoldMT"}))


def test_words_laid_beside_their_ink_are_not_proven() -> None:
    gray = np.full((400, 800), 255, np.uint8)
    words = []
    for index in range(20):
        x, y = 40 + 150 * (index % 5), 40 + 80 * (index // 5)
        gray[y + 4 : y + 20, x : x + 60 : 3] = 0
        words.append(Word("chu", Box(x, y, x + 60, y + 24), 1.0, accepted=True))
    shifted = tuple(
        Word(word.text, Box(b.left, b.top + 40, b.right, b.bottom + 40), 1.0, accepted=True)
        for word in words
        if (b := word.box)
    )
    assert len(proven_words(tuple(words), gray, 300)) == 20
    assert proven_words(shifted, gray, 300) == ()


@pytest.mark.slow
def test_real_papers_read_word_for_word(scan_file, shared) -> None:
    for path in sorted((shared / "born_digital").glob("*.pdf")):
        scanned, _ = scan_file(path)
        assert scanned.origin is Origin.BORN_DIGITAL
        truth = unicodedata.normalize("NFC", path.with_suffix(".txt").read_text("utf-8"))
        ours = Counter(
            word.text for page in scanned.pages for line in page.text_layer for word in line.words
        )
        expected = Counter(truth.split())
        assert (expected - ours).total() <= 2
        assert (ours - expected).total() <= 1
        first = scanned.pages[0].text_layer
        title = next(i for i, line in enumerate(first) if line.text.startswith("CỘNG"))
        number = next(i for i, line in enumerate(first) if line.text.startswith("Số:"))
        assert number < title  # left block first
        assert any(char.isdigit() for char in first[number].text)
