"""Find what keeps a paper out of digitization, where the paper itself says so.

TT 01/2023/TT-VPCP Điều 4 leaves photocopies and certified paper copies out: they prove nothing
that the original, or the office's own register, does not. An office that certifies a copy writes
so on it, by a fixed formula over the number under which it entered the act (NĐ 23/2015 Điều 20).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import Final

from digitizer.model import Box, RecognizedPage, TextLine
from digitizer.vietnamese import edit_distance, fold

_FORMULA: Final = "chungthucbansaodungvoibanchinh"
_MISREAD: Final = 3
_ENTRY: Final = re.compile(r"so ?chung ?thuc|quyen ?so|sct ?/? ?bs")
_REACH_LINES: Final = 7
_OTHER: Final = re.compile(r"[^a-z]+")


def find_certification(page: RecognizedPage) -> Box | None:
    """Return where an office certified a paper copy, None where it did not.

    Args:
        page: a page as read, in any line order.

    Returns:
        The box of the formula `CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH`, on one line or two, with
        nothing else on them, and with the number of the act near below (`Số chứng thực: …, quyển
        số: … - SCT/BS`). One of the two without the other is no certification, so that neither a
        noisy word nor a text about certifying stops a paper.

    Source: TT 01/2023/TT-VPCP Điều 4; NĐ 23/2015/NĐ-CP Điều 20; TT 01/2020/TT-BTP.
    """
    lines = sorted(page.lines, key=lambda line: line.box.top)
    candidates = [[line] for line in lines] + [list(pair) for pair in pairwise(lines)]
    for group in candidates:
        box = reduce(Box.union, (line.box for line in group))
        if _is_formula(group) and _has_entry(lines, box):
            return box
    return None


def _is_formula(group: Sequence[TextLine]) -> bool:
    read = _OTHER.sub("", fold("".join(line.text for line in group)))
    return edit_distance(read, _FORMULA, _MISREAD) <= _MISREAD


def _has_entry(lines: Sequence[TextLine], formula: Box) -> bool:
    height = max(formula.height, 1)
    return any(
        formula.top - height <= line.box.top <= formula.bottom + _REACH_LINES * height
        and _ENTRY.search(fold(line.text))
        for line in lines
    )
