"""Who asked what, when and why: lines that can be added to, and not changed without a trace.

A file of JSON lines, and once it is long, files: the full ones have their last line's number in
their name, and the chain goes on from one to the next. Each line carries its number, the hash of
the line before, and its own hash, all under a key: who can write the file but has not the key can't
make a line that fits. What was cut off at the end can't be seen in the file itself; so `verify`
tells the head (count and last hash), and takes one that was kept elsewhere.

Source: REQ-6.5 (access log, append-only, hash-chained); docs/adr/0025.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import FileIO
from pathlib import Path

import msgspec

from digitizer.errors import DiskFull, IntegrityError, RunLocked

FIRST = "0" * 64
"""What stands for the line before the first."""
PART_BYTES = 64 << 20
"""Some 100,000 questions."""
_MOST_FAULTS = 100

Event = Mapping[str, object]


class FaultKind(StrEnum):
    """What happened to a line."""

    EDITED = "edited"
    """Its words do not fit its hash."""
    DROPPED = "dropped"
    """One or more lines before it are gone."""
    MOVED = "moved"
    """It stands at another place than it was written, or twice."""
    NO_LINE = "no_line"
    """It is no line of this log: cut short, or other text."""
    CUT_OFF = "cut_off"
    """The log once was longer than it is now."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, at line `place` of the file, counted from 1. `number` is the one it carries."""

    kind: FaultKind
    place: int
    number: int


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines there are, and the hash of the last: all that went before hangs on it."""

    lines: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.lines}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look through the whole log found; `faults` in file order, at most 100."""

    head: Head
    faults: tuple[Fault, ...]


class AuditLog:
    """The one writer of a log; a second one is refused. Not to be shared between threads."""

    def __init__(self, file: Path, key: bytes, *, part_bytes: int = PART_BYTES) -> None:
        """Open the log for adding to it, making it when there is none.

        Args:
            part_bytes: from this size on a file is full, and the next one is begun.

        Raises:
            RunLocked: another process has it open.
            IntegrityError: its last line is not one of ours.
            DiskFull: it can't be written.
        """
        self._key = key
        self._part_bytes = part_bytes
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stream = _locked(file)
            try:
                if any(part.samefile(file) for part in parts(file)[:-1]):
                    self._stream = _turned(self._stream, file)  # killed while it was turned
                self.head = _head(self._stream, file, key)
            except BaseException:
                self._stream.close()
                raise
        except OSError as error:
            raise DiskFull(f"{file}: {error.strerror}") from error
        self._file = file

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the log free."""
        self._stream.close()

    def append_all(self, events: Sequence[Event]) -> None:
        """Add events, in order, forced to disk together. Raises DiskFull."""
        head, lines = self.head, []
        for event in events:
            line, head = _line(self._key, head, event)
            lines.append(line)
        try:
            place = self._stream.seek(0, os.SEEK_END)
            try:
                _write(self._stream, b"".join(lines))
                os.fsync(self._stream.fileno())
            except OSError:
                self._stream.truncate(place)  # half a batch must not stay to be followed
                raise
            self.head = head
            if self._stream.tell() >= self._part_bytes:
                os.link(self._file, _part(self._file, head.lines))
                self._stream = _turned(self._stream, self._file)
        except OSError as error:
            raise DiskFull(f"{self._file}: {error.strerror}") from error


def parts(file: Path) -> tuple[Path, ...]:
    """Return the files of a log, the full ones first, in order, and last the one in use."""
    full = sorted(file.parent.glob(f"{file.stem}.[0-9]*{file.suffix}"))
    return (*full, file)


def verify(file: Path, key: bytes, *, expected: Head | None = None) -> Verified:
    """Look through the whole log and tell each fault and where it is.

    Args:
        expected: a head that was told earlier and kept elsewhere; the log must still hold it.

    Raises:
        DiskFull: the file can't be read.
    """
    faults: list[Fault] = []
    before, number, place, known = FIRST, 0, 0, expected is None or expected.lines == 0
    numbers = _numbers(file)
    for place, (line, plain) in enumerate(_lines(file), 1):
        if plain is None:
            faults.append(Fault(FaultKind.NO_LINE, place, 0))
            continue
        own = int(str(plain["n"]))
        if not _is_ours(key, line, plain):
            faults.append(Fault(FaultKind.EDITED, place, own))
        elif own != number + 1 or plain["before"] != before:
            faults += _misplaced(own, number, place, numbers, faults)
        known = known or (expected is not None and _is_head(plain, expected))
        before, number = str(plain["hash"]), own
        if len(faults) >= _MOST_FAULTS:
            break
    if not known:
        faults.append(Fault(FaultKind.CUT_OFF, place, number))
    return Verified(Head(place, before), tuple(faults[:_MOST_FAULTS]))


def parse_head(text: str) -> Head:
    """Return the head that `str(head)` wrote. Raises ValueError."""
    lines, _, digest = text.strip().partition(":")
    if len(digest) != len(FIRST):
        raise ValueError("a head is LINES:SHA256")
    return Head(int(lines), digest.lower())


def events(file: Path) -> Iterator[Event]:
    """Yield what was written, oldest first; lines that are none are passed over.

    Raises DiskFull when the file can't be read.
    """
    for _, plain in _lines(file):
        if plain is not None and isinstance(plain["event"], dict):
            yield {"n": plain["n"], **plain["event"]}


def whole_lines(file: Path) -> Iterator[bytes]:
    """Yield the bytes of each line of the log, without its end; a line cut short is none.

    Raises DiskFull when the file can't be read.
    """
    return (line for line, plain in _lines(file) if plain is not None)


def _misplaced(
    own: int, number: int, place: int, numbers: Mapping[int, int], faults: list[Fault]
) -> Iterator[Fault]:
    """Tell a line that lost those before it from one that was put elsewhere."""
    if own > number + 1 and not any(n in numbers for n in range(number + 1, own)):
        yield Fault(FaultKind.DROPPED, place, own)
    elif own != place or numbers.get(own, 0) > 1:
        yield Fault(FaultKind.MOVED, place, own)
    elif not faults:
        # In its place, and whole: then the line before it was replaced by one of another log.
        yield Fault(FaultKind.EDITED, place - 1, number)


def _numbers(file: Path) -> dict[int, int]:
    found: dict[int, int] = {}
    for _, plain in _lines(file):
        if plain is not None:
            own = int(str(plain["n"]))
            found[own] = found.get(own, 0) + 1
    return found


def _is_head(plain: Mapping[str, object], expected: Head) -> bool:
    return plain["n"] == expected.lines and plain["hash"] == expected.sha256


def _write(stream: FileIO, data: bytes) -> None:
    """Write all of it; without a buffer, so that what failed is not tried again later."""
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


def _part(file: Path, lines: int) -> Path:
    return file.with_name(f"{file.stem}.{lines:012}{file.suffix}")


def _turned(stream: FileIO, file: Path) -> FileIO:
    """Begin a new file in place of one that has its other name already; return it, locked.

    It takes the name in one step, so that no other process ever finds the name free.
    """
    fresh = file.with_name(f".{file.name}.next")
    fresh.unlink(missing_ok=True)
    begun = _locked(fresh)
    fresh.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    stream.close()
    return begun


def _locked(file: Path) -> FileIO:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise RunLocked(str(file)) from error
    return FileIO(descriptor, "r+b")


def _head(stream: FileIO, file: Path, key: bytes) -> Head:
    """Return the head to go on from; a last line cut short by a crash is set aside first."""
    size = stream.seek(0, os.SEEK_END)
    if not size:
        return _head_before(file, key)
    tail = _tail(stream, size)
    whole = tail.rfind(b"\n") + 1
    if rest := tail[whole:]:
        # Never acknowledged: its batch was not forced to disk, so no answer hangs on it.
        file.with_name(f"{file.name}.torn-{size}").write_bytes(rest)
        stream.truncate(size - len(rest))
        tail = tail[:whole]
    if not tail:
        return _head_before(file, key)
    return _head_of(tail, file, key)


def _head_before(file: Path, key: bytes) -> Head:
    """Return the head that the last full file ends with."""
    full = parts(file)[:-1]
    if not full:
        return Head(0, FIRST)
    with FileIO(full[-1]) as stream:
        return _head_of(_tail(stream, stream.seek(0, os.SEEK_END)), full[-1], key)


def _head_of(tail: bytes, file: Path, key: bytes) -> Head:
    line = tail[:-1].rpartition(b"\n")[2]
    plain = _parsed(line)
    if plain is None or not _is_ours(key, line, plain):
        raise IntegrityError(f"{file}: the last line was changed; run sohoa audit-log verify")
    return Head(int(str(plain["n"])), str(plain["hash"]))


def _tail(stream: FileIO, size: int) -> bytes:
    """Return the end of the file, at least its last whole line and what follows."""
    length = 1 << 16
    while True:
        stream.seek(max(0, size - length))
        data = stream.read()
        if data.count(b"\n") > 1 or length >= size:
            return data
        length *= 4


def _line(key: bytes, head: Head, event: Event) -> tuple[bytes, Head]:
    number = head.lines + 1
    body = _canonical({"n": number, "before": head.sha256, "event": event})
    digest = hmac.digest(key, body, "sha256").hex()
    return body[:-1] + f',"hash":"{digest}"}}\n'.encode(), Head(number, digest)


def _canonical(plain: Mapping[str, object]) -> bytes:
    return msgspec.json.encode(plain)


def _is_ours(key: bytes, line: bytes, plain: Mapping[str, object]) -> bool:
    start = line.rpartition(b',"hash":"')[0]
    digest = hmac.digest(key, start + b"}", "sha256").hex()
    is_whole = line == start + f',"hash":"{plain["hash"]}"}}'.encode()
    return is_whole and hmac.compare_digest(digest.encode(), str(plain["hash"]).encode())


def _lines(file: Path) -> Iterator[tuple[bytes, dict[str, object] | None]]:
    try:
        for part in parts(file):
            with part.open("rb") as stream:
                for raw in stream:
                    yield raw.rstrip(b"\n"), _parsed(raw) if raw.endswith(b"\n") else None
    except OSError as error:
        raise DiskFull(f"{file}: {error.strerror}") from error


def _parsed(line: bytes) -> dict[str, object] | None:
    try:
        plain = json.loads(line)
    except ValueError:
        return None
    is_line = isinstance(plain, dict) and {"n", "before", "event", "hash"} <= plain.keys()
    return plain if is_line and isinstance(plain["n"], int) else None
