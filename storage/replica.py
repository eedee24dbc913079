"""A copy of the catalog for a desk that must go on answering when the line is down.

One SQLite file, made beside its place and put there whole, so that a desk that reads it meanwhile
sees the old one or the new one (`storage.database` follows such a swap). It carries the source's
`as_of`; a desk with `[storage] catalog_stale_after_h` says UNAVAILABLE instead of NOT_FOUND once
that is too long ago. Persons are in it as in the catalog: by keyed hash and mask.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer import codec
from digitizer.errors import ConfigError, DiskFull
from storage.catalog import Catalog
from storage.entry import Entry
from storage.folder import sync_folder
from storage.settings import StorageSettings
from storage.tables import sqlite_file


@dataclass(frozen=True, slots=True)
class Replica:
    """What was copied: so many documents, complete up to `as_of` (None: an empty catalog)."""

    file: Path
    documents: int
    as_of: datetime | None


def replicate(settings: StorageSettings, target: Path) -> Replica:
    """Copy the catalog to `target`, in place of the copy before.

    Raises:
        ConfigError: `target` is the catalog itself.
        CatalogUnavailable: the catalog can't be read, or the copy can't be made.
        DiskFull: the copy can't be put in its place.
    """
    source_file = sqlite_file(settings)
    if source_file is not None and source_file.absolute() == target.absolute():
        raise ConfigError(f"{target}: the catalog itself can't be its own replica")
    making = target.with_name(f".{target.name}.part")
    try:
        with Catalog.open(settings) as source:
            as_of = source.as_of
            copied = _copy(source, making, as_of)
        making.chmod(0o600)
        with making.open("rb") as stream:
            os.fsync(stream.fileno())
        making.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise DiskFull(f"{target}: {error.strerror}") from error
    finally:
        _forget(making)
    return Replica(target, copied, as_of)


def _copy(source: Catalog, making: Path, as_of: datetime | None) -> int:
    _forget(making)
    own = StorageSettings(catalog=f"sqlite:///{making.absolute()}")
    with Catalog.open(own, create=True) as copy:
        copied = copy.fill(_entries(source))
        if as_of is not None:
            copy.confirm(as_of)
    return copied


def _entries(source: Catalog) -> Iterator[Entry]:
    for line in source.dump():
        yield codec.decode(Entry, line)


def _forget(making: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            making.with_name(making.name + suffix).unlink()
