"""An overview of the data folder as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer import codec
from pipelines import lease
from pipelines.intake_book import IntakeBook
from pipelines.journal import Journal, RunRow, Standing
from pipelines.lock import is_held
from pipelines.messages import Catalogue
from pipelines.outcome import Outcome, State, Tally
from pipelines.report import explain
from pipelines.settings import Settings
from pipelines.worker import journal_path
from storage.settings import StorageSettings


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run that has not ended by itself. One that is not alive was killed, and is taken over."""

    row: RunRow
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Where all documents of this data folder stand.

    `unfinished` were taken in and are in no state yet: a run is at work, or one was killed.
    `refused` counts files that are no documents at all and stay in the inbox. `places` says where
    the bytes of the documents in each state are. `is_locked`: a command has the folder for itself.
    """

    counts: Mapping[State, Tally]
    waiting: tuple[Outcome, ...]
    quarantined: tuple[Outcome, ...]
    unfinished: int
    refused: int
    is_locked: bool
    runs: tuple[SeenRun, ...]
    places: Mapping[State, str]
    last_report: Path | None

    def as_json(self, texts: Catalogue) -> dict[str, Any]:
        """Return the object that `sohoa status --json` promises (docs/cli.md)."""
        return {
            "schema": "sohoa.status/1",
            "counts": {state.value: codec.to_plain(tally) for state, tally in self.counts.items()},
            "unfinished": self.unfinished,
            "refused": self.refused,
            "running": self.is_locked or any(run.is_alive for run in self.runs),
            "runs": [{**codec.to_plain(run.row), "is_alive": run.is_alive} for run in self.runs],
            "places": {state.value: place for state, place in self.places.items()},
            "last_report": str(self.last_report) if self.last_report else None,
            "waiting": [self._explained(outcome, texts) for outcome in self.waiting],
            "quarantined": [self._explained(outcome, texts) for outcome in self.quarantined],
        }

    def _explained(self, outcome: Outcome, texts: Catalogue) -> dict[str, Any]:
        explained = explain(outcome, texts)
        place = self.places[outcome.state]
        if outcome.document_id:
            place = f"{place}/{outcome.document_id}"
        plain = codec.to_plain(outcome)
        return {**plain, "explanation": explained.what, "cure": explained.cure, "place": place}


def overview(settings: Settings) -> Overview:
    """Look at journal, lock and reports; makes nothing when there is nothing."""
    path = journal_path(settings)
    standings: tuple[Standing, ...] = ()
    rows: tuple[RunRow, ...] = ()
    refused, data = 0, settings.run.data
    if path.is_file():
        with Journal(path) as journal:
            standings, refused = tuple(journal.standings()), journal.refusals()
            rows = journal.runs()
    alive = lease.living(data, frozenset(row.number for row in rows))
    documents = [_outcome(standing) for standing in standings if standing.state]
    outcomes = [*documents, *(held.outcome for held in IntakeBook(data).held())]
    by_state = {state: [o for o in outcomes if o.state is state] for state in State}
    return Overview(
        {state: _tally(found) for state, found in by_state.items() if found},
        tuple(by_state[State.WAITING]),
        tuple(by_state[State.QUARANTINED]),
        len(standings) - len(documents),
        refused,
        is_held(data / "lock", by_any=False),
        tuple(SeenRun(row, row.number in alive) for row in rows),
        {
            State.ARCHIVED: place_of(settings.storage),
            State.WAITING: str(data / "work"),
            State.QUARANTINED: str(data / "quarantine"),
        },
        max((data / "reports").glob("*/report.html"), default=None),
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


def place_of(storage: StorageSettings) -> str:
    """Return where the archive is, as a person would look for it."""
    if storage.store == "folder":
        return str(storage.folder)
    return f"{storage.endpoint or 's3'} {storage.bucket}/{storage.prefix}"
