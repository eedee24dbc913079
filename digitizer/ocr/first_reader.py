"""Read a page once: TrueOCR's lines and letters, spelled by the language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.model import Box
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.language_model import LanguageModel, keys, load_language_model
from digitizer.ocr.leaders import without_leaders
from digitizer.ocr.letterhead import left_half_first, right_half
from digitizer.ocr.letters import LetterReader
from digitizer.ocr.line_boxes import with_tall_letters
from digitizer.ocr.line_ends import with_whole_lines
from digitizer.ocr.line_finder import LineFinder
from digitizer.ocr.missed_ink import missed_rows
from digitizer.ocr.reading_order import BlockOrder, from_above, with_tables
from digitizer.ocr.spelling import Spelling, choose, spellings
from digitizer.ocr.table_cells import cut_at_cells, find_cells
from digitizer.ocr.weights import load_weights
from digitizer.ocr.words import LetterWord, cut_words

# Paper specks and lines of leaders reach the recognizer as "boxes" a few pixels high.
_LEAST_HEIGHT_INCH: Final = 0.02
# Of the page's height: agency and motto stand above.
_HEAD: Final = 0.2


@dataclass(frozen=True, slots=True)
class FirstWord:
    """A word after the first reading: its letters, its likely spellings, and the one chosen."""

    letters: LetterWord
    options: tuple[Spelling, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FirstLine:
    """A line as first read. `leads`: a dotted leader runs on from its end."""

    box: Box
    words: tuple[FirstWord, ...]
    leads: bool = False

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class FirstReader:
    """TrueOCR and the language model. One page at a time."""

    def __init__(self) -> None:
        """Raises MissingDependency when the weights are not there or not the proven ones."""
        weights = load_weights()
        self._finder = LineFinder(weights)
        self._letters = LetterReader(weights)
        self._blocks = BlockOrder(weights)
        self.model: LanguageModel = load_language_model()
        self.version: str = weights.release

    def read(self, gray: Gray, *, dpi: float, deadline: Deadline) -> tuple[FirstLine, ...]:
        """Return the lines of a page that hold a word, in reading order.

        Raises:
            PageTimedOut: the time was over.
        """
        cells = find_cells(gray, dpi=dpi)
        seen = [box for box in self._finder.find(gray) if box.height >= _LEAST_HEIGHT_INCH * dpi]
        boxes = with_whole_lines(gray, seen, dpi=dpi)
        pieces = without_leaders(gray, cut_at_cells(boxes, cells))
        tall = with_tall_letters(gray, [piece.box for piece in pieces])
        leads = {box for box, piece in zip(tall, pieces, strict=True) if piece.leads}
        found = [
            replace(line, leads=line.box in leads)
            for line in self.read_lines(gray, tall, deadline=deadline)
        ]
        missed = self.read_lines(gray, missed_rows(gray, boxes, dpi=dpi), deadline=deadline)
        found += [line for line in missed if self._makes_sense(line)]
        lines = [half for line in found for half in _halves(line, _HEAD * gray.shape[0])]
        deadline.remaining_s()
        kept = [line.box for line in lines]
        texts = [line.text for line in lines]
        order = self._blocks.order(kept, texts, width=gray.shape[1], height=gray.shape[0])
        order = left_half_first(from_above(order, kept), kept, texts)
        return tuple(lines[i] for i in with_tables(order, kept, cells, dpi=dpi))

    def read_lines(
        self, gray: Gray, boxes: Sequence[Box], *, deadline: Deadline
    ) -> list[FirstLine]:
        """Return the lines in `boxes` that hold a word, in their order. Raises PageTimedOut."""
        found = self._letters.read(gray, boxes, deadline=deadline)
        cut = [(line.box, cut_words(line)) for line in found]
        return [FirstLine(box, self._spell(words)) for box, words in cut if words]

    def _makes_sense(self, line: FirstLine) -> bool:
        """Claim that half of a line's syllables are known: seals and scrawls make none."""
        known = [self.model.knows(key) for key in keys(line.text)]
        return bool(known) and sum(known) >= len(known) / 2

    def _spell(self, words: Sequence[LetterWord]) -> tuple[FirstWord, ...]:
        slots = [spellings(word) for word in words]
        chosen = choose(slots, self.model)
        return tuple(
            FirstWord(word, slot, slot[i].text)
            for word, slot, i in zip(words, slots, chosen, strict=True)
        )


def _halves(line: FirstLine, head: float) -> tuple[FirstLine, ...]:
    """Return a line of the page's head as its two halves where it runs through both."""
    cut = right_half([word.text for word in line.words]) if line.box.top < head else None
    if cut is None:
        return (line,)
    box, edge = line.box, int(line.words[cut].letters.left)
    return (
        FirstLine(Box(box.left, box.top, edge, box.bottom), line.words[:cut]),
        FirstLine(Box(edge, box.top, box.right, box.bottom), line.words[cut:], line.leads),
    )
