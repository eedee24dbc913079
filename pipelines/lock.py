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


def is_held(path: Path, *, by_any: bool) -> bool:
    """Claim that another process holds this lock file; False where there is none.

    Args:
        by_any: also when it is shared with others; else only by who has it alone.
    """
    mode, kind = ("r+", fcntl.LOCK_EX) if by_any else ("r", fcntl.LOCK_SH)
    try:
        with path.open(mode) as stream:
            fcntl.flock(stream, kind | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


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
