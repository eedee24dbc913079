"""Where every source comes to rest, in the journal and for this run's report.

Each state change is written in one place, files first: a quarantined original is on its shelf,
an archived document in the store, before the journal says so.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

from digitizer import codec
from digitizer.errors import DocumentError, OutOfScope
from digitizer.model import DocumentId, Intake, Scanned
from pipelines import durable, worker
from pipelines.intake import Source
from pipelines.journal import Journal, Standing
from pipelines.lease import Leases
from pipelines.outcome import MustWait, Outcome, State
from pipelines.settings import Settings
from pipelines.watch import Watcher
from pipelines.worker import Task

REASON = "reason.json"
ARRIVALS = ".arrivals"
"""The folder of `work` where each run has a folder, by its number, for copies it is making."""


class Register:
    """One run's outcomes, one for each source, never two."""

    def __init__(self, settings: Settings, journal: Journal, watcher: Watcher) -> None:
        self._settings = settings
        self._journal = journal
        self._watcher = watcher
        self._outcomes: list[Outcome] = []
        self._owners: dict[DocumentId, Source] = {}

    def knows(self, document_id: DocumentId) -> bool:
        """Tell whether a source of this run stands for the document."""
        return document_id in self._owners

    def parted(self, more: int) -> None:
        """Files turned out to be so many documents more, or fewer."""
        self._watcher.more(more)

    def owns(self, document_id: DocumentId, source: Source) -> bool:
        """Make `source` the one that stands for a document; False if another already does."""
        return self._owners.setdefault(document_id, source) is source

    def archived(self, task: Task, pages: int) -> None:
        """The document is in the store and in the catalog; its work folder may go."""
        document_id = task.intake.document_id
        self._journal.settle(document_id, State.ARCHIVED, pages=pages)
        self._journal.forget_corrections(document_id)
        self._clear(task.folder, document_id)
        self._rest(document_id, State.ARCHIVED)

    def waits(
        self,
        document_id: DocumentId,
        waiting: MustWait,
        pages: int | None = None,
        ground: str = "",
    ) -> None:
        """The document waits; all that was made of it stays in its work folder.

        Args:
            ground: what the decision was made on; while it is the same, so is the decision.
        """
        detail = ", ".join(waiting.fields) or waiting.detail
        before = self._journal.standing(document_id)
        self._journal.settle(
            document_id,
            State.WAITING,
            pages=pages,
            code=waiting.reason,
            detail=detail,
            ground=ground,
        )
        now = (State.WAITING, waiting.reason, detail)
        was = before and (before.state, before.code, before.detail)
        self._rest(document_id, *now, is_new=was != now)

    def quarantined(self, task: Task, error: DocumentError) -> None:
        """Keep the original and the reason aside; of one that is out of scope only the reason."""
        document_id = task.intake.document_id
        shelve(self._settings, task.intake, error)
        self._journal.settle(
            document_id,
            State.QUARANTINED,
            pages=_scanned_pages(task.folder),
            code=error.code,
            detail=error.detail,
            page=error.page,
        )
        self._clear(task.folder, document_id)
        self._rest(document_id, State.QUARANTINED, error.code, error.detail, error.page)

    def as_before(self, source: Source, standing: Standing) -> None:
        """An earlier run brought this document to its end; nothing is done to it now."""
        assert standing.state is not None
        self._enter(
            Outcome(
                source.name,
                standing.intake.document_id,
                standing.state,
                standing.pages,
                standing.code,
                standing.detail,
                standing.page,
                is_new=False,
            )
        )

    def duplicate(self, source: Source, standing: Standing, *, is_new: bool) -> None:
        """The same bytes as another source of this inbox."""
        self._enter(
            Outcome(
                source.name,
                standing.intake.document_id,
                State.DUPLICATE,
                standing.pages,
                detail=self._owners[standing.intake.document_id].name,
                is_new=is_new,
            )
        )

    def refused(self, source: Source, code: str, detail: str, *, is_new: bool) -> None:
        """A file that is no document of ours; it stays where it is."""
        self._enter(
            Outcome(source.name, None, State.QUARANTINED, None, code, detail, is_new=is_new)
        )

    def not_taken(self, source: Source, waiting: MustWait) -> None:
        """A file that was found and not begun."""
        self._enter(
            Outcome(source.name, None, State.WAITING, source.pages, waiting.reason, waiting.detail)
        )

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return all outcomes in the order they came; duplicates with their twin's pages."""
        return tuple(
            dataclasses.replace(outcome, pages=self._pages(outcome.document_id))
            if outcome.state is State.DUPLICATE
            else outcome
            for outcome in self._outcomes
        )

    def _rest(
        self,
        document_id: DocumentId,
        state: State,
        code: str = "",
        detail: str = "",
        page: int | None = None,
        *,
        is_new: bool = True,
    ) -> None:
        source, pages = self._owners[document_id], self._pages(document_id)
        self._enter(
            Outcome(source.name, document_id, state, pages, str(code), detail, page, is_new)
        )

    def _enter(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._watcher.outcome(outcome)

    def _pages(self, document_id: DocumentId | None) -> int | None:
        standing = self._journal.standing(document_id) if document_id else None
        return standing.pages if standing else None

    def _clear(self, folder: Path, document_id: DocumentId) -> None:
        self._journal.forget_steps(document_id)
        shutil.rmtree(folder, ignore_errors=True)


def shelve(settings: Settings, intake: Intake, error: DocumentError) -> None:
    """Keep original and reason in quarantine; of what is out of scope the reason alone.

    Raises DiskFull.
    """
    shelf = durable.emptied(
        durable.made(settings.run.data / "quarantine") / str(intake.document_id)
    )
    original = intake.original
    is_kept = not isinstance(error, OutOfScope) and original.path.is_file()
    if is_kept:
        durable.copy(original.path, shelf / original.path.name)
    reason: dict[str, object] = {
        "schema": "sohoa.quarantine/1",
        "document_id": intake.document_id,
        "source": intake.source,
        "original": original.path.name if is_kept else None,
        "sha256": original.sha256,
        "size_bytes": original.size_bytes,
        "code": error.code,
        "page": error.page,
        "detail": error.detail,
        "vi": {"what": error.sentence("vi"), "cure": error.cure("vi")},
        "en": {"what": error.sentence("en"), "cure": error.cure("en")},
    }
    durable.write(
        shelf / REASON, (json.dumps(reason, ensure_ascii=False, indent=1) + "\n").encode()
    )
    durable.settled(shelf)


def _scanned_pages(folder: Path) -> int | None:
    """Return how many pages were scanned before the trouble, None if not that far."""
    try:
        return len(codec.decode(Scanned, (folder / "scan.json").read_bytes()).pages)
    except (OSError, ValueError):
        return None


def sweep(settings: Settings, leases: Leases) -> None:
    """Clear what an earlier run had no time to clear: finished documents' folders, half copies."""
    work = settings.run.data / "work"
    for folder in work.glob("?" * 32):
        document_id = DocumentId(folder.name)
        if _is_final(leases.journal, document_id) and leases.claim(document_id):
            # Another run may have had it until a moment ago.
            if _is_final(leases.journal, document_id):
                shutil.rmtree(worker.work_folder(settings, document_id), ignore_errors=True)
            leases.release(document_id)
    for folder in (work / ARRIVALS).glob("[0-9]*"):
        if not leases.is_alive(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_final(journal: Journal, document_id: DocumentId) -> bool:
    standing = journal.standing(document_id)
    return standing is not None and standing.is_final
