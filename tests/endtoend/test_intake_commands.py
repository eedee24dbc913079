"""From printed sheets to the signed note: a box through the installed command."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from samples import containers, degrade, layout, letters
from samples.truth import Truth
from tests.endtoend.installed import ARCHIVE_ALL, Sohoa, copy_papers, of_type

DPI = 150
LIST = "mã hồ sơ,số trang\nH41.05-260118-0042,1\nH41.05-260118-0043,1\n"


def page(number: int) -> Image.Image:
    image = layout.render((letters.letter(), letters.notice())[number][0], DPI)
    return degrade.scan(image, degrade.Wear(), number)


def sheets(sohoa: Sohoa, folder: Path) -> list[Image.Image]:
    """Have a set of two sheets printed, and scan the print."""
    (folder / "hop.csv").write_text(LIST, "utf-8")
    target = folder / "sheets.pdf"
    ended = sohoa("separators", target, "--list", folder / "hop.csv", "--box", "Hộp 1", "--json")
    assert (ended.code, ended.json["sheets"], ended.json["pages"]) == (0, 2, 2)
    pdf = pypdfium2.PdfDocument(target)
    try:
        return [leaf.render(scale=DPI / 72).to_pil().convert("L") for leaf in pdf]
    finally:
        pdf.close()


@pytest.mark.slow
def test_a_box_goes_from_sheets_to_the_signed_note(tmp_path: Path) -> None:
    sohoa, inbox = Sohoa(tmp_path / "data", ARCHIVE_ALL), tmp_path / "inbox"
    (inbox / "hop-1").mkdir(parents=True)
    first, second = sheets(sohoa, tmp_path)
    stack = inbox / "hop-1" / "tap.pdf"
    assert sohoa("batch", "create", "Hộp 1", "--folder", "hop-1", "--documents", 2).code == 0

    # The page behind the first sheet went through under it.
    stack.write_bytes(containers.pdf_of_jpegs([first, second, page(1)], 60, DPI))
    held = sohoa("run", inbox, "--json")
    (row,) = held.json["documents"]
    assert (held.code, row["state"], row["code"], row["pages"]) == (101, "waiting", "miscount", 3)
    assert "tờ phân cách 1/2" in row["explanation"]
    assert not list((tmp_path / "data").glob("archive/documents/**/*.pdf"))
    assert [one["source"] for one in sohoa("intake", "--json").json] == ["hop-1/tap.pdf"]
    assert sohoa("batch", "close", "Hộp 1").code == 101

    stack.write_bytes(containers.pdf_of_jpegs([first, page(0), second, page(1)], 60, DPI))
    done = sohoa("run", inbox, "--json")
    assert [one["source"] for one in done.json["documents"]] == [
        "hop-1/tap.pdf#1",
        "hop-1/tap.pdf#2",
    ]
    assert done.json["balance"]["archived"] == {"documents": 2, "pages": 2, "unknown": 0}
    assert done.json["balance"]["holds"] and sohoa("intake", "--json").json == []
    assert {_cut(path) for path in (tmp_path / "data").glob("archive/**/original.tar")} == {
        (hashlib.sha256(stack.read_bytes()).hexdigest(), 2),
        (hashlib.sha256(stack.read_bytes()).hexdigest(), 4),
    }

    found = sohoa("lookup", "--file", stack, "--trial", "--json").json["found"]
    archived = {one["document_id"] for one in done.json["documents"]}
    assert {one["document"]["document_id"] for one in found} == archived

    again = sohoa("run", inbox, "--json")
    assert [one["is_new"] for one in again.json["documents"]] == [False, False]
    assert not list((tmp_path / "data" / "stacks").rglob("*.jpg"))

    asked = sohoa("batch", "close", "Hộp 1", "--seed", 3, "--json")
    drawn = asked.json["sample"]["documents"]
    assert (asked.code, len(drawn)) == (101, 2)
    for one in drawn:
        assert sohoa("batch", "look", "Hộp 1", one["document_id"][:8], "--good").code == 0
    closed = sohoa("batch", "close", "Hộp 1", "--json")
    assert (closed.code, closed.json["state"]) == (0, "accepted")
    assert closed.json["paper"] == {"A4": {"pages": 2, "blank": 0}}
    assert Path(closed.json["note"]).read_bytes().startswith(b"%PDF-")


def _cut(path: Path) -> tuple[str, int]:
    """Return of which file, and which page of it, a bound document holds its one page."""
    with tarfile.open(path) as archive:
        stream = archive.extractfile("binding.json")
        assert stream is not None
        (member,) = json.loads(stream.read())["members"]
    return member["cut"]["sha256"], member["cut"]["page"]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("mã hồ sơ,số trang\nH41,1\n", []),
        ("số trang,loại giấy tờ\n1,giấy lạ\n", []),
        ("số trang\n3\n", ["--duplex"]),
    ],
)
def test_a_list_with_a_fault_prints_nothing_and_names_the_row(
    tmp_path: Path, text: str, options: list[str]
) -> None:
    (tmp_path / "hop.csv").write_text(text, "utf-8")
    target = tmp_path / "sheets.pdf"
    ended = Sohoa(tmp_path / "data")("separators", target, "--list", tmp_path / "hop.csv", *options)
    assert ended.code == 3 and "row 2" in ended.err
    assert not target.exists()


def test_the_watch_claims_what_is_written_over(tmp_path: Path) -> None:
    sohoa, inbox = Sohoa(tmp_path / "data", ARCHIVE_ALL), tmp_path / "inbox"
    inbox.mkdir()
    path = inbox / "scan.jpg"
    path.write_bytes(degrade.as_jpeg(page(0), 60, DPI))
    seen = sohoa("intake", "watch", inbox, "--every", 0.2, "--looks", 3, "--json")
    assert (seen.code, [one["source"] for one in seen.lines]) == (0, ["scan.jpg"])
    path.write_bytes(degrade.as_jpeg(page(1), 60, DPI))
    done = sohoa("run", inbox, "--json")
    assert done.json["balance"]["archived"]["documents"] == 2
    assert len({one["document_id"] for one in done.json["documents"]}) == 2


def test_a_file_name_that_says_otherwise_than_the_page_waits_for_a_person(
    tmp_path: Path, truths: tuple[Truth, ...]
) -> None:
    (truth,) = of_type(truths, "TB")[:1]
    variables = {**ARCHIVE_ALL, "SOHOA_INTAKE_NAME_TEMPLATE": "{so_ky_hieu}"}
    sohoa, inbox = Sohoa(tmp_path / "data", variables), tmp_path / "inbox"
    inbox.mkdir()
    copy_papers((truth,), tmp_path / "papers")
    (paper,) = (path for path in (tmp_path / "papers").rglob("*") if path.is_file())
    shutil.copy2(paper, inbox / f"999-TB-XYZ{paper.suffix}")
    (row,) = sohoa("run", inbox, "--json").json["documents"]
    assert (row["state"], row["code"]) == ("waiting", "review")
    assert "so_ky_hieu" in row["detail"]
    document = row["document_id"][:8]
    number = truth.fields["so_ky_hieu"]
    ended = sohoa("review", "confirm", document, "--set", f"so_ky_hieu={number}")
    assert ended.code == 0, ended.err
    (row,) = sohoa("run", inbox, "--json").json["documents"]
    assert row["state"] == "archived"
