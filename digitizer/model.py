"""The nouns: one frozen type per state of a document, paper to archive.

    Intake → Scanned → Cleaned → Recognized → PdfA → Extracted → Metadata → SignedPdf → Receipt

Values hold paths and digests, never pixels: an A4 page at 300 dpi is 26 MB. A state has no
"not yet" fields; what comes later is another type, so sealing a page that was never read, or
archiving a PDF that was never signed, is a type error.

Coordinates: a `Box` is in pixels of the *upright, deskewed* page, origin top left, half-open.
`Geometry` says how that page was made from the scan, so a box can be carried back.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

DocumentId = NewType("DocumentId", str)
"""The first 32 digits of the SHA-256 of the bytes that came in: same bytes, same document."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file and what its bytes hash to."""

    path: Path
    sha256: Sha256
    size_bytes: int

    @classmethod
    def of(cls, path: Path) -> StoredFile:
        """Hash the file at `path`. Raises OSError when it can't be read."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(path, Sha256(digest), path.stat().st_size)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright page: [left, right) by [top, bottom)."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class MediaType(StrEnum):
    """What a document may come in as."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TAR = "application/x-tar"
    """Several of the above, bound by us (`digitizer.scan.binding`); never taken from outside."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A document taken in: our own copy of its bytes, and where it came from.

    `source` is the path relative to the inbox, `/`-separated, for people; never opened again.
    """

    document_id: DocumentId
    source: str
    original: StoredFile
    media_type: MediaType


class Origin(StrEnum):
    """How the document was born."""

    SCAN = "scan"
    BORN_DIGITAL = "born_digital"


class Capture(StrEnum):
    """How a page image was obtained from the input."""

    NATIVE = "native"
    """The input's own JPEG bytes, untouched."""
    LOSSLESS = "lossless"
    """The input's own pixels, stored again without loss (PNG)."""
    RENDERED = "rendered"
    """Drawn from a page that is not one single image."""


class Hand(StrEnum):
    """How a number came onto the paper."""

    PRINTED = "printed"
    WRITTEN = "handwritten"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read.

    `confidence` is in [0, 1]; `accepted` says whether it may be used without a person,
    `letters_accepted` whether it may but for the marks around it. `hand` is told of numbers only,
    where it can be told.
    """

    text: str
    box: Box
    confidence: float
    accepted: bool
    hand: Hand = Hand.UNKNOWN
    letters_accepted: bool = False

    @property
    def is_legible(self) -> bool:
        """Claim that its letters and digits may be used without a person."""
        return self.accepted or self.letters_accepted


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words in reading order that stand on one printed line of one block or table cell."""

    words: tuple[Word, ...]
    box: Box

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page image as it came from the scanner, not yet turned or cleaned.

    `image` is a JPEG or a PNG of `width` × `height` pixels. `text_layer` holds the visible text
    of a born-digital page (pixel boxes on that same image), and is empty for a scan.
    """

    number: int
    image: StoredFile
    media_type: MediaType
    width: int
    height: int
    dpi: float
    capture: Capture
    text_layer: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """All page images of a document. `signed_input` counts the signatures the input carries."""

    document_id: DocumentId
    origin: Origin
    signed_input: int
    pages: tuple[ScannedPage, ...]


@dataclass(frozen=True, slots=True)
class Geometry:
    """The upright, deskewed page and how it was made.

    The scan was first turned clockwise by `rotation_deg` (0, 90, 180, 270), giving a page of
    `width` × `height` pixels; then turned counter-clockwise by `skew_deg` about its center,
    same size. `dpi` holds along both axes.
    """

    width: int
    height: int
    dpi: float
    rotation_deg: int
    skew_deg: float

    def to_upright_scan(self, x: float, y: float) -> tuple[float, float]:
        """Carry a point of the deskewed page back onto the upright, still skewed, scan."""
        angle = math.radians(self.skew_deg)
        center_x, center_y = self.width / 2, self.height / 2
        dx, dy = x - center_x, y - center_y
        return (
            center_x + dx * math.cos(angle) - dy * math.sin(angle),
            center_y + dx * math.sin(angle) + dy * math.cos(angle),
        )


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """A grey raster (8-bit PNG, 0 is ink, 255 is paper) for the reading only.

    `uncovered` is the page with the stamps, seals and pale ink that were taken out of the raster,
    None where none were: with them the mark of a state secret may have gone, or a letter's stroke.
    """

    number: int
    raster: StoredFile
    geometry: Geometry
    is_blank: bool
    uncovered: StoredFile | None = None

    @property
    def as_scanned(self) -> StoredFile:
        """What a person is to look at: the page with all that lies on its print."""
        return self.uncovered or self.raster


@dataclass(frozen=True, slots=True)
class Cleaned:
    document_id: DocumentId
    pages: tuple[CleanedPage, ...]


@dataclass(frozen=True, slots=True)
class Barcode:
    """A decoded symbol. `format` is zxing's name for it, e.g. QRCode, Code128."""

    format: str
    text: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class RecognizedPage:
    """What was read on one page, lines in reading order; none on a blank page."""

    number: int
    geometry: Geometry
    is_blank: bool
    lines: tuple[TextLine, ...]
    barcodes: tuple[Barcode, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for line in self.lines for word in line.words)


@dataclass(frozen=True, slots=True)
class Recognized:
    """The reading of a document. `engine` names engine and version, for the provenance."""

    document_id: DocumentId
    engine: str
    pages: tuple[RecognizedPage, ...]


@dataclass(frozen=True, slots=True)
class PdfA:
    """A PDF/A-2u of our own making, unsigned."""

    document_id: DocumentId
    pdf: StoredFile
    page_count: int


class FieldName(StrEnum):
    """The clerk's names, spelled with diacritics and decree in `digitizer.vocabulary`."""

    SO_KY_HIEU = "so_ky_hieu"
    NGAY_BAN_HANH = "ngay_ban_hanh"
    CO_QUAN_BAN_HANH = "co_quan_ban_hanh"
    LOAI_VAN_BAN = "loai_van_ban"
    TRICH_YEU = "trich_yeu"
    NGUOI_KY = "nguoi_ky"
    CHUC_VU = "chuc_vu"
    CHU_HO_SO = "chu_ho_so"
    SO_DINH_DANH = "so_dinh_danh"
    NGAY_SINH = "ngay_sinh"
    MA_HO_SO = "ma_ho_so"
    MA_TTHC = "ma_tthc"
    THOI_HAN = "thoi_han"


class FieldStatus(StrEnum):
    ACCEPTED = "accepted"
    REVIEW = "review"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read and by which rule. `confidence` is in [0, 1]."""

    page: int
    box: Box
    rule: str
    confidence: float


FieldRef = str
"""A field of one holder, as text: `chu_ho_so` of the first, `chu_ho_so.2` of the second.

A `FieldName` is the reference to itself: most fields belong to the paper or its first holder.
"""


def field_ref(name: FieldName, holder: int = 1) -> FieldRef:
    """Return the reference to the field `name` of a holder, counted from 1."""
    return str(name) if holder == 1 else f"{name}.{holder}"


def parse_field_ref(text: str) -> tuple[FieldName, int]:
    """Return field and holder of a reference.

    Raises:
        ValueError: no such field, or a holder that is not a number from 1 to 99.
    """
    name, dot, holder = text.partition(".")
    if dot and not (holder.isascii() and holder.isdigit() and 0 < int(holder) < 100):
        raise ValueError(f"{text} refers to no field")
    return FieldName(name), int(holder) if dot else 1


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document.

    `value` is in its normal form (dates ISO 8601, text NFC), "" when absent. An absent field has
    no evidence; so has one that a person typed. A paper can have several holders (spouses,
    owners of one piece of land): `holder` says whose name, number or birth date it is, counted
    from 1 in printed order; fields of the paper itself have 1.
    """

    name: FieldName
    value: str
    status: FieldStatus
    evidence: Evidence | None
    holder: int = 1

    @property
    def ref(self) -> FieldRef:
        return field_ref(self.name, self.holder)


class PageRole(StrEnum):
    """What a page is to its document.

    Source: NĐ 30/2020 PL I; NĐ 23/2015 Đ20 (certified copies).
    """

    FIRST = "first"
    """Bears the head of the document; of a one-page document, everything."""
    CONTINUATION = "continuation"
    SIGNATURE = "signature"
    """The text ends here, with post and name of who signed."""
    APPENDIX = "appendix"
    """Issued with the document, under a title of its own: Phụ lục, a list, a procedure."""
    ATTACHED = "attached"
    """Another document, of another signer, under the same cover."""
    CERTIFIED_COPY = "certified_copy"
    """Bears the stamp by which an office certified a photocopy."""
    FORM = "form"
    """To be filled in: a blank form, with next to nothing filled in."""
    BLANK = "blank"


class RelationKind(StrEnum):
    """What a document does to another one."""

    REPLACES = "replaces"
    REPEALS = "repeals"
    AMENDS = "amends"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a document says it does to another: `thay thế Quyết định số 12/QĐ-UBND ngày …`.

    `number` is number and notation in normal form, `issued_on` the other's date where it is
    named, `agency` its issuer as printed ("" when it is not named).
    """

    kind: RelationKind
    number: str
    issued_on: date | None
    agency: str
    status: FieldStatus
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Extracted:
    """What the machine made of the words.

    `document_type` is Decree 30's abbreviation (QĐ, TB, CV …) or a code of citizens' papers
    (KHAI_SINH, GPXD …), "" when unknown. `profile` is the legal profile's version. `page_roles`
    has one entry for each page.
    """

    document_id: DocumentId
    document_type: str
    profile: str
    fields: tuple[Field, ...]
    page_roles: tuple[PageRole, ...] = ()
    relations: tuple[Relation, ...] = ()

    def field(self, name: FieldName, holder: int = 1) -> Field:
        """Return the field called `name`, absent if nothing was found."""
        for field in self.fields:
            if field.name is name and field.holder == holder:
                return field
        return Field(name, "", FieldStatus.ABSENT, None, holder)

    @property
    def holders(self) -> int:
        """How many holders the paper names; 1 where it names none."""
        return max((field.holder for field in self.fields), default=1)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when a paper holds, both days included; None is open or unknown.

    `is_known` is False when neither the paper nor the law for its type says.
    """

    valid_from: date | None
    valid_to: date | None
    is_known: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the archive will say: each field confirmed by score or by a person.

    `confirmed_by` is "score" or the operator's account name; `unverified` lists fields that
    were archived without either (the site's choice), which then never become a look-up key.
    `relations` are those that are sure.
    """

    document_id: DocumentId
    document_type: str
    profile: str
    fields: tuple[Field, ...]
    validity: Validity
    confirmed_by: str
    unverified: tuple[FieldRef, ...]
    page_roles: tuple[PageRole, ...] = ()
    relations: tuple[Relation, ...] = ()

    def value(self, name: FieldName, holder: int = 1) -> str:
        """Return the value of the field called `name`, "" when absent."""
        found = (f.value for f in self.fields if f.name is name and f.holder == holder)
        return next(found, "")

    @property
    def holders(self) -> int:
        """How many holders the paper names; 1 where it names none."""
        return max((field.holder for field in self.fields), default=1)


class SignatureLevel(StrEnum):
    """ETSI EN 319 142-1 baseline levels."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as the archive's record will state it."""

    signer: str
    issuer: str
    serial: str
    signed_at: datetime
    level: SignatureLevel
    is_throwaway: bool


@dataclass(frozen=True, slots=True)
class OperatorSigned:
    """A PDF/A that the scanning officer has signed; the agency's seal is still to come.

    `mark_covers_print`: the page had no free room, so the visible mark lies over something.
    """

    document_id: DocumentId
    pdf: StoredFile
    page_count: int
    signature: Signature
    mark_covers_print: bool = False


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signed PDF: ours, or one that came in already signed and was proven valid.

    `signatures` stand in the order in which they were made. `mark_covers_print`: the page had no
    free room, so a visible mark of ours lies over something.
    """

    document_id: DocumentId
    pdf: StoredFile
    page_count: int
    signatures: tuple[Signature, ...]
    mark_covers_print: bool = False


@dataclass(frozen=True, slots=True)
class StageRun:
    """Which version of a stage, with which settings (digest), made its part of the document."""

    stage: str
    version: int
    settings: Sha256


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the document was made. `software` is name and version, `engine` the OCR engine's."""

    software: str
    engine: str
    stages: tuple[StageRun, ...]


@dataclass(frozen=True, slots=True)
class ArchivalCodes:
    """How a document is filed: codes of the lists of TT 05/2025/TT-BNV.

    Attributes:
        type_name: typeName, e.g. 02 of a decision, 32 of what is none of them.
        mode: who has access.
        language: 01 Vietnamese.
        maintenance: how long it is kept, e.g. 01 for ever, 07 not determined.
        keep_until: last day of that period; None where it never ends or is not determined.
        lock_until: last day on which a bucket with Object Lock holds the bytes; None for no lock.
        basis: the text the period stands on.
        is_confirmed: whether that text was read.
    """

    type_name: str
    mode: str
    language: str
    maintenance: str
    keep_until: date | None
    lock_until: date | None
    basis: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class ArchivedObject:
    """One object in the store, read back and found equal."""

    key: str
    sha256: Sha256
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a document is in the archive; `sidecar` is the commit object."""

    document_id: DocumentId
    sidecar: ArchivedObject
    objects: tuple[ArchivedObject, ...]
    stored_at: datetime
