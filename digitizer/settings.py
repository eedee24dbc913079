"""Settings of the digitizer: one frozen class per stage, filled by `pipelines.config`.

Every value that changes what comes out stands here, because a stage's key in the journal is made
of its version and the digest of its settings. `docs/config.md` explains each to a user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from digitizer.model import FieldName

EngineName = Literal["verified", "fast", "tesseract"]
ImageProfile = Literal["faithful", "compact"]
CertifiedCopies = Literal["refuse", "keep"]


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """Budgets for decoding what came from outside.

    Attributes:
        max_pages: pages a document may have.
        max_megapixels: pixels of one page, in millions (A3 at 600 dpi is 70).
        memory_mb: address space of the decoding child.
        page_timeout_s: wall-clock seconds the child may take per page.
        open_timeout_s: seconds the document's first page has on top, for opening the file.
        render_dpi: resolution for PDF pages that are not one single image.
    """

    max_pages: int = 2000
    max_megapixels: float = 120.0
    memory_mb: int = 3072
    page_timeout_s: float = 30.0
    open_timeout_s: float = 60.0
    render_dpi: int = 300


@dataclass(frozen=True, slots=True)
class CleanSettings:
    """Attributes:
    limit_skew_deg: largest skew searched for.
    blank_marks: marks of ink a page may bear and still count as blank.
    """

    limit_skew_deg: float = 8.0
    blank_marks: int = 0


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """Attributes:
    engine: `verified` (two recognizers must agree), `fast` (one and a language model) or
        `tesseract` (the plain program, no neural line finder).
    page_timeout_s: seconds one page may take to read.
    certified_copies: `refuse` papers that bear an office's certificate of a copy, or `keep` them.
    """

    engine: EngineName = "verified"
    page_timeout_s: float = 120.0
    certified_copies: CertifiedCopies = "refuse"


@dataclass(frozen=True, slots=True)
class AssembleSettings:
    """Attributes:
    check: prove the PDF/A by strict pre-check and by rendering page 1, of compact documents every
        page, against the scan.
    images: `faithful` (the scanner's own bytes) or `compact` (a fifth of the bytes: paper and
        ink apart, colored ink as a photograph); the original is archived either way.
    """

    check: bool = True
    images: ImageProfile = "faithful"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which confidence, in [0, 1], one field is accepted."""

    field: FieldName
    accept: float


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """Attributes:
    accept: confidence at and above which a field is accepted without a person.
    thresholds: the same for single fields, a table of its own; `sohoa calibrate` proposes it.
    """

    accept: float = 0.95
    thresholds: tuple[Threshold, ...] = ()

    def accept_for(self, name: FieldName) -> float:
        """Return the confidence from which the field `name` is accepted."""
        own = (row.accept for row in self.thresholds if row.field is name)
        return next(own, self.accept)


@dataclass(frozen=True, slots=True)
class DigitizerSettings:
    scan: ScanSettings = field(default_factory=ScanSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    ocr: OcrSettings = field(default_factory=OcrSettings)
    assemble: AssembleSettings = field(default_factory=AssembleSettings)
    extract: ExtractSettings = field(default_factory=ExtractSettings)
