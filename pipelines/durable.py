"""Writing so that a power cut leaves either the old file or the new one, whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from digitizer.errors import DiskFull


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes become `path` on leaving: temp, fsync, rename, fsync folder.

    Raises:
        DiskFull: no room, or no right to write there; `path` is as it was.
    """
    descriptor, name = -1, ""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise DiskFull(f"{path.parent}: {error.strerror}") from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Write a small file durably. Raises DiskFull."""
    with replacing(path) as stream:
        stream.write(data)


def emptied(folder: Path) -> Path:
    """Return `folder`, made anew and empty, readable by us alone. Raises DiskFull."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error
    return folder


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
