import subprocess
from pathlib import Path

import pikepdf
import pytest

from digitizer.errors import DocumentError
from digitizer.model import Capture, Origin
from digitizer.scan import sandbox
from digitizer.settings import ScanSettings

SMALL = ScanSettings(
    max_pages=20, max_megapixels=40, memory_mb=1024, page_timeout_s=3, open_timeout_s=3
)


def page_count(path: Path) -> int:
    out = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return int(next(line for line in out.splitlines() if line.startswith("Pages:")).split()[1])


@pytest.mark.slow
def test_every_real_scan_gives_all_its_pages_as_they_were_scanned(scan_file, shared) -> None:
    drawn = 0
    for path in sorted((shared / "scans").glob("*.pdf")):
        scanned, _ = scan_file(path)
        assert scanned.origin is Origin.SCAN
        assert len(scanned.pages) == page_count(path)
        with pikepdf.open(path) as pdf:
            for page, source in zip(scanned.pages, pdf.pages, strict=True):
                drawn += page.capture is Capture.RENDERED
                assert 95 <= page.dpi <= 305
                if page.capture is Capture.NATIVE:
                    streams = [image.read_raw_bytes() for image in source.get_images().values()]
                    data = page.image.path.read_bytes()
                    assert data in streams or path.name.startswith("tn_2025_308")
    assert drawn == 1  # a page with a picture pasted over the scan


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pdf", "image"])
def test_hostile_files_are_decoded_or_refused_and_leave_no_process(
    kind, scan_file, shared, tmp_path
) -> None:
    refused = accepted = 0
    for path in sorted((shared / "hostile" / kind).iterdir())[:: 8 if kind == "pdf" else 2]:
        try:
            scanned, folder = scan_file(path, SMALL)
        except DocumentError as error:
            refused += 1
            assert error.page is None or error.page >= 1
            continue
        accepted += 1
        assert len(scanned.pages) == len(list(folder.iterdir())) > 0
    assert refused > 5
    assert accepted > 5
    zygote = sandbox._shared._zygote
    assert zygote is not None
    assert Path(f"/proc/{zygote.pid}/task/{zygote.pid}/children").read_text("ascii") == ""
