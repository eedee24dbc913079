"""What goes in and out over HTTP. New members may come; readers ignore what they do not know."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from desk.api_keys import Scope
from desk.pending import Given
from desk.required import PaperAnswer, type_name
from digitizer import codec
from digitizer.errors import Lang
from storage.answer import Found, sentence
from storage.question import Asked, Kind
from storage.reuse import AskedAgain, OutcomeKind
from storage.same_paper import Sameness
from storage.sought import Mark

Purpose = Literal["", "tiep-nhan", "giai-quyet", "tra-ket-qua", "kiem-tra"]
"""Receive a file, handle it, hand out its result, check."""
CaseCode = Annotated[
    str, Field(max_length=60, pattern=r"^([A-Z0-9]{1,4}(\.[A-Z0-9]{1,4}){0,7}-\d{6}-\d{4,7})?$")
]
ProcedureCode = Annotated[
    str, Field(max_length=30, pattern=r"^(\d\.\d{6}(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?)?$")
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class LookupIn(_In):
    """One question, as it was typed or scanned."""

    text: str = Field(
        max_length=4000,
        description="Identity number, QR text of a card, document number with agency and year,"
        " name with birth date, or SHA-256 of a file",
        examples=["038196456789", "476/QĐ-UBND UBND tỉnh Nghệ An 2025"],
    )
    kind: Kind | None = Field(None, description="Refuse the text unless it is taken for this")
    procedure: ProcedureCode = Field("", description="Mã TTHC", examples=["1.004873"])
    purpose: Purpose = "tiep-nhan"
    case: CaseCode = Field("", description="Mã hồ sơ", examples=["H41.05-261122-0001"])


class UnderstandIn(_In):
    """A text to be taken for something, without asking the archive."""

    text: str = Field(max_length=4000)


class CopyIn(_In):
    """Which answer a copy belongs to."""

    lookup_id: str = Field(max_length=40)


class OutcomeIn(_In):
    """What came of one paper of an answer."""

    document_type: str = Field("", max_length=40)
    document_id: str = Field("", pattern=r"^([0-9a-f]{32})?$")
    outcome: OutcomeKind
    reason: AskedAgain | None = Field(None, description="Needed for asked_again")


class TakenFor(BaseModel):
    """What the text was taken for; persons are masked in `shown`."""

    kind: Kind
    shown: str
    sentence: str
    notes: list[str]
    case: str
    procedure: str


class SignatureOut(BaseModel):
    """What the record says of the signature; a copy is proven anew when it is handed out."""

    signer: str
    signed_at: str
    level: str
    is_test: bool
    proven_until: str | None


class DocumentOut(BaseModel):
    """One paper. Its person is masked."""

    id: str
    state: str
    reason: str
    sentence: str
    type: str
    type_name: str
    number: str
    issued_on: str | None
    agency: str
    subject: str
    holder_number_masked: str
    holder_name_masked: str
    valid_from: str | None
    valid_to: str | None
    validity_basis: str
    unverified: list[str]
    pages: int
    sha256: str
    signature: SignatureOut


class PaperOut(BaseModel):
    """One paper that is asked for: exactly one state."""

    document_type: str
    document_type_name: str
    is_required: bool
    may_reuse: bool
    basis: str
    state: str
    reason: str
    sentence: str
    documents: list[DocumentOut]


class LookupOut(BaseModel):
    """The answer."""

    schema_: Literal["sohoa.desk.lookup/1"] = Field("sohoa.desk.lookup/1", alias="schema")
    lookup_id: str
    at: str
    as_of: str | None
    taken_for: TakenFor
    procedure: str
    case: str
    opens_content: bool
    required: list[PaperOut]


class MatchOut(BaseModel):
    """One paper of ours that is, or may be, the one in the photo, and why."""

    document_id: str
    number: str
    issued_on: str | None
    agency: str
    verdict: Sameness
    likeness: float = Field(description="Of the digits, 0 to 1")
    agrees: list[Mark]
    differs: list[Mark]
    only_asked: list[str] = Field(description="Digits that only the photo has; long ones masked")
    only_held: list[str] = Field(description="Digits that only our paper has; long ones masked")


class SamePaperOut(BaseModel):
    """What came of reading the file and comparing it with what is held."""

    read: bool
    code: str = Field(description='Why the file could not be read; "" where it was')
    sentence: str
    matches: list[MatchOut]


class FileLookupOut(LookupOut):
    """The answer to a file; `same_paper` is null where its very bytes are held."""

    same_paper: SamePaperOut | None


class ProblemOut(BaseModel):
    """RFC 9457 problem details. Decide by `code`."""

    type: str
    code: str
    status: int
    title: str
    cure: str
    detail: str = ""


def taken_for(asked: Asked, lang: Lang) -> dict[str, Any]:
    """Return what a text was taken for."""
    return {
        "kind": asked.kind.value,
        "shown": asked.shown,
        "sentence": asked.sentence(lang),
        "notes": [note.value for note in asked.notes],
        "case": asked.case_code,
        "procedure": asked.procedure,
    }


def lookup(given: Given, asked: Asked, lang: Lang) -> dict[str, Any]:
    """Return an answer as its asker may see it."""
    moments = [paper.answer.as_of for paper in given.papers if paper.answer.as_of]
    shows = given.asker.key.allows(Scope.METADATA)
    return {
        "schema": "sohoa.desk.lookup/1",
        "lookup_id": given.lookup_id,
        "at": codec.to_plain(given.at),
        "as_of": codec.to_plain(min(moments)) if moments else None,
        "taken_for": taken_for(asked, lang),
        "procedure": given.procedure,
        "case": given.case,
        "opens_content": given.opens_content and given.asker.key.allows(Scope.DOCUMENT),
        "required": [_paper(paper, lang, shows=shows) for paper in given.papers],
    }


def _paper(paper: PaperAnswer, lang: Lang, *, shows: bool) -> dict[str, Any]:
    rule, answer = paper.rule, paper.answer
    return {
        "document_type": paper.document_type,
        "document_type_name": type_name(paper.document_type),
        "is_required": rule.is_required if rule else False,
        "may_reuse": rule.may_reuse if rule else True,
        "basis": rule.basis if rule else "",
        "state": answer.state.value,
        "reason": answer.reason.value,
        "sentence": answer.sentence(lang),
        "documents": [_document(found, lang) for found in answer.found] if shows else [],
    }


def _document(found: Found, lang: Lang) -> dict[str, Any]:
    entry = found.entry
    return {
        "id": entry.document_id,
        "state": found.state.value,
        "reason": found.reason.value,
        "sentence": sentence(found.reason, lang),
        "type": entry.document_type,
        "type_name": type_name(entry.document_type),
        "number": entry.number,
        "issued_on": codec.to_plain(entry.issued_on),
        "agency": entry.agency,
        "subject": entry.subject,
        "holder_number_masked": entry.number_masked,
        "holder_name_masked": entry.name_masked,
        "valid_from": codec.to_plain(entry.valid_from),
        "valid_to": codec.to_plain(entry.valid_to),
        "validity_basis": entry.validity_basis,
        "unverified": entry.unverified.split(),
        "pages": entry.page_count,
        "sha256": entry.signed_sha256,
        "signature": {
            "signer": entry.signer,
            "signed_at": codec.to_plain(entry.signed_at),
            "level": entry.level.value,
            "is_test": entry.is_throwaway,
            "proven_until": codec.to_plain(entry.lapses_at),
        },
    }
