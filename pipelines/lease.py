"""Which run works on which document, so that several may share a data folder.

A lease is a row of the journal that names a run. It holds as long as any process of that run
lives, and that is asked of the kernel: each of them holds a lock on the byte of a file that has the
run's number. No clock is read, so none can be wrong (docs/adr/0032).
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digitizer.errors import DiskFull
from digitizer.model import DocumentId
from digitizer.scan import sandbox
from pipelines.journal import Journal

_FILE: Final = "leases.lock"
# struct flock of fcntl(2), 64 bit: type, whence, start, length, pid.
_FLOCK: Final = struct.Struct("@hhqqi4x")


@dataclass(frozen=True, slots=True)
class Holder:
    """A run as its processes know it: where its lock is, and its number there."""

    file: Path
    number: int

    def hold(self) -> int:
        """Hold the run's lock until this process and its decoders are gone; return the descriptor.

        Any number of processes may hold it at once. Raises DiskFull.
        """
        try:
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            # Locks of the open file, not of the process: they pass on to who inherits it.
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _byte(fcntl.F_RDLCK, self.number))
        except OSError as error:
            raise DiskFull(f"{self.file}: {error.strerror}") from error
        sandbox.keep_open(descriptor)
        return descriptor


@dataclass(frozen=True, slots=True)
class Leases:
    """What one run has leased."""

    journal: Journal
    holder: Holder

    def claim(self, document_id: DocumentId) -> bool:
        """Lease a document; False while a process of another run that has it is alive."""
        return self.journal.lease(document_id, self.holder.number, self.is_alive)

    def release(self, document_id: DocumentId) -> None:
        """Give a document back."""
        self.journal.release(document_id, self.holder.number)

    def is_alive(self, number: int) -> bool:
        """Tell whether any process of the run with this number still lives, on whatever host."""
        return is_alive(self.holder.file, number)


@contextmanager
def opened(data: Path, journal: Journal) -> Iterator[Leases]:
    """Begin a run that can lease documents; what it holds at the end is given back.

    Raises DiskFull.
    """
    file = data / _FILE
    descriptors: list[int] = []

    def hold(number: int) -> None:
        descriptors.append(Holder(file, number).hold())

    try:
        number = journal.begin_run(socket.gethostname(), os.getpid(), hold)
        yield Leases(journal, Holder(file, number))
        # Not after a failure: with the lock the leases are void anyway.
        journal.end_run(number)
    finally:
        sandbox.keep_open()
        for descriptor in descriptors:
            os.close(descriptor)


def living(data: Path, numbers: frozenset[int]) -> frozenset[int]:
    """Return those of the runs that are alive; makes nothing when there is nothing."""
    file = data / _FILE
    if not file.is_file():
        return frozenset()
    return frozenset(number for number in numbers if is_alive(file, number))


def is_alive(file: Path, number: int) -> bool:
    """Tell whether anybody holds the lock of a run."""
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _byte(fcntl.F_WRLCK, number))
    finally:
        os.close(descriptor)
    return bool(_FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)


def _byte(kind: int, number: int) -> bytes:
    return _FLOCK.pack(kind, os.SEEK_SET, number, 1, 0)
