"""Make the catalog again from the archive alone.

Call it under the run's lock: what is archived while it works would not be in the new catalog.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digitizer.errors import ObjectMissing
from storage.archive import committed
from storage.catalog import Catalog
from storage.commit import SHARDS, first_versions, parse_key
from storage.database import translated
from storage.entry import Entry, entry_of
from storage.folder import sync_folder
from storage.objects import ObjectStore, require_format
from storage.settings import StorageSettings
from storage.tables import sqlite_file

log = logging.getLogger(__name__)

_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many documents the archive holds, all of them now in the catalog."""

    documents: int


def rebuild(store: ObjectStore, settings: StorageSettings, *, now: datetime) -> Rebuilt:
    """Read every commit and put a fresh catalog in the place of the old one, in one step.

    Until that step readers see the old catalog, whole; it stays when anything goes wrong.

    Args:
        now: aware; the new catalog is complete up to here.

    Raises:
        ConfigError: the archive is of another format. Nothing was changed.
        IntegrityError: a commit is damaged. Nothing was changed.
        StoreUnavailable, CatalogUnavailable: try again. Nothing was changed.
    """
    require_format(store)
    file = sqlite_file(settings)
    if file is None:
        with Catalog.open(settings, create=True, replace_schema=True) as catalog:
            count = catalog.enter_all(_entries(store), afresh=True)
            catalog.confirm(now)
        return Rebuilt(count)
    with translated(str(file)):
        return _rebuild_file(store, settings, file, now)


def _rebuild_file(
    store: ObjectStore, settings: StorageSettings, file: Path, now: datetime
) -> Rebuilt:
    fresh = file.with_name(f".{file.name}.{os.getpid()}.rebuild")
    _remove(fresh)
    try:
        with Catalog.open(replace(settings, catalog=f"sqlite:///{fresh}"), create=True) as catalog:
            count = catalog.fill(_entries(store))
            catalog.confirm(now)
            catalog.check()
        _swap(fresh, file)
    finally:
        _remove(fresh)
    return Rebuilt(count)


def _swap(fresh: Path, file: Path) -> None:
    """Put `fresh` in the place of `file`. A leftover log of the old one must not be replayed."""
    _sync(fresh)
    if file.exists():
        # Fold its log into the old file first, so that a crash before the swap loses nothing.
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in _BESIDE:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    fresh.replace(file)
    sync_folder(file.parent)


def _entries(store: ObjectStore) -> Iterator[Entry]:
    for shard in SHARDS:
        keys = tuple(store.keys(shard))
        for key in keys:
            if parse_key(key) is None:
                log.warning("a commit where none belongs", extra={"key": key})
        for document_id in first_versions(keys):
            record = committed(store, document_id)  # of the newest version
            if record is None:
                raise ObjectMissing(f"{document_id} was listed, and is gone")
            yield entry_of(record)


def _remove(file: Path) -> None:
    for suffix in ("", *_BESIDE):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
