"""Where documents are prepared: in this process, or in supervised local processes.

Both give results as they come, one per task, and never lose a task: a worker that dies or hangs
costs its own document one attempt and nobody else anything.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from digitizer.errors import DigitizationError, PageTimedOut, WorkerDied
from pipelines import worker
from pipelines.lease import Holder
from pipelines.walk import Prepared
from pipelines.worker import Task

if TYPE_CHECKING:
    from pebble import ProcessPool

log = logging.getLogger(__name__)
_DOCUMENT_LIMIT_S = 6 * 3600.0
_TASKS_PER_PROCESS = 200
_LOOK_S = 1.0
_MOST_BROKEN = 5
"""Pools that may break one after the other before a document is given back as died."""


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
    the killed one back by name. A worker that is killed while it has no task, as it starts or
    between two documents, breaks pebble's pool too: then another pool is made, and what the broken
    one had in hand is begun again (docs/adr/0013).
    """

    name = "local-processes"

    def __init__(self, workers: int, holder: Holder | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._holder = holder

    def prepare(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Prepared | Exception]]:
        os.environ["OMP_THREAD_LIMIT"] = "1"
        left: deque[Task] = deque()
        broken = 0
        while True:
            for task, outcome in self._until_broken(left, tasks):
                broken = 0
                yield task, outcome
            if not left:
                return
            broken += 1
            log.warning("pool of workers broken, %d in a row", broken)
            if broken >= _MOST_BROKEN:
                task = left.popleft()
                yield task, WorkerDied("", document=task.intake.source)

    def _until_broken(
        self, left: deque[Task], tasks: Iterator[Task]
    ) -> Iterator[tuple[Task, Prepared | Exception]]:
        """Yield outcomes from one pool, until all is done or the pool breaks.

        Args:
            left: begun with, before `tasks`; holds what is unfinished when the pool breaks.
        """
        running: dict[Future[Prepared], Task] = {}
        with self._pool() as pool:
            is_whole = _fill(running, left, tasks, self.workers + 1, pool)
            while running:
                done, _ = wait(running, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
                if not done and not pool.active:
                    # Pebble leaves a task that was still queued when its pool broke unanswered.
                    left.extend(running.values())
                    return
                for future in done:
                    task = running.pop(future)
                    if isinstance(future.exception(), BrokenProcessPool):
                        left.append(task)
                        is_whole = False
                        continue
                    if is_whole:
                        is_whole = _fill(running, left, tasks, self.workers + 1, pool)
                    yield task, _outcome(task, future)
                if is_whole:
                    is_whole = _fill(running, left, tasks, self.workers + 1, pool)

    @contextmanager
    def _pool(self) -> Iterator[ProcessPool]:
        from pebble import ProcessPool

        pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=_TASKS_PER_PROCESS,
            initializer=worker.begin,
            initargs=[os.getpid(), logging.getLogger().getEffectiveLevel(), self._holder],
            context=multiprocessing.get_context("spawn"),
        )
        try:
            yield pool
        finally:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
            pool.join()


def _fill(
    running: dict[Future[Prepared], Task],
    left: deque[Task],
    tasks: Iterator[Task],
    most: int,
    pool: ProcessPool,
) -> bool:
    """Hand out tasks until `most` are out; False when the pool takes no more.

    One more than workers is out: the next document is at hand when a worker is free.
    """
    while len(running) < most:
        task = left.popleft() if left else next(tasks, None)
        if task is None:
            return True
        try:
            future = pool.schedule(worker.prepare, args=[task], timeout=_DOCUMENT_LIMIT_S)
        except RuntimeError:  # pebble's word for a pool that is broken
            left.appendleft(task)
            return False
        running[future] = task
    return True


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


def open_executor(workers: int, holder: Holder | None = None) -> Executor:
    """Return the executor for `workers` processes; negative means in this process.

    Args:
        holder: the run whose leases its processes keep alive.
    """
    return InProcess() if workers < 0 else LocalProcesses(workers, holder)
