"""What a person may be about to type: `qdub` gives QĐ-UBND.

A text fits a known value by its letters without marks and separators, by the first letters of its
words, or by the beginnings of some of its words, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from digitizer.legal_profile import load_profile
from digitizer.model import FieldName
from digitizer.vietnamese import fold

MOST = 8
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_ISSUERS = ("UBND", "HĐND", "STP", "SXD", "SNV", "STC", "SYT", "SGDĐT", "SNNMT", "VP", "TTPVHCC")
"""Abbreviations of agencies in the symbols of their papers (NĐ 30/2020 PL I.II.3)."""


def complete(name: FieldName, typed: str, learned: Iterable[str] = ()) -> tuple[str, ...]:
    """Return known values that fit what was typed, best first, at most `MOST`.

    Args:
        learned: values that people have keyed for the field, most frequent first.
    """
    if name is FieldName.SO_KY_HIEU:
        number, slash, code = typed.partition("/")
        if not slash:
            return tuple(_best(typed, _codes(learned))) if typed and not typed[0].isdigit() else ()
        return tuple(f"{number}/{found}" for found in _best(code, _codes(learned)))
    return tuple(_best(typed, (*learned, *_known(name))))


def is_symbol(code: str) -> bool:
    """Claim that what follows a number is made of parts we know, as QĐ-UBND and UBND-VP are."""
    return all(part in _parts() for part in code.split("-"))


def _best(typed: str, values: Iterable[str]) -> Iterator[str]:
    key = _compact(typed)
    if not key:
        return
    ranked: dict[str, int] = {}
    for value in dict.fromkeys(values):
        rank = _rank(key, fold(typed), value)
        if rank is not None:
            ranked[value] = rank
    yield from sorted(ranked, key=lambda value: ranked[value])[:MOST]


def _rank(key: str, typed: str, value: str) -> int | None:
    """Return how well a value fits, 0 the best; None when it does not."""
    words = [word for word in _SEPARATORS.split(fold(value)) if word]
    if "".join(words).startswith(key):
        return 0
    if "".join(word[0] for word in words).startswith(key):
        return 1
    begun = [part for part in _SEPARATORS.split(typed) if part]
    return 2 if all(any(word.startswith(part) for word in words) for part in begun) else None


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", fold(text))


def _codes(learned: Iterable[str]) -> tuple[str, ...]:
    """Return the symbols that follow a number: those keyed before, then the decree's."""
    keyed = (value.partition("/")[2] for value in learned)
    return tuple(dict.fromkeys((*(code for code in keyed if code), *_symbols())))


@cache
def _parts() -> frozenset[str]:
    return frozenset(part for symbol in _symbols() for part in symbol.split("-"))


@cache
def _symbols() -> tuple[str, ...]:
    kinds = (kind for kind in load_profile().types if kind.is_administrative)
    parts = dict.fromkeys(suffix for kind in kinds for suffix in kind.suffixes)
    return tuple(f"{part}-{issuer}" for part in parts for issuer in _ISSUERS)


@cache
def _known(name: FieldName) -> tuple[str, ...]:
    profile = load_profile()
    if name is FieldName.LOAI_VAN_BAN:
        return tuple(dict.fromkeys(kind.name for kind in profile.types))
    if name is FieldName.CO_QUAN_BAN_HANH:
        return profile.agencies
    return profile.positions if name is FieldName.CHUC_VU else ()
