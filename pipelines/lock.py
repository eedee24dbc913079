"""One run at a time in a data folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitizer.errors import DiskFull, RunLocked


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder against a second run. Raises RunLocked, DiskFull."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = (data / "lock").open("a")
    except OSError as error:
        raise DiskFull(f"{data}: {error.strerror}") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunLocked(str(data)) from error
        yield
