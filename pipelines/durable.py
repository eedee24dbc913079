"""Writing so that a power cut leaves either the old file or the new one, whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
            with suppress(OSError):  # what is left is hidden, and swept up with its folder
                Path(name).unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Write a small file durably. Raises DiskFull."""
    with replacing(path) as stream:
        stream.write(data)


def move(source: Path, target: Path) -> None:
    """Give a file that is safe on disk another name, for good. Raises DiskFull."""
    try:
        source.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise DiskFull(f"{target.parent}: {error.strerror}") from error


def copy(source: Path, target: Path) -> None:
    """Copy a file durably. Raises DiskFull; OSError when the source can't be read."""
    with source.open("rb") as stream, replacing(target) as out:
        shutil.copyfileobj(stream, out)


def made(folder: Path) -> Path:
    """Return `folder`, made if it is not there, readable by us alone. Raises DiskFull."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error
    settled(folder)
    return folder


def settled(folder: Path) -> None:
    """Force the name of a new folder to disk. Raises DiskFull."""
    try:
        _sync_folder(folder.parent)
    except OSError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error


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
