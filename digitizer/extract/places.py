"""Names of places and of kinds of institutions within an agency's name, held against lists.

The list has every unit of 30 June 2025 and since; older ones are missing, so a name that is not on
it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from digitizer.legal_profile.communes import place_spellings
from digitizer.model import Word
from digitizer.vietnamese import fold, nfc, tone_last

_TITLES: Final = frozenset(("TỈNH", "HUYỆN", "QUẬN", "XÃ", "PHƯỜNG"))
_LONG_TITLES: Final = frozenset((("THÀNH", "PHỐ"), ("THỊ", "TRẤN"), ("THỊ", "XÃ")))
"""Apart, their words may be part of a name: Châu Thành, Đức Phố."""
_BODIES: Final = frozenset(("UBND", "HĐND"))
_LONG_BODIES: Final = frozenset((("ỦY", "BAN"), ("UỶ", "BAN"), ("HỘI", "ĐỒNG")))
"""Apart, too: Hội An."""
_MARKS: Final = " .,;:"
_SPECKED: Final = re.compile(r"(?P<left>[^\W\d_]{2,})[.,\-](?P<right>[^\W\d_]{2,}[.,;:]?)")
_ONE_READER_SURE: Final = 0.4
_CUT_KIND: Final = 3


def spelled_apart(
    words: Sequence[Word], spell: Callable[[Sequence[Word]], tuple[Word, ...]]
) -> tuple[Word, ...]:
    """Return what `spell` makes of the words, those apart that a speck between them had joined.

    `Gio.Linh` and `NHÁNH-VĂN` are two words where a list then leaves no more doubt than before.
    """
    as_read = spell(words)
    parts = [part for word in words for part in _apart(word)]
    if len(parts) == len(words):
        return as_read
    apart = spell(parts)
    return apart if _doubts(apart) <= _doubts(as_read) else as_read


def _doubts(words: Sequence[Word]) -> int:
    return sum(not word.accepted for word in words)


def _apart(word: Word) -> tuple[Word, ...]:
    """Return the two words, neither sure, that a mark within a word parts; else the word."""
    found = _SPECKED.fullmatch(nfc(word.text))
    if found is None:
        return (word,)
    edge = word.box.left + round(found.end("left") / len(word.text) * word.box.width)
    doubted = replace(word, accepted=False)
    return (
        replace(doubted, text=found["left"], box=replace(word.box, right=edge)),
        replace(doubted, text=found["right"], box=replace(word.box, left=edge)),
    )


def believe_titles(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of an agency's name, believed where its form leaves nothing else.

    Before a place's name stands its title, and of `QUẬN`, `TỈNH`, `XÃ` there is one spelling; one
    reader is enough. A title of two words is put right, even where both readers misread it alike
    (`THÀNH PHÔ`). The mark between two places is a comma, whatever the second reader saw.
    """
    words = _with_commas(_with_titles_spelled(words))
    titles = _title_words(words)
    return tuple(
        replace(word, accepted=True)
        if (index in titles and word.confidence >= _ONE_READER_SURE)
        or _is_before_title(words, index)
        else word
        for index, word in enumerate(words)
    )


def believe_kinds(words: Sequence[Word], kinds: Iterable[str]) -> tuple[Word, ...]:
    """Return the words, what an institution is called spelled as it is (`TRUNG HỌC PHỔ THÔNG`).

    All its letters must have been read, most words surely; at the end of a line its first three
    words will do, as it goes on below.
    """
    spelled = list(words)
    letters = [fold(_bare([word])) for word in words]
    for kind in kinds:
        parts = kind.split()
        wanted = [fold(part) for part in parts]
        for start in range(len(words)):
            found = letters[start : start + len(parts)]
            is_cut = start + len(found) == len(words) and len(found) >= _CUT_KIND
            if found != wanted and not (is_cut and found == wanted[: len(found)]):
                continue
            read = words[start : start + len(found)]
            if 2 * sum(word.is_legible for word in read) > len(read):
                spelled[start : start + len(found)] = [
                    replace(word, text=_as_read(_cased(part, word), word), accepted=True)
                    for word, part in zip(read, parts, strict=False)
                ]
    return tuple(spelled)


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
        and tone_last(_bare(words[place]).lower()) not in {tone_last(n.lower()) for n in spellings}
        for title, place in _places(words)
    )


def _places(words: Sequence[Word]) -> Iterator[tuple[str, slice]]:
    """Yield title and name of each place: the name stands to a comma, a title or a body."""
    title, start, index = "", 0, 0
    while index < len(words):
        if length := _title_length(words, index):
            title = " ".join(word.text for word in words[index : index + length])
            start = index + length
        elif _begins_body(words, index):
            title = ""
        elif title and _ends_place(words, index):
            yield title, slice(start, index + 1)
            title = ""
        index += length or 1


def _title_length(words: Sequence[Word], index: int) -> int:
    """Return of how many words the title is that begins here, 0 where none does."""
    if _pair(words, index) in _LONG_TITLES:
        return 2
    return int(_upper(words, index) in _TITLES)


def _with_titles_spelled(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words, titles of two words spelled as they are though their marks were misread.

    Nothing else has these letters one after the other, with a name to follow.
    """
    spelled = list(words)
    for index in range(len(words) - 2):
        pair = _pair(words, index)
        for title in _LONG_TITLES:
            if pair != title and tuple(map(fold, pair)) == tuple(map(fold, title)):
                spelled[index : index + 2] = [
                    replace(word, text=_as_read(_cased(part, word), word))
                    for word, part in zip(words[index : index + 2], title, strict=True)
                ]
    return tuple(spelled)


def _with_commas(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words with a comma between two places where a dot or so was read."""
    return tuple(
        replace(word, text=word.text[:-1] + ",")
        if word.text.endswith((".", ";")) and _title_length(words, index + 1)
        else word
        for index, word in enumerate(words)
    )


def _cased(title: str, word: Word) -> str:
    return title.lower() if word.text.islower() else title.capitalize()


def _title_words(words: Sequence[Word]) -> frozenset[int]:
    """Return where the words of titles stand that a name follows."""
    found: set[int] = set()
    for index in range(len(words)):
        end = index + _title_length(words, index)
        found |= set(range(index, end)) if end < len(words) else set()
    return frozenset(found)


def _begins_body(words: Sequence[Word], index: int) -> bool:
    return _upper(words, index) in _BODIES or _pair(words, index) in _LONG_BODIES


def _ends_place(words: Sequence[Word], index: int) -> bool:
    is_marked = words[index].text.endswith((",", ";", "."))
    following = index + 1
    return (
        is_marked
        or following == len(words)
        or _title_length(words, following) > 0
        or _begins_body(words, following)
    )


def _is_before_title(words: Sequence[Word], index: int) -> bool:
    word = words[index]
    return word.is_legible and word.text.endswith(",") and _title_length(words, index + 1) > 0


def _upper(words: Sequence[Word], index: int) -> str:
    return nfc(words[index].text).upper() if index < len(words) else ""


def _pair(words: Sequence[Word], index: int) -> tuple[str, str]:
    return _upper(words, index), _upper(words, index + 1)


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
    if tone_last(part.lower()) == tone_last(bare.lower()):
        return word.text
    mark = word.text[len(word.text.rstrip(_MARKS)) :]
    return (part.upper() if bare.isupper() else part) + mark
