"""What has to be told to another system: kept until it has said that it heard.

An event is entered once, under an id that the same fact always has, and sent again and again, later
each time, until the receiver accepts it or the attempts are used up; then it is *dead* and waits
for a person. So the receiver hears each at least once, and tells repeats by the id.

A database of its own (SQLite, every commit forced to disk): what is not told yet can't be made
again from the archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage.database import Ledger, translated

_TABLES = sa.MetaData()
_events = sa.Table(
    "outbox",
    _TABLES,
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Index("outbox_by_state", "state", "next_at"),
)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


class Fate(StrEnum):
    """Where an event stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Its attempts are used up; `revive` gives it new ones."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be told.

    Attributes:
        body: as it is sent, to the byte.
        attempts: how often it was sent.
        next_at: aware; not before this moment.
        error: what came of the last attempt, "" for none.
    """

    event_id: str
    body: str
    created_at: datetime
    fate: Fate
    attempts: int
    next_at: datetime
    error: str


class Outbox(Ledger):
    """See `storage.database.Ledger` for how it is shared and what it raises."""

    def __init__(self, file: Path) -> None:
        """Open it, making it when there is none."""
        super().__init__(file, _TABLES, "outbox")

    def enter(self, event_id: str, body: str, now: datetime) -> bool:
        """Enter an event; return False where it was entered before, and leave that as it is."""
        row = {
            "event_id": event_id,
            "body": body,
            "created_at": _text(now),
            "state": Fate.PENDING.value,
            "attempts": 0,
            "next_at": _text(now),
            "error": "",
        }
        statement = sqlite.insert(_events).values(row).on_conflict_do_nothing()
        with translated(self._place), self._engine.begin() as connection:
            return bool(connection.execute(statement).rowcount)

    def due(self, now: datetime, limit: int = 100) -> tuple[Event, ...]:
        """Return what is to be sent now, oldest first."""
        condition = (_events.c.state == Fate.PENDING.value) & (_events.c.next_at <= _text(now))
        return self._select(condition, limit)

    def dead(self, limit: int = 100) -> tuple[Event, ...]:
        """Return what was given up, oldest first."""
        return self._select(_events.c.state == Fate.DEAD.value, limit)

    def delivered(self, event_id: str) -> None:
        """The receiver has accepted it."""
        self._update(event_id, {"state": Fate.DELIVERED.value, "error": ""})

    def failed(self, event: Event, error: str, now: datetime, *, most: int) -> Fate:
        """Put an event off, or give it up after `most` attempts. Returns where it stands."""
        attempts = event.attempts + 1
        fate = Fate.DEAD if attempts >= most else Fate.PENDING
        wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
        changed = {
            "state": fate.value,
            "attempts": attempts,
            "next_at": _text(now + wait),
            "error": error,
        }
        self._update(event.event_id, changed)
        return fate

    def revive(self, now: datetime) -> int:
        """Give every dead event new attempts, and return how many there were."""
        changed = {"state": Fate.PENDING.value, "attempts": 0, "next_at": _text(now)}
        statement = _events.update().where(_events.c.state == Fate.DEAD.value).values(changed)
        with translated(self._place), self._engine.begin() as connection:
            return int(connection.execute(statement).rowcount)

    def counts(self) -> dict[Fate, int]:
        """Return how many events stand where."""
        statement = sa.select(_events.c.state, sa.func.count()).group_by(_events.c.state)
        with translated(self._place), self._engine.connect() as connection:
            found = {Fate(state): count for state, count in connection.execute(statement)}
        return {fate: found.get(fate, 0) for fate in Fate}

    def _select(self, condition: sa.ColumnElement[bool], limit: int) -> tuple[Event, ...]:
        order = (_events.c.created_at, _events.c.event_id)
        statement = sa.select(_events).where(condition).order_by(*order).limit(limit)
        with translated(self._place), self._engine.connect() as connection:
            return tuple(_event(row) for row in connection.execute(statement))

    def _update(self, event_id: str, values: Mapping[str, object]) -> None:
        statement = _events.update().where(_events.c.event_id == event_id).values(values)
        with translated(self._place), self._engine.begin() as connection:
            connection.execute(statement)


def _event(row: Sequence[object]) -> Event:
    event_id, body, created_at, state, attempts, next_at, error = (str(value) for value in row)
    return Event(
        event_id,
        body,
        datetime.fromisoformat(created_at),
        Fate(state),
        int(attempts),
        datetime.fromisoformat(next_at),
        error,
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
