"""Names of people as printed: which texts can be one, and which of its words to believe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from digitizer.legal_profile import Profile
from digitizer.model import Word
from digitizer.vietnamese import edit_distance, fold, nfc

_HONORIFIC: Final = re.compile(
    r"^(?:(?:GS|PGS|TS|ThS|Ths|BS|CN|KS|CKI|CKII|LS|Dr)\s*\.\s*)+|"
    r"^(?:Đại tướng|Thượng tướng|Trung tướng|Thiếu tướng|Đại tá|Thượng tá|Trung tá|Thiếu tá)\s+"
)
_SURELY_ALIKE: Final = 0.99
_FIRST_READER_SURE: Final = 0.4
_OTHERS_OF_A_NAME: Final = 2
_LETTERS_OF_LONG: Final = 5
_WITHOUT_BAR: Final = frozenset(
    ("Dình", "Dức", "Dạt", "Dăng", "Dặng", "Dông", "Dồng", "Dịnh", "Doàn", "Dại", "Dắc", "Dỗ")
)
"""No names, but what is left of names with Đ."""
_BARE_NAME: Final = re.compile(r"[^\W\d_]+[.,:;]?")


def is_name(text: str, profile: Profile) -> bool:
    """Claim that the text is a person's name as printed, its surname a known one."""
    return _looks_like_name(text) and strip_honorific(text).split()[0] in profile.surnames


def _looks_like_name(text: str) -> bool:
    words = strip_honorific(text).split()
    return 2 <= len(words) <= 6 and all(word.isalpha() and word.istitle() for word in words)


def may_be_name(text: str) -> bool:
    """Claim that the text can be a name, though no surname that is known leads it."""
    words = text.split()
    is_short = 2 <= len(words) <= 6 and all(word.isalpha() for word in words)
    return is_short and 2 * sum(word.istitle() for word in words) >= len(words)


def believe_name(words: Sequence[Word], profile: Profile) -> tuple[Word, ...]:
    """Return the words of a name, believed where more than the reading's own gate speaks for them.

    The reading also doubts what both readers surely read alike when other accents are more at
    home between such neighbors (`digitizer.ocr.accent_gate`). Of names the language knows nothing:
    `Nhàn` after `Thị` is no worse than `Nhân`. Where the readers differ, a word's confidence is at
    most 0.5; the first is believed then about a surname that no other one resembles. Marks within
    a name are none of it.
    """
    return tuple(
        replace(word, accepted=True)
        if word.is_legible
        or _is_surely_alike(word)
        or (index == 0 and _is_only_surname(word, profile))
        else word
        for index, word in enumerate(words)
    )


def _is_surely_alike(word: Word) -> bool:
    """Claim that both readers surely read it alike, and no Đ of which a seal took the bar."""
    text = nfc(word.text)
    is_alike = word.confidence >= _SURELY_ALIKE and bool(_BARE_NAME.fullmatch(text))
    return is_alike and text.strip(" .,:;").capitalize() not in _WITHOUT_BAR


def _is_only_surname(word: Word, profile: Profile) -> bool:
    """Claim that the list holds the word and no other with the same letters, accents apart."""
    text = nfc(word.text).strip(" .,:;")
    text = text.capitalize() if text.isupper() else text
    return word.confidence >= _FIRST_READER_SURE and _alike(text, profile.surnames) == {text}


def mend_surname(name: str, profile: Profile) -> str:
    """Return a signer's name with a misread surname put right where one alone can stand there.

    What no family is called (`Trân Gia Vũ`, `Ngryến Văn Phúc`) is misread; it is mended where
    only one surname has these letters, accents apart (of several the one that is one accent away:
    `Tống` of `Tổng`, not `Tòng`), or all but one of five or more. A surname of few bearers is left
    as it is, and no name of two words is mended: its surname may be lost.
    """
    first, *others = name.split(" ")
    known = profile.surnames | profile.rare_surnames
    if first in known or len(others) < _OTHERS_OF_A_NAME:
        return name
    alike = _alike(first, known)
    near = (
        {other for other in alike if _is_one_mark_away(first, other)}
        or alike
        or {
            surname
            for surname in profile.surnames
            if len(surname) >= _LETTERS_OF_LONG
            and edit_distance(fold(first), fold(surname), 1) == 1
        }
    )
    return " ".join((*near, *others)) if len(near) == 1 and near <= profile.surnames else name


def _is_one_mark_away(read: str, name: str) -> bool:
    marked, meant = (unicodedata.normalize("NFD", word.lower()) for word in (read, name))
    return edit_distance(marked, meant, 1) <= 1


def _alike(text: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if fold(name) == fold(text)}


def strip_honorific(text: str) -> str:
    """Return a name without its academic or military title."""
    text = _HONORIFIC.sub("", nfc(text).strip(" .,:;-"))
    return re.sub(r"(?<=[^\W\d_])(?=[^\W\d_])", _space_before_capital, text)


def _space_before_capital(gap: re.Match[str]) -> str:
    """Part two syllables glued in reading: `ThịLê`."""
    before, after = gap.string[gap.start() - 1], gap.string[gap.start()]
    return " " if before.islower() and after.isupper() else ""
