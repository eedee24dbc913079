"""Archival packages for people: which documents, out to a ZIP, and that it was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from digitizer.errors import ConfigError, ObjectMissing
from digitizer.model import DocumentId, FieldName
from pipelines.office_log import note
from pipelines.settings import Settings
from storage.archive import commits, committed
from storage.commit import commit_key
from storage.export import Exported, export_zip
from storage.fixity import document_ids
from storage.identity import IdentityVault
from storage.objects import ObjectStore, open_store, require_format


def export(
    settings: Settings,
    documents: tuple[DocumentId, ...],
    *,
    target: Path,
    case: str,
    purpose: str,
    now: datetime,
) -> Exported:
    """Write the packages of `documents`, and of the papers that name a case, to a ZIP.

    Args:
        case: mã hồ sơ, "" for none. Every record of the archive is read to find its papers.

    Raises:
        ObjectMissing: a document is not archived, or no paper names the case.
        IntegrityError: the archive does not hold what was committed; no ZIP is left.
        StoreUnavailable, DiskFull, RunLocked: nothing was given out.
    """
    store = open_store(settings.storage)
    require_format(store)
    of_case = tuple(_of_case(store, case)) if case else ()
    if case and not of_case:
        raise ObjectMissing(f"{case} in {store.name}")
    vault = IdentityVault.open(settings.storage.identity_key_file, create=True)
    wanted = (*documents, *of_case)
    note(settings, vault, "export", now=now, purpose=purpose, documents=list(wanted), case=case)
    return export_zip(store, wanted, target)


def hold(
    settings: Settings,
    documents: tuple[DocumentId, ...],
    *,
    is_on: bool,
    reason: str,
    key_files: tuple[Path, Path],
    now: datetime,
) -> int:
    """Put every object of documents under a legal hold, or lift it; return how many objects.

    A hold has no end of its own: what a court or an inspection asks for stays, whatever its period.

    Args:
        reason: on what decision; written to the log first.
        key_files: access and secret key of someone with the right `s3:PutObjectLegalHold`, which
            the application's key pair must not have.

    Raises:
        ConfigError: the archive is no bucket with Object Lock, or that key pair may not.
        ObjectMissing: a document is not archived; nothing was held.
        StoreUnavailable, RunLocked, DiskFull: run it again.
    """
    if settings.storage.store != "s3":
        raise ConfigError('[storage] store = "folder": only a bucket has legal holds')
    from storage.s3 import S3Store

    access, secret = key_files
    store = S3Store.open(replace(settings.storage, access_key_file=access, secret_key_file=secret))
    keys = [key for document_id in documents for key in _keys_of(store, document_id)]
    vault = IdentityVault.open(settings.storage.identity_key_file, create=True)
    kind = "hold" if is_on else "release"
    note(settings, vault, kind, now=now, purpose=reason, documents=list(documents))
    for key in keys:
        store.hold(key, is_on=is_on)
    return len(keys)


def _keys_of(store: ObjectStore, document_id: DocumentId) -> Iterator[str]:
    history = commits(store, document_id)
    if not history:
        raise ObjectMissing(f"{document_id} in {store.name}")
    for commit in history:
        yield from store.keys(commit.root.prefix)
        yield commit_key(document_id, commit.record.version)


def _of_case(store: ObjectStore, case: str) -> Iterator[DocumentId]:
    for document_id in document_ids(store):
        record = committed(store, document_id)
        if record is not None and case in record.shown(FieldName.MA_HO_SO):
            yield document_id
