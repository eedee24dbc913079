"""All processes of a run, as the kernel sees them, and ending them without warning."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """One process. Its start time tells it from a later one with the same number."""

    pid: int
    started: int

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        seen = _stat(self.pid)
        return seen is not None and seen[1] == self.started and seen[2] not in "ZX"

    @property
    def command(self) -> str:
        """Its command line, "" when it is gone."""
        try:
            line = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return line.replace(b"\0", b" ").decode(errors="replace")

    def kill(self) -> None:
        """End it as the kernel does when memory is out; nothing of it can react."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def of(pid: int) -> Process | None:
    """Return the process with this number, None when there is none."""
    seen = _stat(pid)
    return Process(pid, seen[1]) if seen else None


def below(pid: int) -> tuple[Process, ...]:
    """Return all children, grandchildren … of `pid`, whatever session they made themselves."""
    children: dict[int, list[Process]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (seen := _stat(int(entry.name))):
            children.setdefault(seen[0], []).append(Process(int(entry.name), seen[1]))
    found: list[Process] = []
    wanted = [pid]
    while wanted:
        born = children.get(wanted.pop(), [])
        found += born
        wanted += [process.pid for process in born]
    return tuple(found)


def survivors(processes: tuple[Process, ...], *, within_s: float) -> tuple[Process, ...]:
    """Return those that are still there after `within_s` seconds, or none as soon as none is."""
    deadline = time.monotonic() + within_s
    while left := tuple(process for process in processes if process.is_alive):
        if time.monotonic() >= deadline:
            return left
        time.sleep(0.02)
    return ()


def _stat(pid: int) -> tuple[int, int, str] | None:
    """Return (parent, start time, state)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The command, in brackets, may hold spaces and brackets itself.
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), int(fields[19]), fields[0]
