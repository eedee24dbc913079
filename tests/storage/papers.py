"""Documents made by hand, of plainly synthetic people, ready to be archived."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from digitizer.model import (
    Box,
    DocumentId,
    Evidence,
    Field,
    FieldName,
    FieldStatus,
    Geometry,
    Intake,
    MediaType,
    Metadata,
    Provenance,
    Receipt,
    Recognized,
    RecognizedPage,
    Relation,
    RelationKind,
    Sha256,
    Signature,
    SignatureLevel,
    SignedPdf,
    StageRun,
    StoredFile,
    TextLine,
    Validity,
    Word,
    parse_field_ref,
)
from storage.archive import archive
from storage.describe import Consignment, describe
from storage.identity import IdentityVault
from storage.objects import ObjectStore
from storage.record import ArchivedObject, Objects, Record

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
VAULT = IdentityVault(bytes(range(32)))
NUMBER = "001203004567"
NAME = "Nguyễn Văn Thử"
BIRTH = "2003-04-05"
FIELDS = {
    FieldName.SO_KY_HIEU: "476/QĐ-UBND",
    FieldName.NGAY_BAN_HANH: "2026-02-18",
    FieldName.CO_QUAN_BAN_HANH: "ỦY BAN NHÂN DÂN TỈNH MẪU",
    FieldName.TRICH_YEU: f"Về việc cấp giấy phép cho ông {NAME}, số định danh {NUMBER}",
    FieldName.CHU_HO_SO: NAME,
    FieldName.SO_DINH_DANH: NUMBER,
    FieldName.NGAY_SINH: BIRTH,
}
SIGNATURE = Signature(
    signer="UBND TỈNH MẪU (DÙNG THỬ)",
    issuer="CA mẫu",
    serial="0a1b",
    signed_at=datetime(2026, 3, 1, 23, tzinfo=UTC),
    level=SignatureLevel.B_T,
    is_throwaway=False,
)
PROVENANCE = Provenance("sohoa 0.1.0", "verified 1", (StageRun("ocr", 1, Sha256("a" * 64)),))
VALID = Validity(date(2026, 2, 18), None, True, "không thời hạn")


@dataclass(frozen=True, slots=True)
class Paper:
    """One document before it is archived; `archived` puts it into a store."""

    consignment: Consignment
    folder: Path

    def archived(self, store: ObjectStore, now: datetime = NOW) -> tuple[Receipt, Record]:
        part = self.consignment
        return archive(
            store,
            intake=part.intake,
            recognized=part.recognized,
            signed=part.signed,
            metadata=part.metadata,
            provenance=part.provenance,
            vault=VAULT,
            access_level=part.access_level,
            folder=self.folder,
            now=now,
            report=part.report,
            lapses_at=part.lapses_at,
            codes=part.codes,
        )

    def resigned(self, data: bytes) -> Paper:
        """Return the same document with another signed PDF, as a second run would bring."""
        path = self.folder / f"signed-{hashlib.sha256(data).hexdigest()[:8]}.pdf"
        path.write_bytes(data)
        signed = replace(self.consignment.signed, pdf=StoredFile.of(path))
        return replace(self, consignment=replace(self.consignment, signed=signed))


def paper(folder: Path, content: str = "one", **changes: Any) -> Paper:
    """Make a two-page document.

    Args:
        folder: existing; the files are spooled there.
        content: what makes its bytes, and so its id, differ from others.
        changes: `fields` (over FIELDS), `validity`, `unverified`, `signatures`,
            `document_type`, `lapses_at`, `relations`.
    """
    original = folder / f"{content}.pdf"
    original.write_bytes(f"%PDF-1.7 scan of {content}".encode())
    signed = folder / f"{content}-signed.pdf"
    signed.write_bytes(f"%PDF-1.7 sealed {content}".encode())
    stored = StoredFile.of(original)
    document_id = DocumentId(stored.sha256[:32])
    consignment = Consignment(
        Intake(document_id, f"hộp 12/{NAME} {NUMBER}.pdf", stored, MediaType.PDF),
        recognized(document_id),
        SignedPdf(document_id, StoredFile.of(signed), 2, changes.get("signatures", (SIGNATURE,))),
        metadata(document_id, **changes),
        PROVENANCE,
        "02",
    )
    return Paper(consignment, folder)


def metadata(document_id: DocumentId, **changes: Any) -> Metadata:
    """Make confirmed metadata of FIELDS and `changes`."""
    evidence = Evidence(1, Box(10, 20, 110, 60), "header.number", 0.99)
    values = {**FIELDS, **changes.get("fields", {})}
    return Metadata(
        document_id,
        changes.get("document_type", "QĐ"),
        "2026-07-01",
        tuple(
            Field(name, value, FieldStatus.ACCEPTED, evidence, holder)
            for ref, value in values.items()
            for name, holder in (parse_field_ref(ref),)
        ),
        changes.get("validity", VALID),
        "score",
        changes.get("unverified", ()),
        relations=changes.get("relations", ()),
    )


def relation(kind: RelationKind, number: str, issued_on: date | None, agency: str = "") -> Relation:
    """Make what a paper says it does to another."""
    evidence = Evidence(1, Box(10, 900, 1110, 960), "clause.replaces", 0.97)
    return Relation(kind, number, issued_on, agency, FieldStatus.ACCEPTED, evidence)


def recognized(document_id: DocumentId) -> Recognized:
    """Make a page with two words, one accepted, and a blank page."""
    box = Box(10, 20, 110, 60)
    words = (Word("Quyết", box, 1.0, True), Word("định", box, 0.5, False))
    geometry = Geometry(2480, 3508, 300.0, 0, 0.25)
    return Recognized(
        document_id,
        "verified 1",
        (
            RecognizedPage(1, geometry, False, (TextLine(words, box),)),
            RecognizedPage(2, geometry, True, ()),
        ),
    )


def record(document_id: str = "ab" * 16, **changes: Any) -> Record:
    """Make a record without a store; `stored_at` and `digest` may be given, too."""
    identity = DocumentId(document_id)
    digest = Sha256(changes.get("digest", hashlib.sha256(identity.encode()).hexdigest()))
    held = ArchivedObject(f"documents/{identity}/original.pdf", digest, 10)
    signed = ArchivedObject(f"documents/{identity}/signed.pdf", Sha256(digest[::-1]), 20)
    file = StoredFile(Path("x"), digest, 10)
    consignment = Consignment(
        Intake(identity, "x.pdf", file, MediaType.PDF),
        recognized(identity),
        SignedPdf(
            identity,
            StoredFile(Path("y"), signed.sha256, 20),
            2,
            changes.get("signatures", (SIGNATURE,)),
        ),
        metadata(identity, **changes),
        PROVENANCE,
        "02",
        lapses_at=changes.get("lapses_at"),
    )
    return describe(consignment, Objects(held, signed, held), VAULT, changes.get("stored_at", NOW))
