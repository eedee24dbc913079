"""Frozen dataclasses to canonical JSON and back.

Canonical: UTF-8, keys sorted, no insignificant space, NFC text as it stands, dates ISO 8601,
aware times in UTC with a `Z`, paths with `/`. Equal values give equal bytes, so a digest of the
JSON is a digest of the value.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from digitizer.model import Sha256

T = TypeVar("T")
_PIECES_TO: Final = 4
"""A stage's inputs, a document, its pages, one page."""


def encode(value: object) -> bytes:
    """Return the canonical JSON of a dataclass, tuple, mapping or plain value.

    Raises:
        TypeError: a value JSON can't hold, or a naive datetime.
    """
    return "".join(pieces(value)).encode()


def digest(value: object, *, without: frozenset[str] = frozenset()) -> Sha256:
    """Return the SHA-256 of `encode(value)`, leaving out what is called as in `without`."""
    total = hashlib.sha256()
    for piece in pieces(value, without=without):
        total.update(piece.encode())
    return Sha256(total.hexdigest())


def pieces(
    value: object, *, without: frozenset[str] = frozenset(), depth: int = _PIECES_TO
) -> Iterator[str]:
    """Yield the canonical JSON of `value` bit by bit: of a long document, a page at a time.

    The words of a page take ten times their own size while they are turned into JSON.

    Args:
        without: keys that are left out wherever they stand.
        depth: down to which level `value` is taken apart.
    """
    if depth and isinstance(value, tuple | list):
        yield from _joined("[", (pieces(v, without=without, depth=depth - 1) for v in value), "]")
    elif depth and dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = sorted(field.name for field in dataclasses.fields(value))
        yield from _joined(
            "{", (_named(value, name, without, depth) for name in names if name not in without), "}"
        )
    else:
        yield _dumped(to_plain(value, without))


def _named(value: object, name: str, without: frozenset[str], depth: int) -> Iterator[str]:
    yield f"{_dumped(name)}:"
    yield from pieces(getattr(value, name), without=without, depth=depth - 1)


def _joined(before: str, parts: Iterable[Iterator[str]], after: str) -> Iterator[str]:
    yield before
    for number, part in enumerate(parts):
        if number:
            yield ","
        yield from part
    yield after


def _dumped(plain: Any) -> str:
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def decode(cls: type[T], data: bytes) -> T:
    """Rebuild a `cls` from its canonical JSON.

    Raises:
        ValueError: not JSON, a key missing or unknown, or a value of the wrong kind.
    """
    value: T = from_plain(cls, json.loads(data))
    return value


def to_plain(value: object, without: frozenset[str] = frozenset()) -> Any:
    """Return `value` as what `json` knows: dict, list, str, int, float, bool, None.

    Args:
        without: keys that are left out wherever they stand.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [to_plain(item, without) for item in value]
    if isinstance(value, dict):
        return {str(k): to_plain(v, without) for k, v in value.items() if str(k) not in without}
    return _object_to_plain(value, without)


def _object_to_plain(value: object, without: frozenset[str]) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"naive datetime {value!r}")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return value.as_posix()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.name not in without]
        return {name: to_plain(getattr(value, name), without) for name in names}
    raise TypeError(f"{type(value).__name__} has no canonical JSON")


def from_plain(cls: Any, plain: Any) -> Any:
    """Rebuild a value of type `cls` from what `json` gave. Raises ValueError on a mismatch."""
    origin = typing.get_origin(cls)
    if origin is tuple:
        return _tuple(cls, plain)
    if origin in (types.UnionType, typing.Union):
        return _optional(cls, plain)
    if origin in (dict, types.MappingProxyType):
        key_type, item_type = typing.get_args(cls)
        return {from_plain(key_type, k): from_plain(item_type, v) for k, v in plain.items()}
    if isinstance(cls, typing.NewType):
        return from_plain(cls.__supertype__, plain)
    if dataclasses.is_dataclass(cls):
        return _dataclass(cls, plain)
    return _scalar(cls, plain)


def _tuple(cls: Any, plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise ValueError(f"expected a list for {cls}")  # noqa: TRY004 - one error for bad input
    arguments = typing.get_args(cls)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(from_plain(arguments[0], item) for item in plain)
    return tuple(from_plain(kind, item) for kind, item in zip(arguments, plain, strict=True))


def _optional(cls: Any, plain: Any) -> Any:
    kinds = [kind for kind in typing.get_args(cls) if kind is not type(None)]
    if plain is None:
        return None
    return from_plain(kinds[0], plain)


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _dataclass(cls: Any, plain: Any) -> Any:
    if not isinstance(plain, dict):
        raise ValueError(f"expected an object for {cls.__name__}")  # noqa: TRY004
    hints = _hints(cls)
    if unknown := plain.keys() - hints.keys():
        raise ValueError(f"{cls.__name__}: unknown {sorted(unknown)}")
    try:
        return cls(**{name: from_plain(hints[name], item) for name, item in plain.items()})
    except TypeError as error:
        raise ValueError(f"{cls.__name__}: {error}") from error


def _scalar(cls: Any, plain: Any) -> Any:
    if cls is datetime:
        return datetime.fromisoformat(plain)
    if cls is date:
        return date.fromisoformat(plain)
    if cls is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if isinstance(cls, type) and issubclass(cls, Enum | Path):
        return cls(plain)
    if cls in (Any, object) or (type(plain) is cls):
        return plain
    raise ValueError(f"expected {cls}, got {type(plain).__name__}")
