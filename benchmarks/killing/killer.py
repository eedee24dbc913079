"""Starts runs, kills them, and starts them again until one comes through."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.killing import processes
from benchmarks.killing.invariants import Undisturbed, check, states_of

COMMAND = Path(sys.executable).with_name("sohoa")
_COMES_THROUGH = (0, 100, 101)
_LIMIT_S = 900.0
# The kernel ends the children of a killed run at once; a loaded machine takes a moment to say so.
_ORPHANS_S = 15.0


class RunFailed(Exception):
    """A run that nobody killed did not come through: exit code and standard error."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is killed, and how.

    Attributes:
        kills: runs to kill before the last one may come through.
        latest: where in a run's usual length the latest kill falls; 1 is its very end.
    """

    inbox: Path
    folder: Path
    kills: int
    seed: int
    workers: int = 2
    engine: str = "fast"
    latest: float = 1.0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self, data: Path) -> subprocess.Popen[str]:
        """Start a run at the head of a session of its own."""
        settings = {
            "SOHOA_OCR_ENGINE": self.engine,
            "SOHOA_REVIEW_DOUBTFUL": "archive",
            "SOHOA_RUN_WORKERS": str(self.workers),
            "OMP_THREAD_LIMIT": "1",
        }
        with (self.folder / "stdout").open("w") as out, (self.folder / "stderr").open("w") as err:
            return subprocess.Popen(
                [str(COMMAND), "--data", str(data), "run", str(self.inbox), "--json"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                text=True,
                env={**os.environ, **settings},
                cwd=self.folder,
                start_new_session=True,
            )

    def report(self) -> dict[str, object]:
        """Return what the last run printed."""
        return dict(json.loads((self.folder / "stdout").read_text()))

    def error(self) -> str:
        return (self.folder / "stderr").read_text()[-2000:]


@dataclass(slots=True)
class Figures:
    """What came of it all."""

    undisturbed: Undisturbed
    kills: Counter[str] = field(default_factory=Counter)
    kills_by_moment: Counter[str] = field(default_factory=Counter)
    completed: int = 0
    runs: int = 0
    orphans: int = 0
    leftovers: int = 0
    parts: int = 0
    documents: int = 0
    broken: list[str] = field(default_factory=list)


def undisturbed_run(course: Course) -> Undisturbed:
    """Run once without harm and say what came of it. Raises RunFailed."""
    data = course.folder / "undisturbed"
    began = time.monotonic()
    _come_through(course, course.start(data))
    seconds = time.monotonic() - began
    report = course.report()
    documents = report["documents"]
    assert isinstance(documents, list)
    archived = {str(one["document_id"]) for one in documents if one["state"] == "archived"}
    shutil.rmtree(data)
    return Undisturbed(states_of(report), frozenset(archived), seconds)


def torment(course: Course, say: Callable[[str], None] = lambda _: None) -> Figures:
    """Kill `course.kills` runs at random moments; check every data folder that is finished.

    Raises:
        RunFailed: a run ended by itself with an error.
    """
    chance = random.Random(course.seed)
    figures = Figures(undisturbed_run(course))
    say(f"an undisturbed run takes {figures.undisturbed.seconds:.1f} s")
    while sum(figures.kills.values()) < course.kills:
        delay_s = chance.uniform(0, figures.undisturbed.seconds * course.latest)
        if _killed(course, figures, delay_s, alone=chance.random() < 0.5):
            say(f"killed {sum(figures.kills.values())} of {course.kills} after {delay_s:.1f} s")
        else:
            _judge(course, figures)
            say(f"came through {figures.completed} times; broken: {len(figures.broken)}")
    figures.runs += 1
    _come_through(course, course.start(course.data))
    _judge(course, figures)
    return figures


def _killed(course: Course, figures: Figures, delay_s: float, *, alone: bool) -> bool:
    """Start a run and kill it after `delay_s`; False when it came through before that."""
    figures.runs += 1
    run = course.start(course.data)
    try:
        run.wait(delay_s)
    except subprocess.TimeoutExpired:
        moment = _moment(course.data)
        family = processes.below(run.pid)
        run.kill()
        if not alone:
            for process in family:
                process.kill()
        run.wait()
        figures.kills["only the main process" if alone else "all processes"] += 1
        figures.kills_by_moment[moment] += 1
        left = processes.survivors(family, within_s=_ORPHANS_S)
        figures.orphans += len(left)
        for process in left:
            process.kill()
        return True
    _come_through(course, run)
    return False


def _moment(data: Path) -> str:
    """Say what the run was doing, by what lies in its folders."""
    if not (data / "journal.sqlite").exists():
        return "starting, nothing written"
    crumbs = [_read(path) for path in data.glob("work/*/.at")]
    stages = sorted({crumb.split()[0] for crumb in crumbs if crumb.split()})
    sealing = any(data.glob("work/*/archive")) or any(data.glob("work/*/sign"))
    return ("sealing, " if sealing else "") + (" and ".join(stages) or "between documents")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _come_through(course: Course, run: subprocess.Popen[str]) -> None:
    code = run.wait(_LIMIT_S)
    if code not in _COMES_THROUGH:
        raise RunFailed(f"exit {code}: {course.error()}")


def _judge(course: Course, figures: Figures) -> None:
    """Check the finished folder and begin anew with an empty one."""
    checked = check(course.data, course.report(), figures.undisturbed)
    figures.completed += 1
    figures.leftovers += checked.leftovers
    figures.parts += checked.parts
    figures.documents += checked.documents
    figures.broken += checked.broken
    shutil.rmtree(course.data)
