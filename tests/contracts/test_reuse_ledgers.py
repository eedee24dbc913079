"""The ledger counts what really happened, each figure with what it is made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitizer.errors import CatalogUnavailable, ConfigError
from storage.answer import State
from storage.reuse import AskedLookup, AskedPaper, Outcome, OutcomeKind, ReuseLedger
from storage.reuse_rate import figures
from tests.oracles.postgres import Postgres

AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)  # the 1st of December in Việt Nam
CASE = "H41.05-261122-0001"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReuseLedger]:
    if request.param == "sqlite":
        opened = ReuseLedger(f"sqlite:///{tmp_path / 'reuse.sqlite'}")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        opened = ReuseLedger(server.database(), server.password_file)
    with opened:
        yield opened


def _asked(
    lookup_id: str, *papers: tuple[str, State], case: str = "", month: int = 11
) -> AskedLookup:
    return AskedLookup(
        lookup_id,
        AT.replace(month=month, day=20),
        "Xã Thí Điểm" if month == 11 else "Sở Mẫu",
        "lan",
        "tiep-nhan",
        "1.004873",
        case,
        tuple(AskedPaper(kind, state, True, "ab" * 16) for kind, state in papers),
    )


def _outcome(
    lookup_id: str, kind: str, outcome: OutcomeKind, key: str = "k", reason: str = ""
) -> Outcome:
    return Outcome(lookup_id, kind, "ab" * 16, outcome, reason, AT, "lan", key)


def test_the_rate_counts_transactions_in_which_nothing_had_to_be_handed_in(
    ledger: ReuseLedger,
) -> None:
    ledger.enter(
        [
            _asked("one", ("KHAI_SINH", State.REUSABLE), ("KET_HON", State.NOT_FOUND), case=CASE),
            _asked("two", ("KHAI_SINH", State.DIGITISED_UNVERIFIED)),
            _asked("three", ("KHAI_SINH", State.REUSABLE), ("KET_HON", State.REUSABLE), month=12),
            _asked("four", ("KHAI_SINH", State.DIGITISED_EXPIRED)),
        ]
    )
    ledger.settle(_outcome("one", "KHAI_SINH", OutcomeKind.REUSED))
    ledger.settle(_outcome("two", "KHAI_SINH", OutcomeKind.ASKED_AGAIN, reason="unreadable"))
    ledger.settle(_outcome("three", "KHAI_SINH", OutcomeKind.REUSED))
    told = figures(ledger, "2026-11", "2026-12")
    assert told["transactions"] == {"numerator": 1, "denominator": 3, "value": 0.3333}
    assert told["papers"] == {"numerator": 2, "denominator": 4, "value": 0.5}
    assert told["asked_again"] == [{"reason": "unreadable", "count": 1}]
    assert [(one["month"], one["papers"]["denominator"]) for one in told["by_month"]] == [
        ("2026-11", 2),
        ("2026-12", 2),
    ]
    assert [one["agency"] for one in told["by_agency"]] == ["Sở Mẫu", "Xã Thí Điểm"]


def test_asking_twice_in_one_case_counts_once(ledger: ReuseLedger) -> None:
    paper = ("KHAI_SINH", State.REUSABLE)
    ledger.enter([_asked("one", paper, case=CASE), _asked("two", paper, case=CASE)])
    ledger.settle(_outcome("two", "KHAI_SINH", OutcomeKind.REUSED))
    told = figures(ledger, "2026-11", "2026-11")
    assert told["transactions"] == {"numerator": 1, "denominator": 1, "value": 1.0}
    assert told["papers"]["denominator"] == 1


def test_what_nobody_required_counts_once_something_came_of_it(ledger: ReuseLedger) -> None:
    optional = AskedPaper("KET_HON", State.REUSABLE, False, "ab" * 16)
    ledger.enter([replace(_asked("one"), papers=(optional,))])
    assert ledger.papers("2026-11", "2026-11") == ()
    ledger.settle(_outcome("one", "KET_HON", OutcomeKind.REUSED))
    assert figures(ledger, "2026-11", "2026-11")["papers"]["numerator"] == 1


def test_checking_a_file_is_no_transaction(ledger: ReuseLedger) -> None:
    ledger.enter([replace(_asked("one", ("KHAI_SINH", State.REUSABLE)), purpose="kiem-tra")])
    assert ledger.papers("2026-11", "2026-11") == ()


def test_with_nothing_held_there_is_no_rate(ledger: ReuseLedger) -> None:
    ledger.enter([_asked("one", ("KHAI_SINH", State.NOT_FOUND)), _asked("two")])
    rate = figures(ledger, "2026-11", "2026-11")["transactions"]
    assert rate == {"numerator": 0, "denominator": 0, "value": None}


def test_the_month_is_that_of_the_day_in_viet_nam(ledger: ReuseLedger) -> None:
    late = AskedLookup(
        "one", AT, "x", "", "tiep-nhan", "", "", _asked("", ("A", State.REUSABLE)).papers
    )
    ledger.enter([late])
    assert figures(ledger, "2026-12", "2026-12")["papers"]["denominator"] == 1


def test_an_outcome_is_entered_once(ledger: ReuseLedger) -> None:
    ledger.enter([_asked("one", ("KHAI_SINH", State.REUSABLE))])
    first = _outcome("one", "KHAI_SINH", OutcomeKind.REUSED, "first")
    assert ledger.settle(first) == first
    assert ledger.settle(first) == first
    assert ledger.settle(_outcome("one", "KHAI_SINH", OutcomeKind.DECLINED, "second")) == first


def test_the_ledger_is_still_there_after_it_was_closed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'reuse.sqlite'}"
    with ReuseLedger(url) as ledger:
        ledger.enter([_asked("one", ("KHAI_SINH", State.REUSABLE))])
    with ReuseLedger(url) as ledger:
        assert len(ledger.papers("2026-11", "2026-11")) == 1


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "reuse.sqlite").write_bytes(b"not a database, and long enough to be read as one")
    with pytest.raises(CatalogUnavailable, match=r"reuse\.sqlite"):
        ReuseLedger(f"sqlite:///{tmp_path / 'reuse.sqlite'}")


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "mysql://x/y", "postgresql://a:b@c/d"]
)
def test_another_database_is_a_matter_of_configuration(url: str) -> None:
    with pytest.raises(ConfigError, match="reuse"):
        ReuseLedger(url)


def test_a_ledger_of_another_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "reuse.sqlite"
    ReuseLedger(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as database:
        database.execute("UPDATE reuse_facts SET value = '99'")
    database.close()
    with pytest.raises(CatalogUnavailable, match="schema 99"):
        ReuseLedger(f"sqlite:///{file}")


def test_a_password_that_can_not_be_read_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="password"):
        ReuseLedger("postgresql+psycopg://sohoa@127.0.0.1/none", tmp_path / "none")
