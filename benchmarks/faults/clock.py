"""The clock wrong by a day or ten years: are signatures still good, and leases still recovered?

For each error: a paper is archived at the right time. Then the clock is wrong: a run is killed in
the middle, another goes on from there. Then the clock is right again, and a last run must bring
every paper to where it would be, each signature valid as judged by the right clock.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.faults import forked, papers, shim
from benchmarks.faults.result import Result, Say, undisturbed
from benchmarks.killing import invariants
from pipelines import worker
from pipelines.journal import Journal
from pipelines.settings import Settings

_DAY_S: Final = 86_400
_TEN_YEARS_S: Final = 3_653 * _DAY_S
ERRORS: Final = {
    "a day slow": -_DAY_S,
    "a day fast": _DAY_S,
    "ten years slow": -_TEN_YEARS_S,
    "ten years fast": _TEN_YEARS_S,
}
_PAPERS: Final = 4
_KILLED: Final = -9


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Go through the errors; a scale below 1 leaves out the last of them."""
    rows: dict[str, object] = {}
    broken: list[str] = []
    for name, seconds in list(ERRORS.items())[: max(1, round(len(ERRORS) * scale))]:
        settings, inbox = forked.settings_for(folder / "data"), folder / "inbox"
        forked.load(settings)
        rows[name], found = _with_error(settings, inbox, seconds)
        broken += (f"{name}: {line}" for line in found)
        say(f"{name}: {rows[name]}; {len(broken)} broken")
        shutil.rmtree(settings.run.data)
        shutil.rmtree(inbox)
    rows["bad signatures, lost or doubled papers, leases not recovered"] = len(broken)
    return Result(rows, tuple(broken))


def _with_error(settings: Settings, inbox: Path, seconds: int) -> tuple[str, list[str]]:
    papers.write(inbox, 1)
    right = forked.ended(forked.run(settings, inbox))
    papers.write(inbox, _PAPERS - 1, first=1)
    killed = forked.ended(forked.run(settings, inbox, _wrong(seconds, is_killed=True)))
    held = _held(settings)
    wrong = forked.ended(forked.run(settings, inbox, _wrong(seconds, is_killed=False)))
    last = forked.ended(forked.run(settings, inbox))
    told = forked.last_report(settings)
    found = list(invariants.check(settings.run.data, told, undisturbed(inbox)).broken)
    found += [f"a run at the right time ended with {code}" for code in (right, last) if code]
    if _held(settings):
        found.append("documents are still leased")
    how = "was killed" if killed == _KILLED else f"stopped with exit code {killed}"
    return f"a run {how} holding {held}, the next ended with exit code {wrong}", found


def _wrong(seconds: int, *, is_killed: bool) -> Callable[[], None]:
    def prepare() -> None:
        shim.shift(seconds)
        if is_killed:
            shim.arm("rename", "/assemble.json", 2, shim.KILL_AFTER)

    return prepare


def _held(settings: Settings) -> int:
    with Journal(worker.journal_path(settings)) as journal:
        return sum(run.leased for run in journal.runs())
