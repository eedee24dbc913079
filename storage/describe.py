"""From what the walk hands over to the record that will stand beside the bytes.

Pure: no file, no store, no clock; only the vault's key is used, to hash and to seal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from digitizer.model import (
    ArchivalCodes,
    Field,
    FieldName,
    FieldRef,
    FieldStatus,
    Intake,
    Metadata,
    Provenance,
    Recognized,
    Sha256,
    SignedPdf,
    StoredFile,
    field_ref,
)
from storage.identity import (
    HolderKey,
    IdentityVault,
    mask_date,
    mask_name,
    mask_number,
    normal_number,
)
from storage.record import (
    SCHEMA_VERSION,
    UNDETERMINED,
    CopyKind,
    FieldRecord,
    Holder,
    LegalValue,
    Objects,
    Quality,
    Record,
    lowest_level,
)
from storage.reference import Reference, agency_key, number_key

_MASKS: dict[FieldName, Callable[[str], str]] = {
    FieldName.SO_DINH_DANH: mask_number,
    FieldName.CHU_HO_SO: mask_name,
    FieldName.NGAY_SINH: mask_date,
}
_NO_KEY = HolderKey("")
_SHORTEST_NUMBER = 8  # passports; anything shorter would mask chance digits


@dataclass(frozen=True, slots=True)
class Consignment:
    """Everything of one document that goes into the archive together."""

    intake: Intake
    recognized: Recognized
    signed: SignedPdf
    metadata: Metadata
    provenance: Provenance
    access_level: str
    report: StoredFile | None = None
    lapses_at: datetime | None = None
    codes: ArchivalCodes = UNDETERMINED
    parts: tuple[Sha256, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what must never be archived.

        Raises:
            ValueError: parts of different documents, or a PDF without a signature.
        """
        ids = {self.intake.document_id, self.recognized.document_id}
        ids |= {self.signed.document_id, self.metadata.document_id}
        if len(ids) != 1:
            raise ValueError(f"parts of {len(ids)} different documents")
        if not self.signed.signatures:
            raise ValueError("nothing unsigned is ever archived")


def describe(
    consignment: Consignment, objects: Objects, vault: IdentityVault, now: datetime
) -> Record:
    """Return the record of a document whose `objects` are in the store, or will be."""
    metadata = consignment.metadata
    return Record(
        schema_version=SCHEMA_VERSION,
        document_id=metadata.document_id,
        document_type=metadata.document_type,
        reference=_reference(metadata),
        holders=tuple(_holders(metadata, vault)),
        identity_key_id=vault.key_id,
        fields=tuple(_field(field, metadata, vault) for field in metadata.fields),
        validity=metadata.validity,
        legal_value=_legal_value(consignment),
        access_level=consignment.access_level,
        page_count=consignment.signed.page_count,
        quality=_quality(consignment.recognized, metadata.unverified),
        provenance=consignment.provenance,
        profile=metadata.profile,
        confirmed_by=metadata.confirmed_by,
        source_sealed=vault.seal(consignment.intake.source),
        objects=objects,
        stored_at=now,
        lapses_at=consignment.lapses_at,
        page_roles=metadata.page_roles,
        relations=metadata.relations,
        codes=consignment.codes,
        parts=consignment.parts,
    )


def _verified(metadata: Metadata, name: FieldName, holder: int = 1) -> str:
    is_unverified = field_ref(name, holder) in metadata.unverified
    return "" if is_unverified else metadata.value(name, holder)


def _reference(metadata: Metadata) -> Reference:
    return Reference(
        number=_without_holder(metadata.value(FieldName.SO_KY_HIEU), metadata),
        number_key=number_key(_verified(metadata, FieldName.SO_KY_HIEU)),
        agency=metadata.value(FieldName.CO_QUAN_BAN_HANH),
        agency_key=agency_key(_verified(metadata, FieldName.CO_QUAN_BAN_HANH)),
        issued_on=_date(_verified(metadata, FieldName.NGAY_BAN_HANH)),
    )


def _holders(metadata: Metadata, vault: IdentityVault) -> Iterator[Holder]:
    for holder in range(1, metadata.holders + 1):
        number = _verified(metadata, FieldName.SO_DINH_DANH, holder)
        name = _verified(metadata, FieldName.CHU_HO_SO, holder)
        birth = _date(_verified(metadata, FieldName.NGAY_SINH, holder))
        yield Holder(
            number_key=vault.holder_key(number) if normal_number(number) else _NO_KEY,
            name_key=vault.name_key(name, birth) if name.strip() and birth else _NO_KEY,
        )


def _field(field: Field, metadata: Metadata, vault: IdentityVault) -> FieldRecord:
    mask = _MASKS.get(field.name)
    shown = mask(field.value) if mask else _without_holder(field.value, metadata)
    evidence = field.evidence
    return FieldRecord(
        name=field.name,
        value=shown,
        sealed=vault.seal(field.value) if shown != field.value else "",
        status=field.status,
        is_verified=field.status is FieldStatus.ACCEPTED and field.ref not in metadata.unverified,
        confidence=evidence.confidence if evidence else None,
        page=evidence.page if evidence else None,
        box=evidence.box if evidence else None,
        rule=evidence.rule if evidence else "",
        holder=field.holder,
    )


def _without_holder(value: str, metadata: Metadata) -> str:
    """Mask holders' numbers and names where another field, an abstract say, repeats them."""
    for holder in range(1, metadata.holders + 1):
        number = normal_number(metadata.value(FieldName.SO_DINH_DANH, holder))
        if len(number) >= _SHORTEST_NUMBER:
            spelled = r"[\s.-]*".join(number)
            value = re.sub(spelled, mask_number(number), value, flags=re.IGNORECASE)
        name = metadata.value(FieldName.CHU_HO_SO, holder).split()
        if len(name) > 1:
            spelled = r"\s+".join(re.escape(word) for word in name)
            value = re.sub(spelled, mask_name(" ".join(name)), value, flags=re.IGNORECASE)
    return value


def _legal_value(consignment: Consignment) -> LegalValue:
    signed, original = consignment.signed, consignment.intake.original
    came_signed = signed.pdf.sha256 == original.sha256
    return LegalValue(
        kind=CopyKind.ELECTRONIC_ORIGINAL if came_signed else CopyKind.DIGITIZED,
        signatures=signed.signatures,
        level=lowest_level(signed.signatures),
        is_throwaway=any(s.is_throwaway for s in signed.signatures),
    )


def _quality(recognized: Recognized, unverified: tuple[FieldRef, ...]) -> Quality:
    words = [word for page in recognized.pages for word in page.words]
    count = len(words)
    return Quality(
        word_count=count,
        mean_confidence=round(sum(w.confidence for w in words) / count, 4) if count else 0.0,
        accepted_share=round(sum(w.accepted for w in words) / count, 4) if count else 0.0,
        blank_pages=tuple(page.number for page in recognized.pages if page.is_blank),
        unverified=unverified,
    )


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
