"""Where documents are prepared: in this process, or in supervised local processes.

Both give results as they come, one per task, and never lose a task: a worker that dies or hangs
costs its own document one attempt and nobody else anything.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol

from digitizer.errors import DigitizationError, PageTimedOut, WorkerDied
from pipelines import worker
from pipelines.walk import Prepared
from pipelines.worker import Task

log = logging.getLogger(__name__)
_DOCUMENT_LIMIT_S = 6 * 3600.0
_TASKS_PER_PROCESS = 200


class Executor(Protocol):
    """Prepares documents, in whatever order it likes."""

    name: str

    def prepare(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Prepared | Exception]]:
        """Yield each task once, with what came of it; closing the iterator stops the work."""
        ...


class InProcess:
    """One document after the other, here. For debugging and small machines."""

    name = "in-process"

    def prepare(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Prepared | Exception]]:
        for task in tasks:
            try:
                outcome: Prepared | Exception = worker.prepare(task)
            except DigitizationError as error:
                outcome = error
            except Exception as error:  # noqa: BLE001 - a bug must cost one document, not the batch
                outcome = _bug(task, error)
            yield task, outcome


class LocalProcesses:
    """`workers` processes, each replaced when it dies, hangs or has done its share.

    A standard-library pool fails every unfinished task when one worker is killed; pebble's gives
    the killed one back by name (docs/adr/0013).
    """

    name = "local-processes"

    def __init__(self, workers: int) -> None:
        self.workers = workers or os.cpu_count() or 1

    def prepare(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Prepared | Exception]]:
        from pebble import ProcessPool

        os.environ["OMP_THREAD_LIMIT"] = "1"
        pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=_TASKS_PER_PROCESS,
            initializer=worker.begin,
            initargs=[os.getpid(), logging.getLogger().getEffectiveLevel()],
            context=multiprocessing.get_context("spawn"),
        )
        running: dict[Future[Prepared], Task] = {}

        def fill() -> None:
            # One task more than workers: the next document is at hand when a worker is free.
            for task in itertools.islice(tasks, self.workers + 1 - len(running)):
                future: Future[Prepared] = pool.schedule(
                    worker.prepare, args=[task], timeout=_DOCUMENT_LIMIT_S
                )
                running[future] = task

        try:
            fill()
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    task = running.pop(future)
                    fill()
                    yield task, _outcome(task, future)
                fill()
        finally:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
            pool.join()


def _outcome(task: Task, future: Future[Prepared]) -> Prepared | Exception:
    from pebble import ProcessExpired

    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, DigitizationError):
        return error
    if isinstance(error, ProcessExpired | TimeoutError):
        return _died(task, error)
    return _bug(task, error)


def _died(task: Task, error: BaseException) -> DigitizationError:
    """Say where a worker was when it went. Exit code 1 is the page timer's (see worker)."""
    stage, page = worker.last_seen(task.folder)
    if page is not None and getattr(error, "exitcode", None) == 1:
        return PageTimedOut(stage, document=task.intake.source, page=page)
    return WorkerDied(f"{stage}: {error}", document=task.intake.source, page=page)


def _bug(task: Task, error: BaseException) -> DigitizationError:
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return WorkerDied(type(error).__name__, document=task.intake.source)


def open_executor(workers: int) -> Executor:
    """Return the executor for `workers` processes; negative means in this process."""
    return InProcess() if workers < 0 else LocalProcesses(workers)
