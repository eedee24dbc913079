"""A site's own pages measured: what each engine costs, how sure it is, where engines disagree.

Every engine reads the same files in a process of its own, through the walk as a run would, as far
as the fields. Nothing is signed or kept, and no word of a paper is among the figures.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from digitizer.errors import ConfigError, DigitizationError, DocumentError, WorkerDied
from digitizer.model import Box, Intake, RecognizedPage
from digitizer.settings import EngineName
from pipelines import intake, walk, worker
from pipelines.bench import Bench
from pipelines.intake import Source
from pipelines.journal import Journal
from pipelines.meter import Cost, StageMeter, peak_mb, spent
from pipelines.outcome import MustWait
from pipelines.settings import Settings
from pipelines.site_truth import Errors, comparable, errors_against, truth_beside
from pipelines.stages import prepare_stages

_TRUTH_SUFFIX = ".txt"
_DOCUMENT_LIMIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One document as one engine read it.

    Attributes:
        engine: name and versions of what read.
        stages: cost of each stage of the walk by its name.
        start: cost of loading the engine and the decoder, nothing after the first document.
        peak_mb: most memory one process held until then.
    """

    engine: str
    pages: tuple[RecognizedPage, ...]
    stages: dict[str, Cost]
    start: Cost
    peak_mb: float


Outcome = Measured | DigitizationError


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """What one engine made of each file, in the order of the files."""

    engine: EngineName
    outcomes: tuple[tuple[Source, Outcome], ...]

    @property
    def read(self) -> tuple[tuple[Source, Measured], ...]:
        return tuple((s, out) for s, out in self.outcomes if isinstance(out, Measured))

    @property
    def pages(self) -> tuple[RecognizedPage, ...]:
        return tuple(page for _, measured in self.read for page in measured.pages)

    @property
    def stages(self) -> dict[str, Cost]:
        """Return the cost of each stage over all files."""
        total: dict[str, Cost] = {}
        for _, measured in self.read:
            for name, cost in measured.stages.items():
                total[name] = total.get(name, Cost()) + cost
        return total

    def errors(self) -> tuple[int, Errors]:
        """Return how many files have a truth beside them, and the errors against it.

        Raises:
            ConfigError: a truth file that is not UTF-8.
        """
        found = []
        for source, measured in self.read:
            truth = _truth(source)
            if truth is not None:
                text = comparable("\n".join(page.text for page in measured.pages))
                found.append(errors_against(truth, text))
        return len(found), sum(found, Errors())


def _truth(source: Source) -> str | None:
    try:
        return truth_beside(source.path)
    except ValueError as error:
        raise ConfigError(f"{source.name}{_TRUTH_SUFFIX}: {error}") from error


def find_files(place: Path, settings: Settings) -> tuple[Source, ...]:
    """Return the files to measure: shuffled, but the same way each time, so that the first few
    stand for all. Truth files are left out.

    Raises:
        ConfigError: no such file or folder, or nothing in it.
    """
    try:
        if place.is_file():
            status = place.stat()
            found: tuple[Source, ...] = (
                Source(place, intake.readable(place), status.st_size, status.st_mtime_ns),
            )
        else:
            found = intake.find(place, settings.intake.ignore)
    except OSError as error:
        raise ConfigError(f"{place}: {error.strerror}") from error
    scans = [source for source in found if source.path.suffix.lower() != _TRUTH_SUFFIX]
    if not scans:
        raise ConfigError(f"{place}: no file")
    return tuple(sorted(scans, key=lambda one: hashlib.sha256(one.name.encode()).digest()))


def measure(
    files: Sequence[Source], engines: Sequence[EngineName], settings: Settings, *, page_limit: int
) -> tuple[EngineFigures, ...]:
    """Let each engine read the same files.

    Args:
        page_limit: no further file is begun once so many pages were read.

    Raises:
        MissingDependency, ConfigError: before anything was read.
    """
    figures: list[EngineFigures] = []
    for name in engines:
        chosen = [source for source, _ in figures[0].outcomes] if figures else list(files)
        figures.append(_measure_engine(name, chosen, settings, page_limit, is_first=not figures))
    return tuple(figures)


def _measure_engine(
    name: EngineName,
    files: Sequence[Source],
    settings: Settings,
    page_limit: int,
    *,
    is_first: bool,
) -> EngineFigures:
    from pebble import ProcessPool

    os.environ["OMP_THREAD_LIMIT"] = "1"
    ocr = dataclasses.replace(settings.ocr, engine=name)
    outcomes: list[tuple[Source, Outcome]] = []
    pages = 0
    with ProcessPool(
        max_workers=1,
        initializer=worker.begin,
        initargs=[os.getpid(), logging.getLogger().getEffectiveLevel()],
        context=multiprocessing.get_context("spawn"),
    ) as pool:
        for source in files:
            if is_first and pages >= page_limit:
                break
            task = pool.schedule(
                measure_document,
                args=[source, dataclasses.replace(settings, ocr=ocr)],
                timeout=_DOCUMENT_LIMIT_S,
            )
            outcome = _outcome(task, source)
            pages += len(outcome.pages) if isinstance(outcome, Measured) else 0
            outcomes.append((source, outcome))
    return EngineFigures(name, tuple(outcomes))


def _outcome(task: Future[Measured], source: Source) -> Outcome:
    """Return what came of a file; only what would stop every file is raised."""
    from pebble import ProcessExpired

    try:
        return task.result()
    except DocumentError as error:
        return error
    except (ProcessExpired, TimeoutError) as error:
        return WorkerDied(str(error), document=source.name)


def measure_document(source: Source, settings: Settings) -> Measured:
    """Prepare one document in a folder that is thrown away, and say what it cost.

    Raises:
        DigitizationError: the document can't be read, or nothing can.
    """
    from digitizer.scan.sandbox import isolation

    before = spent()
    isolation()  # starts the decoder, which lives on
    engine = worker.engine(settings.ocr.engine)
    start = spent() - before
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as scratch:
        data = Path(scratch)
        run = dataclasses.replace(settings.run, data=data)
        stages = prepare_stages(dataclasses.replace(settings, run=run), engine)
        meter = StageMeter()
        with Journal(data / "journal.sqlite") as journal:
            taken = _take(source, data / "work")
            bench = Bench(taken.document_id, data / "bench", journal, on_step=meter.begin)
            prepared = walk.prepare(bench, stages, taken)
    return Measured(engine.name, prepared.recognized.pages, meter.end(), start, peak_mb())


def _take(source: Source, work: Path) -> Intake:
    try:
        return intake.take(source, work, now_ns=time.time_ns(), stable_s=0.0)
    except MustWait as waiting:
        raise DocumentError(str(waiting.reason), document=source.name) from waiting
    except OSError as error:
        raise DocumentError(str(error.strerror), document=source.name) from error


def agreement(one: EngineFigures, other: EngineFigures) -> tuple[float, int]:
    """Return the share of words that two engines read alike in the same place, and of how many.

    Words of both count; two are alike when their comparable text is equal and their boxes touch.
    """
    theirs = {source.name: measured for source, measured in other.read}
    alike = words = 0
    for source, measured in one.read:
        if source.name in theirs:
            for mine, page in zip(measured.pages, theirs[source.name].pages, strict=True):
                alike += 2 * _alike(mine, page)
                words += len(mine.words) + len(page.words)
    return alike / max(1, words), words


def _alike(one: RecognizedPage, other: RecognizedPage) -> int:
    """Count the words of one page that have a partner on the other, each partner used once."""
    places: dict[str, list[Box]] = {}
    for word in other.words:
        places.setdefault(comparable(word.text), []).append(word.box)
    found = 0
    for word in one.words:
        boxes = places.get(comparable(word.text), [])
        partner = next((box for box in boxes if _touch(word.box, box)), None)
        if partner is not None:
            boxes.remove(partner)
            found += 1
    return found


def _touch(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) > max(one.left, other.left)
    return across and min(one.bottom, other.bottom) > max(one.top, other.top)
