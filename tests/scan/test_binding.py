"""Files bound into one document: every byte kept, pages in the bound order, nothing foreign."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitizer.errors import DamagedFile, DocumentError, TruncatedImage
from digitizer.model import DocumentId, Intake, MediaType, Scanned, Sha256, StoredFile
from digitizer.scan.binding import SCHEMA, Binding, Cut, Member, PageRef, bind, member_name
from digitizer.scan.stage import scan
from digitizer.settings import ScanSettings
from samples import containers


def page(number: int) -> Image.Image:
    """A page that tells its number by how many bars it has."""
    image = Image.new("L", (120, 160), 255)
    for bar in range(number):
        ImageDraw.Draw(image).rectangle((10, 10 + 20 * bar, 100, 18 + 20 * bar), fill=0)
    return image


def bars(path: Path) -> int:
    dark = np.asarray(Image.open(path).convert("L"))[:, 50] < 128
    return int(np.count_nonzero(dark[1:] & ~dark[:-1]))


def jpeg(number: int) -> bytes:
    stream = io.BytesIO()
    page(number).save(stream, "JPEG", dpi=(100, 100))
    return stream.getvalue()


def bound(
    folder: Path, files: list[tuple[bytes, MediaType]], *refs: PageRef, cut: Cut | None = None
) -> Path:
    folder.mkdir(exist_ok=True)
    members, paths = [], []
    for number, (data, media_type) in enumerate(files, 1):
        paths.append(folder / f"in-{number}")
        paths[-1].write_bytes(data)
        digest = Sha256(hashlib.sha256(data).hexdigest())
        name = member_name(number, media_type)
        members.append(Member(name, digest, len(data), media_type, cut))
    target = folder / "bound.tar"
    with target.open("wb") as stream:
        bind(Binding(SCHEMA, tuple(members), refs), tuple(paths), stream)
    return target


def scanned(path: Path, folder: Path) -> Scanned:
    folder.mkdir()
    taken = Intake(DocumentId("a" * 32), "a", StoredFile.of(path), MediaType.TAR)
    return scan(taken, folder=folder, settings=ScanSettings())


def test_every_byte_of_every_file_is_in_it(tmp_path: Path) -> None:
    files = [(jpeg(1), MediaType.JPEG), (jpeg(2), MediaType.JPEG)]
    with tarfile.open(bound(tmp_path, files)) as archive:
        kept = [archive.extractfile(name).read() for name in ("0001.jpg", "0002.jpg")]  # type: ignore[union-attr]
    assert kept == [data for data, _ in files]


def test_equal_files_give_equal_bytes(tmp_path: Path) -> None:
    files = [(jpeg(1), MediaType.JPEG), (jpeg(2), MediaType.JPEG)]
    first, second = bound(tmp_path / "a", files), bound(tmp_path / "b", files)
    assert first.read_bytes() == second.read_bytes()
    assert bound(tmp_path / "c", files[::-1]).read_bytes() != first.read_bytes()


def test_pages_follow_one_another_and_jpegs_keep_their_bytes(tmp_path: Path) -> None:
    tiff = containers.tiff([page(2), page(3)], 100, "tiff_lzw", 80)
    files = [(jpeg(1), MediaType.JPEG), (tiff, MediaType.TIFF), (jpeg(4), MediaType.JPEG)]
    made = scanned(bound(tmp_path, files), tmp_path / "pages")
    assert [bars(one.image.path) for one in made.pages] == [1, 2, 3, 4]
    assert made.pages[0].image.path.read_bytes() == files[0][0]
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "page-0001.jpg",
        "page-0002.png",
        "page-0003.png",
        "page-0004.jpg",
    ]


def test_fronts_and_backs_come_out_in_reading_order(tmp_path: Path) -> None:
    fronts = containers.pdf_of_jpegs([page(1), page(3)], 90, 100)
    backs = containers.pdf_of_jpegs([page(4), page(2)], 90, 100)
    order = [PageRef(1, 1), PageRef(2, 2), PageRef(1, 2), PageRef(2, 1)]
    files = [(fronts, MediaType.PDF), (backs, MediaType.PDF)]
    made = scanned(bound(tmp_path, files, *order), tmp_path / "pages")
    assert [bars(one.image.path) for one in made.pages] == [1, 2, 3, 4]
    assert [one.number for one in made.pages] == [1, 2, 3, 4]


def test_a_page_that_was_cut_out_keeps_the_resolution_it_had(tmp_path: Path) -> None:
    cut = Cut(Sha256("0" * 64), 7, 240.0)
    path = bound(tmp_path, [(jpeg(1), MediaType.JPEG)], cut=cut)
    assert scanned(path, tmp_path / "pages").pages[0].dpi == 240.0


def test_trouble_in_a_member_names_the_page_of_the_document(tmp_path: Path) -> None:
    broken = jpeg(2)[:-300]
    path = bound(tmp_path, [(jpeg(1), MediaType.JPEG), (broken, MediaType.JPEG)])
    with pytest.raises(TruncatedImage) as trouble:
        scanned(path, tmp_path / "pages")
    assert trouble.value.page == 2
    assert list((tmp_path / "pages").iterdir()) == []


@pytest.mark.parametrize("refs", [(PageRef(1, 1),), (PageRef(1, 1), PageRef(2, 1), PageRef(2, 2))])
def test_an_order_that_is_not_that_of_the_pages_is_refused(
    tmp_path: Path, refs: tuple[PageRef, ...]
) -> None:
    files = [(jpeg(1), MediaType.JPEG), (jpeg(2), MediaType.JPEG)]
    with pytest.raises(DamagedFile):
        scanned(bound(tmp_path, files, *refs), tmp_path / "pages")


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_a_cut_binding_is_refused(tmp_path: Path, share: float) -> None:
    path = bound(tmp_path, [(jpeg(1), MediaType.JPEG), (jpeg(2), MediaType.JPEG)])
    with tarfile.open(path) as archive:
        last = archive.getmembers()[-1]
    path.write_bytes(path.read_bytes()[: int((last.offset_data + last.size) * share)])
    with pytest.raises(DocumentError):
        scanned(path, tmp_path / "pages")
