import io
import itertools
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digitizer.errors import (
    BudgetExceeded,
    DamagedFile,
    DocumentError,
    EncryptedFile,
    TruncatedImage,
)
from digitizer.model import Capture, MediaType, Origin

FULL = b"q 419.76 0 0 595.44 0 0 cm /Im Do Q"
GREY = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}


def viewer(path: Path, number: int, size: tuple[int, int]) -> np.ndarray:
    """Show a page as PDFium does, without annotations, at a size in pixels."""
    pdf = pypdfium2.PdfDocument(path)
    page = pdf[number - 1]
    bitmap = page.render(scale=100 / 72, draw_annots=False, may_draw_forms=False)
    image = bitmap.to_pil().convert("L").resize(size)
    pdf.close()
    return np.asarray(image, int)


def looks_alike(page, path: Path, number: int = 1) -> bool:
    with Image.open(page.image.path) as image:
        ours = np.asarray(image.convert("L").resize((210, 298)), int)
    return np.abs(ours - viewer(path, number, (210, 298))).mean() < 4


@pytest.fixture
def jpeg_stream(sheet, jpeg_of, image_stream):
    def build(data: bytes | None = None, **entries):
        data = jpeg_of(sheet) if data is None else data
        return image_stream(data, sheet.size, Filter=Name.DCTDecode, **GREY, **entries)

    return build


def test_a_scanned_jpeg_leaves_the_pdf_byte_for_byte(scan_file, pdf_file, jpeg_stream) -> None:
    path = pdf_file((FULL, {"Im": jpeg_stream()}, {}))
    scanned, folder = scan_file(path)
    (page,) = scanned.pages
    with pikepdf.open(path) as pdf:
        stored = pdf.pages[0].Resources.XObject.Im.read_raw_bytes()
    assert (folder / "page-0001.jpg").read_bytes() == stored
    assert (page.capture, page.dpi) == (Capture.NATIVE, pytest.approx(100, abs=0.1))
    assert scanned.origin is Origin.SCAN


def test_a_jpeg_inside_deflate_is_unpacked_only(
    scan_file, pdf_file, image_stream, sheet, jpeg_of
) -> None:
    data = jpeg_of(sheet)
    build = image_stream(
        zlib.compress(data), sheet.size, Filter=Array([Name.FlateDecode, Name.DCTDecode]), **GREY
    )
    scanned, folder = scan_file(pdf_file((FULL, {"Im": build}, {})))
    assert scanned.pages[0].capture is Capture.NATIVE
    assert (folder / "page-0001.jpg").read_bytes() == data


@pytest.mark.parametrize("black_is_1", [None, True, False])
@pytest.mark.parametrize("decode", [None, [1, 0], [0, 1]])
def test_a_fax_page_stays_bilevel_and_the_right_way_round(
    black_is_1, decode, scan_file, pdf_file, image_stream, sheet
) -> None:
    stream = io.BytesIO()
    sheet.convert("1", dither=Image.Dither.NONE).save(stream, "TIFF", compression="group4")
    with Image.open(stream) as tiff:
        offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    parms = Dictionary(K=-1, Columns=sheet.width, Rows=sheet.height)
    if black_is_1 is not None:
        parms.BlackIs1 = black_is_1
    entries = {"Decode": Array(decode)} if decode else {}
    build = image_stream(
        stream.getvalue()[offset : offset + length],
        sheet.size,
        Filter=Name.CCITTFaxDecode,
        DecodeParms=parms,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=1,
        **entries,
    )
    path = pdf_file((FULL, {"Im": build}, {}))
    (page,) = scan_file(path)[0].pages
    assert page.capture is Capture.LOSSLESS
    with Image.open(page.image.path) as image:
        assert image.mode == "1"
    assert looks_alike(page, path)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_deflated_pixels_come_out_as_they_are(
    mode, scan_file, pdf_file, image_stream, sheet
) -> None:
    source = sheet.convert(mode, dither=Image.Dither.NONE)
    entries: dict[str, object] = {
        "1": {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1},
        "L": GREY,
        "RGB": {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8},
        "P": {"BitsPerComponent": 8},
    }[mode]
    if mode == "P":
        palette = bytes(source.getpalette("RGB"))
        count = len(palette) // 3 - 1
        entries["ColorSpace"] = Array(
            [Name.Indexed, Name.DeviceRGB, count, pikepdf.String(palette)]
        )
    build = image_stream(
        zlib.compress(source.tobytes()), sheet.size, Filter=Name.FlateDecode, **entries
    )
    path = pdf_file((FULL, {"Im": build}, {}))
    (page,) = scan_file(path)[0].pages
    assert page.capture is Capture.LOSSLESS
    with Image.open(page.image.path) as image:
        assert np.array_equal(np.asarray(image.convert("L")), np.asarray(source.convert("L")))
    assert looks_alike(page, path)


def test_a_jpeg_2000_page_is_decoded_by_itself(scan_file, pdf_file, image_stream, sheet) -> None:
    stream = io.BytesIO()
    sheet.save(stream, "JPEG2000")
    build = image_stream(stream.getvalue(), sheet.size, Filter=Name.JPXDecode, **GREY)
    path = pdf_file((FULL, {"Im": build}, {}))
    (page,) = scan_file(path)[0].pages
    assert page.capture is Capture.LOSSLESS
    assert looks_alike(page, path)


W, H = 419.76, 595.44
ORIENTATIONS = {
    "upright": f"{W} 0 0 {H} 0 0",
    "mirrored": f"-{W} 0 0 {H} {W} 0",
    "upside down": f"-{W} 0 0 -{H} {W} {H}",
    "flipped": f"{W} 0 0 -{H} 0 {H}",
}
LYING = {
    "turned left": f"0 {W} -{H} 0 {H} 0",
    "turned right": f"0 -{W} {H} 0 0 {W}",
    "turned left, mirrored": f"0 {W} {H} 0 0 0",
    "turned right, mirrored": f"0 -{W} -{H} 0 {H} {W}",
}


@pytest.mark.parametrize(
    ("matrix", "size"),
    [(matrix, (W, H)) for matrix in ORIENTATIONS.values()]
    + [(matrix, (H, W)) for matrix in LYING.values()],
    ids=[*ORIENTATIONS, *LYING],
)
def test_pixels_are_turned_as_a_viewer_shows_them(
    matrix, size, scan_file, pdf_file, image_stream, sheet
) -> None:
    data = zlib.compress(sheet.tobytes())
    build = image_stream(data, sheet.size, Filter=Name.FlateDecode, **GREY)
    content = f"q {matrix} cm /Im Do Q".encode()
    pages = [(content, {"Im": build}, {"Rotate": turn}) for turn in (0, 90, 180, 270)]
    path = pdf_file(*pages, size=size)
    for page in scan_file(path)[0].pages:
        shown = viewer(path, page.number, (page.width, page.height))
        with Image.open(page.image.path) as image:
            assert np.abs(np.asarray(image, int) - shown).mean() < 4
        assert page.capture is Capture.LOSSLESS


def test_a_turned_jpeg_page_keeps_its_bytes_and_a_mirrored_one_is_drawn(
    scan_file, pdf_file, jpeg_stream, sheet
) -> None:
    mirrored = f"q {ORIENTATIONS['mirrored']} cm /Im Do Q".encode()
    path = pdf_file(
        (FULL, {"Im": jpeg_stream()}, {"Rotate": 90}), (mirrored, {"Im": jpeg_stream()}, {})
    )
    turned, drawn = scan_file(path)[0].pages
    assert (turned.capture, turned.width, turned.height) == (Capture.NATIVE, *sheet.size)
    assert drawn.capture is Capture.RENDERED
    assert looks_alike(drawn, path, 2)


def test_a_larger_user_unit_makes_a_larger_paper(scan_file, pdf_file, jpeg_stream) -> None:
    path = pdf_file(
        (b"q 209.88 0 0 297.72 0 0 cm /Im Do Q", {"Im": jpeg_stream()}, {"UserUnit": 2}),
        size=(209.88, 297.72),
    )
    (page,) = scan_file(path)[0].pages
    assert page.dpi == pytest.approx(100, abs=0.1)


def test_a_hidden_text_layer_of_an_earlier_reading_is_ignored(
    scan_file, pdf_file, jpeg_stream
) -> None:
    text = b" BT 3 Tr /F1 12 Tf 50 500 Td (UBNO TlNH HAU) Tj ET"
    scanned, _ = scan_file(pdf_file((FULL + text, {"Im": jpeg_stream()}, {})))
    assert scanned.pages[0].capture is Capture.NATIVE
    assert scanned.pages[0].text_layer == ()


@pytest.mark.parametrize(
    "extra",
    [
        b" BT /F1 12 Tf 50 500 Td (visible) Tj ET",
        b" 10 10 50 50 re f",
        b" q 50 0 0 50 10 10 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q",
        b" q 100 0 0 100 10 10 cm /Im Do Q",
    ],
    ids=["text", "drawing", "inline image", "second image"],
)
def test_what_is_painted_over_the_scan_is_part_of_the_page(
    extra, scan_file, pdf_file, jpeg_stream
) -> None:
    path = pdf_file((FULL + extra, {"Im": jpeg_stream()}, {}))
    scanned, _ = scan_file(path)
    assert scanned.pages[0].capture is Capture.RENDERED
    assert scanned.pages[0].text_layer == ()
    assert scanned.origin is Origin.SCAN
    assert looks_alike(scanned.pages[0], path)


@pytest.mark.parametrize(
    "content",
    [
        b"q 419.76 0 0 300 0 295.44 cm /Im Do Q q 419.76 0 0 295.44 0 0 cm /Im Do Q",
        b"q 100 100 200 200 re W n 419.76 0 0 595.44 0 0 cm /Im Do Q",
        b"q 400 100 -30 500 20 20 cm /Im Do Q",
        b"/OC /Layer BDC q 419.76 0 0 595.44 0 0 cm /Im Do Q EMC",
    ],
    ids=["strips", "clipped", "askew", "optional layer"],
)
def test_what_is_not_plainly_one_sheet_is_drawn(content, scan_file, pdf_file, jpeg_stream) -> None:
    path = pdf_file((content, {"Im": jpeg_stream()}, {}))
    (page,) = scan_file(path)[0].pages
    assert page.capture is Capture.RENDERED
    assert page.dpi == 300
    assert looks_alike(page, path)


def test_a_masked_scan_is_drawn_as_finely_as_it_was_scanned(
    scan_file, pdf_file, jpeg_stream, image_stream, sheet
) -> None:
    mask = image_stream(
        zlib.compress(b"\xff" * (583 * 827)), sheet.size, Filter=Name.FlateDecode, **GREY
    )
    with pikepdf.open(pdf_file((FULL, {"Im": jpeg_stream(), "M": mask}, {}))) as pdf:
        xobjects = pdf.pages[0].Resources.XObject
        xobjects.Im.SMask = xobjects.M
        path = Path(str(pdf.filename) + ".masked.pdf")
        pdf.save(path)
    (page,) = scan_file(path)[0].pages
    assert page.capture is Capture.RENDERED
    assert looks_alike(page, path)


def test_annotations_never_cover_the_scan(scan_file, pdf_file, jpeg_stream) -> None:
    with pikepdf.open(pdf_file((FULL, {"Im": jpeg_stream()}, {}))) as pdf:
        stamp = pdf.make_stream(b"0 0 400 500 re f")
        stamp.Type, stamp.Subtype = Name.XObject, Name.Form
        stamp.BBox = Array([0, 0, 400, 500])
        pdf.pages[0].obj.Annots = Array(
            [
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Stamp,
                    Rect=Array([0, 0, 400, 500]),
                    AP=Dictionary(N=stamp),
                    F=4,
                )
            ]
        )
        path = Path(str(pdf.filename) + ".stamped.pdf")
        pdf.save(path)
    (page,) = scan_file(path)[0].pages
    assert page.capture is Capture.NATIVE


def test_a_truncated_jpeg_names_its_page(scan_file, pdf_file, jpeg_stream, sheet, jpeg_of) -> None:
    cut = jpeg_of(sheet)[:9000]
    good = (FULL, {"Im": jpeg_stream()}, {})
    for content in (FULL, FULL + b" 10 10 50 50 re f"):
        with pytest.raises(TruncatedImage) as caught:
            scan_file(pdf_file(good, (content, {"Im": jpeg_stream(cut)}, {})))
        assert caught.value.page == 2


def test_short_pixel_data_names_its_page(scan_file, pdf_file, image_stream, sheet) -> None:
    data = zlib.compress(sheet.tobytes()[:-5000])
    build = image_stream(data, sheet.size, Filter=Name.FlateDecode, **GREY)
    with pytest.raises(TruncatedImage) as caught:
        scan_file(pdf_file((FULL, {"Im": build}, {})))
    assert caught.value.page == 1


def test_a_giant_image_is_refused_before_it_is_decoded(scan_file, pdf_file, image_stream) -> None:
    build = image_stream(zlib.compress(bytes(100)), (30000, 30000), Filter=Name.FlateDecode, **GREY)
    with pytest.raises(BudgetExceeded, match="30000 × 30000") as caught:
        scan_file(pdf_file((FULL, {"Im": build}, {})))
    assert caught.value.page == 1


def test_a_password_is_asked_for_by_name_and_an_empty_one_is_not(
    scan_file, pdf_file, jpeg_stream, tmp_path
) -> None:
    open_path, closed_path = tmp_path / "open.pdf", tmp_path / "closed.pdf"
    with pikepdf.open(pdf_file((FULL, {"Im": jpeg_stream()}, {}))) as pdf:
        pdf.save(open_path, encryption=pikepdf.Encryption(owner="o", user=""))
        pdf.save(closed_path, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert scan_file(open_path)[0].pages[0].capture is Capture.NATIVE
    with pytest.raises(EncryptedFile):
        scan_file(closed_path)


def test_a_text_named_pdf_header_only_is_damaged(scan_file, tmp_path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\nnothing else\n")
    with pytest.raises(DamagedFile):
        scan_file(path)


def test_signatures_are_counted_once_each(scan_file, pdf_file, jpeg_stream) -> None:
    with pikepdf.open(pdf_file((FULL, {"Im": jpeg_stream()}, {}))) as pdf:
        value = pdf.make_indirect(
            Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=b"x")
        )
        widget = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), FT=Name.Sig, V=value
        )
        signed = pdf.make_indirect(widget)
        empty = pdf.make_indirect(Dictionary(FT=Name.Sig, T="later"))
        parent = pdf.make_indirect(Dictionary(FT=Name.Sig, T="group", Kids=Array()))
        stamp = Dictionary(Type=Name.DocTimeStamp, ByteRange=Array([0, 1, 2, 3]))
        parent.Kids.append(pdf.make_indirect(Dictionary(Parent=parent, V=stamp)))
        pdf.Root.AcroForm = Dictionary(Fields=Array([signed, empty, parent]))
        pdf.pages[0].obj.Annots = Array([signed])
        path = Path(str(pdf.filename) + ".signed.pdf")
        pdf.save(path)
    assert scan_file(path)[0].signed_input == 2


def test_a_cut_pdf_is_refused_or_complete(scan_file, pdf_file, jpeg_stream) -> None:
    data = pdf_file(*[(FULL, {"Im": jpeg_stream()}, {})] * 3).read_bytes()
    path = pdf_file((b"", {}, {}))
    for cut in itertools.chain(range(20, len(data) - 1, len(data) // 25), [len(data) - 3]):
        path.write_bytes(data[:cut])
        try:
            scanned, _ = scan_file(path)
        except DocumentError:
            continue
        assert len(scanned.pages) == 3


def test_jbig2_that_stops_early_is_refused(scan_file, shared, tmp_path) -> None:
    """Its decoder would give the rest as white paper."""
    path = shared / "hostile" / "pdf" / "pikepdf__resources_jbig2.pdf"
    with pikepdf.open(path) as pdf:
        image = next(o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Width" in o)
        data = image.read_raw_bytes()
        image.write(
            data[: len(data) * 2 // 3], filter=image.Filter, decode_parms=image.get("/DecodeParms")
        )
        pdf.save(tmp_path / "cut.pdf")
    with pytest.raises(TruncatedImage) as refused:
        scan_file(tmp_path / "cut.pdf")
    assert refused.value.page == 1


def test_jbig2_is_decoded_without_an_outside_program(scan_file, shared) -> None:
    for name in ("jbig2", "jbig2global"):
        path = shared / "hostile" / "pdf" / f"pikepdf__resources_{name}.pdf"
        page = scan_file(path)[0].pages[0]
        assert page.media_type is MediaType.PNG
        with Image.open(page.image.path) as image:
            assert image.mode == "1"
        assert looks_alike(page, path)
