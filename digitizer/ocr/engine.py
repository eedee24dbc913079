"""The port every reading engine fits: one page in, lines of words out."""

from __future__ import annotations

import time
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitizer.errors import PageTimedOut
from digitizer.model import TextLine

Gray: TypeAlias = NDArray[np.uint8]
"""(H, W) uint8, 0 is ink, 255 is paper."""


class OcrEngine(Protocol):
    """Reads one page at a time; not for use by two threads at once."""

    @property
    def name(self) -> str:
        """Engines and their versions, for the provenance."""
        ...

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        """Read a page.

        Args:
            gray: (H, W) uint8, 0 is ink, 255 is paper, upright and level.
            dpi: resolution, the same along both axes.
            timeout_s: wall-clock seconds the page may take.

        Returns:
            Lines in reading order, boxes in pixels of `gray`; none on a page without text.

        Raises:
            PageTimedOut: the time was over before the page was read.
        """
        ...


class Deadline:
    """The moment by which a page must be read, on the clock that never jumps."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._end = time.monotonic() + timeout_s

    def remaining_s(self) -> float:
        """Return the seconds left, always above zero.

        Raises:
            PageTimedOut: none are left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise PageTimedOut(f"not read within {self._timeout_s:g} s")
        return left
