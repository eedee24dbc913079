"""What remains of a document that is quarantined: the original, or no more than the reason."""

import json
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
    assert [name for name in kept if "journal" not in name] == ["reason.json"]


def test_the_reason_says_what_it_was_and_what_to_do_in_both_languages(tmp_path: Path) -> None:
    quarantine(tmp_path, DamagedFile("cut off", page=1))
    shelf = tmp_path / "data" / "quarantine" / DOCUMENT
    reason = json.loads((shelf / "reason.json").read_text())
    kept = StoredFile.of(shelf / reason["original"])
    assert (kept.sha256, kept.size_bytes) == (reason["sha256"], reason["size_bytes"])
    assert (reason["source"], reason["code"], reason["page"]) == ("0001.pdf", DamagedFile.code, 1)
    assert (reason["vi"]["cure"], reason["en"]["cure"]) == (
        DamagedFile.cure_vi,
        DamagedFile.cure_en,
    )


def test_of_any_other_document_the_original_is_kept_too(tmp_path: Path) -> None:
    kept = quarantine(tmp_path, DamagedFile(page=1))
    assert [name for name in kept if "journal" not in name] == ["original.pdf", "reason.json"]
