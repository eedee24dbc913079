"""`kill -9` at each edge of the walk and at random, one run and two at once.

An edge is a change that the walk makes last: a file that gets its name, a row that is committed, an
object that is linked into the archive, a folder that is cleared. The run is killed just before it
or just after it, by the shim. Killed at random means: at any of the changes of a run.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.faults import forked, papers, shim
from benchmarks.faults.result import Result, Say, undisturbed
from benchmarks.killing import invariants, processes
from pipelines import worker
from pipelines.journal import Journal
from pipelines.settings import Settings

EDGES: Final = {
    "copied at the door": ("rename", "/.arrivals/"),
    "taken over": ("rename", "/original."),
    "scanned": ("rename", "/scan.json"),
    "judged": ("rename", "/adopt.json"),
    "cleaned": ("rename", "/clean.json"),
    "read": ("rename", "/ocr.json"),
    "assembled": ("rename", "/assemble.json"),
    "understood": ("rename", "/extract.json"),
    "reviewed": ("rename", "/review.json"),
    "signed": ("rename", "/sign.json"),
    "object put": ("link", "/archive/"),
    "put away": ("rename", "/archive.json"),
    "entered in the catalog": ("fdatasync", "/catalog.sqlite"),
    "written in the journal": ("fdatasync", "/journal.sqlite"),
    "cleared": ("unlink", "data/work"),
}
KILLS: Final = 500
PAPERS: Final = 500
AT_EACH_EDGE: Final = 20
ANYWHERE: Final = "any change"
_MOST_CHANGES: Final = 400
_AT_HAND: Final = 8
_LOOK_S: Final = 0.05
_ORPHANS_S: Final = 15.0
_KILLED: Final = -9


@dataclass(frozen=True, slots=True)
class Blow:
    """Which change of a run it is killed at."""

    name: str
    call: str
    needle: str
    nth: int
    action: int

    def arm(self) -> None:
        shim.arm(self.call, self.needle, self.nth, self.action)


@dataclass(slots=True)
class Kills:
    """How many runs were killed where, and what should not have happened."""

    at: Counter[str] = field(default_factory=Counter)
    alone: int = 0
    together: int = 0
    orphans: int = 0
    broken: list[str] = field(default_factory=list)


def blows(kills: int, each: int, chance: random.Random) -> list[Blow]:
    """Return `kills` blows, `each` at every edge, the rest anywhere, in random order."""
    found = []
    for name, (call, needle) in EDGES.items():
        for number in range(each):
            action = (shim.KILL_BEFORE, shim.KILL_AFTER)[number % 2]
            found.append(Blow(name, call, needle, chance.randint(1, 3), action))
    while len(found) < kills:
        nth = chance.randint(1, _MOST_CHANGES)
        found.append(Blow(ANYWHERE, "", "/data/", nth, shim.KILL_BEFORE))
    chance.shuffle(found)
    return found[:kills]


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Kill, go on, kill again; at the end let one run come through and look at everything."""
    settings, inbox = forked.settings_for(folder / "data"), folder / "inbox"
    forked.load(settings)
    chance = random.Random(6)
    waiting = blows(round(KILLS * scale), max(1, round(AT_EACH_EDGE * scale)), chance)
    kills, written = Kills(), 0
    while waiting:
        pair = [waiting.pop() for _ in range(min(len(waiting), chance.choice((1, 2))))]
        while written < _settled(settings) + _AT_HAND:
            written += len(papers.write(inbox, _AT_HAND, first=written))
        waiting += _strike(settings, inbox, pair, kills)
        say(f"{sum(kills.at.values())} killed, {len(waiting)} to come, {written} papers")
    papers.write(inbox, max(0, round(PAPERS * scale) - written), first=written)
    code = forked.ended(forked.run(settings, inbox))
    checked = invariants.check(settings.run.data, forked.last_report(settings), undisturbed(inbox))
    broken = (
        *kills.broken,
        *checked.broken,
        *([f"the last run ended with {code}"] if code else []),
    )
    rows = {
        "documents": len(undisturbed(inbox).states),
        "runs killed": sum(kills.at.values()),
        "of these alone / beside another run": f"{kills.alone} / {kills.together}",
        **{f"killed at: {name}": kills.at[name] for name in (*EDGES, ANYWHERE)},
        "archived, signed, with record": checked.documents,
        "lost, doubled, unsigned, without record, dangling": len(broken),
        "decoders that outlived their run": kills.orphans,
        "objects of unfinished attempts": checked.leftovers,
    }
    return Result(rows, broken)


def _strike(settings: Settings, inbox: Path, pair: list[Blow], kills: Kills) -> list[Blow]:
    """Start a run for each blow, all at once; return the blows that came to nothing."""
    runs = {forked.run(settings, inbox, blow.arm): blow for blow in pair}
    family: list[processes.Process] = []
    missed = []
    for pid, blow in runs.items():
        code = _watched(pid, family)
        if code == _KILLED:
            kills.at[blow.name] += 1
            kills.together += len(pair) > 1
            kills.alone += len(pair) == 1
        elif code == 0:
            missed.append(blow)
        else:
            kills.broken.append(f"a run that was not killed ended with {code}")
    kills.orphans += len(processes.survivors(tuple(family), within_s=_ORPHANS_S))
    return missed


def _watched(pid: int, family: list[processes.Process]) -> int:
    """Wait for a run, noting the decoders it starts; return how it ended."""
    while True:
        family += [one for one in processes.below(pid) if one not in family]
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_LOOK_S)


def _settled(settings: Settings) -> int:
    """Return how many documents have come to rest."""
    if not worker.journal_path(settings).is_file():
        return 0
    with Journal(worker.journal_path(settings)) as journal:
        return sum(1 for standing in journal.standings() if standing.is_final)
