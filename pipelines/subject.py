"""What the archive holds on one person, and which law keeps it until when.

For requests to see, correct or erase personal data (Luật 91/2025, NĐ 356/2025: REQ-6.3). Answered
from the catalog and the records; papers on their way through a run are not in it yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from digitizer.errors import ObjectMissing
from digitizer.legal_profile import erasure_rule, period_name
from digitizer.model import DocumentId
from pipelines.office_log import note, office_log
from pipelines.settings import Settings
from storage.archive import committed
from storage.audit_log import events
from storage.catalog import Catalog
from storage.identity import IdentityVault, normal_number
from storage.objects import ObjectStore, open_store
from storage.record import Record


@dataclass(frozen=True, slots=True)
class HeldValue:
    """One personal value of a paper: masked, or in full where that was asked for."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """One paper that names the person, and how long it is kept.

    `keep_until` is None where the period never ends or is not determined; `period` says which.
    """

    document_id: DocumentId
    document_type: str
    number: str
    agency: str
    issued_on: date | None
    stored_at: datetime
    access_level: str
    values: tuple[HeldValue, ...]
    maintenance: str
    period: str
    keep_until: date | None
    basis: str
    is_confirmed: bool
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectReport:
    """All papers, how often the person was asked about, and what is to be said of erasure."""

    papers: tuple[HeldPaper, ...]
    asked: int
    erasure_vi: str
    erasure_en: str
    erasure_basis: str
    erasure_is_confirmed: bool


def report_on(
    settings: Settings, number: str, *, now: datetime, purpose: str, reveal: bool = False
) -> SubjectReport:
    """Return the report, after it was written down who asked for it.

    Args:
        number: the person's identity number, as printed or not.
        reveal: give personal values in full.

    Raises:
        ValueError: there is no digit or letter in `number`.
        ConfigError: the identity key is gone.
        CatalogUnavailable, StoreUnavailable, RunLocked: nothing was told; run it again.
        IntegrityError: a record is damaged, or gone.
    """
    vault = IdentityVault.open(settings.storage.identity_key_file, create=False)
    keys = [one.holder_key(number) for one in vault.generations]
    with Catalog.open(settings.storage) as catalog, catalog.snapshot() as seen:
        ids = list(dict.fromkeys(e.document_id for key in keys for e in seen.find_by_holder(key)))
    asked = vault.asked_key(normal_number(number))
    count = sum(1 for _ in about(settings, asked))
    facts = {"asked": [asked], "documents": ids, "in_full": reveal}
    note(settings, vault, "subject", now=now, purpose=purpose, **facts)
    store = open_store(settings.storage)
    papers = tuple(_paper(_record(store, one), vault if reveal else None) for one in ids)
    return SubjectReport(papers, count, *erasure_rule())


def about(settings: Settings, asked: str) -> Iterator[dict[str, object]]:
    """Yield the events of both logs that are about one person: questions, and what followed.

    Args:
        asked: the keyed hash of the person's number (`IdentityVault.asked_key`).
    """
    for file in (settings.desk.audit_log, office_log(settings)):
        looked: set[object] = set()
        for event in events(file) if file.exists() else ():
            hashes, lookup = event.get("asked"), event.get("lookup")
            is_about = isinstance(hashes, list) and asked in hashes
            if is_about and lookup is not None:
                looked.add(lookup)
            if is_about or lookup in looked:
                yield dict(event)


def _record(store: ObjectStore, document_id: DocumentId) -> Record:
    record = committed(store, document_id)
    if record is None:
        raise ObjectMissing(f"{document_id}: the catalog knows it, {store.name} does not hold it")
    return record


def _paper(record: Record, vault: IdentityVault | None) -> HeldPaper:
    codes = record.codes
    return HeldPaper(
        document_id=record.document_id,
        document_type=record.document_type,
        number=record.reference.number,
        agency=record.reference.agency,
        issued_on=record.reference.issued_on,
        stored_at=record.stored_at,
        access_level=record.access_level,
        values=tuple(
            HeldValue(field.name, vault.reveal(field.sealed) if vault else field.value)
            for field in record.fields
            if field.sealed
        ),
        maintenance=codes.maintenance,
        period=period_name(codes.maintenance),
        keep_until=codes.keep_until,
        basis=codes.basis,
        is_confirmed=codes.is_confirmed,
        packages=tuple(sorted({held.key.partition("/v1/")[0] for held in record.objects.all})),
    )
