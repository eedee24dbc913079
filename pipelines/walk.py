"""The way of one document, top to bottom. Nothing happens to a document that is not seen here.

`prepare` needs no secret and runs in many processes; `seal` holds the keys and runs in one.
Archive first, then catalog; the source in the inbox is never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.model import Extracted, Intake, PdfA, Receipt, Recognized, Scanned, StageRun
from pipelines.bench import Bench
from pipelines.stages import Adoption, PrepareStages, SealStages


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that is read and understood, waiting for its seal."""

    intake: Intake
    scanned: Scanned
    adoption: Adoption
    recognized: Recognized
    pdf_a: PdfA
    extracted: Extracted
    runs: tuple[StageRun, ...]


def prepare(bench: Bench, stages: PrepareStages, intake: Intake) -> Prepared:
    """Turn a paper into a PDF/A and the fields a clerk would recognize."""
    scanned = bench.step(stages.scan, intake)
    adoption = bench.step(stages.adopt, intake, scanned)
    cleaned = bench.step(stages.clean, scanned)
    recognized = bench.step(stages.ocr, scanned, cleaned)
    pdf_a = bench.step(stages.assemble, scanned, recognized)
    extracted = bench.step(stages.extract, recognized)
    return Prepared(intake, scanned, adoption, recognized, pdf_a, extracted, bench.runs)


def seal(bench: Bench, stages: SealStages, prepared: Prepared) -> Receipt:
    """Confirm, have approved, sign as officer and as agency, put away, enter.

    Raises:
        MustWait: a field is in doubt, the input's own signature can't be proven, or nobody has
            approved the seal yet.
        IntegrityError: this PDF/A is not the one that was approved.
    """
    signed = stages.decide(prepared.adoption)
    metadata = bench.step(stages.review, prepared.extracted, bench.corrections())
    if signed is None:
        stages.approve(prepared.pdf_a)
        operated = bench.step(stages.operate, prepared.pdf_a) if stages.operate else None
        signed = bench.step(stages.sign, operated or prepared.pdf_a)
    receipt = bench.step(
        stages.archive,
        prepared.intake,
        prepared.recognized,
        signed,
        metadata,
        prepared.adoption.report,
        (*prepared.runs, *bench.runs),
    )
    stages.enter(receipt)
    return receipt
