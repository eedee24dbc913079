"""What subjects begin with most often, by which a first word that was half lost is known again.

`OPENINGS` are of two words each, so what is lost of one of them the other tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digitizer.model import Word
from digitizer.vietnamese import fold

OPENINGS: Final = (
    *("Về việc", "Ban hành", "Phê duyệt", "Tăng cường", "Triển khai", "Kiện toàn", "Điều chỉnh"),
    *("Sửa đổi", "Thành lập", "Phối hợp", "Công bố", "Công nhận", "Hướng dẫn", "Quy định"),
    *("Rà soát", "Thực hiện", "Bãi bỏ", "Đính chính", "Bổ nhiệm", "Tổ chức"),
)
_ABOUT: Final = "Về việc"
_LEAST_LEFT: Final = 3
"""Letters of a first word that say which opening it is, its first letter lost."""


def spell_opening(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return a subject's first two words, spelled where its fixed opening leaves nothing else.

    Of `Về việc` the letters are enough; of other openings one of the two words must be surely read.
    """
    letters = [fold(word.text) for word in words]
    if letters[:1] == ["veviec"]:
        return (replace(words[0], text=_ABOUT, accepted=True), *words[1:])
    opening = next((one for one in OPENINGS if fold(one).split() == letters), "")
    pairs = list(zip(words, opening.split(), strict=False))
    is_sure = opening == _ABOUT or any(word.accepted and word.text == part for word, part in pairs)
    if not is_sure:
        return tuple(words)
    return tuple(replace(word, text=part, accepted=True) for word, part in pairs)


def without_foreword(first: Word, second: Word) -> Word:
    """Return a subject's first word without what is glued to it: the number a stamp set there.

    `89Về` before `việc` is `Về`, `20găng` before `cường` is `Tăng`, whose first letter is under
    the number. Other words are returned as they are.
    """
    if first.accepted or not any(map(str.isdigit, first.text)):
        return first
    for opening in OPENINGS:
        head, tail = opening.split()
        for lost in (0, 1):
            left = head[lost:]
            is_told = len(left) >= _LEAST_LEFT or not lost
            if is_told and fold(first.text).endswith(fold(left)) and second.text == tail:
                width = round(first.box.width * len(head) / max(len(first.text), len(head)))
                box = replace(first.box, left=first.box.right - width)
                return replace(first, text=head, box=box)
    return first
