"""How sure a value is: from the words it was read in and the checks it stood or failed.

A field is accepted by its confidence alone, so the numbers are set such that at the default
threshold (0.95) only these pass: every word read alike by both readers (but for the marks around
the last, which no value keeps), or the value proven by
something else than the reading (a closed list, a second printing in the same paper).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from digitizer.extract.layout import cover
from digitizer.model import Box, Evidence, Field, FieldName, FieldStatus, Word
from digitizer.settings import ExtractSettings
from digitizer.vietnamese import squeeze

AGREED: Final = 0.96
"""Both readers read every word alike, nothing else is known."""
PROVEN: Final = 0.985
"""As above, and an independent check holds; or a closed list leaves no other value."""
LISTED: Final = 0.97
"""The letters, accents apart, fit one entry of a closed list and no other."""
UNSURE: Final = 0.80
"""Most that a value can have that one reader alone saw."""
DOUBTED: Final = 0.50
"""Most that a value can have that failed a check."""
UNREAD: Final = 0.0
"""The place is known, nothing usable stands in it."""
HANDWRITTEN: Final = ".handwritten"
"""A rule that ends so found a value that was written by hand."""


def weigh(words: Sequence[Word], *, is_proven: bool = False, is_doubted: bool = False) -> float:
    """Return a confidence in [0, 1] for a value read in `words`.

    Args:
        words: those the value was made of.
        is_proven: a check that does not depend on these words holds.
        is_doubted: a check failed; overrides everything else.
    """
    if not words:
        return UNREAD
    if is_doubted:
        return DOUBTED
    # Marks within a value are part of it, those after its last word are not.
    if all(word.accepted for word in words[:-1]) and words[-1].is_legible:
        return PROVEN if is_proven else AGREED
    return min(UNSURE, *(word.confidence for word in words))


def decide(name: FieldName, value: str, evidence: Evidence, settings: ExtractSettings) -> Field:
    """Return the field, accepted when sure enough and not empty, else for review."""
    value = squeeze(value)
    is_sure = bool(value) and evidence.confidence >= settings.accept_for(name)
    status = FieldStatus.ACCEPTED if is_sure else FieldStatus.REVIEW
    return Field(name, value, status, evidence)


def evidence_of(page: int, words: Sequence[Word], rule: str, confidence: float) -> Evidence:
    """Return the evidence that stands in `words`, which must be some."""
    return Evidence(page, cover(words), rule, confidence)


def slot_evidence(page: int, box: Box, rule: str) -> Evidence:
    """Return the evidence of a place in which nothing usable was read."""
    return Evidence(page, box, rule, UNREAD)
