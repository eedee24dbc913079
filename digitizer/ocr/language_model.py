"""How likely one Vietnamese syllable follows another, counted from administrative text.

The table `syllables.tsv.gz` beside this module holds counts only, no sentences; it is made by
`python -m benchmarks.reading.build_language_model`, and its header says from what.
"""

from __future__ import annotations

import gzip
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from digitizer.vietnamese import nfc

TABLE: Final = Path(__file__).with_name("syllables.tsv.gz")
NUMBER: Final = "#"
"""The key of whatever holds a digit."""

_TONES: Final = {"\u0300": "1", "\u0301": "2", "\u0303": "3", "\u0309": "4", "\u0323": "5"}
_PIECE: Final = re.compile(r"[^\W_]+")
_HOLDS_DIGIT: Final = re.compile(r"\d")
# Witten-Bell-like: after a syllable seen this often, its followers weigh as much as all text.
_TRUST: Final = 8.0
_UNSEEN: Final = 0.02


@cache
def key(syllable: str) -> str:
    """Return the form under which `hòa`, `hoà` and `HÒA` count as one: `hoa1`."""
    if _HOLDS_DIGIT.search(syllable):
        return NUMBER
    letters, tone = [], ""
    for char in unicodedata.normalize("NFD", syllable.lower()):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)) + tone


@lru_cache(maxsize=1 << 15)
def keys(text: str) -> tuple[str, ...]:
    """Return the keys of all pieces of letters and digits in `text`, punctuation out."""
    return tuple(key(piece) for piece in _PIECE.findall(nfc(text)))


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Syllable counts and the counts of pairs.

    Attributes:
        single: how often each key was seen.
        pairs: for a key, how often each key followed it.
        total: all keys seen.
    """

    single: Mapping[str, int]
    pairs: Mapping[str, Mapping[str, int]]
    total: int

    def log_prob(self, syllable: str, before: str | None) -> float:
        """Return the natural logarithm of the chance of `syllable` after `before` (None: any)."""
        alone = self.single.get(syllable, _UNSEEN) / self.total
        followers = self.pairs.get(before) if before is not None else None
        if followers is None or before is None:
            return math.log(alone)
        seen = self.single[before]
        trust = seen / (seen + _TRUST * math.sqrt(seen))
        return math.log(trust * followers.get(syllable, 0) / seen + (1 - trust) * alone)

    def knows(self, syllable: str) -> bool:
        """Claim that the syllable was ever seen."""
        return syllable in self.single


@cache
def load_language_model(path: Path = TABLE) -> LanguageModel:
    """Read the table once for the process. Raises OSError when it is not there."""
    single: dict[str, int] = {}
    pairs: dict[str, dict[str, int]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            if row.startswith("%"):
                continue
            first, count, *followers = row.rstrip("\n").split("\t")
            single[first] = int(count)
            if followers:
                numbers = map(int, followers[1::2])
                pairs[first] = dict(zip(followers[::2], numbers, strict=True))
    return LanguageModel(single, pairs, sum(single.values()))
