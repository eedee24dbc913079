"""The verified engine: lines found once, read by two recognizers; agreement is acceptance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from digitizer.model import TextLine
from digitizer.ocr.accent_gate import AccentGate
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.first_reader import FirstLine, FirstReader
from digitizer.ocr.leaders import without_dots, without_marks
from digitizer.ocr.line_boxes import with_air
from digitizer.ocr.second_reader import TIGHT, SecondReader, SecondWord
from digitizer.ocr.text_lines import DecidedWord, text_line
from digitizer.ocr.vote import Agreement, VotedWord, either, may_be_misread, settled, vote

_SURE: Final = 0.75
# `năm.2025`: a speck taken for a mark, and the space lost to it.
_RUN_TOGETHER: Final = re.compile(r"[^\W\d_]{2,}[.,;:]\d")


class VerifiedEngine:
    """Two recognizers. See `OcrEngine`."""

    def __init__(self) -> None:
        """Raises MissingDependency when TrueOCR or the Vietnamese data is missing."""
        self._first = FirstReader()
        self._second = SecondReader()
        self._gate = AccentGate(self._first.model)
        self.name = (
            f"verified (TrueOCR {self._first.version}, syllable model, "
            f"Tesseract vie {self._second.version})"
        )

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        """See `OcrEngine.read`."""
        deadline = Deadline(timeout_s)
        lines = self._first.read(gray, dpi=dpi, deadline=deadline)
        boxes = [line.box for line in lines]
        bare = without_dots(gray, boxes)
        seen = self._second.read(bare, boxes, deadline=deadline)
        voted = [self._vote(line, words) for line, words in zip(lines, seen, strict=True)]
        for i, again in self._second_look(bare, lines, voted, deadline):
            voted[i] = either(voted[i], again)
        for i, again in self._third_look(bare, lines, voted, deadline):
            voted[i] = settled(voted[i], again)
        return tuple(
            text_line(gray, line.box, self._decided(words))
            for line, words in zip(lines, voted, strict=True)
        )

    def _second_look(
        self,
        gray: Gray,
        lines: Sequence[FirstLine],
        voted: Sequence[tuple[VotedWord, ...]],
        deadline: Deadline,
    ) -> Iterator[tuple[int, tuple[VotedWord, ...]]]:
        """Yield the lines on which the readers differ, read once more in another frame."""
        open_lines = _open(voted)
        boxes = [lines[i].box for i in open_lines]
        seen = self._second.read(gray, boxes, deadline=deadline, framing=TIGHT)
        for i, words in zip(open_lines, seen, strict=True):
            yield i, self._vote(lines[i], words)

    def _third_look(
        self,
        gray: Gray,
        lines: Sequence[FirstLine],
        voted: Sequence[tuple[VotedWord, ...]],
        deadline: Deadline,
    ) -> Iterator[tuple[int, tuple[VotedWord, ...]]]:
        """Yield the lines on which they still differ, read by both with more paper above.

        And those with a letter that both are known to misread.
        """
        open_lines = [
            i
            for i, words in enumerate(voted)
            if not all(word.is_agreed and not may_be_misread(word.text) for word in words)
        ]
        boxes = with_air([line.box for line in lines], open_lines)
        read = {line.box: line for line in self._first.read_lines(gray, boxes, deadline=deadline)}
        again = [(i, read[box]) for i, box in zip(open_lines, boxes, strict=True) if box in read]
        seen = self._second.read(gray, [line.box for _, line in again], deadline=deadline)
        for (i, line), words in zip(again, seen, strict=True):
            yield i, self._vote(replace(line, leads=lines[i].leads), words)

    def _vote(self, line: FirstLine, second: Sequence[SecondWord]) -> tuple[VotedWord, ...]:
        return vote(line.words, _to_leader(second) if line.leads else second, self._first.model)

    def _decided(self, voted: tuple[VotedWord, ...]) -> Iterator[DecidedWord]:
        texts = [word.text for word in voted]
        fits, proven = self._gate.passes(texts), self._gate.proves(texts)
        for word, fit, is_proven in zip(voted, fits, proven, strict=True):
            # A dash or a dot alone at the end of a line is as often a speck as a sign.
            is_speck = word is voted[-1] and not any(char.isalnum() for char in word.text)
            runs_together = _RUN_TOGETHER.match(word.text) is not None
            is_settled = word.agreement is Agreement.SKELETON and (
                is_proven or self._is_alone(word)
            )
            is_sound = fit and not is_speck and not runs_together
            yield DecidedWord(
                word.word.letters,
                word.text,
                word.word.letters.confidence if is_settled else _confidence(word),
                accepted=is_sound and (word.is_agreed or is_settled),
                letters_accepted=is_sound and word.agreement >= Agreement.LETTERS,
            )

    def _is_alone(self, word: VotedWord) -> bool:
        """Claim that the first reader is sure of a word and the second saw what is none."""
        letters = word.word.letters
        is_sure = letters.confidence >= _SURE and letters.text == word.text
        return is_sure and self._gate.rules_out(word.seen, word.text)


def _open(voted: Sequence[tuple[VotedWord, ...]]) -> list[int]:
    """Return which lines have a word on which the readers differ."""
    return [i for i, words in enumerate(voted) if not all(word.is_agreed for word in words)]


def _to_leader(seen: Sequence[SecondWord]) -> list[SecondWord]:
    """Return a line's words without what was made of the leader that its frame still shows."""
    kept = list(seen)
    while kept and not (text := without_marks(kept[-1].text)):
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=text)
    return kept


def _confidence(word: VotedWord) -> float:
    """Return the chance that not both readers are wrong, or half the first's if they differ."""
    first = word.word.letters.confidence
    if word.is_agreed:
        return 1 - (1 - first) * (1 - word.sureness)
    return first / 2
