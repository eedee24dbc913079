"""PDF/A as the program makes it: the first revision of what a run archived."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

END = b"%%EOF\n"
CONFIG = """
[run]
workers = 1
[ocr]
engine = "tesseract"
[review]
doubtful = "archive"
"""


def unsigned(scans: list[Path], target: Path) -> list[Path]:
    """Digitize `scans` and write the PDF/As that were sealed, without their seals, to `target`.

    A signed PDF is only appended to, so what was sealed is its beginning, up to the first %%EOF.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for scan in scans:
            shutil.copy(scan, folder / "in")
        (folder / "sohoa.toml").write_text(CONFIG)
        command = [Path(sys.executable).with_name("sohoa"), "run", "in"]
        subprocess.run(command, cwd=folder, check=False, capture_output=True)
        signed = sorted(folder.glob("sohoa-data/archive/**/signed*.pdf"))
        return [_first_revision(pdf, target / f"{i:03}.pdf") for i, pdf in enumerate(signed)]


def copies(papers: list[Path], count: int, target: Path) -> list[Path]:
    """Return `count` files, the papers over and over."""
    target.mkdir()
    made = [target / f"{number:04}.pdf" for number in range(count)]
    for number, file in enumerate(made):
        shutil.copy(papers[number % len(papers)], file)
    return made


def _first_revision(signed: Path, target: Path) -> Path:
    data = signed.read_bytes()
    target.write_bytes(data[: data.index(END) + len(END)])
    return target
