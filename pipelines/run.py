"""One run: everything in the inbox, to the end or to a clear stop, with nothing lost from sight.

The order of a run: lock, pre-flight, find, take, prepare (many processes), seal (this one).
Every file that was found comes to rest in exactly one state; the sum must balance to the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer import codec
from digitizer.errors import (
    DigitizationError,
    DiskFull,
    DocumentError,
    InboxMissing,
    Unavailable,
    WorkerDied,
)
from digitizer.model import DocumentId
from pipelines import approval, hot_folder, intake, lease, ready, scanned_ahead, walk, worker
from pipelines.bench import Bench
from pipelines.door import Door
from pipelines.executor import Executor, open_executor
from pipelines.intake import Source
from pipelines.journal import Journal, Standing
from pipelines.lease import Leases
from pipelines.lock import shared
from pipelines.outcome import Balance, MustWait, Outcome, State, WaitReason, balance
from pipelines.outlook import Outlook, outlook
from pipelines.register import ARRIVALS, Register, sweep
from pipelines.sealing import Sealing, opened, patiently
from pipelines.settings import Settings
from pipelines.stages import Clock, ground, wall_clock
from pipelines.watch import Watcher
from pipelines.worker import Task


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a run is to be gone about.

    Attributes:
        until: no document is begun after this moment.
        retry: also take up again what was quarantined before.
        clock, sleep: the time; tests bring their own.
        trouble: asked before each document; what it returns stops the run, resumable.
    """

    until: datetime | None = None
    retry: bool = False
    clock: Clock = wall_clock
    sleep: Callable[[float], None] = time.sleep
    trouble: Callable[[], Unavailable | None] = lambda: None


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did.

    `stopped` is the error that ended it early, None when it came through. `quota_over`: some
    documents wait only because the day's quota of unattended sealing was used up.
    """

    started_at: datetime
    ended_at: datetime
    inbox: Path
    found: int
    outcomes: tuple[Outcome, ...]
    stopped: DigitizationError | None
    window_over: bool
    quota_over: bool
    outlook: Outlook

    @property
    def balance(self) -> Balance:
        return balance(self.found, self.outcomes)


def run_inbox(
    settings: Settings,
    inbox: Path,
    *,
    watcher: Watcher | None = None,
    conduct: Conduct | None = None,
) -> RunResult:
    """Do all that can be done for the files under `inbox`.

    Raises:
        ConfigError, MissingDependency, RunLocked, Unavailable: before anything was begun.
        IntegrityError: in the middle; nothing was touched after it was noticed.
    """
    conduct = conduct or Conduct()
    watcher = watcher or Watcher()
    started_at = conduct.clock()
    if not inbox.is_dir():
        raise InboxMissing(str(inbox))
    with (
        shared(settings.run.data),
        Journal(worker.journal_path(settings)) as journal,
        lease.opened(settings.run.data, journal) as leases,
        opened(
            settings,
            approval.of_a_run(settings, journal, conduct.clock),
            with_keys=settings.signing.approve == "unattended",
            now=started_at,
            clock=conduct.clock,
        ) as sealing,
    ):
        sweep(settings, leases)
        found = intake.find(inbox, settings.intake.ignore)
        sources = (*found, *hot_folder.spooled(settings.run.data, journal, found))
        register = Register(settings, journal, watcher)
        run = Run(settings, leases, register, sealing, conduct)
        watcher.begin(len(sources))
        try:
            run.work(sources, open_executor(settings.run.workers, leases.holder))
        finally:
            watcher.end()
            scanned_ahead.sweep(settings.run.data)
        run.confirm_catalog()
        return RunResult(
            started_at,
            conduct.clock(),
            inbox,
            run.door.count + run.carried,
            tuple(sorted(register.outcomes(), key=lambda o: intake.natural_key(o.source))),
            run.stopped,
            run.window_over,
            run.quota_over,
            outlook(sealing, conduct.clock()),
        )


class Run:
    """The run itself: lets documents in at the door, sends them round, seals what comes back."""

    def __init__(
        self,
        settings: Settings,
        leases: Leases,
        register: Register,
        sealing: Sealing,
        conduct: Conduct,
    ) -> None:
        self.settings = settings
        self.leases = leases
        self.journal = leases.journal
        self.register = register
        self.catalog = sealing.catalog
        self.stages = sealing.stages()
        self.conduct = conduct
        self.ground = ground(settings)
        self.stopped: Unavailable | None = None
        self.window_over = False
        self.quota_over = False
        self.carried = 0
        self.elsewhere: list[Source] = []
        self.door = Door(
            settings,
            leases.journal,
            may_open=lambda: not self._must_stop(),
            on_more=register.parted,
            retry=conduct.retry,
        )

    def work(self, sources: tuple[Source, ...], executor: Executor) -> None:
        """Bring every source to rest."""
        again = self._round(self._tasks(self.door.documents(sources)), executor)
        again += self._round(self._left_behind(), executor)
        self._again(again, executor)
        # Another run was at these. It has come to their end by now, was killed, or still is.
        elsewhere, self.elsewhere = tuple(self.elsewhere), []
        self._again(self._round(self._tasks(elsewhere), executor), executor)
        for source in self.elsewhere:
            self.register.not_taken(source, MustWait(WaitReason.ELSEWHERE))

    def _again(self, tasks: list[Task], executor: Executor) -> None:
        """Work on tasks whose worker died until each has come to rest."""
        while tasks:
            tasks = self._round(iter(tasks), executor)

    def confirm_catalog(self) -> None:
        """Say that the catalog knows all there is, also after a night without documents."""
        if self.stopped is not None:
            return
        try:
            self.catalog.confirm(self.conduct.clock())
        except Unavailable as error:
            self.stopped = error

    def _round(self, tasks: Iterator[Task], executor: Executor) -> list[Task]:
        """Prepare and seal; return the tasks whose worker died and that may be tried again."""
        again = []
        for task, outcome in executor.prepare(tasks):
            if isinstance(outcome, WorkerDied) and self._may_retry(task):
                again.append(task)
                continue
            if isinstance(outcome, walk.Prepared):
                self._seal(task, outcome)
            else:
                self._failed(task, outcome)
            self.leases.release(task.intake.document_id)
        return again

    # ── the door ─────────────────────────────────────────────────────────────────────────────

    def _tasks(self, sources: Iterable[Source]) -> Iterator[Task]:
        """Yield what has to be prepared; bring to rest what is known, refused or a duplicate."""
        for source in sources:
            if self._must_stop():
                self.register.not_taken(source, MustWait(WaitReason.NOT_REACHED))
                continue
            try:
                task = self._task(source)
            except MustWait as waiting:
                self._not_taken(source, waiting)
            except DocumentError as error:
                reason = (error.code, error.detail)
                self.journal.refuse(str(source.path), source.size_bytes, source.mtime_ns, reason)
                self.register.refused(source, *reason, is_new=True)
            except DiskFull as error:
                self.stopped = error
                self.register.not_taken(source, MustWait(WaitReason.UNAVAILABLE, error.code))
            else:
                if task is not None:
                    yield task

    def _not_taken(self, source: Source, waiting: MustWait) -> None:
        if waiting.reason is WaitReason.ELSEWHERE:
            self.elsewhere.append(source)
        else:
            self.register.not_taken(source, waiting)

    def _left_behind(self) -> Iterator[Task]:
        """Yield documents that wait, or were cut short, and whose source left the inbox.

        Our copy is all there is of them now; they go on as soon as what they wait for is there.
        """
        for seen in tuple(self.journal.standings()):
            if seen.is_final or self.register.knows(seen.intake.document_id):
                continue
            original = seen.intake.original
            if not original.path.is_file() or not self.leases.claim(seen.intake.document_id):
                continue  # nothing to work on, or another run carries it
            standing = self._claimed(seen.intake.document_id)
            if standing.is_final:
                continue  # another run brought it there since we looked
            self.carried += 1
            source = Source(original.path, standing.intake.source, original.size_bytes, 0)
            self.register.owns(standing.intake.document_id, source)
            if standing.state is not None and (self._is_at_rest(standing) or self._must_stop()):
                self.register.as_before(source, standing)
                self.leases.release(standing.intake.document_id)
            elif self._must_stop():
                self.register.not_taken(source, MustWait(WaitReason.NOT_REACHED))
            else:
                yield Task(standing.intake, self.settings)

    def _must_stop(self) -> bool:
        until = self.conduct.until
        if until is not None and self.conduct.clock() >= until:
            self.window_over = True
        self.stopped = self.stopped or self.conduct.trouble()
        return self.window_over or self.stopped is not None

    def _task(self, source: Source) -> Task | None:
        if source.trouble is not None:
            raise source.trouble
        refused = self.journal.refused(str(source.path), source.size_bytes, source.mtime_ns)
        if refused and not self.conduct.retry:
            self.register.refused(source, *refused, is_new=False)
            return None
        known = self.journal.known_source(str(source.path), source.size_bytes, source.mtime_ns)
        standing = (self.journal.standing(known) if known else None) or self._take(source)
        if not self.register.owns(standing.intake.document_id, source):
            self.register.duplicate(source, standing, is_new=known is None)
            scanned_ahead.drop(self.settings.run.data, standing.intake.document_id)
            return None
        if self._is_at_rest(standing):
            self.register.as_before(source, standing)
            return None
        standing = self._claimed(standing.intake.document_id)
        if self._is_at_rest(standing):
            # Another run brought it there since we looked.
            self.leases.release(standing.intake.document_id)
            self.register.as_before(source, standing)
            return None
        if not standing.intake.original.path.is_file():
            self._take(source)
        if source.expected is not None:
            self.door.book.expect(standing.intake.document_id, source.expected)
        return Task(standing.intake, self.settings)

    def _claimed(self, document_id: DocumentId) -> Standing:
        """Lease a document and return where it stands. Raises MustWait while another run has it."""
        if not self.leases.claim(document_id):
            raise MustWait(WaitReason.ELSEWHERE)
        standing = self.journal.standing(document_id)
        assert standing is not None, "nobody leases what was not entered"
        return standing

    def _take(self, source: Source) -> Standing:
        """Make our copy of a source and enter it. Raises as `intake.arrive`."""
        work = self.settings.run.data / "work"
        arrival = intake.arrive(
            source,
            work / ARRIVALS / str(self.leases.holder.number) / "copy",
            now_ns=time.time_ns(),
            stable_s=self.settings.intake.stable_s,
            incomplete_s=self.settings.intake.incomplete_s,
        )
        document_id = arrival.document_id
        if not self.leases.claim(document_id):
            raise MustWait(WaitReason.ELSEWHERE)
        known = self.journal.standing(document_id)
        is_at_rest = known is not None and self._is_at_rest(known)
        if not is_at_rest:
            self.journal.take(arrival.place(work))
        self.journal.enter_source(str(source.path), source.size_bytes, source.mtime_ns, document_id)
        standing = self._claimed(document_id)
        if is_at_rest:
            self.leases.release(document_id)
        return standing

    def _is_at_rest(self, standing: Standing) -> bool:
        """Whether nothing would come out otherwise than the last time."""
        if standing.state is State.QUARANTINED:
            return not self.conduct.retry
        if standing.state is State.WAITING and standing.ground:
            return standing.ground == self._ground(standing.intake.document_id)
        return standing.is_final

    def _ground(self, document_id: DocumentId) -> str:
        return codec.digest((self.ground, self.journal.corrections(document_id)))

    # ── what comes back ──────────────────────────────────────────────────────────────────────

    def _may_retry(self, task: Task) -> bool:
        attempts = self.journal.count_attempt(task.intake.document_id)
        return attempts < self.settings.run.attempts and not self._must_stop()

    def _seal(self, task: Task, prepared: walk.Prepared) -> None:
        document_id, pages = task.intake.document_id, len(prepared.scanned.pages)
        if self.stopped is not None:
            waiting = MustWait(WaitReason.UNAVAILABLE, self.stopped.code)
            self.register.waits(document_id, waiting, pages)
            return
        bench = Bench(document_id, task.folder, self.journal)
        try:
            self.door.compare(prepared)
            self._patiently(lambda: walk.seal(bench, self.stages, prepared))
        except MustWait as waiting:
            self._waits(task, prepared, waiting)
        except DigitizationError as error:
            self._failed(task, error.located(task.intake.source))
        else:
            self.register.archived(task, pages)

    def _patiently(self, do: Callable[[], object]) -> None:
        attempts = self.settings.run.store_attempts
        patiently(do, attempts=attempts, sleep=self.conduct.sleep)

    def _waits(self, task: Task, prepared: walk.Prepared, waiting: MustWait) -> None:
        """Leave it waiting; what tomorrow's quota or an officer will take up is kept for them."""
        document_id, pages = task.intake.document_id, len(prepared.scanned.pages)
        if waiting.reason is WaitReason.QUOTA:
            self.quota_over = True
            self.register.waits(document_id, waiting, pages)
            return
        if waiting.reason is WaitReason.SIGNATURE:
            ready.keep(task.folder, prepared)
        self.register.waits(document_id, waiting, pages, self._ground(document_id))

    def _failed(self, task: Task, error: Exception) -> None:
        """The document's trouble costs the document, the world's stops the run, ours crashes."""
        if isinstance(error, DocumentError):
            self.register.quarantined(task, error)
        elif isinstance(error, Unavailable):
            self.stopped = error
            waiting = MustWait(WaitReason.UNAVAILABLE, error.code)
            self.register.waits(task.intake.document_id, waiting)
        else:
            raise error
