import os
from pathlib import Path

import pytest

from digitizer.errors import EmptyFile, UnsupportedFormat
from digitizer.model import MediaType
from digitizer.scan.sniff import sniff


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4\n", MediaType.PDF),
        (b"\xef\xbb\xbfjunk of a mail gateway\r\n%PDF-1.7\n", MediaType.PDF),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType.PNG),
        (b"II*\0\x08\0\0\0", MediaType.TIFF),
        (b"MM\0*\0\0\0\x08", MediaType.TIFF),
        (b"II+\0\x08\0\0\0", MediaType.TIFF),
    ],
)
def test_a_file_is_known_by_its_content_whatever_its_name(
    tmp_path: Path, head: bytes, kind: MediaType
) -> None:
    path = tmp_path / "giay-to.txt"
    path.write_bytes(head + bytes(100))
    assert sniff(path) is kind


def test_a_file_of_zero_bytes_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.touch()
    with pytest.raises(EmptyFile):
        sniff(path)


@pytest.mark.parametrize(
    ("data", "guess"),
    [
        (b"Kinh gui: UBND phuong", "plain text"),
        (b"PK\x03\x04\x14\0", "Word"),
        (b"GIF89a\0", "GIF"),
        (b"\0\0\0\x18ftypheic\0", "HEIC"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (bytes(range(256)), "unknown"),
        (bytes(1100) + b"%PDF-1.4", "unknown"),
    ],
)
def test_another_format_named_pdf_is_refused_and_guessed(
    tmp_path: Path, data: bytes, guess: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(UnsupportedFormat, match=guess):
        sniff(path)


def test_a_link_to_a_good_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "real.pdf"
    target.write_bytes(b"%PDF-1.4\n")
    link = tmp_path / "link.pdf"
    link.symlink_to(target)
    with pytest.raises(UnsupportedFormat, match="link"):
        sniff(link)


@pytest.mark.timeout(5)
def test_a_pipe_without_a_writer_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    with pytest.raises(UnsupportedFormat):
        sniff(pipe)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev"])
def test_devices_and_folders_are_refused(path: str) -> None:
    with pytest.raises(UnsupportedFormat):
        sniff(Path(path))


def test_an_absent_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sniff(tmp_path / "gone.pdf")
