"""What a signing session leaves behind: who approved which digests, and what became of each.

Written before the first signature as `sessions/<id>.open.json`, and closed at the end: the record
proper, a detached signature over it, both put into the archive, then the opening note goes. A
session that was cut short, or lost its key, is closed by the next one (docs/adr/0021).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer import codec
from digitizer.errors import IntegrityError
from digitizer.model import DocumentId, Sha256, StoredFile
from pipelines import durable
from pipelines.ready import Ready
from pipelines.sealing import Sealing
from pipelines.settings import Settings
from pipelines.stages import software

if TYPE_CHECKING:
    from signing.certificate import CertificateInfo
    from signing.signer import Signer

log = logging.getLogger(__name__)

SCHEMA = "sohoa.session/1"
_OPEN = ".open.json"
_SHORT = 8


class Ended(StrEnum):
    """How a session came to its end."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    """By an error, whose code the record gives."""
    INTERRUPTED = "interrupted"
    """Cut short; a later session closed it."""


class Fate(StrEnum):
    """What became of an approved document."""

    ARCHIVED = "archived"
    NOT_SIGNED = "not_signed"


@dataclass(frozen=True, slots=True)
class KeyUsed:
    """The certificate of a key that the session used."""

    subject: str
    issuer: str
    serial: str
    not_after: datetime
    is_throwaway: bool


@dataclass(frozen=True, slots=True)
class Approved:
    """One document on the officer's list. `sha256` is that of the PDF/A to be signed."""

    document_id: DocumentId
    document_type: str
    pages: int
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known before the first signature.

    Attributes:
        account: of the operating system, of the officer who approved.
    """

    schema: str
    session: str
    software: str
    account: str
    opened_at: datetime
    seal: KeyUsed
    operator: KeyUsed | None
    approved: tuple[Approved, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an approved document; `signed_sha256` is "" where it was not archived.

    `signers` are the names on the signatures that the archived PDF carries.
    """

    document_id: DocumentId
    outcome: Fate
    signed_sha256: Sha256
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session, whole. `stopped` is the code of the error that ended it, "" when none did."""

    opening: Opening
    closed_at: datetime
    ended: Ended
    stopped: str
    results: tuple[Result, ...]


def folder_of(settings: Settings) -> Path:
    """Return where session records are kept in the data folder."""
    return settings.run.data / "sessions"


def begin(
    settings: Settings, sealing: Sealing, approved: list[Ready], account: str, now: datetime
) -> Opening:
    """Write down what is about to be signed, durably. Raises DiskFull."""
    assert sealing.keys is not None, "a session opens its keys first"
    listed = tuple(_approved(one) for one in approved)
    operator = sealing.keys.operator
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    opening = Opening(
        schema=SCHEMA,
        session=f"{stamp}-{codec.digest((now, listed))[:_SHORT]}",
        software=software(),
        account=account,
        opened_at=now,
        seal=_used(sealing.keys.seal),
        operator=_used(operator) if operator else None,
        approved=listed,
    )
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    durable.write(folder / f"{opening.session}{_OPEN}", codec.encode(opening))
    return opening


def close(
    settings: Settings, sealing: Sealing, opening: Opening, ended: Ended, stopped: str = ""
) -> Path:
    """Write the record, sign it, put both into the archive; return the record's path.

    Each step is left out where it was done before, so this can be repeated after any failure.

    Raises:
        Unavailable: key, time-stamp authority, store or disk; the next session closes it.
    """
    folder = folder_of(settings)
    path, signature = folder / f"{opening.session}.json", folder / f"{opening.session}.p7s"
    if not path.exists():
        results = tuple(_result(sealing, one) for one in opening.approved)
        record = SessionRecord(opening, sealing.clock(), ended, stopped, results)
        durable.write(path, codec.encode(record))
    if not signature.exists():
        durable.write(signature, _signed(settings, sealing, path.read_bytes()))
    for file in (path, signature):
        sealing.store.put(f"sessions/{opening.opened_at.year}/{file.name}", StoredFile.of(file))
    (folder / f"{opening.session}{_OPEN}").unlink()
    log.info("session closed", extra={"session": opening.session})
    return path


def left_open(settings: Settings) -> Iterator[Opening]:
    """Yield sessions that were cut short, oldest first. Raises IntegrityError on damage."""
    for path in sorted(folder_of(settings).glob(f"*{_OPEN}")):
        try:
            yield codec.decode(Opening, path.read_bytes())
        except ValueError as error:
            raise IntegrityError(f"{path}: not what a session has left") from error


def _signed(settings: Settings, sealing: Sealing, data: bytes) -> bytes:
    from signing.level import stamper_for
    from signing.session_record import sign_record

    assert sealing.keys is not None, "a session opens its keys first"
    now = sealing.clock()
    stamper = stamper_for(settings.signing, now)
    return sign_record(data, signer=sealing.keys.seal, stamper=stamper, now=now)


def _result(sealing: Sealing, approved: Approved) -> Result:
    """Say what became of a document; the archive's record is the witness."""
    from storage.archive import committed

    record = committed(sealing.store, approved.document_id)
    if record is None:
        return Result(approved.document_id, Fate.NOT_SIGNED, Sha256(""), ())
    signers = tuple(signature.signer for signature in record.legal_value.signatures)
    return Result(approved.document_id, Fate.ARCHIVED, record.objects.signed.sha256, signers)


def _approved(one: Ready) -> Approved:
    return Approved(
        one.document_id, one.metadata.document_type, one.pdf_a.page_count, one.pdf_a.pdf.sha256
    )


def _used(signer: Signer) -> KeyUsed:
    info: CertificateInfo = signer.certificate
    return KeyUsed(info.subject, info.issuer, info.serial, info.not_after, info.is_throwaway)
