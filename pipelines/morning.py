"""What the night leaves for the morning: done, to do, safe or not, and how long it will last."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from digitizer import codec
from pipelines import durable, standing
from pipelines.forecast import existing
from pipelines.messages import Catalogue
from pipelines.night import Night
from pipelines.outcome import Balance, Outcome, State, Tally, WaitReason
from pipelines.report import explain
from pipelines.rescans import Rescan, is_rescan, rescans
from pipelines.safekeeping import last_backup
from pipelines.settings import Settings
from pipelines.state_backup import last_state

SCHEMA = "sohoa.night/1"
_LAST = "night.json"
_NIGHTS_LOOKED_BACK = 14


class Verdict(StrEnum):
    """The morning in one word."""

    GOOD = "good"
    """Nothing but the day's usual work."""
    LOOK = "look"
    """Something has to be scanned again, or looked into."""
    FAILED = "failed"
    """The night did not come through, or something is not safe."""


@dataclass(frozen=True, slots=True)
class LastNight:
    """A night as it is kept for the nights after it and for the watchdog.

    Attributes:
        succeeded_at: when the last night that came through ended; None while none ever did.
        free_bytes: free on the data disk, night by night, the latest last.
    """

    ended_at: datetime
    succeeded_at: datetime | None
    subject: str
    free_bytes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Morning:
    """The report's contents.

    Attributes:
        pages_done, documents_done: archived since the last report.
        pending: documents that wait, of all nights, oldest first.
        rescans: all that has to be scanned again, not of this night alone.
        quarantined: the rest of what is quarantined.
        backup_at: when the last back-up succeeded; None without one.
        state_at: when the state of the data folder was last backed up; None if it never was.
        disk_days_left: at the pace of the last nights; None while there is no pace to go by.
    """

    night: Night
    verdict: Verdict
    pages_done: int
    documents_done: int
    balance: Balance | None
    pending: tuple[Outcome, ...]
    rescans: tuple[Rescan, ...]
    quarantined: tuple[Outcome, ...]
    backup_at: datetime | None
    state_at: datetime | None
    certificate_days_left: int | None
    disk_free_bytes: int
    disk_days_left: int | None
    report: Path | None

    @property
    def waiting(self) -> Mapping[str, int]:
        """How many documents wait, by reason."""
        return Counter(outcome.code for outcome in self.pending)

    @property
    def for_review(self) -> int:
        return self.waiting.get(WaitReason.REVIEW, 0)

    @property
    def for_signature(self) -> int:
        return self.waiting.get(WaitReason.SIGNATURE, 0)

    @property
    def faults(self) -> int:
        """What went wrong in the night itself, not with a paper."""
        is_broken = self.night.error is not None or (self.balance and not self.balance.holds)
        return sum(not done.ok for done in self.night.chores) + bool(is_broken)


def morning(settings: Settings, night: Night, report: Path | None) -> Morning:
    """Draw up what the night leaves, from its run and from where all documents stand.

    Args:
        report: the page of the night's last run.
    """
    result = night.result
    outcomes = result.outcomes if result else ()
    seen = standing.overview(settings)
    done = _done(night, outcomes, seen.counts.get(State.ARCHIVED, Tally(0, 0, 0)))
    bad = _every_quarantined(outcomes, seen.quarantined)
    again = rescans(settings, (*bad, *seen.waiting))
    free = shutil.disk_usage(existing(settings.run.data)).free
    backup = last_backup(settings) if settings.backup.store != "none" else None
    state = last_state(settings) if settings.backup.store != "none" else None
    others = tuple(outcome for outcome in bad if not is_rescan(outcome))
    drawn = Morning(
        night,
        Verdict.GOOD,
        done.pages,
        done.documents,
        result.balance if result else None,
        seen.waiting,
        again,
        others,
        backup.finished_at if backup else None,
        state.taken_at if state else None,
        result.outlook.certificate_days_left if result else None,
        free,
        _days_left(free, last_night(settings)),
        report,
    )
    return replace(drawn, verdict=_verdict(drawn))


def _done(night: Night, outcomes: Iterable[Outcome], archived: Tally) -> Tally:
    """Return what this night archived; with what nights before it did that were never reported."""
    if night.cut_short is not None:
        held = night.cut_short.archived
        return Tally(archived.documents - held.documents, archived.pages - held.pages, 0)
    new = [one for one in outcomes if one.is_new and one.state is State.ARCHIVED]
    return Tally(len(new), sum(one.pages or 0 for one in new), 0)


def _every_quarantined(
    outcomes: Iterable[Outcome], standing_so: Iterable[Outcome]
) -> tuple[Outcome, ...]:
    """Join what the journal holds and what the run refused at the door."""
    refused = [o for o in outcomes if o.state is State.QUARANTINED and o.document_id is None]
    return (*standing_so, *refused)


def _verdict(drawn: Morning) -> Verdict:
    if drawn.faults:
        return Verdict.FAILED
    return Verdict.LOOK if drawn.rescans or drawn.quarantined else Verdict.GOOD


def _days_left(free: int, last: LastNight | None) -> int | None:
    """Return for how many nights the disk lasts, at the pace of the last ones."""
    if last is None or not last.free_bytes:
        return None
    nights = len(last.free_bytes)
    a_night = (last.free_bytes[0] - free) / nights
    return int(free / a_night) if a_night > 0 else None


def subject(drawn: Morning, texts: Catalogue) -> str:
    """Return the line that tells the whole night: `[Số hóa] 12/03: 1.240 trang, 3 quét lại, …`."""
    words = {
        "day": drawn.night.ended_at.astimezone().strftime("%d/%m"),
        "pages": number(drawn.pages_done, texts),
        "rescans": number(len(drawn.rescans), texts),
        "faults": number(drawn.faults, texts),
    }
    line = texts("night.subject", **words)
    return f"{texts('night.failed')} {line}" if drawn.verdict is Verdict.FAILED else line


def number(count: int, texts: Catalogue) -> str:
    """Return a count with thousands apart: 1.240 in Vietnamese, 1,240 in English."""
    text = f"{count:,}"
    return text.replace(",", ".") if texts.lang == "vi" else text


# ── kept for the nights after ────────────────────────────────────────────────────────────────


def keep(settings: Settings, drawn: Morning, line: str) -> None:
    """Keep what the watchdog and the next night ask for. Raises DiskFull."""
    before = last_night(settings)
    night = drawn.night
    earlier = before.succeeded_at if before else None
    succeeded = night.ended_at if night.succeeded else earlier
    history = (*(before.free_bytes if before else ()), drawn.disk_free_bytes)
    kept = LastNight(night.ended_at, succeeded, line, history[-_NIGHTS_LOOKED_BACK:])
    durable.write(settings.run.data / _LAST, codec.encode(kept))


def last_night(settings: Settings) -> LastNight | None:
    """Return what is kept of the last night, None where there was none."""
    try:
        return codec.decode(LastNight, (settings.run.data / _LAST).read_bytes())
    except (OSError, ValueError):
        return None


def is_late(last: LastNight, late_h: float, now: datetime) -> bool:
    """Claim that no night has come through for too long."""
    at = last.succeeded_at
    return at is None or (now - at).total_seconds() > late_h * 3600


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────


def as_json(drawn: Morning, texts: Catalogue) -> dict[str, Any]:
    """Return the object that docs/cli.md promises."""
    night = drawn.night
    return {
        "schema": SCHEMA,
        "verdict": drawn.verdict.value,
        "subject": subject(drawn, texts),
        "started_at": codec.to_plain(night.started_at),
        "ended_at": codec.to_plain(night.ended_at),
        "cut_short_at": codec.to_plain(night.cut_short.at) if night.cut_short else None,
        "succeeded": night.succeeded,
        "runs": night.runs,
        "error": night.error.code if night.error else None,
        "pages_done": drawn.pages_done,
        "documents_done": drawn.documents_done,
        "balance": _balance(drawn.balance),
        "waiting": dict(drawn.waiting),
        "pending": [_outcome(one, texts) for one in drawn.pending],
        "rescans": [_rescan(one, texts) for one in drawn.rescans],
        "quarantined": [_outcome(one, texts) for one in drawn.quarantined],
        "chores": [codec.to_plain(done) for done in night.chores],
        "backup_at": codec.to_plain(drawn.backup_at) if drawn.backup_at else None,
        "state_at": codec.to_plain(drawn.state_at) if drawn.state_at else None,
        "certificate_days_left": drawn.certificate_days_left,
        "disk_free_bytes": drawn.disk_free_bytes,
        "disk_days_left": drawn.disk_days_left,
        "forecast": codec.to_plain(night.forecast),
        "report": str(drawn.report) if drawn.report else None,
    }


def _balance(balance: Balance | None) -> dict[str, Any] | None:
    return {**codec.to_plain(balance), "holds": balance.holds} if balance else None


def _rescan(one: Rescan, texts: Catalogue) -> dict[str, Any]:
    return {
        "box": one.box,
        "name": one.name,
        "page": one.page,
        "document_id": one.outcome.document_id,
        "code": one.outcome.code,
        "reason": one.why(texts),
        "asked_by": one.asked_by,
    }


def _outcome(one: Outcome, texts: Catalogue) -> dict[str, Any]:
    explained = explain(one, texts)
    return {
        "source": one.source,
        "document_id": one.document_id,
        "code": one.code,
        "reason": explained.what,
        "cure": explained.cure,
    }
