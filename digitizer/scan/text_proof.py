"""Prove a PDF's text layer against the page as drawn, before it replaces reading by eye.

A text layer says what it likes: it may be the leftover of a bad OCR, name glyphs wrongly, or lie
beside the ink. It is believed only when its words have ink under them and no letters stand
outside; the odd word without ink is left out. Pure: pixels and words in, words or nothing out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.model import Box, TextLine, Word

Gray = NDArray[np.uint8]
Ink = NDArray[np.uint8]

_INK_BELOW: Final = 190
# Word writes white or empty page numbers; a layer laid beside the ink is bare almost everywhere.
_MOST_BARE_SHARE: Final = 0.02
_BARE_ALLOWED: Final = 3
_MOST_STRAY_SHARE: Final = 0.03
_STRAYS_ALLOWED: Final = 4
_MOST_FOREIGN_SHARE: Final = 0.01
# Letters that TCVN3 and VNI text shows when read as Windows-1252, and Vietnamese never uses.
_LEGACY: Final = frozenset("µ¸¶·¹¨»¾¼½Æ©ÇËÎÏÑªÖ×ÜÞßä«åæçëîïñ®¬øö÷ûüþ¡¢£¤¥¦ÄÅÛØÖ")
_LEGACY_FONTS: Final = (".vn", "vni-", "vni ", "vntime", ".vntime")


def is_legible(text: str, fonts: frozenset[str]) -> bool:
    """Say whether extracted text is Unicode Vietnamese rather than a legacy encoding or noise.

    Args:
        text: all text of a page.
        fonts: base font names without the subset prefix.

    Source: TCVN 5712:1993 (TCVN3) and VNI code tables, as shown through Windows-1252.
    """
    if any(font.lower().startswith(_LEGACY_FONTS) for font in fonts):
        return False
    letters = [char for char in text if not char.isspace()]
    if not letters or "(cid:" in text:
        return False
    foreign = sum(char in _LEGACY or not _is_printable(char) for char in letters)
    return foreign <= _MOST_FOREIGN_SHARE * len(letters)


def proven_words(words: tuple[Word, ...], gray: Gray, dpi: float) -> tuple[Word, ...]:
    """Return the words that have ink; none at all if the layer isn't proven.

    Args:
        words: boxes in pixels of `gray`.
        gray: (H, W) uint8, 0 is ink, 255 is paper.
        dpi: of `gray`; sets what is as small as a letter.
    """
    ink: Ink = (gray < _INK_BELOW).astype(np.uint8)
    inked = tuple(word for word in words if _ink_box(ink, word.box) is not None)
    bare = len(words) - len(inked)
    if not inked or bare > max(_BARE_ALLOWED, _MOST_BARE_SHARE * len(words)):
        return ()
    letters = sum(len(word.text) for word in inked)
    strays = _stray_letters(ink, words, dpi)
    if strays > _STRAYS_ALLOWED + _MOST_STRAY_SHARE * letters:
        return ()
    return inked


def tight_lines(lines: tuple[TextLine, ...], gray: Gray) -> tuple[TextLine, ...]:
    """Draw the boxes of words, which were the font's, tight around their ink.

    Lines are made before this: a hyphen's ink does not tell which row it stands on.
    """
    ink: Ink = (gray < _INK_BELOW).astype(np.uint8)
    return tuple(_tight_line(line, ink) for line in lines)


def _tight_line(line: TextLine, ink: Ink) -> TextLine:
    words = tuple(replace(word, box=_ink_box(ink, word.box) or word.box) for word in line.words)
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return TextLine(words, box)


def _ink_box(ink: Ink, box: Box) -> Box | None:
    left, top = max(0, box.left), max(0, box.top)
    patch = ink[top : max(top, box.bottom), left : max(left, box.right)]
    columns, rows = np.flatnonzero(patch.any(axis=0)), np.flatnonzero(patch.any(axis=1))
    if columns.size == 0:
        return None
    return Box(
        int(left + columns[0]),
        int(top + rows[0]),
        int(left + columns[-1] + 1),
        int(top + rows[-1] + 1),
    )


def _stray_letters(ink: Ink, words: tuple[Word, ...], dpi: float) -> int:
    """Count letter-sized ink spots outside all words; ruled lines and pictures don't count."""
    rest = ink.copy()
    for word in words:
        # Stacked marks (Ế, Ộ) and descenders leave the font's box.
        slack = max(2, word.box.height // 4)
        top, left = max(0, word.box.top - slack), max(0, word.box.left - slack)
        rest[top : word.box.bottom + slack, left : word.box.right + slack] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    smallest, largest = 0.05 * dpi, 0.35 * dpi
    is_letter = (height >= smallest) & (height <= largest) & (width <= largest)
    # A speck of a ruled line is thin; a letter is not.
    is_letter &= width >= 0.02 * dpi
    return int(np.count_nonzero(is_letter))


def _is_printable(char: str) -> bool:
    return (char.isprintable() and char != "\ufffd") or char == "\u00ad"
