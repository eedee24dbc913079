"""Draws the pictures of docs/signing.md from real output: `python -m docs.pictures`.

Each is the upper part of page 1 of a sample paper, signed twice with certificates of the test PKI
and rendered by poppler (`pdftoppm`).
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from samples.truth import PAPERS
from signing.seal import seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import open_signer
from tests.oracles.pki import Pki, running_pki
from tests.signing.conftest import DPI, TYPEFACE, write_pdf_a

IMAGES = Path(__file__).parent / "images"
SHOWN = 0.3
COLORS = 128
AGENCY = "Ủy ban nhân dân xã Thí Điểm"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: which paper under which mark.

    `is_crowded` puts a received stamp and a form number where the marks would stand.
    """

    name: str
    paper: str
    mark: str
    is_crowded: bool = False


PICTURES = (
    Picture("mark-so-hoa", "ubnd-xa-thi-diem/hop-01/0003.jpg", "so_hoa_luu_tru"),
    Picture("mark-sao-y", "ubnd-xa-thi-diem/hop-02/0002.jpg", "sao_y"),
    Picture("mark-chuyen-doi", "ho-tich-xa-thi-diem/2026-10/0002.jpg", "chuyen_doi"),
    Picture("mark-tranh-chu", "mot-cua-xa-thi-diem/2026-10-13/0001.jpg", "sao_y", is_crowded=True),
)


def main() -> None:
    """Write every picture into docs/images."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_pki(folder) as pki:
            for picture in PICTURES:
                _draw(picture, pki, folder)


def _draw(picture: Picture, pki: Pki, folder: Path) -> None:
    settings = SigningSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("signer"),
        passphrase_file=pki.passphrase_file(),
        agency=AGENCY,
        mark=picture.mark,  # type: ignore[arg-type]
        converted_by="Trần Thị Mẫu",
        trust_folder=pki.trust_folder(),
    )
    now = datetime(2026, 11, 21, 1, 15, 30, tzinfo=UTC)
    officer = replace(settings, pkcs12_file=pki.pkcs12("operator"))
    with Image.open(PAPERS / picture.paper) as scan:
        page = scan.convert("RGB")
        page.thumbnail((1169, 1169))
    if picture.is_crowded:
        _crowd(page)
    pdf_a = write_pdf_a(folder / "paper.pdf", image=page)
    operated = sign_as_operator(
        pdf_a, signer=open_signer(officer, keys_folder=folder, now=now), folder=folder, now=now
    )
    signer = open_signer(settings, keys_folder=folder, now=now)
    signed = seal(operated, signer=signer, settings=settings, folder=folder, now=now)
    _render(signed.pdf.path, IMAGES / f"{picture.name}.png")


def _crowd(page: Image.Image) -> None:
    draw, red = ImageDraw.Draw(page), (196, 38, 46)
    large, small = (ImageFont.truetype(str(TYPEFACE), size) for size in (22, 15))
    draw.rectangle((30, 18, 236, 92), outline=red, width=3)
    draw.line((104, 18, 104, 92), fill=red, width=2)
    draw.text((67, 55), "ĐẾN", red, large, anchor="mm")
    for row, line in enumerate(("Số: ........ 815", "Ngày: 13/10/2026", "Chuyển: ............")):
        draw.text((112, 24 + 22 * row), line, red, small)
    draw.text((page.width - 30, 24), "Mẫu số 01-TKTL/HT", "black", small, anchor="ra")


def _render(pdf: Path, target: Path) -> None:
    drawn = pdf.with_suffix(".png")
    command = [
        "pdftoppm",
        "-r",
        str(DPI),
        "-png",
        "-singlefile",
        str(pdf),
        str(pdf.with_suffix("")),
    ]
    subprocess.run(command, check=True)
    with Image.open(drawn) as page:
        part = page.convert("RGB").crop((0, 0, page.width, round(page.height * SHOWN)))
    part.quantize(COLORS).save(target, optimize=True)


if __name__ == "__main__":
    main()
