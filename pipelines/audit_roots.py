"""Sealing the audit logs day by day, and comparing them with what was sealed.

A root lies beside the log (`audit/roots/`) and, write-once, in the archive (`audit/`), with its
time stamp (RFC 3161) where an authority is set. Both copies must say the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer import codec
from digitizer.errors import IntegrityError
from digitizer.model import StoredFile
from pipelines import durable
from pipelines.office_log import office_log
from pipelines.settings import Settings
from signing.timestamp import stamp, stamped_at
from storage.audit_log import verify
from storage.audit_root import DayRoot, differing, next_root
from storage.identity import IdentityVault
from storage.objects import ObjectStore, open_store

_PREFIX = "audit/"


@dataclass(frozen=True, slots=True)
class SealedRoot:
    """A root as it was sealed; `stamped_at` is the authority's time, None without a stamp."""

    root: DayRoot
    stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckedRoot:
    """A root held against the log: `places` are the lines that differ.

    `is_whole`: none does, the time stamp (where there is one) is over this root, and the archive's
    copy is the same.
    """

    root: DayRoot
    places: tuple[int, ...]
    stamped_at: datetime | None
    is_whole: bool


def seal(settings: Settings, *, now: datetime) -> tuple[SealedRoot, ...]:
    """Make a root over what each log has gained since its last one, stamp it, put it away.

    Raises:
        IntegrityError: a log is not whole; nothing of it was sealed.
        TimestampUnavailable, StoreUnavailable, DiskFull: run it again.
    """
    vault = IdentityVault.open(settings.storage.identity_key_file, create=False)
    store = open_store(settings.storage)
    made: list[SealedRoot] = []
    archived = frozenset(store.keys(_PREFIX))
    for log in logs(settings):
        known = tuple(_known(settings, log))
        for _, file in known:
            if _PREFIX + file.name not in archived:  # an earlier sealing was cut short
                _put_away(settings, store, file, now)
        root = next_root(log, max((one.last for one, _ in known), default=0), now)
        if root is not None and verify(log, vault.audit_key).faults:
            raise IntegrityError(f"{log}: run sohoa audit-log verify")
        if root is not None:
            file = _write(settings, root)
            made.append(SealedRoot(root, _put_away(settings, store, file, now)))
    return tuple(made)


def check_roots(settings: Settings) -> tuple[CheckedRoot, ...]:
    """Hold every root there is against its log. Raises StoreUnavailable, DiskFull."""
    store = open_store(settings.storage)
    archived = frozenset(store.keys(_PREFIX))
    return tuple(
        _checked(store, archived, log, root, file)
        for log in (settings.desk.audit_log, office_log(settings))
        for root, file in _known(settings, log)
    )


def logs(settings: Settings) -> Iterator[Path]:
    """Yield the audit logs there are: the counter's and the office's."""
    return (log for log in (settings.desk.audit_log, office_log(settings)) if log.exists())


def _folder(settings: Settings) -> Path:
    return settings.desk.audit_log.parent / "roots"


def _known(settings: Settings, log: Path) -> Iterator[tuple[DayRoot, Path]]:
    for file in sorted(_folder(settings).glob(f"{log.stem}-*.json")):
        try:
            yield codec.decode(DayRoot, file.read_bytes()), file
        except ValueError as error:
            raise IntegrityError(f"{file}: is no root of an audit log") from error


def _write(settings: Settings, root: DayRoot) -> Path:
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{Path(root.log).stem}-{root.last:012d}.json"
    durable.write(file, codec.encode(root))
    return file


def _put_away(settings: Settings, store: ObjectStore, file: Path, now: datetime) -> datetime | None:
    """Have a root stamped, once, and put both into the archive, the root last."""
    signing, token_file, at = settings.signing, file.with_suffix(".tsr"), None
    digest = hashlib.sha256(file.read_bytes()).digest()
    if signing.tsa_url and not token_file.exists():
        token = stamp(signing.tsa_url, digest, timeout_s=signing.tsa_timeout_s, now=now)
        durable.write(token_file, token)
    if token_file.exists():
        at = stamped_at(token_file.read_bytes(), digest)
        store.put(_PREFIX + token_file.name, StoredFile.of(token_file))
    store.put(_PREFIX + file.name, StoredFile.of(file))
    return at


def _checked(
    store: ObjectStore, archived: frozenset[str], log: Path, root: DayRoot, file: Path
) -> CheckedRoot:
    data, stamp_file = file.read_bytes(), file.with_suffix(".tsr")
    places = differing(log, root)
    has_stamp = stamp_file.exists() or _PREFIX + stamp_file.name in archived
    at = (
        stamped_at(stamp_file.read_bytes(), hashlib.sha256(data).digest())
        if stamp_file.exists()
        else None
    )
    is_same = _PREFIX + file.name in archived and store.read(_PREFIX + file.name) == data
    return CheckedRoot(root, places, at, not places and is_same and (at is not None) == has_stamp)
