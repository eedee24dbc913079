"""Answers go to the ledger's file in short transactions: whole, or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitizer.errors import CatalogUnavailable
from storage import database
from storage.answer import State
from storage.reuse import AskedLookup, AskedPaper, ReuseLedger

AT = datetime(2026, 6, 30, 17, 30, tzinfo=UTC)


def asked(lookup_id: str, *types: str) -> AskedLookup:
    papers = tuple(AskedPaper(kind, State.REUSABLE, True, "ab" * 16) for kind in types)
    return AskedLookup(lookup_id, AT, "Xã Mẫu", "lan's", "tiep-nhan", "1.004873", "", papers)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[ReuseLedger]:
    with ReuseLedger(f"sqlite:///{tmp_path / 'reuse.sqlite'}") as opened:
        yield opened


def rows(tmp_path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(tmp_path / "reuse.sqlite")) as held:
        return held.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def test_all_answers_of_a_batch_are_entered_with_their_papers(
    ledger: ReuseLedger, tmp_path: Path
) -> None:
    ledger.enter([asked("a", "QĐ", "KHAI_SINH"), asked("b"), asked("c", "")])
    first = rows(tmp_path, "reuse_lookups")[0]
    place = ("2026-06-30T17:30:00.000000+00:00", "2026-07")  # past midnight in Việt Nam
    assert first == ("a", *place, "Xã Mẫu", "lan's", "tiep-nhan", "1.004873", "")
    assert [row[:2] for row in rows(tmp_path, "reuse_papers")] == [
        ("a", "KHAI_SINH"),
        ("a", "QĐ"),
        ("c", ""),
    ]
    assert rows(tmp_path, "reuse_papers")[1][2:] == ("REUSABLE", 1, "ab" * 16)


def test_a_batch_that_fails_leaves_nothing_and_the_next_goes_in(
    ledger: ReuseLedger, tmp_path: Path
) -> None:
    ledger.enter([asked("a", "QĐ")])
    with pytest.raises(CatalogUnavailable, match="UNIQUE"):
        ledger.enter([asked("b", "QĐ"), asked("a", "QĐ")])
    ledger.enter([asked("c", "QĐ")])
    assert [row[0] for row in rows(tmp_path, "reuse_lookups")] == ["a", "c"]


def test_a_locked_ledger_says_so(
    ledger: ReuseLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
    with closing(sqlite3.connect(tmp_path / "reuse.sqlite", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogUnavailable, match="locked"):
            ledger.enter([asked("a")])
    ledger.enter([asked("a")])


def test_a_ledger_that_was_put_back_from_a_copy_is_written_to(
    ledger: ReuseLedger, tmp_path: Path
) -> None:
    ledger.enter([asked("a")])
    with closing(sqlite3.connect(tmp_path / "reuse.sqlite")) as held:
        held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "reuse.sqlite", tmp_path / "copy")
    for left in tmp_path.glob("reuse.sqlite*"):
        left.unlink()
    (tmp_path / "copy").rename(tmp_path / "reuse.sqlite")
    ledger.enter([asked("b")])
    assert [row[0] for row in rows(tmp_path, "reuse_lookups")] == ["a", "b"]


def test_every_answer_is_forced_to_disk(ledger: ReuseLedger) -> None:
    ledger.enter([asked("a")])
    assert ledger._writer is not None
    kept = ledger._writer._connection
    pragmas = [
        kept.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    ]
    assert pragmas == ["wal", 2]
