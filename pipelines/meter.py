"""What work costs: CPU of this process and all below it, wall time and memory, stage by stage.

The decoder works in a process of its own that outlives the document, so the usual counters of
finished children miss it; `/proc` does not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")
# Of /proc/PID/stat, counted after the name: utime, stime, cutime, cstime.
_TIMES: Final = slice(11, 15)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system, children included) and wall-clock seconds."""

    cpu_s: float = 0.0
    wall_s: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu_s + other.cpu_s, self.wall_s + other.wall_s)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.cpu_s - other.cpu_s, self.wall_s - other.wall_s)


class StageMeter:
    """Told when each stage begins, it knows what each has cost. For one document at a time."""

    def __init__(self) -> None:
        self._costs: dict[str, Cost] = {}
        self._stage = ""
        self._since = Cost()

    def begin(self, stage: str) -> None:
        """Close the stage before, if any, and begin `stage`."""
        now = spent()
        if self._stage:
            passed = now - self._since
            self._costs[self._stage] = self._costs.get(self._stage, Cost()) + passed
        self._stage, self._since = stage, now

    def end(self) -> dict[str, Cost]:
        """Close the last stage and return the cost of each, in the order they began."""
        self.begin("")
        return self._costs


def spent() -> Cost:
    """Return what this process and everything it started have used so far, to a clock tick."""
    ticks = sum(_ticks(process) for process in _family(os.getpid()))
    return Cost(ticks / _TICKS, time.monotonic())


def peak_mb() -> float:
    """Return the most memory that this process, or one below it that still lives, ever held."""
    return max(_high_water_mb(process) for process in _family(os.getpid()))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in _listed(_PROC / str(pid) / "task"):
        try:
            children = (task / "children").read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _ticks(pid: int) -> int:
    """Return clock ticks used, those of finished children included; 0 for one that is gone."""
    try:
        line = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return 0
    # The name stands in brackets and may hold blanks and brackets itself.
    return sum(int(value) for value in line.rpartition(")")[2].split()[_TIMES])


def _high_water_mb(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return 0.0
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), "0")
    return int(kilobytes) / 1024
