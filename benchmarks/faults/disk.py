"""The disk full at twenty sizes: are the sources whole, and does the work go on once there is room?

The data folder is a small file system in memory, mounted in a mount namespace of our own. A run
over it stops wherever the room ends; then the file system is made larger and the run repeated.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.faults import forked, papers
from benchmarks.faults.result import Result, Say, undisturbed
from benchmarks.killing import invariants
from pipelines.settings import Settings

SIZES: Final = 20
_PAPERS: Final = 3
_ROOMY_KB: Final = 200_000
_SMALLEST_KB: Final = 64
_INSIDE: Final = "SOHOA_BENCH_NAMESPACE"


def enter_namespace(module: str) -> None:
    """Start this program again where it may mount; returns only if it already is there."""
    if _INSIDE not in os.environ:
        line = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", module]
        os.execvpe(line[0], [*line, *sys.argv[1:]], {**os.environ, _INSIDE: "1"})


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Run in too little room, then in enough, for sizes from almost nothing to almost enough."""
    inbox, settings = folder / "inbox", forked.settings_for(folder / "data")
    papers.write(inbox, _PAPERS)
    sources = _digests(inbox)
    forked.load(settings)
    needed_kb = _needed_kb(settings, inbox)
    count = max(1, round(SIZES * scale))
    ends: Counter[str] = Counter()
    broken: list[str] = []
    for number in range(count):
        size_kb = _SMALLEST_KB + (needed_kb - _SMALLEST_KB) * number // count
        with _mounted(settings.run.data, size_kb):
            ends[_told(forked.ended(forked.run(settings, inbox)), size_kb, broken)] += 1
            if _digests(inbox) != sources:
                broken.append(f"{size_kb} kB: a source was touched")
            _resize(settings.run.data, _ROOMY_KB)
            code = forked.ended(forked.run(settings, inbox))
            told = forked.last_report(settings)
            found = invariants.check(settings.run.data, told, undisturbed(inbox)).broken
            broken += (
                f"{size_kb} kB: {line}" for line in (*found, *([f"exit {code}"] * (code != 0)))
            )
        say(f"{size_kb} kB of {needed_kb}: {len(broken)} broken")
    rows = {
        "room that the run needs, kB": needed_kb,
        "sizes tried": count,
        **{f"with too little room the run {how}": n for how, n in sorted(ends.items())},
        "sources changed, or papers not where they would be once there is room": len(broken),
    }
    return Result(rows, tuple(broken))


def _told(code: int, size_kb: int, broken: list[str]) -> str:
    if code == forked.CRASHED or code < 0:
        broken.append(f"{size_kb} kB: the run crashed ({code})")
    return "came through" if code == 0 else f"stopped with exit code {code}"


def _needed_kb(settings: Settings, inbox: Path) -> int:
    """Return the room that the data folder takes at the end of a run."""
    with _mounted(settings.run.data, _ROOMY_KB):
        code = forked.ended(forked.run(settings, inbox))
        assert code == 0, f"a run with room ended with {code}"
        return shutil.disk_usage(settings.run.data).used // 1024


@contextmanager
def _mounted(folder: Path, size_kb: int) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def _resize(folder: Path, size_kb: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size_kb}k", folder], check=True)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
