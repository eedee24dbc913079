"""When a value counts as right: by its kind, not by one string comparison for all."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Final

from digitizer.model import FieldName
from digitizer.vietnamese import edit_distance, squeeze, tone_last

_CER: Final = {FieldName.TRICH_YEU: 0.02}
_ANY_CASE: Final = frozenset(
    {FieldName.CO_QUAN_BAN_HANH, FieldName.CHUC_VU, FieldName.CHU_HO_SO, FieldName.NGUOI_KY}
)
_PLAIN_MARKS: Final = str.maketrans({"’": "'", "–": "-", "“": '"', "”": '"'})
_UNTIL: Final = re.compile(r"đến (\d{4}-\d{2}-\d{2})")


def matches(name: FieldName, value: str, truth: str) -> bool:
    """Claim that `value` is right: NFC exact, but a subject may differ in 2 % of its letters.

    Agencies, posts and names are compared without regard to case. Both tone placements (hòa,
    hoà), and the kinds of quotes and dashes, count as the same letter. A last day may be the one
    before or after: laws and offices differ on whether the last day counts.
    """
    left, right = _normal(value), _normal(truth)
    if name in _ANY_CASE:
        left, right = left.upper(), right.upper()
    if name in _CER:
        limit = math.floor(_CER[name] * len(right))
        return edit_distance(left, right, limit) <= limit
    if name is FieldName.THOI_HAN:
        return left == right or _same_end(value, truth)
    return left == right


def _same_end(value: str, truth: str) -> bool:
    ends = [_UNTIL.search(text) for text in (value, truth)]
    if not all(ends):
        return False
    first, second = (date.fromisoformat(end[1]) for end in ends if end)
    return abs((first - second).days) <= 1


def _normal(text: str) -> str:
    return tone_last(squeeze(text).translate(_PLAIN_MARKS))


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share; (0, 1) when nothing was counted.

    Source: Wilson, JASA 22 (1927).
    """
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
