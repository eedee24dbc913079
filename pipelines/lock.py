"""Who may use a data folder at once: any number of runs, or one command that needs it alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitizer.errors import DiskFull, RunLocked


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder against everybody else. Raises RunLocked, DiskFull."""
    with _held(data, fcntl.LOCK_EX):
        yield


@contextmanager
def shared(data: Path) -> Iterator[None]:
    """Hold the data folder beside other runs, which lease documents from one another.

    Raises RunLocked where a command needs it alone, DiskFull.
    """
    with _held(data, fcntl.LOCK_SH):
        yield


@contextmanager
def _held(data: Path, kind: int) -> Iterator[None]:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Over NFS an exclusive lock needs a file open for writing, a shared one for reading.
        stream = (data / "lock").open("a+")
    except OSError as error:
        raise DiskFull(f"{data}: {error.strerror}") from error
    with stream:
        try:
            fcntl.flock(stream, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunLocked(str(data)) from error
        yield
