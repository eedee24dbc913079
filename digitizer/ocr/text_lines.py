"""Make lines of words with boxes out of what was decided about each word's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digitizer.model import Box, TextLine, Word
from digitizer.ocr.engine import Gray
from digitizer.ocr.handwriting import with_hands
from digitizer.ocr.hygiene import tidy
from digitizer.ocr.words import LetterWord, Span, ink_box, snapped, spans


@dataclass(frozen=True, slots=True)
class DecidedWord:
    """The text decided on for a word (two words, if it holds a space) and how far to trust it.

    `letters_accepted`: see `digitizer.model.Word`.
    """

    letters: LetterWord
    text: str
    confidence: float
    accepted: bool
    letters_accepted: bool = False


def text_line(gray: Gray, box: Box, words: Iterable[DecidedWord]) -> TextLine:
    """Return the line; each word's box hugs its ink, and handwritten numbers are marked.

    Args:
        gray: (H, W) uint8, the page the boxes are on.
        box: the line's box.
        words: left to right, at least one.
    """
    parts = [part for decided in words for part in _parts(decided)]
    sides = snapped(gray, box, [span for _, span, _ in parts])
    cut = tuple(
        Word(
            text,
            ink_box(gray, box, left, right),
            decided.confidence,
            decided.accepted,
            letters_accepted=decided.letters_accepted or decided.accepted,
        )
        for (text, _, decided), (left, right) in zip(parts, sides, strict=True)
        if text
    )
    return with_hands(gray, TextLine(cut, box))


def _parts(decided: DecidedWord) -> Iterator[tuple[str, Span, DecidedWord]]:
    texts = tidy(decided.text).split(" ")
    for text, span in zip(texts, spans(texts, decided.letters), strict=True):
        yield text, span, decided
