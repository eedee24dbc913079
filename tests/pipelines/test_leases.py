"""Several runs at one data folder: who has a document keeps it while it lives, and no longer."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.errors import ConfigError, RunLocked
from digitizer.model import DocumentId, Intake, MediaType, StoredFile
from digitizer.scan import sandbox
from pipelines import config, journal_tables, lease
from pipelines.journal import Journal
from pipelines.lock import locked, shared
from pipelines.outcome import State
from pipelines.register import ARRIVALS, sweep
from pipelines.settings import Settings
from pipelines.worker import journal_path

DOCUMENT = DocumentId("d" * 32)
OTHER = DocumentId("e" * 32)

# Leases a document in a process of its own, says so, and lives until it is killed.
_HOLDER = """
import sys, time
from pathlib import Path
from pipelines import lease
from pipelines.journal import Journal
data = Path(sys.argv[1])
with Journal(data / "journal.sqlite") as journal, lease.opened(data, journal) as leases:
    print(leases.claim(sys.argv[2]), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load(flags={"run.data": tmp_path / "data"}, environ={}).settings


@pytest.fixture
def journal(settings: Settings) -> Iterator[Journal]:
    with Journal(journal_path(settings)) as opened:
        yield opened


@contextlib.contextmanager
def _another(settings: Settings, document_id: DocumentId) -> Iterator[subprocess.Popen[str]]:
    """A run in another process that has leased the document."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(settings.run.data), document_id],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "True\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_what_another_run_has_is_not_leased(settings: Settings, journal: Journal) -> None:
    with _another(settings, DOCUMENT), lease.opened(settings.run.data, journal) as ours:
        assert (ours.claim(DOCUMENT), ours.claim(OTHER)) == (False, True)


def test_what_a_killed_run_had_is_taken_over(settings: Settings, journal: Journal) -> None:
    with (
        _another(settings, DOCUMENT) as other,
        lease.opened(settings.run.data, journal) as ours,
    ):
        other.kill()
        other.wait()
        assert ours.claim(DOCUMENT)


def test_a_run_that_stands_still_keeps_what_it_has(settings: Settings, journal: Journal) -> None:
    """No time runs out: it could wake up and write."""
    with (
        _another(settings, DOCUMENT) as other,
        lease.opened(settings.run.data, journal) as ours,
    ):
        os.kill(other.pid, signal.SIGSTOP)
        assert not ours.claim(DOCUMENT)


def test_a_run_lives_as_long_as_its_decoder(settings: Settings, journal: Journal) -> None:
    """It may still write a page for a moment after the process that asked for it was killed."""
    with lease.opened(settings.run.data, journal) as ours:
        sandbox.isolation()  # starts the decoder, which inherits the lock
        decoder = sandbox._shared._zygote
        assert decoder is not None
        names = {link.readlink() for link in Path(f"/proc/{decoder.pid}/fd").iterdir()}
        assert ours.holder.file in names
    assert not lease.living(settings.run.data, frozenset({ours.holder.number}))


def test_what_is_given_back_can_be_leased(settings: Settings, journal: Journal) -> None:
    with (
        lease.opened(settings.run.data, journal) as first,
        lease.opened(settings.run.data, journal) as second,
    ):
        assert first.claim(DOCUMENT)
        assert not second.claim(DOCUMENT)
        first.release(DOCUMENT)
        assert second.claim(DOCUMENT)


def test_nobody_gives_back_what_another_has(settings: Settings, journal: Journal) -> None:
    with (
        lease.opened(settings.run.data, journal) as first,
        lease.opened(settings.run.data, journal) as second,
    ):
        assert first.claim(DOCUMENT)
        second.release(DOCUMENT)
        assert not second.claim(DOCUMENT)


def test_a_run_that_ends_gives_everything_back(settings: Settings, journal: Journal) -> None:
    with lease.opened(settings.run.data, journal) as first:
        first.claim(DOCUMENT)
        assert [run.leased for run in journal.runs()] == [1]
    assert journal.runs() == ()


def test_no_two_runs_ever_have_the_same_number(settings: Settings, journal: Journal) -> None:
    numbers = []
    for _ in range(3):
        with lease.opened(settings.run.data, journal) as leases:
            numbers.append(leases.holder.number)
    assert len(set(numbers)) == 3


def test_a_command_that_needs_the_folder_alone_waits_for_every_run(settings: Settings) -> None:
    data = settings.run.data
    with shared(data), shared(data), pytest.raises(RunLocked), locked(data):
        pass
    with locked(settings.run.data), pytest.raises(RunLocked), shared(settings.run.data):
        pass


# ── sweeping ─────────────────────────────────────────────────────────────────────────────────


def _quarantined(settings: Settings, journal: Journal) -> Path:
    folder = settings.run.data / "work" / DOCUMENT
    folder.mkdir(parents=True)
    original = folder / "original.pdf"
    original.write_bytes(b"%PDF-1.7 made up")
    journal.take(Intake(DOCUMENT, "0001.pdf", StoredFile.of(original), MediaType.PDF))
    journal.settle(DOCUMENT, State.QUARANTINED)
    return folder


def test_a_finished_documents_folder_is_cleared(settings: Settings, journal: Journal) -> None:
    folder = _quarantined(settings, journal)
    with lease.opened(settings.run.data, journal) as leases:
        sweep(settings, leases)
    assert not folder.exists()


def test_what_another_run_tries_again_is_not_cleared(settings: Settings, journal: Journal) -> None:
    folder = _quarantined(settings, journal)
    with _another(settings, DOCUMENT), lease.opened(settings.run.data, journal) as leases:
        sweep(settings, leases)
    assert folder.exists()


def test_half_copies_of_dead_runs_alone_are_cleared(settings: Settings, journal: Journal) -> None:
    arrivals = settings.run.data / "work" / ARRIVALS
    with (
        lease.opened(settings.run.data, journal) as alive,
        lease.opened(settings.run.data, journal) as ours,
    ):
        for number in (alive.holder.number, 9_999):
            (arrivals / str(number)).mkdir(parents=True)
        sweep(settings, ours)
        assert [path.name for path in arrivals.iterdir()] == [str(alive.holder.number)]


# ── where the journal lies ───────────────────────────────────────────────────────────────────


def _mode(file: Path) -> str:
    with contextlib.closing(sqlite3.connect(file)) as db:
        return str(db.execute("PRAGMA journal_mode").fetchone()[0])


def test_on_a_disk_of_our_own_the_journal_has_a_write_ahead_log(settings: Settings) -> None:
    Journal(journal_path(settings)).close()
    assert _mode(journal_path(settings)) == "wal"


@pytest.fixture
def on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    # No network file system can be mounted here; what is put in is the answer to one question.
    monkeypatch.setattr(journal_tables, "_LOCAL", frozenset())


@pytest.mark.usefixtures("on_the_network")
def test_where_hosts_share_the_disk_the_journal_needs_nothing_but_locks(
    settings: Settings,
) -> None:
    with Journal(journal_path(settings)) as journal:
        journal.begin_run("may-1", 1, lambda _: None)
    assert _mode(journal_path(settings)) == "delete"
    assert [run.host for run in Journal(journal_path(settings)).runs()] == ["may-1"]


def test_hosts_that_would_keep_the_journal_in_two_ways_are_refused(
    settings: Settings, journal: Journal, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("on_the_network")
    with pytest.raises(ConfigError, match="another host"):
        Journal(journal_path(settings))
