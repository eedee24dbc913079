"""What is written down of an answer: a line of the audit log, and one of the re-use ledger."""

from __future__ import annotations

from desk.pending import Asker, Given
from desk.required import PaperAnswer
from digitizer import codec
from storage.identity import IdentityVault, normal_number
from storage.lookup import ByHolder, ByName, Question
from storage.question import Asked
from storage.reuse import AskedLookup, AskedPaper


def who(asker: Asker) -> dict[str, object]:
    """Return who asked, for any line of the audit log."""
    return {"key": asker.key.key_id, "agency": asker.key.agency, "clerk": asker.clerk}


def for_log(given: Given, asked: Asked, vault: IdentityVault) -> dict[str, object]:
    """Return what the audit log says of an answer: what was asked stands there as keyed hashes."""
    return {
        "lookup": given.lookup_id,
        "purpose": given.purpose,
        "procedure": given.procedure,
        "case": given.case,
        "taken_for": asked.kind.value,
        "asked": [vault.asked_key(_spoken(question)) for question in asked.questions],
        "results": [_result(paper) for paper in given.papers],
    }


def for_ledger(given: Given) -> AskedLookup:
    """Return what the ledger says of an answer: who was asked about is not in it."""
    return AskedLookup(
        given.lookup_id,
        given.at,
        given.asker.key.agency,
        given.asker.clerk,
        given.purpose,
        given.procedure,
        given.case,
        tuple(_asked_paper(paper) for paper in given.papers),
    )


def _spoken(question: Question) -> str:
    """Return a question as one text, so that the same question has the same keyed hash."""
    if isinstance(question, ByHolder):
        return normal_number(question.identity_number)
    if isinstance(question, ByName):
        return f"{question.name}|{question.birth_date.isoformat()}"
    return "|".join(str(part) for part in codec.to_plain(question).values())


def _result(paper: PaperAnswer) -> dict[str, object]:
    return {
        "type": paper.document_type,
        "state": paper.answer.state.value,
        "documents": [found.entry.document_id for found in paper.answer.found],
    }


def _asked_paper(paper: PaperAnswer) -> AskedPaper:
    found = paper.answer.found
    return AskedPaper(
        paper.document_type,
        paper.answer.state,
        paper.rule.is_required if paper.rule else False,
        found[0].entry.document_id if found else "",
    )
