"""The reliability of confidence as an SVG: share right over confidence, nines on both axes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.reading.reliability import Bin, Reliability

_WIDTH, _HEIGHT = 620, 640
_LEFT, _TOP, _SIDE = 70, 30, 460
_TICKS: Final = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995)
_NINES: Final = 3.5
"""The axes end at 1 - 10^-3.5; what is surer lies on the edge."""
_COLORS: Final = ("#1f6f54", "#b3541e", "#3a4fa0", "#8a2b6d", "#6b6b1f", "#444444")


def svg(curves: Mapping[str, Reliability]) -> str:
    """Return a picture of up to six named curves; the diagonal is honesty."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        *_axes(),
    ]
    for index, (name, curve) in enumerate(curves.items()):
        parts += _curve(name, curve, _COLORS[index % len(_COLORS)], index)
    return "\n".join([*parts, "</svg>\n"])


def _axes() -> list[str]:
    bottom, right = _TOP + _SIDE, _LEFT + _SIDE
    parts = [
        f'<line x1="{_LEFT}" y1="{bottom}" x2="{right}" y2="{_TOP}" stroke="#999"'
        ' stroke-dasharray="4 3"/>',
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none"'
        ' stroke="black"/>',
        f'<text x="{_LEFT + _SIDE / 2}" y="{bottom + 42}" text-anchor="middle">confidence</text>',
        f'<text transform="translate(16 {_TOP + _SIDE / 2}) rotate(-90)" text-anchor="middle">'
        "share of words right, with 95 % interval</text>",
    ]
    for tick in _TICKS:
        x, y = _x(tick), _y(tick)
        parts += [
            f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{_TOP}" stroke="#e6e6e6"/>',
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#e6e6e6"/>',
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>',
        ]
    return parts


def _curve(name: str, curve: Reliability, color: str, index: int) -> list[str]:
    path = " ".join(
        f"{_x(each.mean_confidence):.1f},{_y(each.share_right):.1f}" for each in curve.bins
    )
    legend = f"{name}: {curve.words} words, expected error {curve.expected_error:.3%}"
    y = _TOP + _SIDE + 70 + index * 17
    return [
        f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.5"/>',
        *(mark for each in curve.bins for mark in _mark(each, color)),
        f'<rect x="{_LEFT + 12}" y="{y - 9}" width="10" height="10" fill="{color}"/>',
        f'<text x="{_LEFT + 28}" y="{y}">{escape(legend)}</text>',
    ]


def _mark(each: Bin, color: str) -> list[str]:
    x, y = _x(each.mean_confidence), _y(each.share_right)
    low, high = _y(each.low_right), _y(each.high_right)
    return [
        f'<line x1="{x:.1f}" y1="{low:.1f}" x2="{x:.1f}" y2="{high:.1f}" stroke="{color}"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>',
    ]


def _nines(share: float) -> float:
    """Return 0 for 0, 1 for 0.9, 2 for 0.99, as a share of the axis."""
    return min(-math.log10(max(1 - share, 10**-_NINES)), _NINES) / _NINES


def _x(share: float) -> float:
    return _LEFT + _SIDE * _nines(share)


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - _nines(share))
