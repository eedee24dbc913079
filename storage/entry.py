"""One line of the catalog: what a look-up needs of a record, and nothing that is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from digitizer.model import DocumentId, FieldName, RelationKind, Sha256, SignatureLevel
from storage.link import links_of, to_text
from storage.record import CopyKind, Record
from storage.reference import case_key


@dataclass(frozen=True, slots=True)
class Entry:
    """A record's keys and what may be shown of it.

    `…_key` fields are for finding, "" where there is nothing to find by. `year` is that of
    `issued_on`. `unverified` lists field names, a space between. `blank_pages` is a count.
    `lapses_at` is when the proof of the signed PDF ends, None where the record does not say.
    `earlier_sha256` are the digests of the signed PDFs of earlier versions, a space between; so
    are `holder_keys` and `name_keys`, those of several holders, and `part_sha256`, those of the
    files that a bound original is made of. The masked values of several holders have `; `
    between. `links` is text of `storage.link`.
    """

    document_id: DocumentId
    document_type: str
    number: str
    number_key: str
    issued_on: date | None
    year: int | None
    agency: str
    agency_key: str
    subject: str
    holder_keys: str
    name_keys: str
    identity_key_id: str
    number_masked: str
    name_masked: str
    valid_from: date | None
    valid_to: date | None
    validity_known: bool
    validity_basis: str
    unverified: str
    copy_kind: CopyKind
    signer: str
    signed_at: datetime
    level: SignatureLevel
    is_throwaway: bool
    access_level: str
    page_count: int
    blank_pages: int
    original_sha256: Sha256
    signed_sha256: Sha256
    signed_key: str
    stored_at: datetime
    lapses_at: datetime | None = None
    version: int = 1
    earlier_sha256: str = ""
    part_sha256: str = ""
    links: str = ""
    case_key: str = ""


@dataclass(frozen=True, slots=True)
class Affecting:
    """A paper of ours that does something to another; certain where it names its date, too."""

    kind: RelationKind
    entry: Entry
    is_certain: bool


def entry_of(record: Record) -> Entry:
    """Return the catalog's line for `record`; nothing else goes into it, so it can be remade."""
    reference, legal, held = record.reference, record.legal_value, record.objects
    latest = max(legal.signatures, key=lambda signature: signature.signed_at)
    return Entry(
        document_id=record.document_id,
        document_type=record.document_type,
        number=_storable(reference.number),
        number_key=reference.number_key,
        issued_on=reference.issued_on,
        year=reference.issued_on.year if reference.issued_on else None,
        agency=_storable(reference.agency),
        agency_key=reference.agency_key,
        subject=_storable(_sure(record, FieldName.TRICH_YEU)),
        holder_keys=" ".join(one.number_key for one in record.holders if one.number_key),
        name_keys=" ".join(one.name_key for one in record.holders if one.name_key),
        identity_key_id=record.identity_key_id,
        number_masked="; ".join(record.shown(FieldName.SO_DINH_DANH)),
        name_masked="; ".join(record.shown(FieldName.CHU_HO_SO)),
        valid_from=record.validity.valid_from,
        valid_to=record.validity.valid_to,
        validity_known=record.validity.is_known,
        validity_basis=_storable(record.validity.basis),
        unverified=" ".join(record.quality.unverified),
        copy_kind=legal.kind,
        signer=_storable(latest.signer),
        signed_at=latest.signed_at,
        level=legal.level,
        is_throwaway=legal.is_throwaway,
        access_level=record.access_level,
        page_count=record.page_count,
        blank_pages=len(record.quality.blank_pages),
        original_sha256=held.original.sha256,
        signed_sha256=held.signed.sha256,
        signed_key=held.signed.key,
        stored_at=record.stored_at,
        lapses_at=record.lapses_at,
        version=record.version,
        earlier_sha256=" ".join(held.sha256 for held in record.superseded),
        part_sha256=" ".join(record.parts),
        links=to_text(links_of(record)),
        case_key=case_key(_sure(record, FieldName.MA_HO_SO)),
    )


def _storable(text: str) -> str:
    """Return text without U+0000, which a born-digital page can hold and PostgreSQL can't."""
    return text.replace("\0", "")


def _sure(record: Record, name: FieldName) -> str:
    """Return what may be shown of a field as a fact, "" where it was never verified."""
    field = record.field(name)
    return field.value if field and field.is_verified else ""
