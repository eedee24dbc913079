"""Giving a quarantined document another turn, from the original on its shelf."""

from __future__ import annotations

from digitizer.model import StoredFile
from pipelines import durable
from pipelines.journal import Journal, Standing
from pipelines.settings import Settings


def reopen(settings: Settings, journal: Journal, standing: Standing) -> bool:
    """Make the next run work on a document again; False where no original of it is left.

    The bytes are put back into the work folder and hashed before the journal says so. What is out
    of scope (secret papers) has no original on the shelf: its file has to come by again.

    Raises:
        DiskFull: the original can't be put back.
    """
    intake = standing.intake
    shelf = settings.run.data / "quarantine" / intake.document_id / intake.original.path.name
    target = intake.original.path
    if not target.is_file():
        if not shelf.is_file() or StoredFile.of(shelf).sha256 != intake.original.sha256:
            return False
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        durable.copy(shelf, target)
    journal.reopen(intake.document_id)
    return True
