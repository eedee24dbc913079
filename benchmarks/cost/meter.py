"""Measures a command with all its descendants, orphans included."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system) and wall seconds of a command and everything it started.

    `peak_mb` is the resident peak of its largest single process; `exit_code` is the command's.
    """

    cpu_s: float
    wall_s: float
    peak_mb: float
    exit_code: int


def measure(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None
) -> Cost:
    """Run `command` to its end, wait for every process it left behind, and say what it cost.

    This process becomes the reaper of orphans, so that a worker's helpers are counted even when
    the worker was stopped before them. Call it in a process of its own: the largest child so far
    is remembered by the kernel, not by command.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    exit_code = process.wait()
    wall_s = time.monotonic() - started
    _reap_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s, wall_s, after.ru_maxrss / 1024, exit_code)


def _reap_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return
