"""A synthetic sheet as offices make them: shaded paper, print, a red seal, a blue signature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitizer.model import Geometry, Recognized, RecognizedPage, Scanned
from tests.assemble.paper import of_pages, scanned_page

DPI = 200
WIDTH, HEIGHT = 1000, 1400
SEAL = (600, 900, 860, 1160)
SIGNATURE = ((620, 1100), (700, 1000), (740, 1120), (930, 980))
SEAL_RED, PEN_BLUE, PRINT = (205, 40, 45), (30, 45, 160), (25, 22, 28)


def sealed_pixels(noise: float = 2.0) -> NDArray[np.uint8]:
    """Return the sheet, (HEIGHT, WIDTH, 3) red-green-blue at 200 dpi."""
    page = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), "white")
    pen = ImageDraw.Draw(page)
    _print(pen)
    left, top, right, bottom = (2 * side for side in SEAL)
    for inset, width in ((0, 12), (24, 5), (110, 6)):
        pen.ellipse(
            (left + inset, top + inset, right - inset, bottom - inset), None, SEAL_RED, width
        )
    pen.line([(2 * x, 2 * y) for x, y in SIGNATURE], PEN_BLUE, 9, "curve")
    drawn = np.asarray(page.resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.float32)
    shade = np.linspace(250, 232, HEIGHT, dtype=np.float32)[:, None, None] / 255
    grain = np.random.default_rng(7).normal(0, noise, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return np.clip(drawn * shade + grain, 0, 255).astype(np.uint8)


def _print(pen: ImageDraw.ImageDraw) -> None:
    """Letters of strokes, bowls and marks, in sixteen lines, 2 mm from each other."""
    for line in range(16):
        y = 2 * (100 + 45 * line)
        for letter in range(50):
            x = 2 * (90 + 16 * letter)
            pen.line((x, y, x, y + 40), PRINT, 6)
            pen.arc((x, y + 14, x + 24, y + 42), 180, 40 + 37 * (letter % 8), PRINT, 5)
            pen.ellipse((x + 10, y + 48, x + 15, y + 53), PRINT)  # nặng
            pen.line((x + 6, y - 4, x + 16, y - 14), PRINT, 4)  # sắc


def sealed_document(folder: Path, *kinds: str, turn: int = 0) -> tuple[Scanned, Recognized]:
    """Scan the sheet once a kind: "color", "gray" or "1-bit"; `turn` is how it lay on the glass."""
    scans, readings = [], []
    for number, kind in enumerate(kinds, start=1):
        path = folder / f"sheet-{number}{'.png' if kind == '1-bit' else '.jpg'}"
        mode = {"color": "RGB", "gray": "L", "1-bit": "1"}[kind]
        image = Image.fromarray(sealed_pixels()).rotate(turn, expand=True)
        image.convert(mode, dither=Image.Dither.NONE).save(path, quality=92)
        scans.append(scanned_page(number, path, DPI))
        geometry = Geometry(WIDTH, HEIGHT, DPI, turn, 0.0)
        readings.append(RecognizedPage(number, geometry, is_blank=True, lines=()))
    return of_pages(scans, readings)
