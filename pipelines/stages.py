"""What each line of the walk calls: the rooms' functions, bound to one site's settings.

Rooms are imported when their stage is built, so that `sohoa lookup` never loads an OCR engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer import codec
from digitizer.model import (
    Cleaned,
    Extracted,
    FieldRef,
    Intake,
    Metadata,
    OperatorSigned,
    PdfA,
    Receipt,
    Recognized,
    Scanned,
    Sha256,
    SignedPdf,
    StageRun,
    StoredFile,
)
from pipelines import durable, scanned_ahead
from pipelines.bench import Stage
from pipelines.settings import Settings

if TYPE_CHECKING:
    from digitizer.ocr.engine import OcrEngine
    from signing.trust import Trust

Clock = Callable[[], datetime]
Correction = tuple[FieldRef, str, str]
"""A field, what a person says it holds, and who."""


def wall_clock() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


def software() -> str:
    """Return name and version for records, e.g. `sohoa 0.1.0`."""
    return f"sohoa {version('sohoa')}"


@dataclass(frozen=True, slots=True)
class Adoption:
    """What the signatures a PDF came in with are worth.

    `signed` is set when every one was proven valid: the file is then kept as it is (REQ-1.11).
    `reasons` are the verdict's codes otherwise. `report` is the whole verdict as JSON, kept in the
    archive beside the file (REQ-5.7). All three are empty for unsigned input.
    """

    signed: SignedPdf | None
    reasons: tuple[str, ...]
    report: StoredFile | None


ArchiveStage = Stage[
    [Intake, Recognized, SignedPdf, Metadata, StoredFile | None, tuple[StageRun, ...]], Receipt
]


@dataclass(frozen=True, slots=True)
class PrepareStages:
    """The stages of `walk.prepare`. Their key material: none."""

    scan: Stage[[Intake], Scanned]
    adopt: Stage[[Intake, Scanned], Adoption]
    clean: Stage[[Scanned], Cleaned]
    ocr: Stage[[Scanned, Cleaned], Recognized]
    assemble: Stage[[Scanned, Recognized], PdfA]
    extract: Stage[[Recognized], Extracted]


@dataclass(frozen=True, slots=True)
class SealStages:
    """The stages of `walk.seal`. `operate` is None where the scanning officer has no key."""

    decide: Callable[[Adoption], SignedPdf | None]
    review: Stage[[Extracted, tuple[Correction, ...]], Metadata]
    approve: Callable[[PdfA], None]
    operate: Stage[[PdfA], OperatorSigned] | None
    sign: Stage[[PdfA | OperatorSigned], SignedPdf]
    archive: ArchiveStage
    enter: Callable[[Receipt], None]


def prepare_stages(
    settings: Settings,
    engine: OcrEngine,
    *,
    on_page: Callable[[int], None] = lambda _: None,
    clock: Clock = wall_clock,
) -> PrepareStages:
    """Bind the digitizer's stages and the verification of signed input."""
    import digitizer.assemble.stage as assemble
    import digitizer.clean.stage as clean
    import digitizer.extract.stage as extract
    import digitizer.ocr.stage as ocr
    import digitizer.scan.stage as scan

    def do_scan(folder: Path, intake: Intake) -> Scanned:
        lent = scanned_ahead.take(settings.run.data, intake, folder, settings.scan)
        return lent or scan.scan(intake, folder=folder, settings=settings.scan)

    def do_clean(folder: Path, scanned: Scanned) -> Cleaned:
        return clean.clean(scanned, folder=folder, settings=settings.clean)

    def do_ocr(_: Path, scanned: Scanned, cleaned: Cleaned) -> Recognized:
        return ocr.recognize(
            scanned, cleaned, engine=engine, settings=settings.ocr, on_page=on_page
        )

    def do_assemble(folder: Path, scanned: Scanned, recognized: Recognized) -> PdfA:
        return assemble.assemble(scanned, recognized, folder=folder, settings=settings.assemble)

    def do_extract(_: Path, recognized: Recognized) -> Extracted:
        return extract.extract(recognized, settings=settings.extract)

    return PrepareStages(
        scan=Stage("scan", scan.VERSION, Scanned, settings.scan, do_scan),
        adopt=_adopt_stage(settings, clock),
        clean=Stage("clean", clean.VERSION, Cleaned, settings.clean, do_clean),
        ocr=Stage("ocr", ocr.VERSION, Recognized, (settings.ocr, engine.name), do_ocr),
        assemble=Stage("assemble", assemble.VERSION, PdfA, settings.assemble, do_assemble),
        extract=Stage("extract", extract.VERSION, Extracted, settings.extract, do_extract),
    )


def ground(settings: Settings) -> Sha256:
    """Return a digest of all that decides how a document is understood, but the document itself.

    A document that waits for a person need not be looked at again while this stays the same.
    """
    from digitizer.assemble.stage import VERSION as ASSEMBLE
    from digitizer.clean.stage import VERSION as CLEAN
    from digitizer.extract.stage import VERSION as EXTRACT
    from digitizer.ocr.stage import VERSION as OCR
    from digitizer.scan.stage import VERSION as SCAN
    from signing import adopt
    from signing.trust import Trust

    versions = (SCAN, CLEAN, OCR, ASSEMBLE, EXTRACT, adopt.VERSION, software())
    anchors = _anchors(Trust.open(settings.signing, settings.keys_folder))
    chosen = (settings.scan, settings.clean, settings.ocr, settings.assemble, settings.extract)
    consent = (settings.review, settings.intake, settings.signing.approve)
    return codec.digest((versions, anchors, chosen, *consent))


def _adopt_stage(settings: Settings, clock: Clock) -> Stage[[Intake, Scanned], Adoption]:
    from signing import adopt
    from signing.trust import Trust

    trust = Trust.open(settings.signing, settings.keys_folder)

    def run(folder: Path, intake: Intake, scanned: Scanned) -> Adoption:
        if not scanned.signed_input:
            return Adoption(None, (), None)
        adopted = adopt.adopt(
            intake.original,
            document_id=intake.document_id,
            page_count=len(scanned.pages),
            trust=trust,
            now=clock(),
        )
        report = folder / "verification.json"
        durable.write(report, codec.encode(adopted.verdict))
        reasons = tuple(reason.code for reason in adopted.verdict.reasons)
        return Adoption(adopted.signed, reasons, StoredFile.of(report))

    return Stage("adopt", adopt.VERSION, Adoption, _anchors(trust), run)


def _anchors(trust: Trust) -> tuple[str, ...]:
    """Return digests of whom we believe: another trust anchor means judging again."""
    certificates = (*trust.roots, *trust.intermediates, *trust.throwaway)
    return (
        *sorted(hashlib.sha256(der).hexdigest() for der in certificates),
        str(trust.may_fetch),
    )
