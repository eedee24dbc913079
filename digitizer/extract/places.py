"""Names of provinces, districts and communes within an agency's name, held against the list.

The list has every unit of 30 June 2025 and since; older ones are missing, so a name that is not on
it proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from digitizer.legal_profile.communes import place_spellings
from digitizer.model import Word
from digitizer.vietnamese import fold, nfc, tone_last

_TITLES: Final = frozenset(("TỈNH", "THÀNH", "HUYỆN", "QUẬN", "THỊ", "XÃ", "PHƯỜNG"))
_SECOND: Final = frozenset((("THÀNH", "PHỐ"), ("THỊ", "TRẤN"), ("THỊ", "XÃ")))
"""Titles of two words; `PHỐ` and `TRẤN` alone may be part of a name."""
_BODIES: Final = frozenset(("UBND", "ỦY", "UỶ", "HĐND", "HỘI"))
_MARKS: Final = " .,;:"
_ONE_READER_SURE: Final = 0.4


def believe_titles(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of an agency's name, believed where its form leaves nothing else.

    Before a place's name stands its title, and of `QUẬN`, `TỈNH`, `XÃ` there is one spelling; one
    reader is enough. The mark between two places is a comma, whatever the second reader saw.
    """
    return tuple(
        replace(word, accepted=True)
        if after is not None and (_is_sure_title(before, word) or _is_before_title(word, after))
        else word
        for before, word, after in zip((None, *words), words, (*words[1:], None), strict=False)
    )


def spell_places(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words with a name in doubt spelled as the only place with these letters.

    One reader must have seen the letters; where several places share them nothing is settled.
    """
    settled = list(words)
    for title, place in _places(words):
        name = words[place]
        spelled = _only_spelling(name, title)
        is_seen = all(word.confidence >= _ONE_READER_SURE for word in name)
        parts = spelled.split()
        if is_seen and not _is_sure(name) and len(parts) == len(name):
            settled[place] = [
                replace(word, text=_as_read(part, word), accepted=True)
                for word, part in zip(name, parts, strict=True)
            ]
    return tuple(settled)


def contradicts_list(words: Sequence[Word]) -> bool:
    """Claim that a place is surely read as one the list knows with other accents only."""
    return any(
        _is_sure(words[place])
        and bool(spellings := place_spellings(_letters(words[place]), title))
        and tone_last(_bare(words[place])) not in {tone_last(name) for name in spellings}
        for title, place in _places(words)
    )


def _places(words: Sequence[Word]) -> Iterator[tuple[str, slice]]:
    """Yield title and name of each place: the name stands to a comma, a title or a body."""
    title: list[str] = []
    start = 0
    for index, word in enumerate(words):
        text = nfc(word.text).upper()
        if start == index and (*title, text) in _SECOND:
            title, start = [*title, text], index + 1
        elif text in _TITLES:
            title, start = [text], index + 1
        elif text in _BODIES:
            title, start = [], 0
        elif title and _ends_place(words, index):
            yield " ".join(title), slice(start, index + 1)
            title, start = [], 0


def _ends_place(words: Sequence[Word], index: int) -> bool:
    if words[index].text.endswith((",", ";", ".")) or index + 1 == len(words):
        return True
    after = nfc(words[index + 1].text).upper()
    return after in _TITLES or after in _BODIES


def _only_spelling(name: Sequence[Word], title: str) -> str:
    spellings = place_spellings(_letters(name), title)
    return next(iter(spellings)) if len(spellings) == 1 else ""


def _is_sure(name: Sequence[Word]) -> bool:
    return all(word.accepted for word in name[:-1]) and name[-1].is_legible


def _bare(name: Sequence[Word]) -> str:
    return nfc(" ".join(word.text for word in name)).strip(_MARKS)


def _letters(name: Sequence[Word]) -> str:
    return fold(_bare(name)).replace(" ", "")


def _as_read(part: str, word: Word) -> str:
    """Return a name's part in the case it was read in, with the mark that followed it."""
    bare = nfc(word.text).strip(_MARKS)
    if tone_last(part) == tone_last(bare):
        return word.text
    mark = word.text[len(word.text.rstrip(_MARKS)) :]
    return (part.upper() if bare.isupper() else part) + mark


def _is_sure_title(before: Word | None, word: Word) -> bool:
    text = nfc(word.text).upper()
    is_second = before is not None and (nfc(before.text).upper(), text) in _SECOND
    return (is_second or text in _TITLES) and word.confidence >= _ONE_READER_SURE


def _is_before_title(word: Word, after: Word) -> bool:
    is_next_a_title = nfc(after.text).upper() in _TITLES
    return word.is_legible and word.text.endswith(",") and is_next_a_title
