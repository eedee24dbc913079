"""Small PDF/A-2u files made by hand, a running test PKI, and signers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from digitizer.model import DocumentId, PdfA, StoredFile
from signing.settings import SigningSettings
from signing.signer import Signer, open_signer
from tests.oracles.pki import Pki, running_pki

ICC = Path(pikepdf.__file__).parent / "pdfa" / "data" / "sRGB.icc"
TYPEFACE = Path(__file__).parents[2] / "signing" / "fonts" / "tinos-mark.ttf"
DPI = 100

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance></rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def paper(width_mm: float, height_mm: float) -> Image.Image:
    """A page whose Quốc hiệu stands 20 mm below the upper edge, as NĐ 30/2020 sets it."""
    scale = DPI / 25.4
    image = Image.new("RGB", (round(width_mm * scale), round(height_mm * scale)), "white")
    draw = ImageDraw.Draw(image)
    size = round(13 / 72 * DPI)
    font = ImageFont.truetype(str(TYPEFACE), size)
    center = image.width * 0.68
    lines = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    for row, line in enumerate(lines):
        draw.text((center, 20 * scale + row * size * 1.2), line, "black", font, anchor="ma")
    draw.text((image.width * 0.25, 20 * scale), "ỦY BAN NHÂN DÂN", "black", font, anchor="ma")
    draw.text((image.width * 0.25, 32 * scale), "Số: 05/QĐ-UBND", "black", font, anchor="ma")
    return image


def write_pdf_a(
    target: Path,
    *,
    size_mm: tuple[float, float] = (210, 297),
    rotation_deg: int = 0,
    pages: int = 1,
    image: Image.Image | None = None,
) -> PdfA:
    """Write a PDF/A-2u that a viewer shows upright at `size_mm`.

    Args:
        pages: how many, all of the same picture.
        image: what page 1 shows, at 100 dpi, instead of the paper with the Quốc hiệu.
    """
    image = (image or paper(*size_mm)).rotate(rotation_deg, expand=True)
    with pikepdf.new() as pdf:
        picture = _picture(pdf, image)
        for _ in range(pages):
            pdf.pages.append(_page(pdf, picture, image, rotation_deg))
        profile = pikepdf.Stream(pdf, ICC.read_bytes(), {"/N": 3})
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name("/GTS_PDFA1"),
            OutputConditionIdentifier=pikepdf.String("sRGB"),
            DestOutputProfile=profile,
        )
        pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
        pdf.Root.Metadata = pikepdf.Stream(
            pdf, XMP.encode(), {"/Type": pikepdf.Name.Metadata, "/Subtype": pikepdf.Name.XML}
        )
        pdf.save(target, deterministic_id=True)
    stored = StoredFile.of(target)
    return PdfA(DocumentId(stored.sha256[:32]), stored, pages)


def _picture(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Object:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=60)
    return pdf.make_indirect(
        pikepdf.Stream(
            pdf,
            stream.getvalue(),
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": image.width,
                "/Height": image.height,
                "/ColorSpace": pikepdf.Name.DeviceRGB,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name.DCTDecode,
            },
        )
    )


def _page(
    pdf: pikepdf.Pdf, picture: pikepdf.Object, image: Image.Image, rotation_deg: int
) -> pikepdf.Page:
    width, height = (side / DPI * 72 for side in image.size)
    content = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Im0 Do Q".encode()
    return pikepdf.Page(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, round(width, 2), round(height, 2)],
            Rotate=rotation_deg,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture)),
            Contents=pikepdf.Stream(pdf, content),
        )
    )


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def pdf_a(tmp_path: Path) -> PdfA:
    return write_pdf_a(tmp_path / "paper.pdf")


@pytest.fixture
def make_pdf_a(tmp_path: Path) -> Callable[..., PdfA]:
    def make(**wanted: object) -> PdfA:
        return write_pdf_a(tmp_path / "paper.pdf", **wanted)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture
def pki(running: Pki) -> Iterator[Pki]:
    """The test PKI at the real time and without saboteurs."""
    yield running
    running.services.sabotage = None
    running.services.clock = None
    running.services.down = frozenset()
    running.services.sabotaged = None


@pytest.fixture
def real(pki: Pki) -> SigningSettings:
    """Settings of an agency with its own certificate, no time stamps."""
    return SigningSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("signer"),
        passphrase_file=pki.passphrase_file(),
        agency="Ủy ban nhân dân xã Thử Nghiệm",
        trust_folder=pki.trust_folder(),
        fetch_revocation=True,
    )


@pytest.fixture
def edit_page() -> Callable[[Path], None]:
    """Turn page 1 over by an incremental update, as an editor would save it."""

    def edit(path: Path) -> None:
        with path.open("r+b") as stream:
            writer = IncrementalPdfFileWriter(stream)
            page = writer.root["/Pages"]["/Kids"][0]
            page["/Rotate"] = generic.NumberObject(180)
            writer.update_container(page)
            writer.write_in_place()

    return edit


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def throwaway(keys: Path, now: datetime) -> Signer:
    return open_signer(SigningSettings(), keys_folder=keys, now=now)
