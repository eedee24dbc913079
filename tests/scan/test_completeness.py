"""A file is complete with its last byte, and not before."""

import io
from pathlib import Path

import pytest
from PIL import Image

from digitizer.model import MediaType
from digitizer.scan.completeness import is_complete
from samples import containers


def _file(media_type: MediaType) -> bytes:
    pages = [Image.radial_gradient("L"), Image.linear_gradient("L")]
    if media_type is MediaType.PDF:
        return containers.pdf_of_jpegs(pages, 80, 72)
    if media_type is MediaType.TIFF:
        return containers.tiff(pages, 72, "tiff_lzw", 80)
    stream = io.BytesIO()
    pages[0].save(stream, "JPEG" if media_type is MediaType.JPEG else "PNG")
    return stream.getvalue()


FORMS = [MediaType.PDF, MediaType.TIFF, MediaType.JPEG, MediaType.PNG]


@pytest.mark.parametrize("media_type", FORMS)
def test_a_whole_file_is_complete_and_a_cut_one_is_not(
    tmp_path: Path, media_type: MediaType
) -> None:
    data, path = _file(media_type), tmp_path / "a"
    path.write_bytes(data)
    assert is_complete(path, media_type)
    for cut in range(1, 40):
        path.write_bytes(data[: len(data) * cut // 40])
        assert not is_complete(path, media_type), cut


# Not of a TIFF: its structure says nothing of bytes inside the file. Only rest tells there.
@pytest.mark.parametrize("media_type", [MediaType.PDF, MediaType.JPEG, MediaType.PNG])
def test_zeros_that_wait_for_their_bytes_are_no_end(tmp_path: Path, media_type: MediaType) -> None:
    data, path = _file(media_type), tmp_path / "a"
    half = len(data) // 2
    path.write_bytes(data[:half] + bytes(len(data) - half))
    assert not is_complete(path, media_type)


def test_an_end_mark_of_an_earlier_revision_is_no_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(_file(MediaType.PDF) + b"9 0 obj << /Type /Page >> endobj\n" * 200)
    assert not is_complete(path, MediaType.PDF)
