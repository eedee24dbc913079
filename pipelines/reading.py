"""Reading without keeping: the walk as far as the fields, in a folder that is thrown away."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer import codec
from digitizer.errors import DigitizationError, DocumentError, Lang, StateSecret
from digitizer.model import Extracted, Field, FieldName, RecognizedPage
from pipelines import intake, walk
from pipelines.executor import open_executor
from pipelines.intake import Source
from pipelines.outcome import MustWait
from pipelines.settings import Settings
from pipelines.worker import Task


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file: a prepared document, or the reason why not."""

    source: Path
    outcome: walk.Prepared | DigitizationError

    @property
    def exit_code(self) -> int:
        return self.outcome.exit_code if isinstance(self.outcome, DigitizationError) else 0

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the object that `sohoa read --json` promises (docs/cli.md)."""
        if isinstance(self.outcome, DigitizationError):
            error = self.outcome
            return {
                "source": str(self.source),
                "status": "secret" if isinstance(error, StateSecret) else "refused",
                "reason": f"{error.code} {error.sentence(lang)}. {error.cure(lang)}",
                "document_type": None,
                "pages": [],
                "barcodes": [],
                "fields": {},
            }
        pages = self.outcome.recognized.pages
        return {
            "source": str(self.source),
            "status": "read",
            "reason": None,
            "document_type": self.outcome.extracted.document_type or None,
            "pages": [_page(page) for page in pages],
            "barcodes": [
                {**codec.to_plain(code), "box": _box(codec.to_plain(code.box))}
                for page in pages
                for code in page.barcodes
            ],
            "fields": _fields(self.outcome.extracted),
        }


def read_files(files: tuple[Path, ...], settings: Settings) -> Iterator[Reading]:
    """Yield a reading for each file, in the order they are done.

    Raises:
        ConfigError, MissingDependency: before anything was read.
    """
    with tempfile.TemporaryDirectory(prefix="sohoa-read-") as scratch:
        paths: dict[Path, Path] = {}
        tasks: list[Task] = []
        for number, path in enumerate(files):
            # A data folder for each: the same paper given twice must not meet itself.
            data = Path(scratch) / f"{number:06}"
            taken = _take(path, _settings_for(settings, data))
            if isinstance(taken, Reading):
                yield taken
            else:
                paths[data] = path
                tasks.append(taken)
        workers = settings.run.workers
        executor = open_executor(1 if len(tasks) == 1 and workers == 0 else workers)
        for task, outcome in executor.prepare(iter(tasks)):
            if not isinstance(outcome, walk.Prepared | DigitizationError):
                raise outcome
            if isinstance(outcome, DigitizationError) and not isinstance(outcome, DocumentError):
                raise outcome
            yield Reading(paths[task.settings.run.data], outcome)


def _settings_for(settings: Settings, data: Path) -> Settings:
    return dataclasses.replace(settings, run=dataclasses.replace(settings.run, data=data))


def _take(path: Path, settings: Settings) -> Reading | Task:
    try:
        status = path.lstat()
        source = Source(path, intake.readable(path), status.st_size, status.st_mtime_ns)
        work = settings.run.data / "work"
        taken = intake.take(source, work, now_ns=time.time_ns(), stable_s=0.0)
    except OSError as error:
        return Reading(path, DocumentError(str(error.strerror), document=str(path)))
    except MustWait as waiting:
        return Reading(path, DocumentError(str(waiting.reason), document=str(path)))
    except DocumentError as error:
        return Reading(path, error)
    return Task(taken, settings)


def _page(page: RecognizedPage) -> dict[str, Any]:
    geometry = page.geometry
    return {
        "number": page.number,
        "width": geometry.width,
        "height": geometry.height,
        "dpi": geometry.dpi,
        "rotation_deg": geometry.rotation_deg,
        "skew_deg": round(geometry.skew_deg, 2),
        "is_blank": page.is_blank,
        "text": page.text,
        "words": [
            {
                "text": word.text,
                "box": _box(codec.to_plain(word.box)),
                "confidence": round(word.confidence, 4),
                "accepted": word.accepted,
                "kind": word.hand.value,
            }
            for word in page.words
        ],
    }


def _fields(extracted: Extracted) -> dict[str, Any]:
    """Return every field of the paper, and those of a second holder as `chu_ho_so.2`."""
    fields = {name.value: _field(extracted.field(name)) for name in FieldName}
    return fields | {field.ref: _field(field) for field in extracted.fields if field.holder > 1}


def _field(field: Field) -> dict[str, Any]:
    evidence = field.evidence
    return {
        "value": field.value or None,
        "confidence": round(evidence.confidence, 4) if evidence else 0.0,
        "status": field.status.value,
        "page": evidence.page if evidence else None,
        "box": _box(codec.to_plain(evidence.box)) if evidence else None,
    }


def _box(plain: dict[str, int]) -> list[int]:
    return [plain["left"], plain["top"], plain["right"], plain["bottom"]]
