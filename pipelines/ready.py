"""Documents that are ready to be signed: what the officer sees, and what exactly is approved.

All that the seal needs is kept in the document's work folder when the run leaves it waiting, so
that a signing session does no reading of its own: what was prepared, listed and approved is what
is signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digitizer import codec
from digitizer.errors import ConfigError, IntegrityError, NotReady
from digitizer.model import DocumentId, FieldName, Metadata, PdfA, Scanned, Sha256, StoredFile
from pipelines import durable, walk
from pipelines.journal import Journal, Standing
from pipelines.outcome import State, WaitReason
from pipelines.settings import Settings
from pipelines.worker import journal_path, work_folder

ALL = "all"
_KEPT = "prepared.json"
_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """One document that waits for its signature.

    Attributes:
        pdf_a: what will be signed; approving means approving its digest.
        picture: the first page as it came from the scanner.
    """

    standing: Standing
    metadata: Metadata
    pdf_a: PdfA
    picture: Path

    @property
    def document_id(self) -> DocumentId:
        return self.pdf_a.document_id

    @property
    def number(self) -> str:
        return self.metadata.value(FieldName.SO_KY_HIEU)

    @property
    def subject(self) -> str:
        return self.metadata.value(FieldName.TRICH_YEU)


def keep(folder: Path, prepared: walk.Prepared) -> None:
    """Keep what `walk.seal` needs in the document's work folder. Raises DiskFull."""
    durable.write(folder / _KEPT, codec.encode(prepared))


def prepared(settings: Settings, document_id: DocumentId) -> walk.Prepared:
    """Return what was kept. Raises IntegrityError when it is not there or is damaged."""
    path = work_folder(settings, document_id) / _KEPT
    try:
        return codec.decode(walk.Prepared, path.read_bytes())
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{path}: not what the run has left") from error


def waiting(settings: Settings) -> tuple[Ready, ...]:
    """Return all documents that wait for a signing session, oldest first.

    Raises:
        IntegrityError: what the run has kept of one of them is damaged.
    """
    path = journal_path(settings)
    if not path.is_file():
        return ()
    with Journal(path) as journal:
        found = [s for s in journal.standings(State.WAITING) if s.code == WaitReason.SIGNATURE]
    return tuple(_ready(settings, standing) for standing in found)


def _ready(settings: Settings, standing: Standing) -> Ready:
    folder = work_folder(settings, standing.intake.document_id)
    try:
        kept = json.loads((folder / _KEPT).read_bytes())
        pdf_a = codec.from_plain(PdfA, kept["pdf_a"])
        scanned = codec.from_plain(Scanned, kept["scanned"])
        metadata = codec.decode(Metadata, (folder / "review.json").read_bytes())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{folder}: not what the run has left") from error
    return Ready(standing, metadata, pdf_a, scanned.pages[0].image.path)


def check(one: Ready) -> None:
    """Raise IntegrityError unless the PDF/A on disk is the one that was listed."""
    try:
        intact = StoredFile.of(one.pdf_a.pdf.path) == one.pdf_a.pdf
    except OSError:
        intact = False
    if not intact:
        raise IntegrityError(f"{one.document_id}: the PDF/A is not the one that was listed")


# ── what the officer approves ────────────────────────────────────────────────────────────────


def chosen(settings: Settings, found: tuple[Ready, ...], wanted: tuple[str, ...]) -> list[Ready]:
    """Return the documents that are approved, each once, in the order of `found`.

    Args:
        found: what is ready.
        wanted: each `all`, a document id or how it begins, or the path of a list: lines of
            document id and SHA-256 of the PDF/A, or the JSON that `sohoa sign --list` prints.

    Raises:
        NotReady: an id under which nothing, or more than one document, is ready.
        IntegrityError: a PDF/A is not the one that a list, or the list shown, has approved.
        ConfigError: a list that can't be read.
    """
    approved: set[DocumentId] = set()
    for item in wanted:
        if item == ALL:
            approved |= {one.document_id for one in found}
        elif Path(item).is_file():
            approved |= set(_listed(settings, found, Path(item)))
        else:
            approved.add(_named(found, item).document_id)
    picked = [one for one in found if one.document_id in approved]
    for one in picked:
        check(one)
    return picked


def _named(found: tuple[Ready, ...], prefix: str) -> Ready:
    named = [one for one in found if one.document_id.startswith(prefix.lower())]
    if len(named) != 1 or len(prefix) < _SHORTEST_PREFIX:
        raise NotReady(prefix)
    return named[0]


def _listed(settings: Settings, found: tuple[Ready, ...], path: Path) -> Iterator[DocumentId]:
    by_id = {one.document_id: one for one in found}
    for document_id, sha256 in _read_list(path):
        one = by_id.get(document_id)
        if one is None and _is_archived(settings, document_id):
            continue  # an earlier session with this list got that far
        if one is None:
            raise NotReady(document_id)
        if one.pdf_a.pdf.sha256 != sha256:
            raise IntegrityError(f"{document_id}: the PDF/A is not the one that was approved")
        yield document_id


def _read_list(path: Path) -> list[tuple[DocumentId, Sha256]]:
    try:
        text = path.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            rows = [(one["document_id"], one["sha256"]) for one in json.loads(text)["ready"]]
        else:
            lines = (line.split() for line in text.splitlines())
            rows = [(line[0], line[1]) for line in lines if line]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ConfigError(f"{path}: a list holds lines of document id and SHA-256") from error
    return [(DocumentId(document_id), Sha256(sha256)) for document_id, sha256 in rows]


def _is_archived(settings: Settings, document_id: DocumentId) -> bool:
    with Journal(journal_path(settings)) as journal:
        standing = journal.standing(document_id)
    return standing is not None and standing.state is State.ARCHIVED
