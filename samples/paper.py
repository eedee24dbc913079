"""One sample: what is on it, how it was scanned, and what a good system makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from digitizer.model import FieldName
from samples.degrade import Wear
from samples.layout import Sheet

Form = Literal["pdf_jpeg", "pdf_g4", "pdf_text", "tiff_g4", "tiff_jpeg", "jpeg", "png"]
State = Literal["archived", "review", "quarantined", "secret", "duplicate"]
GRAY = Wear()


@dataclass(frozen=True, slots=True)
class Capture:
    """How the sheets became a file.

    Attributes:
        form: container and compression.
        dpi: resolution of the scan.
        wear: of every page; `turned` overrides the rotation page by page (from 1).
        quality: of JPEG pages.
        blank_back: append the empty back of the last sheet, its front showing through.
        keep: share of the file that survived; below 1 the copy broke off.
    """

    form: Form
    dpi: int = 200
    wear: Wear = GRAY
    turned: Mapping[int, int] = field(default_factory=dict)
    quality: int = 45
    blank_back: bool = False
    keep: float = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A paper of the collection.

    Attributes:
        path: where its file goes, under the papers folder.
        purpose: what it is there to show, one sentence.
        draw: returns its sheets, upright and clean.
        state: where the product must leave it; `error` is then the code of the refusal.
        document_type: Decree 30's abbreviation or a code of citizens' papers.
        fields: normal forms by field, those a reader can know from the paper.
        barcodes: texts of the symbols on it.
        copy_of: path of the sample whose very bytes this one repeats, "" for none.
    """

    path: str
    purpose: str
    draw: Callable[[], list[Sheet]]
    capture: Capture
    document_type: str
    fields: Mapping[FieldName, str]
    state: State = "archived"
    error: str = ""
    barcodes: tuple[str, ...] = ()
    copy_of: str = ""
