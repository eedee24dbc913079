"""What can be told of one PDF: its signatures, PDF/A, and whether it is the archive's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from digitizer import codec
from digitizer.conformance import Conformance, conformance
from digitizer.errors import Unavailable
from digitizer.model import DocumentId, Sha256
from pipelines.messages import Catalogue
from pipelines.settings import Settings
from signing.trust import Trust
from signing.verdict import CheckedSignature, Verdict
from signing.verify import verify
from storage.archive import committed
from storage.catalog import Catalog
from storage.objects import open_store
from storage.record import Record

SCHEMA = "sohoa.verify/1"


class Match(StrEnum):
    """How a file stands to the archive.

    `differs`: the catalog knows these bytes, the archive's record does not. `unknown`: neither
    catalog nor store can say. `not_held`: the catalog has no document with these bytes.
    """

    EQUAL = "equal"
    EARLIER_VERSION = "earlier_version"
    ORIGINAL = "original"
    DIFFERS = "differs"
    NOT_HELD = "not_held"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole report on one file. `document` is set when the archive holds these bytes."""

    path: Path
    verdict: Verdict
    pdfa: Conformance
    match: Match
    document: DocumentId | None


def verification(path: Path, settings: Settings, trust: Trust, now: datetime) -> Verification:
    """Look at a file and compare it with the archive.

    Raises:
        IntegrityError: the archive's own record of it is damaged.
    """
    verdict = verify(path, trust=trust, now=now)
    match, document = _in_archive(settings, verdict.sha256)
    return Verification(path, verdict, conformance(path, verdict.unsigned_bytes), match, document)


def _in_archive(settings: Settings, sha256: Sha256) -> tuple[Match, DocumentId | None]:
    if not sha256:
        return Match.UNKNOWN, None
    try:
        with Catalog.open(settings.storage) as catalog, catalog.snapshot() as seen:
            found = seen.find_by_sha256(sha256)
        if not found:
            return Match.NOT_HELD, None
        document = found[0].document_id
        record = committed(open_store(settings.storage), document)
    except Unavailable:
        return Match.UNKNOWN, None
    return _match(record, sha256), document


def _match(record: Record | None, sha256: Sha256) -> Match:
    """The catalog is a cache; the record beside the object is what counts."""
    if record is None:
        return Match.DIFFERS
    if record.objects.signed.sha256 == sha256:
        return Match.EQUAL
    if sha256 in {held.sha256 for held in record.superseded}:
        return Match.EARLIER_VERSION
    return Match.ORIGINAL if record.objects.original.sha256 == sha256 else Match.DIFFERS


def plain(found: Verification, texts: Catalogue) -> dict[str, Any]:
    """Return the report as docs/cli.md describes it, for JSON."""
    verdict = found.verdict
    return {
        "schema": SCHEMA,
        "file": str(found.path),
        **codec.to_plain(verdict),
        "reasons": [
            {**codec.to_plain(reason), "sentence": reason.sentence(texts.lang)}
            for reason in verdict.reasons
        ],
        "signatures": [
            {
                **codec.to_plain(signature),
                "covers_fields": [one.field for one in _covered(verdict, signature)],
                "holds": not verdict.against(signature),
            }
            for signature in verdict.signatures
        ],
        "pdfa": codec.to_plain(found.pdfa),
        "archive": found.match.value,
        "archived_as": found.document,
    }


def lines(found: Verification, texts: Catalogue) -> list[str]:
    """Return the report for people, one line each, without the verdict itself."""
    verdict = found.verdict
    told = [f"  ✖ {reason.sentence(texts.lang)}" for reason in verdict.reasons]
    for number, signature in enumerate(verdict.signatures, 1):
        told += _signature_lines(verdict, signature, number, texts)
    told.append(f"  {_pdfa_line(found.pdfa, texts)}")
    told.append(f"  {texts(f'verify.archive.{found.match}', document=found.document or '')}")
    return told


def _signature_lines(
    verdict: Verdict, signature: CheckedSignature, number: int, texts: Catalogue
) -> list[str]:
    when = _moment(signature.signed_at)
    what = texts(f"verify.kind.{signature.kind}", number=number)
    level = f" · {signature.level}" if signature.level else ""
    proven = texts("verify.time.proven" if signature.is_time_proven else "verify.time.claimed")
    told = [
        f"  {what}: {signature.signer} · {when} ({proven}){level}",
        texts("verify.issuer", issuer=signature.issuer),
        _standing(verdict, signature, texts),
        _coverage(verdict, signature, texts),
    ]
    if signature.is_throwaway:
        told.append(texts("verify.throwaway"))
    return told[:1] + [f"  {line}" for line in told[1:]]


def _standing(verdict: Verdict, signature: CheckedSignature, texts: Catalogue) -> str:
    """Return whether it holds today, and why."""
    if against := verdict.against(signature):
        why = "; ".join(reason.sentence(texts.lang) for reason in against)
        return texts("verify.does_not_hold", why=why)
    source = texts(f"verify.revocation.{signature.revocation}")
    return texts("verify.holds", moment=_moment(signature.judged_at), source=source)


def _moment(at: datetime | None) -> str:
    return at.astimezone().isoformat(timespec="seconds") if at else "?"


def _coverage(verdict: Verdict, signature: CheckedSignature, texts: Catalogue) -> str:
    numbers = [str(verdict.signatures.index(one) + 1) for one in _covered(verdict, signature)]
    others = texts("verify.covers.others", numbers=", ".join(numbers)) if numbers else ""
    key = "verify.covers.all" if signature.covers == "entire_file" else "verify.covers.part"
    return texts(key, bytes=f"{signature.covers_bytes:_}".replace("_", " "), others=others)


def _covered(verdict: Verdict, signature: CheckedSignature) -> tuple[CheckedSignature, ...]:
    """Return the signatures that this one covers."""
    return tuple(
        other for other in verdict.signatures if other.covers_bytes < signature.covers_bytes
    )


def _pdfa_line(found: Conformance, texts: Catalogue) -> str:
    if not found.claimed:
        return texts("verify.pdfa.none")
    rules = ", ".join(found.broken)
    return texts(f"verify.pdfa.{found.structure}", claimed=found.claimed, rules=rules)
