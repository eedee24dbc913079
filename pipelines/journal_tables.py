"""The journal's tables, and how SQLite keeps them where the data folder lies."""

from __future__ import annotations

import ctypes
import os
import sqlite3
from pathlib import Path
from typing import Final

from digitizer.errors import ConfigError

_VERSION = 4
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT PRIMARY KEY,
    intake      BLOB NOT NULL,
    state       TEXT NOT NULL,
    pages       INTEGER,
    code        TEXT NOT NULL DEFAULT '',
    detail      TEXT NOT NULL DEFAULT '',
    page        INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    ground      TEXT NOT NULL DEFAULT '',
    changed_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE TABLE IF NOT EXISTS sources (
    path        TEXT PRIMARY KEY,
    size_bytes  INTEGER NOT NULL,
    mtime_ns    INTEGER NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents
);
CREATE TABLE IF NOT EXISTS refusals (
    path        TEXT PRIMARY KEY,
    size_bytes  INTEGER NOT NULL,
    mtime_ns    INTEGER NOT NULL,
    code        TEXT NOT NULL,
    detail      TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS steps (
    key         TEXT PRIMARY KEY,
    document_id TEXT NOT NULL,
    stage       TEXT NOT NULL,
    version     INTEGER NOT NULL,
    settings    TEXT NOT NULL,
    output      TEXT NOT NULL,
    sha256      TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS steps_of_document ON steps (document_id);
CREATE TABLE IF NOT EXISTS corrections (
    document_id TEXT NOT NULL,
    field       TEXT NOT NULL,
    value       TEXT NOT NULL,
    operator    TEXT NOT NULL,
    made_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    PRIMARY KEY (document_id, field, made_at)
);
CREATE TABLE IF NOT EXISTS sealed (
    day         TEXT NOT NULL,
    document_id TEXT NOT NULL,
    PRIMARY KEY (day, document_id)
);
CREATE TABLE IF NOT EXISTS judged (
    document_id TEXT NOT NULL,
    field       TEXT NOT NULL,
    rule        TEXT NOT NULL,
    confidence  REAL NOT NULL,
    is_right    INTEGER NOT NULL,
    PRIMARY KEY (document_id, field)
);
CREATE TABLE IF NOT EXISTS runs (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    host        TEXT NOT NULL,
    pid         INTEGER NOT NULL,
    began_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE TABLE IF NOT EXISTS leases (
    document_id TEXT PRIMARY KEY,
    run         INTEGER NOT NULL
);
"""
_ADDED_ONLY = (1, 2, 3)
"""Versions whose tables are still as they were; newer ones only have more."""

# f_type in statfs(2): ext2-4, xfs, btrfs, tmpfs, overlay, zfs, f2fs.
_LOCAL: Final = frozenset(
    {0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630, 0x2FC12FC1, 0xF2F52010}
)


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make a fresh connection fit for use: durable commits, and the tables of this version.

    A write-ahead log needs memory that all its users share, so on a file system that other hosts
    may share a rollback journal is kept, which needs nothing but locks.

    Raises:
        ConfigError: written by another version, or hosts use it in different ways.
        sqlite3.Error: it can't be written, or is malformed.

    Source: sqlite.org, "Write-Ahead Logging" (all processes must be on the same host).
    """
    wanted = "wal" if is_local(path.parent) else "delete"
    if _mode(db, "") != wanted and not _is_switched(db, wanted):
        raise ConfigError(f"{path}: in use by another host; stop its run, then start this one")
    # EXTRA also forces the removal of a rollback journal to disk, which is its commit.
    db.execute(f"PRAGMA synchronous={'FULL' if wanted == 'wal' else 'EXTRA'}")
    _make_or_check(db, path)


def is_local(folder: Path) -> bool:
    """Tell whether a folder's file system is known to be this machine's alone.

    Raises:
        OSError: the folder can't be looked at.
    """
    answer = ctypes.create_string_buffer(256)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.statfs(os.fsencode(folder), answer) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    return int.from_bytes(answer.raw[:4], "little") in _LOCAL


def _is_switched(db: sqlite3.Connection, wanted: str) -> bool:
    try:
        return _mode(db, f"={wanted}") == wanted
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        raise


def _mode(db: sqlite3.Connection, wanted: str) -> str:
    return str(db.execute(f"PRAGMA journal_mode{wanted}").fetchone()[0])


def _make_or_check(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables, with their version in one step, or refuse another version's.

    Raises ConfigError. A run killed between the two would lock the site out of its own journal.
    """
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found == _VERSION:
        return
    if tables and found not in _ADDED_ONLY:
        raise ConfigError(
            f"{path}: written by another version of sohoa (journal {found}, this one has"
            f" {_VERSION}); choose a new [run] data folder, the archive stays as it is"
        )
    db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT;")
