"""What decoding in the sandbox costs, of all the processor time that a page takes.

Each sample is decoded by a child of the sandbox and, for comparison, by a forked child of this
process without limits, in turns. What a page takes in all is what a worker needs to prepare it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from benchmarks.faults import forked
from benchmarks.faults.result import Result, Say
from digitizer.model import Intake
from digitizer.scan import sandbox
from digitizer.scan.answers import Job
from digitizer.scan.decode import decode
from pipelines import durable, intake, worker
from pipelines.settings import Settings
from pipelines.worker import Task
from samples.truth import PAPERS, all_truths

MOST_SHARE: Final = 0.15
_ROUNDS: Final = 5
_TICK: Final = os.sysconf("SC_CLK_TCK")


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Decode every sample both ways; a smaller scale leaves out the last of them."""
    settings = forked.settings_for(folder / "data")
    truths = [truth for truth in all_truths() if truth.state == "archived"]
    chosen = truths[: max(1, round(len(truths) * scale))]
    forked.load(settings)
    for name in ("pikepdf", "pypdfium2", "PIL.Image"):
        __import__(name)
    started_s = _start_s()
    boxed_s = plain_s = whole_s = 0.0
    pages = 0
    for truth in chosen:
        taken = _taken(settings, PAPERS / truth.path)
        jobs = [_job(settings, taken, folder / "decoded") for _ in range(_ROUNDS)]
        # The kernel counts in hundredths of a second: only a sum says something.
        boxed_s += sum(_boxed_s(job) for job in jobs) / _ROUNDS
        plain_s += sum(_plain_s(job) for job in jobs) / _ROUNDS
        whole_s += _whole_s(settings, taken)
        pages += len(truth.pages)
        say(f"{truth.path}: {boxed_s:.2f} s in the sandbox, {plain_s:.2f} s without so far")
    share = (boxed_s - plain_s) / whole_s
    rows = {
        "samples / pages": f"{len(chosen)} / {pages}",
        "processor time to prepare them, s a page": f"{whole_s / pages:.2f}",
        "decoding without the sandbox, s a page": f"{plain_s / pages:.3f}",
        "decoding in the sandbox, s a page": f"{boxed_s / pages:.3f}",
        "cost of the sandbox, of a page's processor time": f"{share:.1%}",
        "starting it, once for up to 200 documents, s": f"{started_s:.2f}",
    }
    return Result(rows, ("more than 15 %",) if share > MOST_SHARE else ())


def _taken(settings: Settings, path: Path) -> Intake:
    work = durable.made(settings.run.data / "work")
    (source,) = (one for one in intake.find(path.parent, ()) if one.path == path)
    return intake.take(source, work, now_ns=source.mtime_ns, stable_s=0.0)


def _job(settings: Settings, taken: Intake, folder: Path) -> Job:
    return Job(taken.original.path.absolute(), taken.media_type, folder, settings.scan)


def _start_s() -> float:
    """Start the sandbox; return the processor time of its zygote."""
    sandbox.isolation()
    return _tree_s()


def _tree_s() -> float:
    """Return the processor time so far of this process, its zygote and the zygote's children."""
    zygote = sandbox._shared._zygote
    assert zygote is not None, "it was started first"
    fields = Path(f"/proc/{zygote.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK


def _boxed_s(job: Job) -> float:
    durable.emptied(job.folder)
    before, own = _tree_s(), os.times()
    sandbox.decode_sandboxed(job)
    now = os.times()
    return _tree_s() - before + (now.user + now.system) - (own.user + own.system)


def _plain_s(job: Job) -> float:
    """Decode in a forked child: as in the sandbox, libraries are loaded, and memory is fresh."""
    durable.emptied(job.folder)
    before = os.times()
    pid = os.fork()
    if pid == 0:
        for _ in decode(job):
            pass
        os._exit(0)
    forked.ended(pid)
    now = os.times()
    return (now.children_user + now.children_system) - (
        before.children_user + before.children_system
    )


def _whole_s(settings: Settings, taken: Intake) -> float:
    """Prepare a document as a worker does; return all processor time, the decoder's included."""
    before, own = _tree_s(), os.times()
    worker.prepare(Task(taken, settings))
    now = os.times()
    spent = _tree_s() - before + (now.user + now.system) - (own.user + own.system)
    shutil.rmtree(settings.run.data)
    return spent
