"""What a hand puts on paper: seals, signatures, handwritten digits, secrecy marks, frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from samples import typeface
from samples.layout import BLUE, PAPER, RED, Color
from samples.typeface import POINT_MM, Face

Draw = Callable[[Image.Image, float], None]
Point = tuple[float, float]


def _over(page: Image.Image, ink: Image.Image, at: tuple[int, int]) -> None:
    """Let ink darken what lies below, as ink on paper does, instead of hiding it."""
    box = (at[0], at[1], at[0] + ink.width, at[1] + ink.height)
    page.paste(ImageChops.multiply(page.crop(box), ink), box)


def seal(center: Point, ring: str, middle: Sequence[str], tilt_deg: float) -> Draw:
    """Return a round red seal, 36 mm across, that says on its ring that it is a specimen."""

    def draw(page: Image.Image, scale: float) -> None:
        side = round(38 * scale)
        disc = Image.new("RGB", (side, side), PAPER)
        pen = ImageDraw.Draw(disc)
        half = side / 2
        for radius, width in ((17.8, 0.9), (16.2, 0.35), (11.2, 0.4)):
            reach = radius * scale
            box = (half - reach, half - reach, half + reach, half + reach)
            pen.ellipse(box, outline=RED, width=max(1, round(width * scale)))
        _ring_text(disc, ring, 13.7 * scale, scale)
        for row, text in enumerate(middle):
            font = typeface.at_pixels("bold", 8.5 * POINT_MM * scale)
            y = half + (row - (len(middle) - 1) / 2) * 3.6 * scale
            pen.text((half, y), text, RED, font, anchor="mm")
        disc = _worn(disc, seed=len(ring)).rotate(
            tilt_deg, Image.Resampling.BICUBIC, 0, None, None, PAPER
        )
        _over(page, disc, (round(center[0] * scale - half), round(center[1] * scale - half)))

    for text in (ring, *middle):
        typeface.require_glyphs(text, "bold")
    return draw


def _ring_text(disc: Image.Image, text: str, radius: float, scale: float) -> None:
    font = typeface.at_pixels("bold", 8.0 * POINT_MM * scale)
    half, cell = disc.width / 2, round(8 * scale)
    step = 360 / len(text)
    for index, letter in enumerate(text):
        angle = -180 + index * step + step / 2
        glyph = Image.new("RGB", (cell, cell), PAPER)
        ImageDraw.Draw(glyph).text((cell / 2, cell / 2), letter, RED, font, anchor="mm")
        glyph = glyph.rotate(-angle, Image.Resampling.BICUBIC, 0, None, None, PAPER)
        x = half + radius * math.sin(math.radians(angle)) - cell / 2
        y = half - radius * math.cos(math.radians(angle)) - cell / 2
        _over(disc, glyph, (round(x), round(y)))


def _worn(ink: Image.Image, seed: int) -> Image.Image:
    """Thin the ink in soft patches, as a pad leaves it."""
    chance = np.random.default_rng(seed)
    patches = Image.fromarray(chance.integers(0, 255, (9, 9), dtype=np.uint8))
    strength = np.asarray(patches.resize(ink.size, Image.Resampling.BICUBIC), np.float32) / 255
    lack = (255 - np.asarray(ink, np.float32)) * (0.62 + 0.33 * strength)[..., None]
    return Image.fromarray((255 - lack).astype(np.uint8))


def signature(start: Point, width_mm: float, seed: int, color: Color = BLUE) -> Draw:
    """Return a flowing scrawl: loops that shrink to the right, then a stroke back under it."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(5, 8))
    heights = chance.uniform(1.5, 10.0, count)
    points: list[Point] = [(0.0, 2.0)]
    for index, height in enumerate(heights):
        x = (index + float(chance.uniform(0.2, 0.9))) / count * width_mm
        back = float(chance.uniform(-3.5, 2.5))
        points += [(x, -float(height)), (x + back, float(chance.uniform(0, 4)))]
    stroke = float(chance.uniform(0.0, 0.5)) * width_mm
    points += [(width_mm * 1.05, -2.0), (stroke, 5.5), (width_mm * 1.2, 1.5)]

    def draw(page: Image.Image, scale: float) -> None:
        trace = [(start[0] + x, start[1] + y) for x, y in _curve(points)]
        _stroke(page, trace, scale, color, thick_mm=0.55)

    return draw


def _curve(points: Sequence[Point], steps: int = 24) -> list[Point]:
    """Return a Catmull-Rom curve through `points`."""
    padded = [points[0], *points, points[-1]]
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for index in range(steps):
            t = index / steps
            curve.append((_catmull(t, a[0], b[0], c[0], d[0]), _catmull(t, a[1], b[1], c[1], d[1])))
    return [*curve, points[-1]]


def _catmull(t: float, a: float, b: float, c: float, d: float) -> float:
    cubic = -a + 3 * b - 3 * c + d
    square = 2 * a - 5 * b + 4 * c - d
    return 0.5 * (2 * b + (c - a) * t + square * t * t + cubic * t * t * t)


def _stroke(
    page: Image.Image, trace: Sequence[Point], scale: float, color: Color, thick_mm: float
) -> None:
    """Draw with a pen that presses harder on the way down."""
    ink = Image.new("RGB", page.size, PAPER)
    pen = ImageDraw.Draw(ink)
    for (x0, y0), (x1, y1) in pairwise(trace):
        radius = thick_mm * scale * (0.42 + 0.16 * max(-1.0, min(1.0, (y1 - y0) * 2.5)))
        pen.line((x0 * scale, y0 * scale, x1 * scale, y1 * scale), color, round(radius * 2))
        x, y = x1 * scale, y1 * scale
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), color)
    _over(page, ink, (0, 0))


# Pen strokes of handwritten digits on a unit cell, y down.
_DIGITS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "0": (((0.6, 0.05), (0.15, 0.3), (0.12, 0.8), (0.5, 1.0), (0.85, 0.6), (0.6, 0.05)),),
    "1": (((0.2, 0.3), (0.55, 0.0), (0.45, 1.0)),),
    "2": (((0.1, 0.25), (0.5, 0.0), (0.75, 0.3), (0.1, 0.95), (0.45, 0.85), (0.95, 1.0)),),
    "3": (
        ((0.15, 0.1), (0.6, 0.0), (0.65, 0.35), (0.3, 0.48), (0.75, 0.65), (0.5, 1.0), (0.05, 0.9)),
    ),
    "4": (((0.6, 0.0), (0.05, 0.62), (0.9, 0.6)), ((0.65, 0.3), (0.55, 1.1))),
    "5": (
        ((0.25, 0.05), (0.15, 0.45), (0.7, 0.5), (0.6, 0.95), (0.05, 0.95)),
        ((0.25, 0.05), (0.85, 0.0)),
    ),
    "6": (((0.7, 0.0), (0.15, 0.6), (0.4, 1.0), (0.75, 0.75), (0.45, 0.5), (0.15, 0.75)),),
    "7": (((0.1, 0.08), (0.8, 0.05), (0.35, 1.05)), ((0.25, 0.5), (0.75, 0.48))),
    "8": (
        ((0.7, 0.1), (0.2, 0.15), (0.7, 0.7), (0.4, 1.0), (0.15, 0.7), (0.75, 0.2), (0.6, 0.05)),
    ),
    "9": (((0.75, 0.2), (0.3, 0.05), (0.2, 0.4), (0.7, 0.4), (0.75, 0.15), (0.6, 1.05)),),
}


def handwriting(digits: str, at: Point, height_mm: float, seed: int, color: Color = BLUE) -> Draw:
    """Return digits written by hand; `at` is the left end of their baseline."""
    chance = np.random.default_rng(seed)
    traces = []
    for index, digit in enumerate(digits):
        shift = float(chance.uniform(-0.6, 0.6))
        lean = float(chance.uniform(0.08, 0.3))
        for strokes in _DIGITS[digit]:
            knots = []
            for x, y in strokes:
                wobble = chance.normal(0, 0.025, 2)
                across = x * 0.62 + (1 - y) * lean + float(wobble[0]) + index * 0.72
                knots.append(
                    (
                        at[0] + across * height_mm,
                        at[1] + (y - 1 + float(wobble[1])) * height_mm + shift,
                    )
                )
            traces.append(_curve(knots))

    def draw(page: Image.Image, scale: float) -> None:
        for trace in traces:
            _stroke(page, trace, scale, color, thick_mm=0.5)

    return draw


def boxed_mark(text: str, center: Point, size_pt: float = 14, face: Face = "bold") -> Draw:
    """Return a red word in a red frame: a secrecy or urgency mark.

    Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, mục 10.
    """
    typeface.require_glyphs(text, face)

    def draw(page: Image.Image, scale: float) -> None:
        font = typeface.at_pixels(face, size_pt * POINT_MM * scale)
        pen = ImageDraw.Draw(page)
        x, y = center[0] * scale, center[1] * scale
        half_width, half_height = pen.textlength(text, font) / 2 + 3 * scale, 4 * scale
        frame = (x - half_width, y - half_height, x + half_width, y + half_height)
        pen.rectangle(frame, outline=RED, width=round(0.5 * scale))
        pen.text((x, y), text, RED, font, anchor="mm")

    return draw


def ornate_frame(size_mm: tuple[float, float], color: Color = (176, 62, 58)) -> Draw:
    """Return a guilloche border such as civil-status forms carry."""

    def draw(page: Image.Image, scale: float) -> None:
        pen = ImageDraw.Draw(page)
        width, height = size_mm[0] * scale, size_mm[1] * scale
        for inset, line in ((9, 0.7), (15.5, 0.3), (16.4, 0.5)):
            gap = inset * scale
            box = (gap, gap, width - gap, height - gap)
            pen.rectangle(box, outline=color, width=round(line * scale))
        for start, end in _sides(size_mm, 12.2):
            _chain(pen, start, end, scale, color)

    return draw


def _sides(size_mm: tuple[float, float], inset: float) -> list[tuple[Point, Point]]:
    right, bottom = size_mm[0] - inset, size_mm[1] - inset
    corners = [(inset, inset), (right, inset), (right, bottom), (inset, bottom)]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))


def _chain(pen: ImageDraw.ImageDraw, start: Point, end: Point, scale: float, color: Color) -> None:
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    count = round(length / 3.6)
    for index in range(count):
        x = (start[0] + (end[0] - start[0]) * index / count) * scale
        y = (start[1] + (end[1] - start[1]) * index / count) * scale
        for radius in (2.5, 1.5, 0.6):
            reach = radius * scale
            box = (x - reach, y - reach, x + reach, y + reach)
            pen.ellipse(box, outline=color, width=max(1, round(0.2 * scale)))


def emblem(center: Point, radius_mm: float) -> Draw:
    """Return a star in a wreath of rays: a placeholder where forms carry the national emblem."""

    def draw(page: Image.Image, scale: float) -> None:
        pen = ImageDraw.Draw(page)
        x, y, reach = center[0] * scale, center[1] * scale, radius_mm * scale
        pen.ellipse(
            (x - reach, y - reach, x + reach, y + reach),
            (206, 44, 40),
            (218, 165, 60),
            round(scale),
        )
        star = []
        for index in range(10):
            arm = reach * (0.62 if index % 2 == 0 else 0.25)
            angle = math.radians(index * 36)
            star.append((x + arm * math.sin(angle), y - arm * math.cos(angle)))
        pen.polygon(star, (244, 208, 63))

    return draw


def qr(text: str, corner: Point, side_mm: float) -> Draw:
    """Return a QR symbol with its quiet zone; `corner` is its top left."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    bits = np.array(zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=True))

    def draw(page: Image.Image, scale: float) -> None:
        side = round(side_mm * scale)
        image = Image.fromarray(bits).convert("RGB").resize((side, side), Image.Resampling.NEAREST)
        page.paste(image, (round(corner[0] * scale), round(corner[1] * scale)))

    return draw
