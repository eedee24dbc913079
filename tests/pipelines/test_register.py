"""What remains of a document that is quarantined: the original, or no more than the reason."""

from pathlib import Path

import pytest

from digitizer.errors import CertifiedCopy, DamagedFile, DocumentError, StateSecret
from digitizer.model import DocumentId, Intake, MediaType, StoredFile
from pipelines import config
from pipelines.intake import Source
from pipelines.journal import Journal
from pipelines.outcome import State
from pipelines.register import Register
from pipelines.watch import Watcher
from pipelines.worker import Task, journal_path

DOCUMENT = DocumentId("c" * 32)


def quarantine(folder: Path, error: DocumentError) -> list[str]:
    """Quarantine a document; return the names of the files that remain of it."""
    settings = config.load(flags={"run.data": folder / "data"}, environ={}).settings
    original = folder / "data" / "work" / DOCUMENT / "original.pdf"
    original.parent.mkdir(parents=True)
    original.write_bytes(b"%PDF-1.7 made up")
    intake = Intake(DOCUMENT, "0001.pdf", StoredFile.of(original), MediaType.PDF)
    with Journal(journal_path(settings)) as journal:
        journal.take(intake)
        register = Register(settings, journal, Watcher())
        register.owns(DOCUMENT, Source(original, "0001.pdf", 16, 0))
        register.quarantined(Task(intake, settings), error)
        standing = journal.standing(DOCUMENT)
    assert standing is not None
    assert (standing.state, standing.code) == (State.QUARANTINED, error.code)
    return sorted(path.name for path in (folder / "data").rglob("*") if path.is_file())


@pytest.mark.parametrize("error", [CertifiedCopy(page=2), StateSecret(page=1)])
def test_of_what_is_out_of_scope_only_the_reason_is_kept(
    tmp_path: Path, error: DocumentError
) -> None:
    kept = quarantine(tmp_path, error)
    assert [name for name in kept if "journal" not in name] == ["reason.txt"]


def test_of_any_other_document_the_original_is_kept_too(tmp_path: Path) -> None:
    kept = quarantine(tmp_path, DamagedFile(page=1))
    assert [name for name in kept if "journal" not in name] == ["original.pdf", "reason.txt"]
