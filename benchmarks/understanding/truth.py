"""What stands on a paper, as a clerk would say it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from digitizer.model import FieldName, FieldRef, Recognized

Source = Literal["real", "semi-real", "samples"]
Set = Literal["dev", "held-out"]
SetChoice = Literal["dev", "held-out", "all"]
Grade = Literal["real", "clean", "degraded", "perfect"]
_HELD_OUT_OF: Final = 3


@dataclass(frozen=True, slots=True)
class Truth:
    """The type and the fields of one paper.

    Attributes:
        code: of the type; "" where the paper is of none, so that any accepted type is wrong.
        fields: by reference (`chu_ho_so`, `chu_ho_so.2` in printed order), in normal form. A
            field that is not here does not stand on the paper: accepting one is an invention.
        handwritten: fields of which at least the digits are written by hand.
        unsound: fields that contradict what stands beside them, and must never be accepted.
        open: fields that nobody decided on; not judged.
        is_seen: whether closed lists hold the issuer's name; None where nobody is issuer.
    """

    code: str
    fields: Mapping[FieldRef, str]
    handwritten: frozenset[FieldName] = frozenset()
    unsound: frozenset[FieldRef] = frozenset()
    open: frozenset[FieldName] = frozenset()
    is_seen: bool | None = None


@dataclass(frozen=True, slots=True)
class Exam:
    """One reading put before the extraction, with the truth about it.

    Attributes:
        name: says where it comes from; never printed with values when it is held out.
        read: gives the reading, made now or recalled, and the CPU seconds it took (0 unknown).
    """

    name: str
    source: Source
    grade: Grade
    set: Set
    truth: Truth
    read: Callable[[], tuple[Recognized, float]] = field(repr=False)


def set_of(name: str) -> Set:
    """Return to which set a paper belongs: the hash of its name decides, not a look at it."""
    first = hashlib.sha256(name.encode()).digest()[0]
    return "held-out" if first % _HELD_OUT_OF == 0 else "dev"
