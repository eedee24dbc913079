"""The fast engine: TrueOCR and the language model, read once, nothing proven by a second reader."""

from __future__ import annotations

from typing import Final

from digitizer.model import TextLine
from digitizer.ocr.accent_gate import AccentGate
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.first_reader import FirstLine, FirstReader, FirstWord
from digitizer.ocr.text_lines import DecidedWord, text_line

# Without a second reader only what was read surely, and not respelled, is accepted: every
# letter at least this likely, every other spelling at least this many nats away.
_SURE: Final = 0.9
_FAR: Final = 3.0


class FastEngine:
    """One recognizer. See `OcrEngine`."""

    def __init__(self) -> None:
        """Raises MissingDependency when TrueOCR is not installed as pinned."""
        self._reader = FirstReader()
        self._gate = AccentGate(self._reader.model)
        self.name = f"fast (TrueOCR {self._reader.version}, syllable model)"

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        """See `OcrEngine.read`."""
        deadline = Deadline(timeout_s)
        lines = self._reader.read(gray, dpi=dpi, deadline=deadline)
        return tuple(self._text_line(gray, line) for line in lines)

    def _text_line(self, gray: Gray, line: FirstLine) -> TextLine:
        fits = self._gate.passes([word.text for word in line.words])
        decided = (
            DecidedWord(word.letters, word.text, word.letters.confidence, fit and is_sure(word))
            for word, fit in zip(line.words, fits, strict=True)
        )
        return text_line(gray, line.box, decided)


def is_sure(word: FirstWord) -> bool:
    """Claim that the word was read without doubt, and stands as it was read."""
    return (
        word.text == word.letters.text
        and word.letters.confidence >= _SURE
        and all(spelling.cost > _FAR for spelling in word.options if spelling.text != word.text)
    )
