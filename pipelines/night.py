"""One night: the run, tried again while a service is away, then seal, back-up, drill and check.

What a chore meets is written down and does not keep the next one from its turn; damaged bytes in
the run itself end the night at once.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from digitizer import codec
from digitizer.errors import (
    ConfigError,
    DigitizationError,
    MissingDependency,
    RunLocked,
    Unavailable,
)
from pipelines import audit_roots, durable, safekeeping, state_backup
from pipelines.forecast import Forecast, forecast, shortage
from pipelines.outcome import Outcome, State, Tally
from pipelines.run import Conduct, RunResult, run_inbox
from pipelines.settings import Settings
from pipelines.stages import Clock, wall_clock
from pipelines.standing import overview
from pipelines.watch import Watcher

_FIRST_WAIT_S = 30.0
_BEGUN = "night-begun.json"


class Chore(StrEnum):
    """What is done after the run."""

    SEAL = "seal"
    """The audit logs' new lines get their Merkle root and time stamp."""
    BACKUP = "backup"
    STATE = "state"
    """What only the data folder holds goes to the second copy, too."""
    DRILL = "drill"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Done:
    """How a chore ended.

    Attributes:
        ok: it came through and found nothing wrong.
        count: objects copied, documents fetched back, documents checked.
        failed: of them, what was not as it should be.
        error: code of what kept it from being done, "" when it was.
    """

    chore: Chore
    ok: bool
    count: int = 0
    failed: int = 0
    error: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is kept of a night from its beginning until its report is written.

    Attributes:
        archived: what the archive had when it began.
    """

    at: datetime
    archived: Tally


@dataclass(frozen=True, slots=True)
class NightConduct:
    """How the night is gone about; tests bring their own time."""

    until: datetime | None = None
    clock: Clock = wall_clock
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Night:
    """What the night did.

    Attributes:
        result: the last run, with everything that any run of this night brought to rest as new;
            None where no run could begin.
        error: why no run could begin, or what ended the last one.
        runs: how often a run was begun.
        chores: in the order they were done; none that the site has not set up.
        cut_short: the first of the nights before it that were broken off (a power cut, a machine
            shut down) and so never reported; None where the last one was reported.
    """

    started_at: datetime
    ended_at: datetime
    forecast: Forecast
    result: RunResult | None
    error: DigitizationError | None
    runs: int
    chores: tuple[Done, ...]
    cut_short: Begun | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the run came to its end, its sum balances, and every chore was done."""
        is_whole = self.result is not None and self.result.balance.holds
        return is_whole and self.error is None and all(done.ok for done in self.chores)


def spend(
    settings: Settings,
    inbox: Path,
    *,
    watcher: Watcher | None = None,
    conduct: NightConduct | None = None,
) -> Night:
    """Spend the night with what lies under `inbox`.

    Raises:
        ConfigError, MissingDependency, RunLocked: before anything was begun.
        IntegrityError: in the run; nothing was touched after it was noticed.
    """
    conduct = conduct or NightConduct()
    started_at = conduct.clock()
    reckoned = forecast(settings, inbox)
    cut_short = _begin(settings, started_at)
    try:
        result, error, runs = _run_patiently(settings, inbox, watcher, conduct)
    except (ConfigError, MissingDependency, RunLocked):
        if cut_short is None:
            reported(settings)
        raise
    chores = tuple(_chores(settings, conduct))
    return Night(started_at, conduct.clock(), reckoned, result, error, runs, chores, cut_short)


def _begin(settings: Settings, at: datetime) -> Begun | None:
    """Keep that a night has begun, unless one was broken off: return that one. Raises DiskFull."""
    file = settings.run.data / _BEGUN
    try:
        return codec.decode(Begun, file.read_bytes())
    except (OSError, ValueError):
        held = overview(settings).counts.get(State.ARCHIVED, Tally(0, 0, 0))
        durable.write(file, codec.encode(Begun(at, held)))
        return None


def reported(settings: Settings) -> None:
    """Forget that a night has begun: its report is written."""
    (settings.run.data / _BEGUN).unlink(missing_ok=True)


def _run_patiently(
    settings: Settings, inbox: Path, watcher: Watcher | None, conduct: NightConduct
) -> tuple[RunResult | None, DigitizationError | None, int]:
    """Run until it comes through, or there is no time left to wait for what is away."""
    how = Conduct(
        until=conduct.until,
        clock=conduct.clock,
        sleep=conduct.sleep,
        trouble=lambda: shortage(settings),
    )
    latest: RunResult | None = None
    wait_s, runs = _FIRST_WAIT_S, 0
    while True:
        runs += 1
        error: DigitizationError | None = None
        try:
            latest = _joined(latest, run_inbox(settings, inbox, watcher=watcher, conduct=how))
            error = latest.stopped
        except Unavailable as away:
            error = away
        if error is None or not _may_wait(error, conduct, wait_s):
            return latest, error, runs
        conduct.sleep(wait_s)
        wait_s = min(2 * wait_s, settings.night.longest_wait_s)


def _may_wait(error: DigitizationError, conduct: NightConduct, wait_s: float) -> bool:
    """Claim that trying again may help: what a key or a full disk refuses, it refuses again."""
    if conduct.until is None or type(error).code not in _COMES_BACK:
        return False
    return (conduct.until - conduct.clock()).total_seconds() > wait_s


def _joined(before: RunResult | None, last: RunResult) -> RunResult:
    """Return the last run with what the ones before it brought to rest counted as new."""
    if before is None:
        return last
    news = {_place(outcome) for outcome in before.outcomes if outcome.is_new}
    outcomes = tuple(
        dataclasses.replace(outcome, is_new=outcome.is_new or _place(outcome) in news)
        for outcome in last.outcomes
    )
    return dataclasses.replace(last, started_at=before.started_at, outcomes=outcomes)


def _place(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.source, outcome.state, outcome.code


_COMES_BACK = frozenset({"SH-2000", "SH-2001", "SH-2002", "SH-2007", "SH-2008", "SH-2014"})
"""Codes of services that were away and may be back: store, time stamp, catalog, revocation."""


# ── after the run ────────────────────────────────────────────────────────────────────────────


def _chores(settings: Settings, conduct: NightConduct) -> list[Done]:
    todo: list[tuple[Chore, Callable[[], Done]]] = []
    if any(audit_roots.logs(settings)):
        todo.append((Chore.SEAL, lambda: _seal(settings, conduct)))
    if settings.backup.store != "none":
        todo.append((Chore.BACKUP, lambda: _back_up(settings, conduct)))
        todo.append((Chore.STATE, lambda: _keep_state(settings, conduct)))
        if settings.backup.drill:
            todo.append((Chore.DRILL, lambda: _drill(settings, conduct)))
    if settings.night.audit_nights:
        todo.append((Chore.AUDIT, lambda: _audit(settings, conduct)))
    return [_done(chore, do) for chore, do in todo]


def _done(chore: Chore, do: Callable[[], Done]) -> Done:
    try:
        return do()
    except DigitizationError as error:
        return Done(chore, ok=False, error=error.code, detail=error.detail)


def _seal(settings: Settings, conduct: NightConduct) -> Done:
    sealed = audit_roots.seal(settings, now=conduct.clock())
    return Done(Chore.SEAL, ok=True, count=len(sealed))


def _back_up(settings: Settings, conduct: NightConduct) -> Done:
    copied = safekeeping.back_up(settings, now=conduct.clock).copied
    return Done(Chore.BACKUP, ok=True, count=copied.objects)


def _keep_state(settings: Settings, conduct: NightConduct) -> Done:
    taken = state_backup.keep_state(settings, now=conduct.clock())
    return Done(Chore.STATE, ok=True, count=taken.files)


def _drill(settings: Settings, conduct: NightConduct) -> Done:
    drilled = safekeeping.practise(settings, settings.backup.drill, now=conduct.clock())
    proven = state_backup.prove_state(settings)
    failed = len(drilled.failed) + (len(proven.failed) if proven else 0)
    return Done(Chore.DRILL, not failed, len(drilled.documents), failed=failed)


def _audit(settings: Settings, conduct: NightConduct) -> Done:
    now = conduct.clock()
    share = safekeeping.tonight(now, settings.night.audit_nights)
    found = safekeeping.audit(settings, share, now=now)
    return Done(Chore.AUDIT, not found.left, found.documents, failed=len(found.left))
