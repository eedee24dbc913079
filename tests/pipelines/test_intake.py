"""Taking in: natural order, our own copy, the source untouched, odd names and things refused."""

import os
import socket
from pathlib import Path

import pytest
from PIL import Image

from digitizer.errors import (
    BudgetExceeded,
    DamagedFile,
    DocumentError,
    EmptyFile,
    UnsupportedFormat,
)
from pipelines import intake
from pipelines.outcome import MustWait, WaitReason


def _picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (40, 40), 255).save(path, "PNG")
    return path


def _take(source: intake.Source, work: Path, stable_s: float = 0.0) -> object:
    return intake.take(source, work, now_ns=source.mtime_ns + 10**9, stable_s=stable_s)


def test_page_two_comes_before_page_ten(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        _picture(tmp_path / "hop" / f"trang{number}.png")
    names = [source.name for source in intake.find(tmp_path, ())]
    assert names == ["hop/trang1.png", "hop/trang2.png", "hop/trang10.png"]


def test_what_scanners_and_desktops_drop_is_passed_over(tmp_path: Path) -> None:
    for name in ("a.png", "Thumbs.db", ".DS_Store", "b.png.part", "~$c.docx"):
        _picture(tmp_path / name)
    found = intake.find(tmp_path, (".*", "~$*", "*.part", "Thumbs.db"))
    assert [source.name for source in found] == ["a.png"]


def test_the_copy_is_ours_and_the_source_stays_whole(tmp_path: Path) -> None:
    path = _picture(tmp_path / "in" / "a.png")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    (source,) = intake.find(tmp_path / "in", ())
    taken = intake.take(source, tmp_path / "work", now_ns=source.mtime_ns, stable_s=0)
    assert taken.original.path.read_bytes() == before[0]
    assert taken.document_id == taken.original.sha256[:32]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_the_same_bytes_are_the_same_document_under_any_name(tmp_path: Path) -> None:
    first = _picture(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.pdf").write_bytes(first.read_bytes())
    ids = {
        intake.take(source, tmp_path / "work", now_ns=source.mtime_ns, stable_s=0).document_id
        for source in intake.find(tmp_path / "in", ())
    }
    assert len(ids) == 1


def test_a_file_written_a_moment_ago_waits(tmp_path: Path) -> None:
    _picture(tmp_path / "a.png")
    (source,) = intake.find(tmp_path, ())
    with pytest.raises(MustWait) as waiting:
        _take(source, tmp_path / "work", stable_s=5.0)
    assert waiting.value.reason is WaitReason.STILL_WRITTEN


def test_a_file_that_grew_since_it_was_found_waits(tmp_path: Path) -> None:
    path = _picture(tmp_path / "a.png")
    (source,) = intake.find(tmp_path, ())
    with path.open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(MustWait):
        _take(source, tmp_path / "work")


def test_a_link_is_refused_and_not_followed(tmp_path: Path) -> None:
    target = _picture(tmp_path / "elsewhere" / "a.png")
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "link.png").symlink_to(target)
    (source,) = intake.find(inbox, ())
    with pytest.raises(UnsupportedFormat):
        _take(source, tmp_path / "work")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    os.mkfifo(inbox / "pipe.pdf")
    (source,) = intake.find(inbox, ())
    with pytest.raises(UnsupportedFormat):
        _take(source, tmp_path / "work")


@pytest.mark.parametrize("swap", ["pipe", "link"])
def test_what_takes_a_files_place_while_it_is_taken_is_refused(tmp_path: Path, swap: str) -> None:
    """Looked at, it is a file; opened, it would wait for ever or show another's bytes."""
    path = _picture(tmp_path / "in" / "a.png")
    (source,) = intake.find(tmp_path / "in", ())
    path.unlink()
    if swap == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(_picture(tmp_path / "elsewhere.png"))
    with pytest.raises(DocumentError):
        intake._copy(source, tmp_path / "copy")


def test_a_file_that_grows_as_it_is_read_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.png"
    _picture(path)
    (source,) = intake.find(tmp_path / "in", ())
    with path.open("ab") as stream:
        stream.truncate(1 << 33)
    with pytest.raises(MustWait):
        intake._copy(source, tmp_path / "copy")
    assert not (tmp_path / "copy").is_file() or (tmp_path / "copy").stat().st_size < 1 << 22


def test_a_file_of_holes_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.png"
    _picture(path)
    with path.open("ab") as stream:
        stream.truncate(1 << 40)
    (source,) = intake.find(tmp_path / "in", ())
    with pytest.raises(BudgetExceeded):
        _take(source, tmp_path / "work")


def test_a_file_that_is_gone_is_told_by_name(tmp_path: Path) -> None:
    path = _picture(tmp_path / "in" / "a.png")
    (source,) = intake.find(tmp_path / "in", ())
    path.unlink()
    with pytest.raises(DamagedFile, match=r"a\.png"):
        _take(source, tmp_path / "work")


def test_a_device_and_a_socket_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.pdf"))
        (source,) = intake.find(tmp_path, ())
        with pytest.raises(UnsupportedFormat):
            _take(source, tmp_path.parent / "work")
    null = intake.Source(Path("/dev/zero"), "zero.pdf", 0, 0)
    with pytest.raises(UnsupportedFormat):
        _take(null, tmp_path.parent / "work")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    (source,) = intake.find(tmp_path, ())
    with pytest.raises(EmptyFile) as refusal:
        _take(source, tmp_path / "work")
    assert refusal.value.document == "a.pdf"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"qd\xff.png", r"qd\xff.png"),
        ("Quye\u0302\u0301t.png".encode(), "Quyết.png"),
        (b"a\nb\x1b[31m.png", r"a\x0ab\x1b[31m.png"),
    ],
)
def test_any_name_can_be_shown(tmp_path: Path, raw: bytes, shown: str) -> None:
    _picture(tmp_path / os.fsdecode(raw))
    (source,) = intake.find(tmp_path, ())
    assert source.name == shown
    source.name.encode()
