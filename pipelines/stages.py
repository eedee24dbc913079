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
    FieldName,
    Intake,
    Metadata,
    PdfA,
    Provenance,
    Receipt,
    Recognized,
    Scanned,
    Sha256,
    SignedPdf,
    StageRun,
)
from pipelines.bench import Stage
from pipelines.outcome import MustWait, WaitReason
from pipelines.settings import Settings

if TYPE_CHECKING:
    from digitizer.legal_profile import Profile
    from digitizer.ocr.engine import OcrEngine
    from signing.signer import Signer
    from signing.trust import Trust
    from storage.catalog import Catalog
    from storage.identity import IdentityVault
    from storage.objects import ObjectStore

Clock = Callable[[], datetime]


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
    `reasons` are the verdict's codes otherwise; both are empty for unsigned input.
    """

    signed: SignedPdf | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrepareStages:
    """The stages of `walk.prepare`. Their key material: none."""

    scan: Stage[Scanned]
    adopt: Stage[Adoption]
    clean: Stage[Cleaned]
    ocr: Stage[Recognized]
    assemble: Stage[PdfA]
    extract: Stage[Extracted]


@dataclass(frozen=True, slots=True)
class SealStages:
    """The stages of `walk.seal`."""

    decide: Callable[[Adoption], SignedPdf | None]
    review: Stage[Metadata]
    sign: Stage[SignedPdf]
    archive: Stage[Receipt]
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

    def do_scan(intake: Intake, *, folder: Path) -> Scanned:
        return scan.scan(intake, folder=folder, settings=settings.scan)

    def do_clean(scanned: Scanned, *, folder: Path) -> Cleaned:
        return clean.clean(scanned, folder=folder, settings=settings.clean)

    def do_ocr(scanned: Scanned, cleaned: Cleaned, *, folder: Path) -> Recognized:  # noqa: ARG001
        return ocr.recognize(
            scanned, cleaned, engine=engine, settings=settings.ocr, on_page=on_page
        )

    def do_assemble(scanned: Scanned, recognized: Recognized, *, folder: Path) -> PdfA:
        return assemble.assemble(scanned, recognized, folder=folder, settings=settings.assemble)

    def do_extract(recognized: Recognized, *, folder: Path) -> Extracted:  # noqa: ARG001
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
    return codec.digest((versions, anchors, chosen, settings.review, settings.intake))


def _adopt_stage(settings: Settings, clock: Clock) -> Stage[Adoption]:
    from signing import adopt
    from signing.trust import Trust

    trust = Trust.open(settings.signing, settings.keys_folder)

    def run(intake: Intake, scanned: Scanned, *, folder: Path) -> Adoption:  # noqa: ARG001
        if not scanned.signed_input:
            return Adoption(None, ())
        outcome = adopt.adopt(
            intake.original,
            document_id=intake.document_id,
            page_count=len(scanned.pages),
            trust=trust,
            now=clock(),
        )
        if isinstance(outcome, SignedPdf):
            return Adoption(outcome, ())
        return Adoption(None, tuple(reason.code for reason in outcome.reasons))

    return Stage("adopt", adopt.VERSION, Adoption, _anchors(trust), run)


def _anchors(trust: Trust) -> tuple[str, ...]:
    """Return digests of whom we believe: another trust anchor means judging again."""
    certificates = (*trust.roots, *trust.intermediates, *trust.throwaway)
    return (
        *sorted(hashlib.sha256(der).hexdigest() for der in certificates),
        str(trust.may_fetch),
    )


@dataclass(frozen=True, slots=True)
class SealTools:
    """What the sealing process holds open: the key, the store, the catalog, the vault."""

    signer: Signer
    store: ObjectStore
    catalog: Catalog
    vault: IdentityVault


def seal_stages(settings: Settings, tools: SealTools, *, clock: Clock = wall_clock) -> SealStages:
    """Bind review, signing, archive and catalog."""
    import signing.seal as sign
    import storage.archive as storage
    from digitizer.extract.confirm import confirm
    from digitizer.legal_profile import load_profile

    profile = load_profile()

    def decide(adoption: Adoption) -> SignedPdf | None:
        if adoption.reasons and settings.intake.unverified_signed == "wait":
            raise MustWait(WaitReason.SIGNATURE_UNPROVEN, ", ".join(adoption.reasons))
        return adoption.signed

    def do_review(
        extracted: Extracted,
        corrections: tuple[tuple[FieldName, str, str], ...],
        *,
        folder: Path,  # noqa: ARG001
    ) -> Metadata:
        outcome = confirm(
            extracted,
            corrections={field: value for field, value, _ in corrections},
            confirmed_by=corrections[-1][2] if corrections else "score",
            accept_unverified=settings.review.doubtful == "archive",
        )
        if isinstance(outcome, Metadata):
            return outcome
        raise MustWait(WaitReason.REVIEW, fields=outcome)

    def do_sign(pdf_a: PdfA, *, folder: Path) -> SignedPdf:
        return sign.seal(
            pdf_a, signer=tools.signer, settings=settings.signing, folder=folder, now=clock()
        )

    def do_archive(
        intake: Intake,
        recognized: Recognized,
        signed: SignedPdf,
        metadata: Metadata,
        runs: tuple[StageRun, ...],
        *,
        folder: Path,
    ) -> Receipt:
        receipt, _ = storage.archive(
            tools.store,
            intake=intake,
            recognized=recognized,
            signed=signed,
            metadata=metadata,
            provenance=Provenance(software(), recognized.engine, runs),
            vault=tools.vault,
            access_level=_access(profile, metadata.document_type),
            folder=folder,
            now=clock(),
        )
        return receipt

    def enter(receipt: Receipt) -> None:
        record = storage.committed(tools.store, receipt.document_id)
        assert record is not None, "the sidecar was read back a moment ago"
        tools.catalog.enter(record)

    signing_key = (settings.signing, hashlib.sha256(tools.signer.name.encode()).hexdigest())
    return SealStages(
        decide=decide,
        review=Stage("review", 1, Metadata, settings.review, do_review),
        sign=Stage("sign", sign.VERSION, SignedPdf, signing_key, do_sign),
        archive=Stage("archive", storage.VERSION, Receipt, settings.storage, do_archive),
        enter=enter,
    )


def _access(profile: Profile, document_type: str) -> str:
    """Return who may look; a paper of unknown type is treated as the most sensitive."""
    from digitizer.legal_profile import Access

    kind = profile.type_of(document_type) if document_type else None
    return (kind.access if kind else Access.SENSITIVE).value
