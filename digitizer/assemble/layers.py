"""A page taken apart: the color of its paper and the color of its ink, each where the other is not.

What lies under ink is unknown to the paper's picture and the other way round. Both are filled from
their surroundings, so that a coarse, lossy copy of either shows no trace of the other.

Source: mixed raster content, ITU-T T.44; filling by push and pull, Gortler et al. 1996.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.assemble.ink_mask import Ink, Mask
from digitizer.assemble.resampling import Pixels, Size, averaged, stretched

_Sums = NDArray[np.float32]

_FRACTIONS: Final = np.uint16(256)
_CORE_WEIGHT: Final = np.float32(0.9)
# Share of known pixels from which a cell needs no help from its neighbors.
_SURE: Final = np.float32(0.25)


def paper_color(pixels: Pixels, ink: Ink, size: Size) -> Pixels:
    """Return the page without its ink, `size` pixels large.

    A rim of one pixel round the ink, half ink and half paper, is left out too.
    """
    inked = cv2.dilate(ink.mask, np.ones((3, 3), np.uint8))
    return _filled(*_reduced(pixels, np.asarray(1 - inked, np.uint8), size))


def ink_color(pixels: Pixels, ink: Ink, size: Size) -> Pixels:
    """Return the color of the ink near each place, `size` pixels large.

    It is the color of the strokes' cores where they have one: their edges are half paper.
    """
    edge = _reduced(pixels, ink.mask, size)
    core = _reduced(pixels, ink.core, size)
    color, share = ((1 - _CORE_WEIGHT) * edge[part] + _CORE_WEIGHT * core[part] for part in (0, 1))
    return _filled(color, share)


def _reduced(pixels: Pixels, known: Mask, size: Size) -> tuple[_Sums, _Sums]:
    """Return the known color of each cell times its known share, and that share."""
    # 16 bits keep the fractions that a single known pixel of a cell comes to.
    fine = np.asarray(cv2.copyTo(pixels, known), np.uint16) * _FRACTIONS
    color, share = averaged(fine, size), averaged(known * _FRACTIONS, size)
    return (
        np.asarray(color / np.float32(_FRACTIONS), np.float32),
        np.asarray(share / np.float32(_FRACTIONS), np.float32),
    )


def _filled(color: _Sums, share: _Sums) -> Pixels:
    """Return the colors of the cells, unknown ones from coarser and coarser surroundings."""
    levels = [(color, share)]
    while min(share.shape) > 2:
        half = ((share.shape[1] + 1) // 2, (share.shape[0] + 1) // 2)
        color, share = averaged(color, half), averaged(share, half)
        levels.append((color, share))
    whole = _mean(*levels.pop())
    for color, share in reversed(levels):
        around = stretched(whole, (share.shape[1], share.shape[0]))
        trust = _like(np.minimum(share / _SURE, np.float32(1)), color)
        whole = _mean(color, share) * trust + around * (1 - trust)
    return np.asarray(np.clip(whole + 0.5, 0, 255), np.uint8)


def _mean(color: _Sums, share: _Sums) -> _Sums:
    return np.asarray(color / np.maximum(_like(share, color), 1e-6), np.float32)


def _like(share: _Sums, color: _Sums) -> _Sums:
    return share if color.ndim == 2 else share[:, :, np.newaxis]
