"""Builders of small documents, and the stage with its sandbox behind one call."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name, Stream
from PIL import Image, ImageDraw

from digitizer.model import DocumentId, Intake, Scanned, StoredFile
from digitizer.scan import sandbox
from digitizer.scan.sniff import sniff
from digitizer.scan.stage import scan
from digitizer.settings import ScanSettings


@pytest.fixture(scope="session", autouse=True)
def _no_sandbox_left_behind() -> Iterator[None]:
    yield
    sandbox._shared.close()


@pytest.fixture
def scan_file(tmp_path: Path) -> Callable[..., tuple[Scanned, Path]]:
    """Take a file in and scan it; returns the pages and their folder."""
    count = 0

    def run(path: Path, settings: ScanSettings | None = None) -> tuple[Scanned, Path]:
        nonlocal count
        count += 1
        folder = tmp_path / f"pages-{count}"
        folder.mkdir()
        original = StoredFile.of(path)
        intake = Intake(DocumentId(original.sha256[:32]), path.name, original, sniff(path))
        return scan(intake, folder=folder, settings=settings or ScanSettings()), folder

    return run


@pytest.fixture(scope="session")
def sheet() -> Image.Image:
    """A grey A5 sheet at 100 dpi with lines of blocks on it, unlike itself in every turn."""
    image = Image.new("L", (583, 827), 245)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 260, 90), fill=10)
    for row in range(8):
        draw.rectangle((60, 150 + 60 * row, 300 + 25 * row, 170 + 60 * row), fill=30 + 12 * row)
    draw.polygon(((420, 700), (540, 790), (400, 780)), fill=90)
    return image


@pytest.fixture(scope="session")
def jpeg_of() -> Callable[..., bytes]:
    def make(image: Image.Image, **options: object) -> bytes:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=85, **options)
        return stream.getvalue()

    return make


@pytest.fixture(scope="session")
def image_stream() -> Callable[..., Callable[[pikepdf.Pdf], Stream]]:
    """Describe an image XObject: bytes, size, and dictionary entries."""

    def describe(
        data: bytes, size: tuple[int, int], **entries: object
    ) -> Callable[[pikepdf.Pdf], Stream]:
        def build(pdf: pikepdf.Pdf) -> Stream:
            stream = pdf.make_stream(data)
            stream.Type, stream.Subtype = Name.XObject, Name.Image
            stream.Width, stream.Height = size
            for key, value in entries.items():
                stream[f"/{key}"] = value
            return stream

        return build

    return describe


@pytest.fixture
def pdf_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF; each page is (content, XObject builders by name, page entries)."""
    count = 0

    def write(
        *pages: tuple[bytes, dict[str, Callable[[pikepdf.Pdf], Stream]], dict[str, object]],
        size: tuple[float, float] = (419.76, 595.44),
    ) -> Path:
        nonlocal count
        count += 1
        pdf = pikepdf.new()
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        font.Encoding = Name.WinAnsiEncoding
        for content, xobjects, entries in pages:
            page = pdf.add_blank_page(page_size=size)
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary())
            for name, build in xobjects.items():
                page.obj.Resources.XObject[f"/{name}"] = build(pdf)
            page.obj.Contents = pdf.make_stream(content)
            for key, value in entries.items():
                page.obj[f"/{key}"] = value
        path = tmp_path / f"made-{count}.pdf"
        pdf.save(path)
        return path

    return write


@pytest.fixture(scope="session")
def pixels() -> Callable[[Path], np.ndarray]:
    """Read an image back as grey, ignoring any EXIF orientation."""

    def read(path: Path) -> np.ndarray:
        with Image.open(path) as image:
            return np.asarray(image.convert("L"))

    return read
