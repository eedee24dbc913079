"""An overview of the data folder as it stands now."""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer import codec
from pipelines.journal import Journal, Standing
from pipelines.messages import Catalogue
from pipelines.outcome import Outcome, State, Tally
from pipelines.report import explain
from pipelines.settings import Settings
from pipelines.worker import journal_path


@dataclass(frozen=True, slots=True)
class Overview:
    """Where all documents of this data folder stand.

    `unfinished` were taken in and are in no state yet: a run is at work, or one was killed.
    `refused` counts files that are no documents at all and stay in the inbox.
    """

    counts: Mapping[State, Tally]
    waiting: tuple[Outcome, ...]
    quarantined: tuple[Outcome, ...]
    unfinished: int
    refused: int
    is_locked: bool
    last_report: Path | None

    def as_json(self, texts: Catalogue) -> dict[str, Any]:
        """Return the object that `sohoa status --json` promises (docs/cli.md)."""
        return {
            "schema": "sohoa.status/1",
            "counts": {state.value: codec.to_plain(tally) for state, tally in self.counts.items()},
            "unfinished": self.unfinished,
            "refused": self.refused,
            "running": self.is_locked,
            "last_report": str(self.last_report) if self.last_report else None,
            "waiting": [_explained(outcome, texts) for outcome in self.waiting],
            "quarantined": [_explained(outcome, texts) for outcome in self.quarantined],
        }


def overview(settings: Settings) -> Overview:
    """Look at journal, lock and reports; makes nothing when there is nothing."""
    path = journal_path(settings)
    standings: tuple[Standing, ...] = ()
    refused = 0
    if path.is_file():
        with Journal(path) as journal:
            standings, refused = tuple(journal.standings()), journal.refusals()
    outcomes = [_outcome(standing) for standing in standings if standing.state]
    by_state = {state: [o for o in outcomes if o.state is state] for state in State}
    return Overview(
        {state: _tally(found) for state, found in by_state.items() if found},
        tuple(by_state[State.WAITING]),
        tuple(by_state[State.QUARANTINED]),
        len(standings) - len(outcomes),
        refused,
        _is_locked(settings.run.data / "lock"),
        max((settings.run.data / "reports").glob("*/report.html"), default=None),
    )


def _outcome(standing: Standing) -> Outcome:
    assert standing.state is not None
    return Outcome(
        standing.intake.source,
        standing.intake.document_id,
        standing.state,
        standing.pages,
        standing.code,
        standing.detail,
        standing.page,
    )


def _tally(outcomes: list[Outcome]) -> Tally:
    known = [outcome.pages for outcome in outcomes if outcome.pages is not None]
    return Tally(len(outcomes), sum(known), len(outcomes) - len(known))


def _is_locked(path: Path) -> bool:
    try:
        with path.open("r") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _explained(outcome: Outcome, texts: Catalogue) -> dict[str, Any]:
    explained = explain(outcome, texts)
    return {**codec.to_plain(outcome), "explanation": explained.what, "cure": explained.cure}
