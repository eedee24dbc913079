"""Checking what is archived, copying it to a second place, and bringing it back.

The rooms below know how; here it is said over which documents, with which proof, and what came of
it is written down, so that a morning report can say when the last back-up succeeded.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from digitizer import codec
from digitizer.errors import DigitizationError, ObjectMissing, StoredObjectDiffers
from digitizer.ink import first_page_ink
from digitizer.model import DocumentId
from pipelines import durable
from pipelines.lock import locked
from pipelines.settings import Settings
from signing.trust import Trust
from signing.verify import verify
from storage.catalog import Catalog
from storage.commit import folder_of
from storage.fixity import Damage, Finding, Proof, Share, document_ids, examine, strays
from storage.folder import FolderStore
from storage.objects import ObjectStore, open_store, require_format
from storage.rebuild import rebuild
from storage.second_copy import Copied, copy_new, drill, restore_document

_LAST = "backup.json"
_BYTES = frozenset({Damage.RECORD, Damage.MISSING, Damage.CHANGED})
"""What a second copy can mend."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What a look over a share of the archive found. `repaired` were mended, `left` were not."""

    share: Share
    documents: int
    repaired: tuple[Finding, ...]
    left: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A back-up that succeeded."""

    finished_at: datetime
    is_full: bool
    copied: Copied


@dataclass(frozen=True, slots=True)
class Drilled:
    """A restore drill: the documents of the second copy that were tried, and what went wrong."""

    documents: tuple[DocumentId, ...]
    failed: tuple[tuple[DocumentId, str], ...]


def tonight(now: datetime, nights: int) -> Share:
    """Return the share whose turn it is, so that `nights` in a row cover everything once."""
    return Share(now.date().toordinal() % nights + 1, nights)


def audit(
    settings: Settings,
    share: Share,
    *,
    now: datetime,
    repair: bool = False,
    on_document: Callable[[int], None] = lambda _: None,
) -> Audit:
    """Hash every object of a share again, prove its signatures, compare records and catalog.

    Args:
        repair: bring back from the second copy what is missing or changed. In a folder the damaged
            file is set aside, never deleted; in S3 it takes someone with more rights.

    Raises:
        ConfigError: to repair, and no second copy is set.
        RunLocked, Unavailable: nothing, or not all, was looked at.
    """
    second = open_store(settings.backup.as_storage()) if repair else None
    store, prove = open_store(settings.storage), _proof(settings, now)
    repaired: list[Finding] = []
    left: list[Finding] = []
    count = 0
    require_format(store)
    with locked(settings.run.data), Catalog.open(settings.storage) as catalog:
        for count, document_id in enumerate(document_ids(store, share), 1):
            for finding in examine(store, catalog, document_id, prove):
                is_mended = second is not None and _mend(store, second, finding)
                (repaired if is_mended else left).append(finding)
            on_document(count)
        left.extend(strays(store, catalog, share))
    return Audit(share, count, tuple(repaired), tuple(left))


def back_up(
    settings: Settings,
    *,
    now: Callable[[], datetime],
    full: bool = False,
    on_part: Callable[[int], None] = lambda _: None,
) -> Backup:
    """Copy to the second store what is new; `full` also proves what was copied before.

    Raises:
        ConfigError: no second copy is set.
        StoredObjectDiffers: the two copies hold different bytes under one key.
        Unavailable, DiskFull: run it again; what was copied stays.
    """
    second = open_store(settings.backup.as_storage())
    copied = copy_new(open_store(settings.storage), second, full=full, on_shard=on_part)
    done = Backup(now(), full, copied)
    durable.write(settings.run.data / _LAST, codec.encode(done))
    return done


def last_backup(settings: Settings) -> Backup | None:
    """Return the last back-up that succeeded, None when none ever did."""
    try:
        return codec.decode(Backup, (settings.run.data / _LAST).read_bytes())
    except (OSError, ValueError):
        return None


def restore(
    settings: Settings, documents: tuple[DocumentId, ...], *, now: datetime
) -> tuple[Copied, int]:
    """Bring documents, or all where none is named, back from the second copy; rebuild the catalog.

    What the archive still holds is left as it is. Returns what was copied and how many documents
    the catalog knows now.

    Raises:
        ConfigError: no second copy is set.
        ObjectMissing: the second copy does not hold a document.
        StoredObjectDiffers: the archive holds other bytes; see `audit` with repair.
        RunLocked, Unavailable, DiskFull: run it again.
    """
    second, store = open_store(settings.backup.as_storage()), open_store(settings.storage)
    with locked(settings.run.data):
        store.check()
        copied = Copied()
        for document_id in documents:
            copied = copied.plus(restore_document(second, store, document_id))
        if not documents:
            copied = copy_new(second, store)
        made = rebuild(store, settings.storage, now=now)
    return copied, made.documents


def practise(settings: Settings, count: int, *, now: datetime) -> Drilled:
    """Fetch `count` documents, chosen by chance, from the second copy and check each.

    Every object is hashed; the signed PDF must be validly signed and its first page must open.

    Raises:
        ConfigError: no second copy is set.
        Unavailable, DiskFull: the drill could not be held.
    """
    second = open_store(settings.backup.as_storage())
    with Catalog.open(settings.storage) as catalog:
        known = list(catalog.document_ids())
    chosen = random.SystemRandom().sample(known, min(count, len(known)))
    prove = _proof(settings, now)
    told = [(document_id, drill(second, document_id, prove)) for document_id in sorted(chosen)]
    failed = tuple((document_id, why) for document_id, why in told if why)
    return Drilled(tuple(document_id for document_id, _ in told), failed)


def _proof(settings: Settings, now: datetime) -> Proof:
    trust = Trust.open(settings.signing, settings.keys_folder)
    return partial(_unproven, trust=trust, now=now)


def _unproven(pdf: Path, *, trust: Trust, now: datetime) -> str:
    """Return why a signed PDF can't be relied on: its signatures, or a page 1 that won't open."""
    verdict = verify(pdf, trust=trust, now=now)
    if not verdict.is_valid:
        return ", ".join(reason.code for reason in verdict.reasons) or verdict.status
    try:
        first_page_ink(pdf)
    except DigitizationError as error:
        return error.code
    return ""


def _mend(store: ObjectStore, second: ObjectStore, finding: Finding) -> bool:
    """Bring a lost or changed object back; False where this store does not let us, or can't."""
    if finding.damage not in _BYTES:
        return False
    if finding.damage is not Damage.MISSING:
        if not isinstance(store, FolderStore):
            return False
        for key in _suspects(store, second, finding):
            store.set_aside(key)
    try:
        restore_document(second, store, finding.document_id)
    except (ObjectMissing, StoredObjectDiffers):
        return False
    return True


def _suspects(store: ObjectStore, second: ObjectStore, finding: Finding) -> Iterator[str]:
    """Yield what to set aside: the changed object, or records unlike the second copy's."""
    if finding.damage is Damage.CHANGED:
        yield finding.key
        return
    for key in second.keys(folder_of(finding.document_id)):
        try:
            differs = store.read(key) != second.read(key)
        except ObjectMissing:
            continue
        if differs:
            yield key
