"""What only the data folder holds goes to the second copy, and comes back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import CatalogUnavailable, ConfigError, ObjectMissing, RunLocked
from pipelines import config, state_backup
from pipelines.journal import Journal
from pipelines.settings import Settings
from pipelines.worker import journal_path
from storage.answer import State
from storage.audit_log import AuditLog, verify
from storage.identity import IdentityVault
from storage.reuse import AskedLookup, AskedPaper, Outcome, OutcomeKind, ReuseLedger
from storage.settings import BackupSettings
from tests.oracles.loopback import free_ports
from tests.oracles.postgres import Postgres, postgres
from tests.oracles.seaweed import Seaweed

__all__ = ["postgres"]

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def site(folder: Path, second: Path, name: str) -> Settings:
    made = config.load(None, flags={"run.data": folder / name}).settings
    return replace(made, backup=replace(made.backup, store="folder", folder=second))


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Settings]:
    """A site with something of everything; its journal is open, as beside a run."""
    made = site(tmp_path, tmp_path / "second", "old")
    data = made.run.data
    data.mkdir()
    vault = IdentityVault.open(made.storage.identity_key_file, create=True)
    with AuditLog(made.desk.audit_log, vault.audit_key) as log:
        log.append_all([{"kind": "lookup", "n": number} for number in range(20)])
    with made.desk.audit_log.open("ab") as stream:
        stream.write(b'{"n": 21, "half')
    with closing(sqlite3.connect(data / "review.sqlite")) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE keyed (value TEXT)")
        database.execute("INSERT INTO keyed VALUES ('Nguyễn Văn Mẫu')")
    put(data / "catalog.sqlite", b"made again from the archive")
    put(data / "quarantine" / "ab" / "reason.json", b"{}")
    put(data / "quarantine" / "ab" / "original.pdf", b"%PDF refused")
    put(data / "work" / "cd" / "original.jpg", b"\xff\xd8 waits")
    put(data / "work" / "cd" / "page-0001.png", b"made again")
    put(data / "audit" / "roots" / "desk-000000000020.json", b"{}")
    put(data / "rules.json", b"[]")
    with Journal(journal_path(made)):
        yield made


def restored(tmp_path: Path, old: Settings, name: str = "new") -> Settings:
    """Return another site with the key of the old one."""
    made = site(tmp_path, tmp_path / "second", name)
    put(made.storage.identity_key_file, old.storage.identity_key_file.read_bytes())
    made.storage.identity_key_file.chmod(0o600)
    return made


def test_what_can_not_be_made_again_comes_back_and_nothing_else(old, tmp_path) -> None:
    taken = state_backup.keep_state(old, now=NOW)
    new = restored(tmp_path, old)
    back = state_backup.bring_back_state(new, now=NOW)
    assert back is not None
    assert (back.taken_at, back.files, back.aside) == (NOW, taken.files, None)
    names = {
        path.relative_to(new.run.data).as_posix()
        for path in new.run.data.rglob("*")
        if path.is_file()
    }
    assert names == {
        "audit/desk.jsonl",
        "audit/roots/desk-000000000020.json",
        "journal.sqlite",
        "keys/identity.key",
        "lock",
        "quarantine/ab/original.pdf",
        "quarantine/ab/reason.json",
        "review.sqlite",
        "rules.json",
        "work/cd/original.jpg",
    }
    with closing(sqlite3.connect(new.run.data / "review.sqlite")) as database:
        assert database.execute("SELECT value FROM keyed").fetchall() == [("Nguyễn Văn Mẫu",)]
    with Journal(journal_path(new)):
        pass


def test_an_audit_log_comes_back_whole_to_its_last_whole_line(old, tmp_path) -> None:
    state_backup.keep_state(old, now=NOW)
    new = restored(tmp_path, old)
    state_backup.bring_back_state(new, now=NOW)
    vault = IdentityVault.open(new.storage.identity_key_file, create=False)
    seen = verify(new.desk.audit_log, vault.audit_key)
    assert (seen.head.lines, seen.faults) == (20, ())


def test_an_unchanged_state_is_not_written_again_but_known_to_be_there(old) -> None:
    assert state_backup.last_state(old) is None
    first = state_backup.keep_state(old, now=NOW)
    second = state_backup.keep_state(old, now=NOW + timedelta(days=1))
    assert (second.key, second.new_files, second.files) == (first.key, 0, first.files)
    assert state_backup.last_state(old) == second
    assert not (old.run.data / ".state").exists()


def test_a_site_with_a_state_of_its_own_keeps_it_unless_told(old, tmp_path) -> None:
    state_backup.keep_state(old, now=NOW)
    put(old.run.data / "rules.json", b"[1]")
    assert state_backup.bring_back_state(old, now=NOW) is None
    assert (old.run.data / "rules.json").read_bytes() == b"[1]"
    back = state_backup.bring_back_state(old, now=NOW, over=True)
    assert back is not None and back.aside is not None
    assert (old.run.data / "rules.json").read_bytes() == b"[]"
    assert (back.aside / "rules" / "rules.json").read_bytes() == b"[1]"


def test_files_that_are_kept_elsewhere_go_where_the_new_site_keeps_them(old, tmp_path) -> None:
    state_backup.keep_state(old, now=NOW)
    new = restored(tmp_path, old)
    log = tmp_path / "elsewhere" / "desk.jsonl"
    new = replace(new, desk=replace(new.desk, audit_log=log, rules=tmp_path / "rules.json"))
    state_backup.bring_back_state(new, now=NOW)
    assert log.is_file() and (tmp_path / "rules.json").is_file()
    assert (log.parent / "roots" / "desk-000000000020.json").is_file()


def test_nothing_is_touched_while_the_counter_is_open(old) -> None:
    state_backup.keep_state(old, now=NOW)
    vault = IdentityVault.open(old.storage.identity_key_file, create=False)
    before = (old.run.data / "rules.json").read_bytes()
    with AuditLog(old.desk.audit_log, vault.audit_key), pytest.raises(RunLocked):
        state_backup.bring_back_state(old, now=NOW, over=True)
    assert (old.run.data / "rules.json").read_bytes() == before


def test_a_damaged_snapshot_changes_nothing_and_fails_the_drill(old, tmp_path) -> None:
    state_backup.keep_state(old, now=NOW)
    proven = state_backup.prove_state(old)
    assert proven is not None and (proven.files, proven.failed) == (8, ())
    sealed = max(
        (tmp_path / "second" / "state" / "2026-11").iterdir(), key=lambda p: p.stat().st_size
    )
    data = sealed.read_bytes()
    sealed.chmod(0o600)
    sealed.write_bytes(data[:90] + bytes([data[90] ^ 1]) + data[91:])
    proven = state_backup.prove_state(old)
    assert proven is not None and len(proven.failed) == 1
    new = restored(tmp_path, old)
    with pytest.raises(Exception, match="SH-3"):
        state_backup.bring_back_state(new, now=NOW)
    assert [path.name for path in new.run.data.iterdir()] in (["keys", "lock"], ["lock", "keys"])


def test_without_the_key_nothing_is_taken_and_nothing_brought_back(old, tmp_path) -> None:
    state_backup.keep_state(old, now=NOW)
    new = site(tmp_path, tmp_path / "second", "new")
    with pytest.raises(ConfigError):
        state_backup.bring_back_state(new, now=NOW)
    old.storage.identity_key_file.unlink()
    with pytest.raises(ConfigError):
        state_backup.keep_state(old, now=NOW)


def test_a_second_copy_without_a_state_says_so(old) -> None:
    with pytest.raises(ObjectMissing):
        state_backup.bring_back_state(old, now=NOW)
    assert state_backup.prove_state(old) is None


def on_server(made: Settings, server: Postgres) -> Settings:
    """Return the site with its re-use ledger in a new database of the server."""
    return replace(
        made,
        desk=replace(made.desk, reuse=server.database()),
        storage=replace(made.storage, catalog_password_file=server.password_file),
    )


def ledger_of(made: Settings) -> ReuseLedger:
    return ReuseLedger(made.desk.reuse, made.storage.catalog_password_file)


def asked(number: int) -> AskedLookup:
    paper = AskedPaper("GKS", State.REUSABLE, is_required=True, document_id="ab" * 16)
    case = f"H40-261122-{number:04}"
    return AskedLookup(str(number), NOW, "UBND xã Mẫu", "lan", "TTHC", "1.000", case, (paper,))


def outcome(number: int, kind: OutcomeKind) -> Outcome:
    return Outcome(str(number), "GKS", "ab" * 16, kind, "", NOW, "lan", f"key-{number}")


def test_a_ledger_on_a_server_is_taken_along_and_comes_back(
    old: Settings, tmp_path: Path, postgres: Postgres
) -> None:
    first = on_server(old, postgres)
    with ledger_of(first) as ledger:
        ledger.enter([asked(number) for number in range(2100)])
        ledger.settle(outcome(7, OutcomeKind.REUSED))
    taken = state_backup.keep_state(first, now=NOW)
    assert state_backup.keep_state(first, now=NOW).new_files == 0
    proven = state_backup.prove_state(first)
    assert proven is not None
    assert proven.failed == ()
    second = on_server(restored(tmp_path, old), postgres)
    with ledger_of(second) as ledger:
        ledger.enter([asked(1), asked(9999)])
        ledger.settle(outcome(9999, OutcomeKind.DECLINED))
    brought = state_backup.bring_back_state(second, now=NOW)
    assert brought is not None
    assert brought.files == taken.files
    assert not (second.run.data / "reuse.sqlite").exists()
    with ledger_of(second) as ledger:
        assert len(ledger.papers("2026-11", "2026-11")) == 2101
        assert ledger.settled("7", "GKS") == outcome(7, OutcomeKind.REUSED)
        assert ledger.settled("9999", "GKS") == outcome(9999, OutcomeKind.DECLINED)


def test_a_ledger_of_a_server_comes_back_as_a_file_where_the_site_has_none(
    old: Settings, tmp_path: Path, postgres: Postgres
) -> None:
    first = on_server(old, postgres)
    with ledger_of(first) as ledger:
        ledger.enter([asked(1)])
    state_backup.keep_state(first, now=NOW)
    second = restored(tmp_path, old)
    second = replace(second, desk=replace(second.desk, reuse=f"sqlite:///{tmp_path}/r.sqlite"))
    assert state_backup.bring_back_state(second, now=NOW)
    with ledger_of(second) as ledger:
        assert len(ledger.papers("2026-11", "2026-11")) == 1


def test_while_the_ledgers_server_is_away_nothing_is_taken_and_nothing_put_back(
    old: Settings, tmp_path: Path, postgres: Postgres
) -> None:
    away = f"postgresql+psycopg://sohoa@127.0.0.1:{free_ports(1)[0]}/ledger"
    state_backup.keep_state(old, now=NOW)
    first = on_server(old, postgres)
    with pytest.raises(CatalogUnavailable):
        state_backup.keep_state(replace(first, desk=replace(first.desk, reuse=away)), now=NOW)
    with ledger_of(first) as ledger:
        ledger.enter([asked(1)])
    state_backup.keep_state(first, now=NOW + timedelta(minutes=1))
    second = on_server(restored(tmp_path, old), postgres)
    with pytest.raises(CatalogUnavailable):
        state_backup.bring_back_state(
            replace(second, desk=replace(second.desk, reuse=away)), now=NOW
        )
    assert not (second.run.data / "journal.sqlite").exists()
    assert not list(second.run.data.glob(".state*"))


def test_the_state_goes_to_a_bucket_and_comes_back_without_a_right_to_delete(
    old: Settings, tmp_path: Path, seaweed: Seaweed
) -> None:
    bucket = seaweed.settings(seaweed.locked_bucket())
    second_copy = BackupSettings(
        store="s3",
        endpoint=bucket.endpoint,
        bucket=bucket.bucket,
        prefix="second/",
        access_key_file=bucket.access_key_file,
        secret_key_file=bucket.secret_key_file,
    )
    first = replace(old, backup=second_copy)
    taken = state_backup.keep_state(first, now=NOW)
    assert state_backup.keep_state(first, now=NOW + timedelta(days=1)).new_files == 0
    proven = state_backup.prove_state(first)
    assert proven == state_backup.StateProven(taken.files, ())
    second = replace(restored(tmp_path, old), backup=second_copy)
    brought = state_backup.bring_back_state(second, now=NOW)
    assert brought == state_backup.BroughtBack(NOW, taken.files, None)
    refused = Path("quarantine", "ab", "original.pdf")
    assert (second.run.data / refused).read_bytes() == (old.run.data / refused).read_bytes()
