"""How many dots per inch a page image has, where its file says so, or else a guess."""

from __future__ import annotations

from typing import Final

A4_LONG_IN: Final = 11.69
_LOWEST_DPI: Final = 72.0
_HIGHEST_DPI: Final = 1200.0
# A7 card to A2 plan: what passes over an office scanner's glass.
_SHORTEST_LONG_SIDE_IN: Final = 3.0
_LONGEST_LONG_SIDE_IN: Final = 24.0
_USUAL_DPI: Final = (100.0, 150.0, 200.0, 240.0, 300.0, 400.0, 600.0)
_SNAP: Final = 0.04


def page_dpi(width: int, height: int, stated: float | None) -> float:
    """Return the resolution of a page image of `width` × `height` pixels, in dpi.

    The stated value is believed when it lies in [72, 1200] and makes the paper's long side 3 to
    24 inches. Otherwise it is a guess: the sheet is taken for A4 (long side 11.69 in), and the
    result is set to the nearest resolution scanners offer when within 4 % of it. Editors and
    phones write 72 or 96 into every file, which the paper size unmasks.
    """
    if stated is not None and _is_plausible(max(width, height), stated):
        return round(stated, 2)
    return _guessed(max(width, height))


def _is_plausible(long_side: int, dpi: float) -> bool:
    if not _LOWEST_DPI <= dpi <= _HIGHEST_DPI:
        return False
    return _SHORTEST_LONG_SIDE_IN <= long_side / dpi <= _LONGEST_LONG_SIDE_IN


def _guessed(long_side: int) -> float:
    dpi = min(max(long_side / A4_LONG_IN, _LOWEST_DPI), _HIGHEST_DPI)
    nearest = min(_USUAL_DPI, key=lambda usual: abs(usual - dpi))
    return nearest if abs(nearest - dpi) <= _SNAP * nearest else round(dpi, 2)
