"""The sidecar: everything the archive says about one document, beside its bytes.

`metadata.json` stands in the package and, word for word, in the commit (docs/adr/0011). It holds
no personal number, name of a holder or birth date in plain text: those are masked for showing,
sealed for those who may see them, and hashed under a key for finding (docs/adr/0012).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from digitizer import codec
from digitizer.errors import IntegrityError
from digitizer.model import (
    ArchivalCodes,
    ArchivedObject,
    Box,
    DocumentId,
    FieldName,
    FieldRef,
    FieldStatus,
    PageRole,
    Provenance,
    Relation,
    Sha256,
    Signature,
    SignatureLevel,
    Validity,
)
from storage.identity import HolderKey
from storage.objects import sha256_of
from storage.reference import Reference

SCHEMA_VERSION = 5
"""2 added versions and the report on signed input, 3 several holders, page roles and relations,
4 the codes it is filed under, 5 the files that a bound original is made of. Records of 1 are read
as first versions, those of 1 and 2 as papers of one holder; how long those before 4 are kept is
not determined."""
_DIGEST = "record_sha256"
_LEVELS = tuple(SignatureLevel)
_NONE = Sha256("")
UNDETERMINED = ArchivalCodes("32", "02", "01", "07", None, None, "", is_confirmed=False)
"""The codes of a document of which nothing is known; it is kept."""


class Change(StrEnum):
    """Why a version of a record was written."""

    ARCHIVED = "archived"
    RENEWED = "renewed"
    """A time stamp was added to the signed PDF, so that its proof lasts longer."""


class CopyKind(StrEnum):
    """Where the copy's trust comes from. Source: TT 05/2025, `confidenceLevel` 01 and 02."""

    ELECTRONIC_ORIGINAL = "gốc điện tử"
    """It came in signed, and was proven valid; we added nothing to it."""
    DIGITIZED = "số hóa"
    """Made from paper here, and sealed by us."""


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """One field as archived.

    `value` is what may be shown: masked where the field is personal, and then `sealed` holds
    the whole. `confidence`, `page`, `box` and `rule` are None or "" where a person typed it.
    `holder` counts the paper's holders from 1.
    """

    name: FieldName
    value: str
    sealed: str
    status: FieldStatus
    is_verified: bool
    confidence: float | None
    page: int | None
    box: Box | None
    rule: str
    holder: int = 1


@dataclass(frozen=True, slots=True)
class Holder:
    """The keys under which one holder of the paper is found; "" where there is none."""

    number_key: HolderKey
    name_key: HolderKey


@dataclass(frozen=True, slots=True)
class LegalValue:
    """What the copy is worth: of which kind, who signed it, when, at which level.

    `is_throwaway` is True when any signature was made with a key for trying things out.
    `level` is the lowest among the signatures.
    """

    kind: CopyKind
    signatures: tuple[Signature, ...]
    level: SignatureLevel
    is_throwaway: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the paper was read. Shares and means are in [0, 1], over all words; 0 of none."""

    word_count: int
    mean_confidence: float
    accepted_share: float
    blank_pages: tuple[int, ...]
    unverified: tuple[FieldRef, ...]


@dataclass(frozen=True, slots=True)
class Objects:
    """What the record speaks of: each was read back and found equal before it was committed.

    `report` is what was found out about the signatures that the original came in with, None
    where it came in unsigned.
    """

    original: ArchivedObject
    signed: ArchivedObject
    text: ArchivedObject
    report: ArchivedObject | None = None

    @property
    def all(self) -> tuple[ArchivedObject, ...]:
        """Every object there is, in the order in which they are put."""
        held = (self.original, self.signed, self.text)
        return held if self.report is None else (*held, self.report)


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of one archived document.

    `validity` says from when to when it holds; whether it holds *today* is computed on the day
    someone asks. `source` is sealed: file names in an inbox often are people's names. `holders`
    stand in printed order; `identity_key_id` names the vault's key that made their keys, so that
    a changed key is noticed. `relations` is what the paper does to others.

    A record is never changed. A later version stands beside it and names, in `predecessor`, the
    SHA-256 of the commit of the version before it ("" in the first); `superseded` are the signed
    PDFs of earlier versions, oldest first, and `revised_at` is when the version was made, None
    for the first. `lapses_at` is when the certificates end on which the proof of the signed PDF
    rests; None where that was not determined (docs/adr/0022). `codes` is how it is filed.
    `parts` are the SHA-256 of the files that a bound original is made of, as they came in; of a
    page cut out of a stack, that of the whole stack.
    """

    schema_version: int
    document_id: DocumentId
    document_type: str
    reference: Reference
    holders: tuple[Holder, ...]
    identity_key_id: str
    fields: tuple[FieldRecord, ...]
    validity: Validity
    legal_value: LegalValue
    access_level: str
    page_count: int
    quality: Quality
    provenance: Provenance
    profile: str
    confirmed_by: str
    source_sealed: str
    objects: Objects
    stored_at: datetime
    lapses_at: datetime | None = None
    version: int = 1
    change: Change = Change.ARCHIVED
    predecessor: Sha256 = _NONE
    superseded: tuple[ArchivedObject, ...] = ()
    revised_at: datetime | None = None
    page_roles: tuple[PageRole, ...] = ()
    relations: tuple[Relation, ...] = ()
    codes: ArchivalCodes = UNDETERMINED
    parts: tuple[Sha256, ...] = ()

    @property
    def locked_until(self) -> date | None:
        """The day to which a store may hold its objects; None for what was only tried out."""
        return None if self.legal_value.is_throwaway else self.codes.lock_until

    def field(self, name: FieldName, holder: int = 1) -> FieldRecord | None:
        """Return the field called `name`, None when it is absent."""
        found = (f for f in self.fields if f.name is name and f.holder == holder)
        return next(found, None)

    def shown(self, name: FieldName) -> tuple[str, ...]:
        """Return what may be shown of the field called `name`, for each holder that has it."""
        return tuple(field.value for field in self.fields if field.name is name)


def lowest_level(signatures: tuple[Signature, ...]) -> SignatureLevel:
    """Return the lowest level among `signatures`, of which there is at least one."""
    return min((signature.level for signature in signatures), key=_LEVELS.index)


def to_sidecar(record: Record) -> bytes:
    """Return the bytes of `metadata.json`: canonical JSON that carries its own digest."""
    plain = codec.to_plain(record)
    return codec.encode({**plain, _DIGEST: sha256_of(codec.encode(plain))})


def from_sidecar(data: bytes) -> Record:
    """Read `metadata.json`.

    Raises:
        IntegrityError: it has changed since it was written, or a newer version wrote it.
    """
    try:
        plain = json.loads(data)
        claimed = Sha256(plain.pop(_DIGEST))
        found = hashlib.sha256(codec.encode(plain)).hexdigest()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError("a sidecar is not what this program wrote") from error
    if found != claimed:
        raise IntegrityError(f"a sidecar changed: sha256 {claimed[:16]}… is now {found[:16]}…")
    if plain.get("schema_version") not in range(1, SCHEMA_VERSION + 1):
        raise IntegrityError(f"a sidecar of version {plain.get('schema_version')}: update sohoa")
    try:
        record: Record = codec.from_plain(Record, _of_today(plain))
    except ValueError as error:
        raise IntegrityError("a sidecar does not hold a record") from error
    return record


def _of_today(plain: dict[str, Any]) -> dict[str, Any]:
    """Return a record of any version in the shape of today's; a single holder was all it had."""
    if "holder" not in plain:
        return plain
    keys = dict(plain["holder"])
    rest = {name: value for name, value in plain.items() if name != "holder"}
    return {**rest, "identity_key_id": keys.pop("identity_key_id"), "holders": [keys]}
