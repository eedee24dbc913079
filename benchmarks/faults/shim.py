"""The shim from Python: compiled, loaded before the C library, armed in a forked run."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("shim.c")
KILL_BEFORE: Final = -1
KILL_AFTER: Final = -2
_LOADED: Final = "SOHOA_BENCH_SHIM"


def compiled(folder: Path) -> Path:
    """Compile the shim into `folder` and return it. Raises CalledProcessError."""
    library = folder / "shim.so"
    line = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(line, check=True, capture_output=True)
    return library


def environment(library: Path) -> dict[str, str]:
    """Return an environment under which a program runs behind the shim."""
    return {**os.environ, "LD_PRELOAD": str(library), _LOADED: str(library)}


def begin_again_behind(folder: Path, module: str) -> None:
    """Start this program once more, behind the shim; returns only if it already is."""
    if _LOADED in os.environ:
        folder.rmdir()
    else:
        library = compiled(folder)
        line = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execve(sys.executable, line, environment(library))


def remove() -> None:
    """Remove the shim's folder, if this program runs behind it; it is not needed any more."""
    if _LOADED in os.environ:
        shutil.rmtree(Path(os.environ[_LOADED]).parent, ignore_errors=True)


def arm(call: str, needle: str, nth: int, action: int, log: int = -1) -> None:
    """Have the `nth` matching call of this process go wrong: an errno, or a KILL_….

    Args:
        call: `write`, `pwrite`, `fsync`, `fdatasync`, `rename`, `link`, `mkdir`, `unlink`, "" any.
        needle: part of the path.
        nth: from 1; 0 lets all pass and counts.
        log: a descriptor that gets a line a call.
    """
    _library().shim_arm(call.encode(), needle.encode(), ctypes.c_long(nth), action, log)


def seen() -> int:
    """Return how many calls have matched since `arm`."""
    return int(_library().shim_seen())


def shift(seconds: int) -> None:
    """Move this process's wall clock."""
    _library().shim_shift(ctypes.c_long(seconds))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(os.environ[_LOADED])
