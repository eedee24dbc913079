"""PREMIS.xml: what was done to a document, when, by which program, person or certificate.

Made from the record alone, so it says nothing about people that the record does not show masked.
Of the stages before the signature the record knows version and settings, not the minute: their
time is an open interval that ends on the day of archiving (EDTF, `../2026-03-02`).

Source: PREMIS 3.0 (Library of Congress); TT 05/2025/TT-BNV PL II, whose sample calls the
digitization `transfer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element, register_namespace

from digitizer.model import ArchivedObject, Signature
from storage.markup import XSI, child, document, local_time
from storage.record import Change, Record

_PREMIS: Final = "http://www.loc.gov/premis/v3"
_SCHEMA: Final = f"{_PREMIS} https://www.loc.gov/standards/premis/premis.xsd"
_SCORE: Final = "score"
_LOCAL: Final = "local"
_STAGES: Final = {
    "scan": ("transfer", "original"),
    "clean": ("image processing", "original"),
    "ocr": ("text recognition", "text"),
    "assemble": ("normalization", "signed"),
    "extract": ("metadata extraction", "text"),
}
"""By stage: what PREMIS calls it, and the name of the file it is about."""
_FORMATS: Final = {
    ".pdf": "PDF",
    ".tif": "TIFF",
    ".jpg": "JPEG",
    ".png": "PNG",
    ".tar": "TAR",
    ".json": "JSON",
}

register_namespace("premis", _PREMIS)


@dataclass(frozen=True, slots=True)
class _Event:
    kind: str
    at: str
    detail: str
    agent: str
    about: str = ""
    outcome: str = ""


def premis(record: Record, files: Mapping[str, ArchivedObject]) -> bytes:
    """Return the XML of a version of a document.

    Args:
        files: the content files it speaks of, by their paths in the package.
    """
    root = Element(f"{{{_PREMIS}}}premis", {"version": "3.0", f"{{{XSI}}}schemaLocation": _SCHEMA})
    for path, held in files.items():
        _object(root, path, held)
    for number, event in enumerate(_events(record), 1):
        _event(root, f"event-{number}", event, files)
    for identity, (name, kind, note) in _agents(record).items():
        _agent(root, identity, name, kind, note)
    return document(root)


def _object(root: Element, path: str, held: ArchivedObject) -> None:
    made = child(root, "object")
    made.set(f"{{{XSI}}}type", "premis:file")
    _identifier(made, "object", path)
    character = child(made, "objectCharacteristics")
    fixity = child(character, "fixity")
    child(fixity, "messageDigestAlgorithm", "SHA-256")
    child(fixity, "messageDigest", held.sha256)
    child(character, "size", str(held.size_bytes))
    designation = child(child(character, "format"), "formatDesignation")
    child(designation, "formatName", _FORMATS[PurePosixPath(path).suffix])


def _events(record: Record) -> Iterator[_Event]:
    made, day = local_time(record.stored_at), local_time(record.stored_at)[:10]
    before = f"../{day}"
    for run in record.provenance.stages:
        if run.stage in _STAGES:
            detail = f"{run.stage} {run.version}, settings {run.settings}"
            agent = "ocr" if run.stage == "ocr" else "software"
            kind, about = _STAGES[run.stage]
            yield _Event(kind, before, detail, agent, about)
    by_person = record.confirmed_by != _SCORE
    confirmed = "confirmed by a person" if by_person else "confirmed by score"
    yield _Event(
        "metadata confirmation", before, confirmed, "operator" if by_person else "software", "text"
    )
    for number, signature in enumerate(record.legal_value.signatures, 1):
        at, agent = local_time(signature.signed_at), f"certificate-{number}"
        yield _Event("digital signature generation", at, "PAdES", agent, "signed", signature.level)
    yield _Event(
        "message digest calculation", made, "SHA-256, read back", "software", outcome="equal"
    )
    yield _Event(
        "ingestion end", made, f"archive format, record {record.schema_version}", "software"
    )
    if record.change is not Change.ARCHIVED and record.revised_at is not None:
        at = local_time(record.revised_at)
        yield _Event(str(record.change), at, _since(record), "software", "signed")


def _since(record: Record) -> str:
    return f"version {record.version}; predecessor's commit {record.predecessor}"


def _event(root: Element, identity: str, event: _Event, files: Iterable[str]) -> None:
    made = child(root, "event")
    _identifier(made, "event", identity)
    child(made, "eventType", event.kind)
    child(made, "eventDateTime", event.at)
    child(child(made, "eventDetailInformation"), "eventDetail", event.detail)
    if event.outcome:
        child(child(made, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    agent = child(made, "linkingAgentIdentifier")
    child(agent, "linkingAgentIdentifierType", _LOCAL)
    child(agent, "linkingAgentIdentifierValue", event.agent)
    for path in (path for path in files if PurePosixPath(path).stem == event.about):
        linked = child(made, "linkingObjectIdentifier")
        child(linked, "linkingObjectIdentifierType", _LOCAL)
        child(linked, "linkingObjectIdentifierValue", path)


def _agents(record: Record) -> dict[str, tuple[str, str, str]]:
    """Return name, type and note of each agent, by its identifier."""
    found = {
        "software": (record.provenance.software, "software", ""),
        "ocr": (record.provenance.engine, "software", ""),
    }
    if record.confirmed_by != _SCORE:
        found["operator"] = (record.confirmed_by, "person", "account at this site")
    for number, signature in enumerate(record.legal_value.signatures, 1):
        found[f"certificate-{number}"] = (signature.signer, "organization", _issued(signature))
    return found


def _issued(signature: Signature) -> str:
    return f"certificate {signature.serial} of {signature.issuer}"


def _agent(root: Element, identity: str, name: str, kind: str, note: str) -> None:
    made = child(root, "agent")
    _identifier(made, "agent", identity)
    child(made, "agentName", name)
    child(made, "agentType", kind)
    if note:
        child(made, "agentNote", note)


def _identifier(parent: Element, kind: str, value: str) -> None:
    made = child(parent, f"{kind}Identifier")
    child(made, f"{kind}IdentifierType", _LOCAL)
    child(made, f"{kind}IdentifierValue", value)
