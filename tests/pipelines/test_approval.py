"""Unattended sealing keeps to its quota, whatever is killed and started again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import ConfigError, IntegrityError
from digitizer.model import DocumentId, PdfA, Sha256, StoredFile
from pipelines import approval
from pipelines.config import load
from pipelines.journal import Journal
from pipelines.outcome import MustWait, WaitReason
from pipelines.settings import Settings

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
"""Noon in Việt Nam."""


def pdf_a(number: int) -> PdfA:
    file = StoredFile(Path("a.pdf"), Sha256(f"{number:064x}"), 1)
    return PdfA(DocumentId(f"{number:032x}"), file, 1)


def settings(quota: int = 2, approve: str = "unattended") -> Settings:
    made = load(environ={}).settings
    signing = replace(made.signing, daily_quota=quota, approve=approve)  # type: ignore[arg-type]
    return replace(made, signing=signing)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite") as opened:
        yield opened


def admitted(journal: Journal, numbers: range, now: datetime = NOON, quota: int = 2) -> list[int]:
    """Return the numbers of the documents that may be sealed."""
    approve = approval.of_a_run(settings(quota), journal, lambda: now)
    let_by = []
    for number in numbers:
        try:
            approve(pdf_a(number))
        except MustWait as waiting:
            assert waiting.reason is WaitReason.QUOTA
        else:
            let_by.append(number)
    return let_by


def test_no_more_than_the_quota_are_sealed_in_a_day(journal: Journal) -> None:
    assert admitted(journal, range(5)) == [0, 1]


def test_another_run_on_the_same_day_gets_no_quota_of_its_own(tmp_path: Path) -> None:
    for _ in range(2):
        with Journal(tmp_path / "journal.sqlite") as journal:
            assert admitted(journal, range(5)) == [0, 1]


def test_a_document_that_was_admitted_and_cut_short_goes_on(journal: Journal) -> None:
    admitted(journal, range(5))
    assert admitted(journal, range(1, 2)) == [1]


@pytest.mark.parametrize(("hours", "expected"), [(11, []), (12, [2, 3])])
def test_the_day_ends_at_midnight_in_viet_nam(
    journal: Journal, hours: int, expected: list[int]
) -> None:
    admitted(journal, range(2))
    assert admitted(journal, range(2, 5), NOON + timedelta(hours=hours)) == expected


def test_a_raised_quota_counts_at_once(journal: Journal) -> None:
    admitted(journal, range(5))
    assert admitted(journal, range(2, 5), quota=3) == [2]


def test_without_a_quota_all_are_sealed(journal: Journal) -> None:
    assert admitted(journal, range(50), quota=0) == list(range(50))


def test_where_an_officer_approves_a_run_seals_nothing(journal: Journal) -> None:
    approve = approval.of_a_run(settings(0, "session"), journal, lambda: NOON)
    with pytest.raises(MustWait) as waiting:
        approve(pdf_a(1))
    assert waiting.value.reason is WaitReason.SIGNATURE


@pytest.mark.parametrize("approved", [{}, {pdf_a(1).document_id: Sha256("0" * 64)}])
def test_a_session_seals_nothing_but_the_approved_digests(
    approved: dict[DocumentId, Sha256],
) -> None:
    with pytest.raises(IntegrityError):
        approval.of_a_session(approved)(pdf_a(1))


def test_a_session_seals_the_approved_digest() -> None:
    one = pdf_a(1)
    approval.of_a_session({one.document_id: one.pdf.sha256})(one)


# ── journals of other versions ───────────────────────────────────────────────────────────────


def _marked(path: Path, version: int) -> Path:
    """Make a journal as another version left it: version 1 knew no quota."""
    Journal(path).close()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE sealed")
        db.execute(f"PRAGMA user_version={version}")
    db.close()
    return path


def test_a_journal_of_the_first_version_is_carried_on(tmp_path: Path) -> None:
    with Journal(_marked(tmp_path / "journal.sqlite", 1)) as journal:
        assert admitted(journal, range(5)) == [0, 1]


def test_a_journal_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="another version"):
        Journal(_marked(tmp_path / "journal.sqlite", 99))
