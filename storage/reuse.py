"""What came of each answer: the ledger from which the re-use rate is counted.

Not part of the catalog: a catalog can be made again from the archive, this can't, so it has a
database of its own and belongs into the back-up. SQLite (every commit forced to disk) or
PostgreSQL, through SQLAlchemy Core.

A *transaction* is a case (mã hồ sơ), or one look-up where no case was named. A paper counts where
the procedure requires it or the counter recorded what came of it; checks of a file (purpose
kiem-tra) never do. It is *held* when its answer was REUSABLE or DIGITISED_UNVERIFIED: the counter
could have used it.

Source: Nghệ An's plan on one-stop reform (80 % need not hand in again); REQ-3.14, QĐ 766/QĐ-TTg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError as AlreadyThere

from digitizer.errors import CatalogUnavailable
from storage.answer import VIET_NAM, State
from storage.database import (
    database_engine,
    database_url,
    file_of,
    shown,
    take_turn,
    translated,
)
from storage.writer import Writer

SCHEMA_VERSION = "1"
SETTING = "[desk] reuse"
CHECKING = "kiem-tra"
"""The purpose of a question that is no transaction: is this file genuine?"""
HELD = (State.REUSABLE, State.DIGITISED_UNVERIFIED)

TABLES = sa.MetaData()
_facts = sa.Table(
    "reuse_facts",
    TABLES,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_lookups = sa.Table(
    "reuse_lookups",
    TABLES,
    sa.Column("lookup_id", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False, index=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("clerk", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("procedure", sa.Text, nullable=False),
    sa.Column("ma_ho_so", sa.Text, nullable=False),
)
_papers = sa.Table(
    "reuse_papers",
    TABLES,
    sa.Column("lookup_id", sa.Text, primary_key=True),
    sa.Column("document_type", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("is_required", sa.Boolean, nullable=False),
    sa.Column("document_id", sa.Text, nullable=False),
)
_outcomes = sa.Table(
    "reuse_outcomes",
    TABLES,
    sa.Column("lookup_id", sa.Text, primary_key=True),
    sa.Column("document_type", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("clerk", sa.Text, nullable=False),
    sa.Column("document_id", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("idempotency_key", sa.Text, nullable=False),
)


def _into_file(table: sa.Table) -> str:
    """Return the insertion of whole lines, all in one JSON array: one goes with each answer."""
    parts = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(table.c)))
    return f"{_into(table)} SELECT {parts} FROM json_each(?)"  # noqa: S608 - names of our own tables


def _into_server(table: sa.Table) -> str:
    return f"{_into(table)} VALUES ({', '.join('%s' for _ in table.c)})"


def _into(table: sa.Table) -> str:
    return f"INSERT INTO {table.name} ({', '.join(table.c.keys())})"


_INTO_FILE = {table: _into_file(table) for table in (_lookups, _papers)}
_INTO_SERVER = {table: _into_server(table) for table in (_lookups, _papers)}


class OutcomeKind(StrEnum):
    """How the counter went on."""

    REUSED = "reused"
    ASKED_AGAIN = "asked_again"
    DECLINED = "declined"
    """The citizen wanted to hand in the paper anyway."""


class AskedAgain(StrEnum):
    """Why a paper that is held was asked for all the same."""

    UNREADABLE = "unreadable"
    DIFFERS = "differs"
    DOUBTED = "doubted"
    OTHER_FORM = "other_form"
    NOT_TRUSTED = "not_trusted"
    SYSTEM = "system"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AskedPaper:
    """One paper of an answer; `document_id` of the best that was found, "" for none."""

    document_type: str
    state: State
    is_required: bool
    document_id: str


@dataclass(frozen=True, slots=True)
class AskedLookup:
    """One answer that was given. Who was asked about is not in it."""

    lookup_id: str
    at: datetime
    agency: str
    clerk: str
    purpose: str
    procedure: str
    ma_ho_so: str
    papers: tuple[AskedPaper, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the counter did about one paper of one answer."""

    lookup_id: str
    document_type: str
    document_id: str
    outcome: OutcomeKind
    reason: str
    at: datetime
    clerk: str
    idempotency_key: str


class ReuseLedger:
    """Safe to share between threads. Close it, or use `with`.

    Raises (everywhere) CatalogUnavailable, naming the database.
    """

    def __init__(self, url: str, password_file: Path | None = None) -> None:
        """Open the ledger, making it when there is none.

        Raises:
            ConfigError: the URL is neither `sqlite:///FILE` nor `postgresql+psycopg://…`, or its
                driver is not installed.
        """
        database = database_url(url, password_file, SETTING)
        self.place = shown(database)
        with translated(self.place):
            self._engine = database_engine(database, create=True, setting=SETTING)
        with translated(self.place), self._engine.begin() as connection:
            take_turn(connection, "reuse")
            TABLES.create_all(connection)
            known = connection.scalar(sa.select(_facts.c.value).where(_facts.c.name == "schema"))
            if known is None:
                connection.execute(_facts.insert().values(name="schema", value=SCHEMA_VERSION))
        if known not in (None, SCHEMA_VERSION):
            raise CatalogUnavailable(f"{self.place}: schema {known}, not {SCHEMA_VERSION}")
        file = file_of(database)
        self._writer = Writer(self._engine, file) if file else None

    def __enter__(self) -> ReuseLedger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        if self._writer:
            self._writer.close()
        self._engine.dispose()

    def check(self) -> None:
        """Prove that the ledger can be read."""
        with translated(self.place), self._engine.connect() as connection:
            connection.scalar(sa.select(sa.func.count()).select_from(_facts))

    def enter(self, lookups: Sequence[AskedLookup]) -> None:
        """Enter answers, all or none, forced to disk."""
        asked = [_lookup_row(one) for one in lookups]
        papers = [_paper_row(one.lookup_id, paper) for one in lookups for paper in one.papers]
        wanted = ((_lookups, asked), (_papers, papers))
        if self._writer:
            self._writer.write([(_INTO_FILE[table], rows) for table, rows in wanted])
            return
        with translated(self.place), self._engine.begin() as connection:
            for table, rows in wanted:
                if rows:
                    connection.exec_driver_sql(_INTO_SERVER[table], rows)

    def settle(self, outcome: Outcome) -> Outcome:
        """Enter what came of a paper, once; return what stands in the ledger.

        The same call again (same idempotency key) changes nothing. Another one returns what was
        entered before, so that the caller can tell.
        """
        row = {
            "lookup_id": outcome.lookup_id,
            "document_type": outcome.document_type,
            "at": _text(outcome.at),
            "clerk": outcome.clerk,
            "document_id": outcome.document_id,
            "outcome": outcome.outcome.value,
            "reason": outcome.reason,
            "idempotency_key": outcome.idempotency_key,
        }
        with translated(self.place):
            try:
                with self._engine.begin() as connection:
                    connection.execute(_outcomes.insert().values(row))
            except AlreadyThere:
                return self.settled(outcome.lookup_id, outcome.document_type) or outcome
        return outcome

    def settled(self, lookup_id: str, document_type: str) -> Outcome | None:
        """Return what came of a paper, None while nothing was entered."""
        statement = sa.select(_outcomes).where(
            (_outcomes.c.lookup_id == lookup_id) & (_outcomes.c.document_type == document_type)
        )
        with translated(self.place), self._engine.connect() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            return None
        return Outcome(
            **{
                **row,
                "outcome": OutcomeKind(row["outcome"]),
                "at": datetime.fromisoformat(row["at"]),
            }
        )

    def papers(self, first_month: str, last_month: str) -> tuple[Counted, ...]:
        """Return each paper that was asked for in these months (`2026-11`, both included).

        One line a transaction and type, whatever number of look-ups it took.
        """
        case = sa.case((_lookups.c.ma_ho_so != "", _lookups.c.ma_ho_so), else_=_papers.c.lookup_id)
        held = sa.case((_papers.c.state.in_([state.value for state in HELD]), 1), else_=0)
        reused = sa.case((_outcomes.c.outcome == OutcomeKind.REUSED.value, 1), else_=0)
        keys = (_lookups.c.month, _lookups.c.agency, case, _papers.c.document_type)
        statement = (
            sa.select(*keys, sa.func.max(held), sa.func.max(reused))
            .select_from(
                _papers.join(_lookups, _lookups.c.lookup_id == _papers.c.lookup_id).outerjoin(
                    _outcomes,
                    (_outcomes.c.lookup_id == _papers.c.lookup_id)
                    & (_outcomes.c.document_type == _papers.c.document_type),
                )
            )
            .where(
                _lookups.c.month.between(first_month, last_month)
                & (_lookups.c.purpose != CHECKING)
                & (_papers.c.is_required | _outcomes.c.outcome.is_not(None))
            )
            .group_by(*keys)
            .order_by(*keys)
        )
        with translated(self.place), self._engine.connect() as connection:
            return tuple(
                Counted(month, agency, transaction, kind, bool(is_held), bool(is_reused))
                for month, agency, transaction, kind, is_held, is_reused in connection.execute(
                    statement
                )
            )

    def asked_again(self, first_month: str, last_month: str) -> tuple[tuple[str, int], ...]:
        """Return the reasons given for asking again, and how often, most frequent first."""
        count = sa.func.count()
        statement = (
            sa.select(_outcomes.c.reason, count)
            .join(_lookups, _lookups.c.lookup_id == _outcomes.c.lookup_id)
            .where(
                (_outcomes.c.outcome == OutcomeKind.ASKED_AGAIN.value)
                & _lookups.c.month.between(first_month, last_month)
            )
            .group_by(_outcomes.c.reason)
            .order_by(count.desc(), _outcomes.c.reason)
        )
        with translated(self.place), self._engine.connect() as connection:
            return tuple((reason, n) for reason, n in connection.execute(statement))


@dataclass(frozen=True, slots=True)
class Counted:
    """One type of paper in one transaction, and what came of it."""

    month: str
    agency: str
    transaction: str
    document_type: str
    is_held: bool
    is_reused: bool


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _lookup_row(one: AskedLookup) -> tuple[object, ...]:
    """Return a line of `reuse_lookups`, in the order of its columns."""
    day = one.at.astimezone(VIET_NAM)
    month = f"{day.year:04}-{day.month:02}"
    asked = (one.agency, one.clerk, one.purpose, one.procedure, one.ma_ho_so)
    return (one.lookup_id, _text(one.at), month, *asked)


def _paper_row(lookup_id: str, paper: AskedPaper) -> tuple[object, ...]:
    """Return a line of `reuse_papers`, in the order of its columns."""
    found = (paper.state.value, paper.is_required, paper.document_id)
    return (lookup_id, paper.document_type, *found)
