"""Temporary files in the site's own data folder, and nothing left of those of a killed process.

They hold what papers hold: pictures of pages for Tesseract, objects on their way from the archive,
databases that a drill opens. In the system's place for such files they would outlive a killed
process, where nobody looks for names and numbers.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.lock import is_held

_FOLDER = "tmp"
_LOCK = ".lock"


def settle(data: Path) -> None:
    """Keep temporary files of this process, and of all it starts, below `data`; sweep there.

    What other processes left that are no more goes. Where nothing can be written there, the
    system's own place is used as before.
    """
    root = data.absolute() / _FOLDER
    if tempfile.tempdir is not None and Path(tempfile.tempdir).parent == root:
        return
    try:
        root.mkdir(exist_ok=True, mode=0o700)
        with _alone(root):
            _sweep(root)
            own = Path(tempfile.mkdtemp(dir=root))
            _hold(own)
    except OSError:
        return
    tempfile.tempdir = str(own)
    os.environ["TMPDIR"] = tempfile.tempdir
    atexit.register(shutil.rmtree, own, ignore_errors=True)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one process at a time make its folder or sweep, or it would sweep one just made."""
    with (root / _LOCK).open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _hold(own: Path) -> None:
    """Hold the folder's lock for as long as this process lives."""
    descriptor = os.open(own / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _sweep(root: Path) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and not folder.is_symlink() and not is_held(folder / _LOCK, by_any=True):
            shutil.rmtree(folder, ignore_errors=True)
