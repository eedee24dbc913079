"""A holder's name: where it ends, whether it is whole, and what its second printing says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from digitizer.extract.labels import Entry
from digitizer.extract.paper import Paper
from digitizer.extract.rows import bare_text
from digitizer.model import Word
from digitizer.syllables import is_syllable
from digitizer.vietnamese import fold, nfc

_NAME: Final = re.compile(r"[^\W\d_]+(?:['’ -][^\W\d_]+)+")
_HONORIFIC: Final = re.compile(r"^(ông/bà|ông \(bà\)|hộ ông|hộ bà|ông|bà)\s*:?\s+(?=\S)", re.I)
_SEXES: Final = {"ong": "Nam", "ho ong": "Nam", "ba": "Nữ", "ho ba": "Nữ"}
_MISREAD: Final = "ấ"
_STOPS: Final = ("c", "ch", "p", "t")
_WITHOUT_RIVAL: Final = frozenset({"huấn", "tuấn", "vấn"})
_NO_SURNAME: Final = "tấn"
_NOBODYS: Final = frozenset({"trong", "thinh", "manh", "thuy", "câm", "hông", "hoang", "hưu"})
"""Nobody is called so: it is `Trọng`, whose dot is lost among dots to write on, `Cẩm`, …"""
_MIDDLE: Final = frozenset({"Thị", "Văn"})
"""Names that stand between surname and given name, and never last."""


def name_in(entry: Entry) -> tuple[str, tuple[Word, ...], str]:
    """Return name, its words, and the sex that `Ông` or `Bà` before it says ("" when neither)."""
    words = entry.words if bare_text(entry.words) else next(iter(entry.below), ())
    words = _before_comma(words)
    text = bare_text(words)
    sex = ""
    if match := _HONORIFIC.match(text):
        text = text[match.end() :]
        sex = _SEXES.get(fold(match[1]), "")
    if not text:
        return "", (), sex
    kept = tuple(word for word in words if nfc(word.text).strip(" .:;,-…()") in text)
    return text, tuple(word for word in kept if any(map(str.isalpha, word.text))), sex


def settle_name(
    text: str, words: tuple[Word, ...], paper: Paper
) -> tuple[str, tuple[Word, ...], bool]:
    """Return a name as its second printing spells it, and whether two printings contradict it.

    The same name, accents apart, printed twice on a paper is the same person's: an agreed one
    settles the letters of one in doubt, and two agreed ones that differ leave it to a person. So
    does one that goes on (`Trần Văn Mẫu` for `Trần Văn`): here a word was lost; and one with ấ
    printed once, because both readers take ẩ for it.
    """
    others = {" ".join(spelling) for spelling in _printings(text, words, paper)}
    mine = nfc(text).lower()
    if not others or mine in others:
        sure = tuple(replace(word, accepted=True) for word in words) if others else words
        return text, sure, len(others) > 1 or (not others and may_be_misread(mine))
    is_longer = any(len(other.split()) > len(mine.split()) for other in others)
    if is_longer or len(others) > 1 or all(word.is_legible for word in words):
        return text, words, True
    spelled = others.pop()
    spelled = spelled.upper() if text.isupper() else spelled.title()
    return spelled, tuple(replace(word, accepted=True) for word in words), False


def may_be_misread(name: str) -> bool:
    """Claim that a name holds a letter that both readers are known to take for another.

    `Cẩm` is read `Cấm` by both, and nothing in a name tells (docs/understanding.md). Where `ẩ`
    can't stand there is no doubt: before a final c, ch, p, t (only sắc and nặng do), in `Tuấn`,
    `Huấn`, `Vấn`, and in `Tấn` unless it comes first, as the surname `Tẩn` does. Or that both
    lost a mark: what is left is nobody's name, or no syllable (`Ngoc`, `Lôc`).
    """
    for place, word in enumerate(nfc(name).lower().split()):
        if word in _NOBODYS or (word.endswith(_STOPS) and not is_syllable(word)):
            return True
        is_given = word == _NO_SURNAME and place > 0
        is_settled = word.endswith(_STOPS) or word in _WITHOUT_RIVAL or is_given
        if _MISREAD in word and not is_settled:
            return True
    return False


def _printings(text: str, words: Sequence[Word], paper: Paper) -> Iterator[tuple[str, ...]]:
    """Yield each other agreed printing of a name, in small letters."""
    wanted = fold(text).split()
    mine = {word.box for word in words}
    others = [word for word in paper.main_words if word.box not in mine]
    keys = [fold(word.text).strip(" .,:;()") for word in others]
    for start in range(len(keys) - len(wanted) + 1):
        if len(wanted) > 1 and keys[start : start + len(wanted)] == wanted:
            end = start + len(wanted)
            found = others[start : end + _goes_on(others[end - 1 : end + 1])]
            if all(word.is_legible for word in found):
                yield tuple(nfc(word.text).strip(" .,:;()").lower() for word in found)


def _goes_on(pair: Sequence[Word]) -> bool:
    """Claim that the second word is part of the name that the first seems to end."""
    if len(pair) < 2 or not pair[0].text[-1:].isalpha() or not pair[1].text[:1].isupper():
        return False
    height = pair[0].box.height
    gap = pair[1].box.left - pair[0].box.right
    return abs(pair[1].box.top - pair[0].box.top) < height / 2 and -height < gap < 0.8 * height


def _before_comma(words: Sequence[Word]) -> tuple[Word, ...]:
    for index, word in enumerate(words):
        if word.text.startswith("("):
            return tuple(words[:index])
        if word.text.rstrip().endswith((",", ";")):
            return tuple(words[: index + 1])
    return tuple(words)


def sex_of_name(text: str) -> str:
    """Return what a middle name says of its bearer's sex, "" when it says nothing.

    `Thị` is a woman's and `Văn` a man's nearly always: enough to doubt a number, not to prove one.
    """
    middle = [word.capitalize() for word in nfc(text).split()[1:-1]]
    if "Thị" in middle:
        return "Nữ"
    return "Nam" if "Văn" in middle[:1] else ""


def is_name(text: str) -> bool:
    """Claim that a text can be a person's name: words that each begin with a capital."""
    words = text.split()
    return bool(_NAME.fullmatch(text)) and not any(word[:1].islower() for word in words)


def is_whole(text: str, paper: Paper) -> bool:
    """Claim that no word of a name was lost: a surname leads, and a given name ends it.

    Of a name of two words nobody can say so.
    """
    words = [word.capitalize() for word in nfc(text).split()]
    is_led = bool(words) and words[0] in paper.profile.surnames
    return is_name(text) and is_led and len(words) > 2 and words[-1] not in _MIDDLE
