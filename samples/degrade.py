"""What paper, scanner and feeder do to a page: arrays in, arrays out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Mode = Literal["color", "gray", "bilevel"]


@dataclass(frozen=True, slots=True)
class Wear:
    """How a page was scanned.

    Attributes:
        mode: what the scanner keeps.
        skew_deg: the page leans clockwise by this much (a counter-clockwise turn levels it).
        rotation_deg: clockwise turn (0, 90, 180, 270) that makes the scan upright.
        blur_px: standard deviation of the optics.
        shading: how much darker the worst edge is, as a share of white.
        noise: standard deviation of the sensor, in grey levels.
        yellow: how far the paper is from white, 0 to 1.
        threshold: grey level below which a bilevel scanner sees ink.
        ghost: how much of the other side's ink shows through, 0 to 1.
    """

    mode: Mode = "gray"
    skew_deg: float = 0.0
    rotation_deg: int = 0
    blur_px: float = 0.5
    shading: float = 0.03
    noise: float = 1.5
    yellow: float = 0.0
    threshold: int = 150
    ghost: float = 0.05


def scan(
    page: Image.Image, wear: Wear, seed: int, behind: Image.Image | None = None
) -> Image.Image:
    """Return what the scanner hands over.

    Args:
        page: RGB, upright and level.
        wear: how it was scanned.
        seed: of the sensor's noise; the same seed gives the same pixels.
        behind: the other side of the sheet, which shows through faintly.

    Returns:
        Mode RGB, L or 1; turned and skewed as `wear` says.
    """
    chance = np.random.default_rng(seed)
    pixels = np.asarray(page.convert("RGB"), np.float32)
    if behind is not None:
        pixels = pixels - _ghost(behind, (pixels.shape[1], pixels.shape[0]), wear.ghost)
    pixels = pixels * _paper(wear.yellow)
    pixels = _leaned(pixels, wear.skew_deg)
    if wear.blur_px:
        pixels = cv2.GaussianBlur(pixels, (0, 0), wear.blur_px).astype(np.float32)
    pixels = pixels * _light(pixels.shape[:2], wear.shading, chance)[..., None]
    if wear.mode != "color":
        pixels = pixels @ np.array([0.299, 0.587, 0.114], np.float32)
    pixels = pixels + _grain(pixels.shape[:2], wear.noise, chance, pixels.ndim)
    return _handed_over(np.clip(pixels, 0, 255).astype(np.uint8), wear)


def _ghost(behind: Image.Image, size: tuple[int, int], strength: float) -> npt.NDArray[np.float32]:
    mirrored = np.asarray(behind.convert("L").resize(size), np.float32)[:, ::-1]
    ink = cv2.GaussianBlur(255 - mirrored, (0, 0), 2.2) * strength
    return np.repeat(ink[..., None], 3, axis=2).astype(np.float32)


def _paper(yellow: float) -> npt.NDArray[np.float32]:
    white = np.array([0.985, 0.983, 0.98], np.float32)
    return white * (1 - yellow * np.array([0.02, 0.05, 0.16], np.float32))


def _leaned(pixels: npt.NDArray[np.float32], skew_deg: float) -> npt.NDArray[np.float32]:
    if not skew_deg:
        return pixels
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0)
    paper = tuple(float(value) for value in np.median(pixels.reshape(-1, pixels.shape[2]), axis=0))
    turned = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper
    )
    return turned.astype(np.float32)


def _light(
    shape: tuple[int, ...], depth: float, chance: np.random.Generator
) -> npt.NDArray[np.float32]:
    across = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    tilt = float(chance.uniform(-1, 1))
    dark = (across * tilt + down * (1 - abs(tilt))) / 2 + 0.5
    edge = np.exp(-(across + 1) * 22)
    return (1 - depth * dark * dark - depth * 1.5 * edge).astype(np.float32)


def _grain(
    shape: tuple[int, ...], strength: float, chance: np.random.Generator, dimensions: int
) -> npt.NDArray[np.float32]:
    """Return noise that is the same in all colors: color noise only costs bytes."""
    grain = chance.normal(0, 1, shape).astype(np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.7).astype(np.float32) * strength * 1.8
    return grain if dimensions == 2 else grain[..., None]


def _handed_over(pixels: Pixels, wear: Wear) -> Image.Image:
    image = Image.fromarray(pixels)
    if wear.mode == "bilevel":
        image = image.point([0] * wear.threshold + [255] * (256 - wear.threshold), "1")
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180}
    turns[270] = Image.Transpose.ROTATE_270
    # PIL turns counter-clockwise, so that the clockwise turn of `rotation_deg` undoes it.
    return image.transpose(turns[wear.rotation_deg]) if wear.rotation_deg else image


def as_jpeg(image: Image.Image, quality: int, dpi: int) -> bytes:
    """Return the page as a JPEG that states its resolution."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True, subsampling="4:2:0")
    return stream.getvalue()


def cut_short(data: bytes, share: float) -> bytes:
    """Return the first `share` of a file: a copy that broke off."""
    return data[: int(len(data) * share)]
