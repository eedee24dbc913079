"""What a worker process does: prepare one document, and leave a breadcrumb of where it is.

Libraries that hang inside C code can't be interrupted from Python, so each page arms a timer of
the C runtime that ends the process; the supervisor reads the breadcrumb and says which page.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.errors import DigitizationError, DiskFull
from digitizer.model import DocumentId, Intake
from digitizer.scan import limits
from pipelines import durable, walk
from pipelines.bench import Bench
from pipelines.journal import Journal
from pipelines.lease import Holder
from pipelines.settings import Settings
from pipelines.stages import PrepareStages, prepare_stages

if TYPE_CHECKING:
    from digitizer.ocr.engine import OcrEngine

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_HARD_FACTOR = 1.5
_STEP_TIMEOUT_S = 900.0
_PR_SET_PDEATHSIG = 1
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@dataclass(frozen=True, slots=True)
class Task:
    """One document to prepare, with all a fresh process has to know."""

    intake: Intake
    settings: Settings

    @property
    def folder(self) -> Path:
        return work_folder(self.settings, self.intake.document_id)


def work_folder(settings: Settings, document_id: DocumentId) -> Path:
    """Return the folder where a document's files are kept while it is worked on."""
    return settings.run.data / "work" / document_id


def thumbnail_path(settings: Settings, document_id: DocumentId) -> Path:
    """Return where the small picture of a document's first page is kept for reports."""
    return settings.run.data / "thumbnails" / f"{document_id}.jpg"


def journal_path(settings: Settings) -> Path:
    return settings.run.data / "journal.sqlite"


@cache
def engine(name: str) -> OcrEngine:
    """Return this process's OCR engine; its models are loaded once."""
    from digitizer.ocr.engines import open_engine

    return open_engine(name)  # type: ignore[arg-type]  # checked when the settings were read


@cache
def _stages(settings: Settings) -> tuple[PrepareStages, Breadcrumb]:
    crumb = Breadcrumb(settings.ocr.page_timeout_s * _HARD_FACTOR + 10)
    return prepare_stages(settings, engine(settings.ocr.engine), on_page=crumb.page), crumb


def begin(parent: int, log_level: int, holder: Holder | None = None) -> None:
    """Make a fresh process a worker: it logs as the run does, and ends when the run ends.

    A worker that outlived a killed run would write into work folders the next run has begun on;
    it holds the run's lock (`holder`), so that nobody begins on them before it is gone.
    """
    logging.basicConfig(level=log_level, format=LOG_FORMAT, stream=sys.stderr)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    limits.leave_no_core()
    if holder is not None:
        holder.hold()


def prepare(task: Task) -> walk.Prepared:
    """Prepare one document. Raises DigitizationError naming the document."""
    os.umask(0o077)
    stages, crumb = _stages(task.settings)
    with Journal(journal_path(task.settings)) as journal, crumb.following(task.folder):
        bench = Bench(task.intake.document_id, task.folder, journal, on_step=crumb.step)
        try:
            prepared = walk.prepare(bench, stages, task.intake)
            _keep_thumbnail(task, prepared)
        except DigitizationError as error:
            raise error.located(task.intake.source) from error.__cause__
        except OSError as error:
            if error.errno in _NO_ROOM:
                # Not the document's trouble, wherever the room ran out.
                raise DiskFull(f"{task.folder}: {error.strerror}") from error
            raise
    return prepared


def _keep_thumbnail(task: Task, prepared: walk.Prepared) -> None:
    path = thumbnail_path(task.settings, task.intake.document_id)
    if path.exists():
        return
    from digitizer.thumbnail import thumbnail

    durable.made(path.parent)
    turn = prepared.recognized.pages[0].geometry.rotation_deg
    durable.write(path, thumbnail(prepared.scanned.pages[0].image.path, turn))


class Breadcrumb:
    """Where this process is, in a file, with a timer that ends it when it hangs."""

    def __init__(self, page_limit_s: float) -> None:
        self._page_limit_s = page_limit_s
        self._path = Path()
        self._stage = ""

    @contextlib.contextmanager
    def following(self, folder: Path) -> Iterator[None]:
        self._path = folder / ".at"
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            with contextlib.suppress(OSError):  # it goes with its folder
                self._path.unlink(missing_ok=True)

    def step(self, stage: str) -> None:
        self._stage = stage
        self._drop(stage, _STEP_TIMEOUT_S)

    def page(self, number: int) -> None:
        self._drop(f"{self._stage} {number}", self._page_limit_s)

    def _drop(self, text: str, limit_s: float) -> None:
        self._path.write_text(text, encoding="utf-8")
        faulthandler.dump_traceback_later(limit_s, exit=True)


def last_seen(folder: Path) -> tuple[str, int | None]:
    """Return (stage, page) where a dead worker was, ("", None) when it left no crumb."""
    try:
        parts = (folder / ".at").read_text(encoding="utf-8").split()
    except OSError:
        return "", None
    return parts[0], int(parts[1]) if len(parts) > 1 else None
