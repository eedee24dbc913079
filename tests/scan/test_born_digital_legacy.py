"""Born-digital PDFs with fonts older than Unicode: read as printed, font by font.

No such font is in any package, so the PDFs name fonts that are not in them; a viewer then draws
what Windows-1252 has at the same bytes, which is ink in the same places.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from digitizer.model import Origin, ScannedPage
from tests.scan.legacy import as_tcvn3, as_vni

WIN_ANSI = "WinAnsiEncoding"
LINES = (
    "Căn cứ luật tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2025;",
    "Điều 1. công nhận ông Nguyễn văn mẫu, thường trú tại xã mẫu, được hưởng",
    "trợ cấp người có công với nước, kể từ ngày ký; kèm theo hồ sơ số 12/QĐ-UBND.",
)
Writer = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    """Write lines of (font, encoded text); fonts have WinAnsi unless told otherwise."""

    def write(
        *lines: tuple[str, str],
        encodings: dict[str, str | None] | None = None,
        unicode_maps: dict[str, bytes] | None = None,
    ) -> Path:
        pdf = pikepdf.new()
        page = pdf.add_blank_page(page_size=(595, 842))
        names = list(dict.fromkeys(font for font, _ in lines))
        fonts = Dictionary()
        for index, name in enumerate(names):
            fonts[f"/F{index}"] = font_of(name, (encodings or {}).get(name, WIN_ANSI))
            if name in (unicode_maps or {}):
                fonts[f"/F{index}"].ToUnicode = pdf.make_stream(unicode_maps[name])
        page.obj.Resources = Dictionary(Font=fonts)
        shown = [
            f"/F{names.index(font)} 12 Tf 1 0 0 1 50 {780 - 22 * row} Tm"
            f" <{text.encode('cp1252').hex()}> Tj"
            for row, (font, text) in enumerate(lines)
        ]
        page.obj.Contents = pdf.make_stream(f"BT {' '.join(shown)} ET".encode())
        path = tmp_path / "made.pdf"
        pdf.save(path)
        return path

    return write


def font_of(name: str, encoding: str | None) -> Dictionary:
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{name}"),
        Flags=32,
        FontBBox=Array([0, -200, 1000, 900]),
        ItalicAngle=0,
        Ascent=800,
        Descent=-200,
        CapHeight=700,
        StemV=80,
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name(f"/{name}"),
        FirstChar=32,
        LastChar=255,
        Widths=Array([500] * 224),
        FontDescriptor=descriptor,
    )
    if encoding:
        font.Encoding = Name(f"/{encoding}")
    return font


def read(page: ScannedPage) -> list[str]:
    return [line.text for line in page.text_layer]


@pytest.mark.parametrize(
    ("font", "encode"),
    [
        (".VnTime", as_tcvn3),
        ("ABCDEF+.VnArial", as_tcvn3),
        ("VNI-Times", as_vni),
        ("VNI-Helve,Bold", as_vni),
        ("TT1A3o00", as_tcvn3),
        ("TT1A3o00", as_vni),
    ],
)
def test_a_page_in_an_old_encoding_is_read_as_printed(written, scan_file, font, encode) -> None:
    scanned, _ = scan_file(written(*((font, encode(line)) for line in LINES)))
    assert scanned.origin is Origin.BORN_DIGITAL
    assert read(scanned.pages[0]) == list(LINES)


def test_capitals_of_tcvn3_have_fonts_of_their_own(written, scan_file) -> None:
    heading = "cộng hoà xã hội chủ nghĩa việt nam"
    path = written((".VnTimeH", as_tcvn3(heading)), *((".VnTime", as_tcvn3(x)) for x in LINES))
    (page,) = scan_file(path)[0].pages
    assert read(page) == [heading.upper(), *LINES]


def test_each_font_of_a_mixed_page_is_read_by_its_own_encoding(written, scan_file) -> None:
    unicode_map = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfrange <20> <7E> <0020> <A1> <FF> <00A1> endbfrange\n"
        b"1 beginbfchar <E9> <1ED9> endbfchar\nendcmap end end\n"
    )
    lines = (
        (".VnTime", as_tcvn3(LINES[0])),
        ("VNI-Times", as_vni(LINES[1])),
        ("Tinos", "Viet Nam \xe9c l\xe0 m\xe9t"),
        (".VnTime", as_tcvn3(LINES[2])),
    )
    (page,) = scan_file(written(*lines, unicode_maps={"Tinos": unicode_map}))[0].pages
    assert read(page) == [LINES[0], LINES[1], "Viet Nam ộc là một", LINES[2]]


def test_a_font_without_an_encoding_is_read_by_its_bytes(written, scan_file) -> None:
    lines = (*((".VnTime", as_tcvn3(line)) for line in LINES),)
    (page,) = scan_file(written(*lines, encodings={".VnTime": None}))[0].pages
    assert read(page) == list(LINES)


def test_an_old_font_whose_bytes_make_no_sense_sends_the_page_to_be_read(
    written, scan_file
) -> None:
    garbled = "\xbc\xbc\xbc \xd1\xd1\xd0 \xf8\xdf\xf8 \xae\xae\xae \xd6\xd6\xd6\xd6"
    scanned, _ = scan_file(written((".VnTime", garbled), ("Helvetica", "So 12 ngay 1")))
    assert scanned.pages[0].text_layer == ()
    assert scanned.origin is Origin.SCAN


def test_other_languages_in_ordinary_fonts_stay(written, scan_file) -> None:
    french = "Le caf\xe9 d\xe9j\xe0 vu \xe0 la carte est pr\xeat"
    (page,) = scan_file(written(("Helvetica", french), ("Times-Roman", "No. 12 of 2025")))[0].pages
    assert read(page) == [french, "No. 12 of 2025"]


def test_words_lie_on_the_ink_they_were_converted_from(written, scan_file) -> None:
    path = written(("VNI-Times", as_vni(LINES[0])))
    (page,) = scan_file(path)[0].pages
    words = page.text_layer[0].words
    assert [word.text for word in words] == LINES[0].split()
    for before, after in pairwise(words):
        assert before.box.right <= after.box.left
