"""Files that are no good: refused by name, with a cure, by `run` and by `read`; left intact."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from samples.truth import PAPERS, all_truths
from tests.endtoend.installed import CHEAP, Ended, Sohoa, in_state, of_type


def _truncated() -> bytes:
    return (PAPERS / in_state(all_truths(), "quarantined").path).read_bytes()


def _locked_pdf() -> bytes:
    (born_digital,) = of_type(all_truths(), "TTr")
    stream = io.BytesIO()
    with pikepdf.open(PAPERS / born_digital.path) as pdf:
        pdf.save(stream, encryption=pikepdf.Encryption(owner="chu", user="khach"))
    return stream.getvalue()


def _huge_png() -> bytes:
    """20,000 by 20,000 white pixels, one bit each: 50 MB of zeros in some 50 KB."""
    side = 20_000
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = side.to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )


def _million_pages() -> bytes:
    """One page object, named a million times over."""
    body = b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
    body += b"2 0 obj <</Type/Pages/Count 1000000/Kids[" + b"3 0 R " * 1_000_000 + b"]>> endobj\n"
    body += b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj\n"
    table = b"trailer <</Size 4/Root 1 0 R>>\n"
    return body + table + b"startxref\n0\n%%EOF\n"


def _jbig2_bomb(width: int, height: int, inside: int) -> bytes:
    """A page of JBIG2, whose own header says that it has `inside` rows."""
    page = inside.to_bytes(4, "big") * 2 + bytes(8) + b"\0" + bytes(2)
    segment = bytes(4) + b"\x30\0\x01" + len(page).to_bytes(4, "big") + page
    pdf = pikepdf.new()
    image = pikepdf.Stream(
        pdf,
        segment,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=1,
        ColorSpace=pikepdf.Name.DeviceGray,
        Filter=pikepdf.Name.JBIG2Decode,
    )
    page_of_it = pdf.add_blank_page(page_size=(595, 842))
    page_of_it.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page_of_it.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def _deflate_bomb() -> bytes:
    """A content stream of a gigabyte of spaces, packed twice: some kilobytes."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(1024)) + packer.flush()
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Contents = pikepdf.Stream(
        pdf,
        zlib.compress(once, 9),
        Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]),
    )
    stream = io.BytesIO()
    pdf.save(stream, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Bad:
    name: str
    make: Callable[[], bytes]
    code: str
    exit_code: int


BAD = (
    Bad("cụt.jpg", _truncated, "SH-1004", 12),
    Bad("có mật khẩu.pdf", _locked_pdf, "SH-1005", 13),
    Bad("rỗng.pdf", lambda: b"", "SH-1002", 11),
    Bad("khổng lồ.png", _huge_png, "SH-1006", 14),
    Bad("một triệu trang.pdf", _million_pages, "SH-1003", 12),
    Bad("bom JBIG2.pdf", lambda: _jbig2_bomb(60_000, 60_000, 60_000), "SH-1006", 14),
    Bad("bom JBIG2 bên trong.pdf", lambda: _jbig2_bomb(600, 800, 0xFFFFFFF0), "SH-1006", 14),
    Bad("bom nén.pdf", _deflate_bomb, "SH-1003", 12),
    Bad("chữ thường.pdf", "Kính gửi: đây không phải PDF\n".encode, "SH-1001", 11),
)


@dataclass(frozen=True, slots=True)
class Tried:
    """Each bad file given to `run`, all in one inbox, and to `read`, one at a time."""

    inbox: Path
    run: Ended
    run_in_words: Ended
    read: dict[str, Ended]
    bytes_before: dict[str, bytes]
    archive: Path

    def outcome(self, bad: Bad) -> dict[str, Any]:
        return next(dict(o) for o in self.run.json["documents"] if o["source"] == bad.name)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    folder = tmp_path_factory.mktemp("bad")
    sohoa, inbox = Sohoa(folder / "data", CHEAP), folder / "inbox"
    inbox.mkdir()
    before = {bad.name: bad.make() for bad in BAD}
    for name, data in before.items():
        inbox.joinpath(name).write_bytes(data)
    return Tried(
        inbox,
        sohoa("run", inbox, "--json"),
        sohoa("run", inbox),
        {bad.name: sohoa("read", inbox / bad.name, "--json") for bad in BAD},
        before,
        sohoa.data / "archive" / "documents",
    )


def _by_name(bad: Bad) -> str:
    return bad.code


bad_ones = pytest.mark.parametrize("bad", BAD, ids=_by_name)


@bad_ones
def test_a_run_quarantines_it_under_its_code(tried: Tried, bad: Bad) -> None:
    outcome = tried.outcome(bad)
    assert (outcome["state"], outcome["code"]) == ("quarantined", bad.code)


@bad_ones
def test_the_summary_of_a_run_names_it_with_sentence_and_cure(tried: Tried, bad: Bad) -> None:
    lines = tried.run_in_words.out.splitlines()
    place = next(number for number, line in enumerate(lines) if bad.name in line)
    assert lines[place + 1].strip()
    assert lines[place + 2].strip().startswith("→ ")


@bad_ones
def test_reading_it_exits_with_the_code_of_its_class(tried: Tried, bad: Bad) -> None:
    assert tried.read[bad.name].code == bad.exit_code


@bad_ones
def test_reading_it_says_refused_with_code_name_and_cure(tried: Tried, bad: Bad) -> None:
    line = tried.read[bad.name].json
    assert line["status"] == "refused"
    assert line["reason"].startswith(f"{bad.code} ")
    assert bad.name in line["reason"]
    assert line["reason"].count(". ") >= 1


@bad_ones
def test_its_bytes_are_as_they_were(tried: Tried, bad: Bad) -> None:
    assert tried.inbox.joinpath(bad.name).read_bytes() == tried.bytes_before[bad.name]


def test_a_run_with_bad_files_ends_with_100(tried: Tried) -> None:
    assert tried.run.code == 100


def test_bad_files_are_counted_to_the_last(tried: Tried) -> None:
    balance = tried.run.json["balance"]
    assert (balance["holds"], balance["quarantined"]["documents"]) == (True, len(BAD))


def test_nothing_of_bad_files_is_archived(tried: Tried) -> None:
    assert list(tried.archive.glob("*/*")) == []


def test_a_bad_file_is_not_tried_again_by_the_next_run(tried: Tried) -> None:
    assert "Không có tài liệu mới." in tried.run_in_words.out


def test_a_bad_file_does_not_hinder_the_good_ones(
    tmp_path: Path, sohoa: Callable[..., Sohoa]
) -> None:
    (good,) = of_type(all_truths(), "TTr")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "1 rỗng.pdf").write_bytes(b"")
    (inbox / "2 tốt.pdf").write_bytes((PAPERS / good.path).read_bytes())
    run = sohoa()("run", inbox, "--json")
    states = [one["state"] for one in run.json["documents"]]
    assert (run.code, states) == (100, ["quarantined", "archived"])


def test_several_files_of_which_one_is_bad_read_with_100(
    tmp_path: Path, sohoa: Callable[..., Sohoa]
) -> None:
    (good,) = of_type(all_truths(), "TTr")
    (tmp_path / "rỗng.pdf").write_bytes(b"")
    read = sohoa(CHEAP)("read", tmp_path / "rỗng.pdf", PAPERS / good.path, "--json")
    assert (read.code, [json.loads(line)["status"] for line in read.out.splitlines()]) == (
        100,
        ["refused", "read"],
    )


def test_a_file_that_is_not_there_is_refused_by_name(
    tmp_path: Path, sohoa: Callable[..., Sohoa]
) -> None:
    read = sohoa(CHEAP)("read", tmp_path / "khong-co.pdf", "--json")
    assert (read.code, "khong-co.pdf" in read.json["reason"]) == (10, True)
