"""Scanners as they write over SMB: in pieces, late, over old names; one step at a time.

Each is a generator: one step is what happens between two looks at the folder. It returns the
files that it has handed over whole, which must all be claimed, byte for byte.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

Writing = Iterator[None]
_REST = 4
"""Looks for which a scanner leaves a finished file alone before it uses the name again."""


@dataclass(slots=True)
class Handed:
    """What was handed over: every file's bytes once it was whole. `spoiled` never were."""

    whole: list[bytes]
    spoiled: list[bytes]


Scanner = Callable[[Path, str, list[bytes], Random, Handed], Writing]


def in_pieces(folder: Path, name: str, files: list[bytes], chance: Random, out: Handed) -> Writing:
    """Bytes arrive bit by bit, with pauses as long as a look or several."""
    with (folder / name).open("wb") as stream:
        for piece in _pieces(files[0], chance):
            stream.write(piece)
            stream.flush()
            for _ in range(chance.choice((1, 1, 2, 6))):
                yield
    out.whole.append(files[0])
    yield


def preallocated(
    folder: Path, name: str, files: list[bytes], chance: Random, out: Handed
) -> Writing:
    """The file has its full size, zeros, at once; the bytes fill it from the front."""
    with (folder / name).open("wb") as stream:
        stream.truncate(len(files[0]))
        yield
        for piece in _pieces(files[0], chance):
            stream.write(piece)
            stream.flush()
            yield
    out.whole.append(files[0])
    yield


def renamed(folder: Path, name: str, files: list[bytes], chance: Random, out: Handed) -> Writing:
    """Written as `.tmp` and renamed when whole."""
    draft = folder / f"{name}.tmp"
    with draft.open("wb") as stream:
        for piece in _pieces(files[0], chance):
            stream.write(piece)
            stream.flush()
            yield
    draft.rename(folder / name)
    out.whole.append(files[0])
    yield


def renamed_twice(
    folder: Path, name: str, files: list[bytes], chance: Random, out: Handed
) -> Writing:
    """Written under one taken-looking name, renamed when whole, renamed again later."""
    first = folder / f"neu-{name}"
    with first.open("wb") as stream:
        for piece in _pieces(files[0], chance):
            stream.write(piece)
            stream.flush()
            yield
    first.rename(folder / name)
    out.whole.append(files[0])
    for _ in range(chance.randint(1, _REST)):
        yield
    with suppress(FileNotFoundError):  # it was claimed by moving
        (folder / name).rename(folder / f"xong-{name}")
    yield


def overwritten(
    folder: Path, name: str, files: list[bytes], chance: Random, out: Handed
) -> Writing:
    """The next stack has the same name: the old file is written over, in place."""
    for data in files:
        with (folder / name).open("wb") as stream:
            for piece in _pieces(data, chance):
                stream.write(piece)
                stream.flush()
                yield
        out.whole.append(data)
        for _ in range(_REST):
            yield


def deleted_first(
    folder: Path, name: str, files: list[bytes], chance: Random, out: Handed
) -> Writing:
    """As Kyocera does: the file of that name is deleted and a new one written, the time kept."""
    when = 1_700_000_000_000_000_000 + chance.randrange(10**15)
    for data in files:
        (folder / name).unlink(missing_ok=True)
        with (folder / name).open("wb") as stream:
            for piece in _pieces(data, chance):
                stream.write(piece)
                stream.flush()
                yield
        # A server that counts in whole seconds, or none at all.
        os.utime(folder / name, ns=(when, when))
        out.whole.append(data)
        for _ in range(_REST):
            yield


def broken_off(folder: Path, name: str, files: list[bytes], chance: Random, out: Handed) -> Writing:
    """The network goes in the middle; the scanner begins again, under the same name."""
    cut = files[0][: len(files[0]) * chance.randint(20, 80) // 100]
    (folder / name).write_bytes(cut)
    out.spoiled.append(cut)
    for _ in range(chance.randint(2, 2 * _REST)):
        yield
    with (folder / name).open("wb") as stream:
        for piece in _pieces(files[0], chance):
            stream.write(piece)
            stream.flush()
            yield
    out.whole.append(files[0])
    yield


def clock_ahead(
    folder: Path, name: str, files: list[bytes], chance: Random, out: Handed
) -> Writing:
    """The file server's clock is hours ahead of ours, or years behind."""
    when = chance.choice((4_102_444_800, 315_532_800)) * 10**9
    with (folder / name).open("wb") as stream:
        for piece in _pieces(files[0], chance):
            stream.write(piece)
            stream.flush()
            os.utime(folder / name, ns=(when, when))
            yield
    os.utime(folder / name, ns=(when, when))
    out.whole.append(files[0])
    yield


SCANNERS: tuple[Scanner, ...] = (
    in_pieces,
    preallocated,
    renamed,
    renamed_twice,
    overwritten,
    deleted_first,
    broken_off,
    clock_ahead,
)


def _pieces(data: bytes, chance: Random) -> Iterator[bytes]:
    count = chance.randint(3, 9)
    cuts = sorted(chance.randrange(1, len(data)) for _ in range(count))
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        if start < end:
            yield data[start:end]
