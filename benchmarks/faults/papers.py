"""Many small papers: one page each, synthetic, every one another document."""

from __future__ import annotations

import io
import os
import time
from functools import cache
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw

from samples.truth import PAPERS, all_truths

_SIZE = (620, 440)
_DPI = 150


def write(folder: Path, count: int, *, first: int = 0) -> tuple[Path, ...]:
    """Write `count` papers, numbered from `first`; return their paths.

    Every tenth is a PDF with text, the others are scanned slips, which cost less to read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(first, first + count):
        kind = "pdf" if number % 10 == 0 else "png"
        path = folder / f"{number:05d}.{kind}"
        path.write_bytes(_pdf(number) if kind == "pdf" else _slip(number))
        paths.append(path)
    return tuple(paths)


def write_cut(folder: Path) -> Path:
    """Write a scanned slip whose end is missing; return its path."""
    path = folder / "cut.png"
    path.write_bytes(_slip(0)[:-2000])
    aged(path)
    return path


def aged(path: Path) -> None:
    """Make a file a day old: one without its end is not taken for one that is still written."""
    yesterday = time.time() - 86_400
    os.utime(path, (yesterday, yesterday))


@cache
def _born_digital() -> bytes:
    truth = next(t for t in all_truths() if t.state == "archived" and t.document_type == "TTr")
    return (PAPERS / truth.path).read_bytes()


def _pdf(number: int) -> bytes:
    """Return the paper's first page with a number in its properties: other bytes, same page."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(_born_digital())) as pdf:
        del pdf.pages[1:]
        pdf.docinfo["/Title"] = str(number)
        pdf.save(stream, deterministic_id=True)
    return stream.getvalue()


def _slip(number: int) -> bytes:
    page = Image.new("L", _SIZE, 255)
    pen = ImageDraw.Draw(page)
    for row, text in enumerate(("PHIEU TIEP NHAN", f"So: {number:05d}/TN")):
        pen.text((60, 60 + 70 * row), text, fill=0, font_size=32)
    stream = io.BytesIO()
    page.save(stream, "PNG", dpi=(_DPI, _DPI))
    return stream.getvalue()
