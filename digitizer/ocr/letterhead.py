"""Keep the two halves of a paper's head apart where their lines were found as one.

Agency left, the nation's name and motto right: on narrow pages the gap between them is no wider
than between words, and the finder draws one box around both (NĐ 30/2020 PL I, slots 1 and 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from digitizer.model import Box
from digitizer.vietnamese import fold

_NATION: Final = tuple(fold("CỘNG HÒA XÃ HỘI").split())
_MOTTO: Final = tuple(fold("Độc lập - Tự do").split())
# In heights of the line with the nation's name: a wider gap ends the head.
_PITCH: Final = 1.8


def right_half(words: Sequence[str]) -> int | None:
    """Return the index of the word at which the right half of the head begins, None if none does.

    The nation's name counts in capitals only: in small letters it stands in running text.
    """
    folded = tuple(fold(word) for word in words)
    for i in range(1, len(words)):
        if _is_nation(words[i:]) or folded[i : i + len(_MOTTO)] == _MOTTO:
            return i
    return None


def left_half_first(
    order: Sequence[int], boxes: Sequence[Box], texts: Sequence[str]
) -> tuple[int, ...]:
    """Return `order` with the head's left half before its right half, each as it was.

    The head is what stands beside the nation's name and follows on from there line by line: agency,
    number and, of a letter, its subject on the left; name, motto and date on the right. A page
    without it, or with it alone at the top, keeps its order.
    """
    nation = next((i for i in order if _is_nation(texts[i].split())), None)
    if nation is None:
        return tuple(order)
    edge = boxes[nation].left
    right = _column((i for i in order if boxes[i].left >= edge), boxes, boxes[nation])
    level = max(boxes[i].bottom for i in right)
    left = _column((i for i in order if boxes[i].right <= edge), boxes, boxes[nation], level)
    if not left:
        return tuple(order)
    head = [i for i in order if i in left] + [i for i in order if i in right]
    first = min(order.index(i) for i in head)
    before = [i for i in order[:first] if i not in head]
    return (*before, *head, *(i for i in order[first:] if i not in head))


def _is_nation(words: Sequence[str]) -> bool:
    name = words[: len(_NATION)]
    return tuple(fold(word) for word in name) == _NATION and all(word.isupper() for word in name)


def _column(
    lines: Iterable[int], boxes: Sequence[Box], nation: Box, level: int = 0
) -> frozenset[int]:
    """Return the lines that follow one another down from where the nation's name stands.

    Those that begin above `level` belong to them, however wide the gap before them.
    """
    found: set[int] = set()
    bottom = nation.bottom
    for i in sorted(lines, key=lambda i: boxes[i].top):
        box = boxes[i]
        if box.bottom < nation.top - nation.height:
            continue
        if box.top > level and box.top - bottom > _PITCH * nation.height:
            break
        found.add(i)
        bottom = max(bottom, box.bottom)
    return frozenset(found)
