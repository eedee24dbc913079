"""Every call that changes a file or makes it last, failing once: does a second run make it good?

A run over two papers, one of them damaged, is counted first. Then, for each of its calls, a run
over an empty data folder has that very call fail (no room for what writes, an input/output error
for what makes it last), and a second run, undisturbed, must bring every paper to where it would be
without.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.faults import forked, papers, shim
from benchmarks.faults.result import Result, Say, undisturbed
from benchmarks.killing import invariants
from benchmarks.killing.invariants import Undisturbed
from pipelines.settings import Settings

_NO_ROOM: Final = frozenset({"write", "pwrite", "link", "mkdir"})
CRASHED: Final = forked.CRASHED


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Fail every call of a run in turn; with a smaller scale every so many."""
    inbox = folder / "inbox"
    papers.write(inbox, 1, first=1)
    expected = undisturbed(inbox, papers.write_cut(inbox))
    settings = forked.settings_for(folder / "data")
    forked.load(settings)
    calls = _calls(settings, inbox, folder / "log")
    chosen = range(1, len(calls) + 1, max(1, round(1 / scale)))
    ends: Counter[str] = Counter()
    broken: list[str] = []
    for nth in chosen:
        shutil.rmtree(settings.run.data)
        kind = calls[nth - 1].split()[0]
        ends[_ended_as(_failing(settings, inbox, nth, kind), calls[nth - 1], broken)] += 1
        broken += (f"{calls[nth - 1]}: {line}" for line in _again(settings, inbox, expected))
        if nth % 25 < chosen.step:
            say(f"{nth} of {len(calls)} calls, {len(broken)} broken")
    rows = {
        "calls of a run over two papers that change a file or make it last": len(calls),
        **{f"of these {kind}": n for kind, n in Counter(c.split()[0] for c in calls).most_common()},
        "failed, one a run": len(chosen),
        **{f"the run then {how}": count for how, count in sorted(ends.items())},
        "not where they would be without, after a second run": len(broken),
    }
    return Result(rows, tuple(broken))


def _calls(settings: Settings, inbox: Path, log: Path) -> list[str]:
    handle = os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    code = forked.ended(forked.run(settings, inbox, lambda: shim.arm("", "/data/", 0, 0, handle)))
    os.close(handle)
    assert code == 0, f"a run without faults ended with {code}"
    return log.read_text().splitlines()


def _failing(settings: Settings, inbox: Path, nth: int, kind: str) -> int:
    number = errno.ENOSPC if kind in _NO_ROOM else errno.EIO
    prepare: Callable[[], None] = lambda: shim.arm("", "/data/", nth, number)  # noqa: E731
    return forked.ended(forked.run(settings, inbox, prepare))


def _ended_as(code: int, call: str, broken: list[str]) -> str:
    """Say how a run with a fault ended; a crash is broken, the program must know what to say."""
    if code == CRASHED or code < 0:
        broken.append(f"{call}: the run crashed")
        return "crashed" if code == CRASHED else f"was ended by signal {-code}"
    return "came through" if code == 0 else f"stopped with exit code {code}"


def _again(settings: Settings, inbox: Path, expected: Undisturbed) -> tuple[str, ...]:
    code = forked.ended(forked.run(settings, inbox))
    if code:
        return (f"the second run ended with {code}",)
    told = forked.last_report(settings)
    return invariants.check(settings.run.data, told, expected).broken
