"""Doubt a word when the same letters with other accents fit between its neighbors far better.

Two recognizers trained on like material make like mistakes: both may read `đề thị` for `đề thi`.
What they agree on is still only accepted when no accent variant is clearly more at home there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from digitizer.ocr.language_model import NUMBER, LanguageModel, keys
from digitizer.vietnamese import fold

_CLEARLY: Final = 3.0
"""Nats by which a variant must fit better; chosen in docs/reading.md."""

_PROVES: Final = 6.0
"""Nats by which a syllable must fit better than every variant to be believed on its letters."""

_DOT: Final = "5"
_LOST_DOT: Final = 0.5
_MOST_MARKS: Final = 1


class AccentGate:
    """The accent variants of every syllable the language model knows."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._variants = _variants(model)

    def passes(self, texts: Sequence[str]) -> tuple[bool, ...]:
        """Claim for each word of a line that no accent variant fits clearly better.

        A word of several syllables passes when all do; numbers, codes (`84/CAT-LLTP`) and unknown
        words pass, the language knows nothing about them.
        """
        syllables = [
            (NUMBER if _is_code(text) else key, i)
            for i, text in enumerate(texts)
            for key in keys(text)
        ]
        passed = [True] * len(texts)
        for at, (key, i) in enumerate(syllables):
            before = syllables[at - 1][0] if at else None
            after = syllables[at + 1][0] if at + 1 < len(syllables) else None
            if not self._fits(key, before, after):
                passed[i] = False
        return tuple(passed)

    def proves(self, texts: Sequence[str]) -> tuple[bool, ...]:
        """Claim for each word of a line that no accent variant comes near it between its neighbors.

        Only of one syllable in small letters, beside another word of the same line: names are
        anybody's, and a syllable alone says nothing.
        """
        last = len(texts) - 1
        parts = [keys(text) for text in texts]
        return tuple(
            last > 0
            and text.islower()
            and len(parts[i]) == 1
            and self._stands_alone(
                parts[i][0],
                parts[i - 1][-1] if i and parts[i - 1] else None,
                parts[i + 1][0] if i < last and parts[i + 1] else None,
            )
            for i, text in enumerate(texts)
        )

    def rules_out(self, seen: str, text: str) -> bool:
        """Claim that what the second reader saw is no syllable, and `text` the one nearest to it.

        The dot below a letter is what it loses first: `Ngoc` is nearer to `Ngọc` than to `Ngóc`.
        """
        pairs = list(zip(keys(seen), keys(text), strict=False))
        return len(keys(seen)) == len(keys(text)) and all(
            one == other or (not self._model.knows(one) and self._is_nearest(one, other))
            for one, other in pairs
        )

    def _is_nearest(self, seen: str, key: str) -> bool:
        known = self._variants.get(_skeleton(key), ())
        costs = {variant: _mark_cost(seen, variant) for variant in known}
        nearest = costs.pop(key, math.inf)
        return nearest <= _MOST_MARKS and all(cost > nearest for cost in costs.values())

    def _stands_alone(self, key: str, before: str | None, after: str | None) -> bool:
        others = [v for v in self._variants.get(_skeleton(key), ()) if v != key]
        if key == NUMBER or not others or (before is None and after is None):
            return False
        rival = max(self._score(other, before, after) for other in others)
        return self._score(key, before, after) - rival >= _PROVES

    def _fits(self, key: str, before: str | None, after: str | None) -> bool:
        variants = self._variants.get(_skeleton(key), ())
        if key == NUMBER or len(variants) < 2:
            return True
        best = max(self._score(variant, before, after) for variant in variants)
        return best - self._score(key, before, after) < _CLEARLY

    def _score(self, key: str, before: str | None, after: str | None) -> float:
        score = self._model.log_prob(key, before)
        return score if after is None else score + self._model.log_prob(after, key)


def _is_code(text: str) -> bool:
    """Claim that the letters of a word are a code's, which bear no accents (`12/TTr-STP`)."""
    return "/" in text and NUMBER in keys(text) and not text.islower()


def _mark_cost(seen: str, key: str) -> float:
    """Return how many marks of a syllable the second reader misread; half for a lost dot."""
    (letters, tone), (own_letters, own_tone) = _parted(seen), _parted(key)
    if fold(letters) != fold(own_letters):
        return math.inf
    marks = sum(a != b for a, b in zip(letters, own_letters, strict=True))
    if tone == own_tone:
        return marks
    return marks + (_LOST_DOT if not tone and own_tone == _DOT else 1)


def _parted(key: str) -> tuple[str, str]:
    letters = key.rstrip("12345")
    return letters, key[len(letters) :]


@cache
def _skeleton(key: str) -> str:
    return fold(key).rstrip("12345")


def _variants(model: LanguageModel) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key in model.single:
        found.setdefault(_skeleton(key), []).append(key)
    return {skeleton: tuple(sorted(variants)) for skeleton, variants in found.items()}
