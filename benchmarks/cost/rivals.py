"""The three programs that are measured, each on copies of the same files in a folder of its own."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cost.meter import Cost, measure

ONE_CORE = {"OMP_THREAD_LIMIT": "1"}
_STORED_PNG = """
from PIL import Image, PngImagePlugin

save = PngImagePlugin._save


def stored(image, *rest, **more):
    image.encoderinfo["compress_level"] = 0
    return save(image, *rest, **more)


Image.register_save("PNG", stored)
"""
CONFIG = """
[run]
workers = 1
[intake]
unverified_signed = "digitize"
[review]
doubtful = "archive"
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One program's cost over all pages; bytes of the PDFs it made, 0 for the floor."""

    name: str
    cost: Cost
    pages: int
    made_bytes: int

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "exit_code": self.cost.exit_code,
            "cpu_s_per_page": round(self.cost.cpu_s / self.pages, 3),
            "wall_s_per_page": round(self.cost.wall_s / self.pages, 3),
            "peak_mb": round(self.cost.peak_mb),
            "kib_per_page": round(self.made_bytes / 1024 / self.pages),
        }


def sohoa(files: list[Path], pages: int, _: str) -> Row:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inbox = folder / "in"
        inbox.mkdir()
        for path in files:
            shutil.copy(path, inbox)
        (folder / "sohoa.toml").write_text(CONFIG)
        command = [Path(sys.executable).with_name("sohoa"), "run", "in"]
        cost = measure(command, cwd=folder, env=ONE_CORE)
        made = sum(path.stat().st_size for path in folder.glob("sohoa-data/archive/**/signed*.pdf"))
        return Row("sohoa", cost, pages, made)


def reading(engine: str, files: list[Path], pages: int, _: str) -> Row:
    """The whole reading alone: decode, clean, read, understand; nothing made or kept."""
    command = [Path(sys.executable).with_name("sohoa"), "read", "--engine", engine]
    command += ["--workers", "1", "--json", *(path.resolve() for path in files)]
    with tempfile.TemporaryDirectory() as folder:
        cost = measure(command, cwd=Path(folder), env=ONE_CORE)
    return Row(f"read {engine}", cost, pages, 0)


def ocrmypdf(files: list[Path], pages: int, program: str) -> Row:
    return _ocrmypdf("ocrmypdf", files, pages, program)


def ocrmypdf_with_stored_png(files: list[Path], pages: int, program: str) -> Row:
    """The same, its PNG files between steps not compressed: most of its time outside Tesseract."""
    return _ocrmypdf("… PNG stored", files, pages, program, at_start=_STORED_PNG)


def _ocrmypdf(
    title: str, files: list[Path], pages: int, program: str, *, at_start: str = ""
) -> Row:
    options = "-l vie --deskew --rotate-pages --clean --output-type pdfa-2 -O1 -j1 --force-ocr"
    script = f'for f in in/*.pdf; do "{program}" {options} --invalidate-digital-signatures'
    script += ' "$f" "out/$(basename "$f")" || echo "$f" >> failed; done; test ! -e failed'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        for path in files:
            shutil.copy(path, folder / "in")
        (folder / "sitecustomize.py").write_text(at_start)
        env = ONE_CORE | {"PYTHONPATH": str(folder)}
        cost = measure(["bash", "-c", script], cwd=folder, env=env)
        made = sum(path.stat().st_size for path in folder.glob("out/*.pdf"))
        return Row(title, cost, pages, made)


def tesseract(files: list[Path], pages: int, _: str) -> Row:
    script = 'for f in *.png; do tesseract "$f" "${f%.png}" -l vie; done'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, path in enumerate(files):
            subprocess.run(
                ["pdftoppm", "-r", "300", "-gray", "-png", path, folder / f"{number:03}"],
                check=True,
            )
        cost = measure(["bash", "-c", script], cwd=folder, env=ONE_CORE)
        return Row("tesseract", cost, pages, 0)
