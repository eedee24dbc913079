"""Which files of a site can't be made again, where they belong, and copies of them that hold.

Databases are copied by SQLite's own back-up, audit logs to their last whole line. What is copied is
whole in itself; files that are written in the same minute may be of different moments.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from digitizer.errors import DiskFull
from pipelines import durable
from pipelines.settings import Settings
from storage.reuse_copy import copy_out, is_on_server
from storage.state_copy import Kept
from storage.tables import sqlite_file

DATA, AUDIT, REUSE = "data", "audit", "reuse"
_RULES, _DESK_KEYS, _RECEIPT_KEY = "rules", "desk-keys", "receipt-key"
_FOLDERS = ("quarantine", "sessions", "stacks", "batches")
_SQLITE = "sqlite:///"
_SQLITE_BESIDE = ("-wal", "-shm", "-journal")
_MOST_LINE_BYTES = 1 << 20


def place_of(settings: Settings, place: str, name: str) -> Path:
    """Return where a file belongs on this site. Raises KeyError for a place we do not know."""
    desk = settings.desk
    single = {_RULES: desk.rules, _DESK_KEYS: desk.keys_file, _RECEIPT_KEY: desk.receipt_key}
    if place in single:
        return single[place]
    if place == REUSE:
        return _reuse_file(settings) or settings.run.data / "reuse.sqlite"
    return {DATA: settings.run.data, AUDIT: desk.audit_log.parent}[place] / name


def beside(path: Path) -> tuple[Path, ...]:
    """Return what SQLite keeps beside a database, there or not."""
    return tuple(path.with_name(path.name + suffix) for suffix in _SQLITE_BESIDE)


def gathered(settings: Settings, scratch: Path) -> Iterator[Kept]:
    """Yield every file that can't be made again, each ready to be read until the next is asked for.

    Args:
        scratch: an empty folder, readable by us alone, for copies of what is still written to.

    Raises:
        DiskFull: a copy can't be made.
        CatalogUnavailable: the re-use ledger's server is away.
    """
    for place, database in _databases(settings):
        yield from _database(place, database, scratch)
    if is_on_server(settings.desk.reuse):
        yield from _ledger_on_server(settings, scratch)
    for log in sorted(settings.desk.audit_log.parent.glob("*.jsonl")):
        yield from _log(log, scratch)
    yield from _as_they_are(settings)


def _as_they_are(settings: Settings) -> Iterator[Kept]:
    """Yield files that are written whole and then left alone."""
    data = settings.run.data
    for file in _files(settings.desk.audit_log.parent / "roots"):
        yield Kept(AUDIT, f"roots/{file.name}", file)
    # Of what waits, our own copy of the original: its source may have left the inbox.
    originals = sorted((data / "work").glob("*/original.*"))
    for file in (*(file for folder in _FOLDERS for file in _files(data / folder)), *originals):
        yield Kept(DATA, file.relative_to(data).as_posix(), file)
    for place in (_RULES, _DESK_KEYS, _RECEIPT_KEY):
        if (path := place_of(settings, place, "")).is_file():
            yield Kept(place, path.name, path)


def _databases(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Yield the databases and their places; the catalog is none of them, storage can tell it."""
    catalog, reuse = sqlite_file(settings.storage), _reuse_file(settings)
    for file in sorted(settings.run.data.glob("*.sqlite")):
        if not _is_same(file, catalog):
            yield REUSE if _is_same(file, reuse) else DATA, file
    if reuse is not None and reuse.is_file() and not _is_same(reuse.parent, settings.run.data):
        yield REUSE, reuse


def _ledger_on_server(settings: Settings, scratch: Path) -> Iterator[Kept]:
    copy = scratch / "reuse.sqlite"
    try:
        copy_out(settings.desk.reuse, settings.storage.catalog_password_file, copy)
        yield Kept(REUSE, copy.name, copy)
    finally:
        for path in (copy, *beside(copy)):
            path.unlink(missing_ok=True)


def _reuse_file(settings: Settings) -> Path | None:
    """Return the re-use ledger's file, None where it is on a server."""
    url = settings.desk.reuse
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def _is_same(one: Path, other: Path | None) -> bool:
    return other is not None and one.absolute() == other.absolute()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _database(place: str, source: Path, scratch: Path) -> Iterator[Kept]:
    copy = scratch / source.name
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(copy)) as writing,
        ):
            reading.backup(writing)
        yield Kept(place, source.name, copy)
    except sqlite3.Error as error:
        raise DiskFull(f"{source}: {error}") from error
    finally:
        for path in (copy, *beside(copy)):
            path.unlink(missing_ok=True)


def _log(source: Path, scratch: Path) -> Iterator[Kept]:
    copy = scratch / source.name
    durable.copy(source, copy)
    with copy.open("r+b") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _MOST_LINE_BYTES))
        tail = stream.read()
        stream.truncate(size - len(tail) + tail.rfind(b"\n") + 1)
    yield Kept(AUDIT, source.name, copy)
    copy.unlink()
