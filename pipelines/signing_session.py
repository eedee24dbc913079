"""The officer's session: the approved digests, and nothing else, are signed and put away.

The keys are unlocked once. What goes wrong with key, time stamp or store ends the session; what it
had not come to waits as before, and the next session goes on from there.

Source: NĐ 30/2020/NĐ-CP Đ32–33 (the clerk applies the agency's key in person); docs/adr/0021.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitizer.errors import DigitizationError, DocumentError, Unavailable
from pipelines import approval, ready, session_log, walk
from pipelines.bench import Bench
from pipelines.intake import Source
from pipelines.journal import Journal
from pipelines.lock import locked
from pipelines.outcome import Balance, MustWait, Outcome, balance
from pipelines.ready import Ready
from pipelines.register import Register
from pipelines.sealing import Sealing, opened, patiently
from pipelines.session_log import Ended
from pipelines.settings import Settings
from pipelines.stages import Clock, wall_clock
from pipelines.watch import Watcher
from pipelines.worker import Task, journal_path


@dataclass(frozen=True, slots=True)
class SessionConduct:
    """How a session is to be gone about.

    Attributes:
        account: the officer's account at this machine.
        clock, sleep: the time; tests bring their own.
    """

    account: str
    clock: Clock = wall_clock
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What a session did.

    Attributes:
        stopped: the error that ended it early, None when it came through.
        record: the session's record; None when it could not be signed and stored yet, which the
            next session makes good.
    """

    session: str
    approved: int
    outcomes: tuple[Outcome, ...]
    stopped: DigitizationError | None
    record: Path | None

    @property
    def balance(self) -> Balance:
        return balance(self.approved, self.outcomes)


def hold(
    settings: Settings,
    approved: list[Ready],
    conduct: SessionConduct,
    *,
    watcher: Watcher | None = None,
) -> SessionResult:
    """Sign and archive the approved documents, and close sessions that were cut short before.

    Args:
        approved: as `ready.chosen` gave them: each still the PDF/A that was listed. With none, only
            earlier sessions are closed.

    Raises:
        ConfigError, RunLocked, Unavailable: before anything was signed.
        IntegrityError: a PDF/A is no longer the approved one; nothing was signed after that.
    """
    now = conduct.clock()
    watcher = watcher or Watcher()
    approve = approval.of_a_session({one.document_id: one.pdf_a.pdf.sha256 for one in approved})
    with locked(settings.run.data), Journal(journal_path(settings)) as journal:
        for one in approved:
            ready.check(one)  # before the token is unlocked
        with opened(settings, approve, with_keys=True, now=now, clock=conduct.clock) as sealing:
            for opening in session_log.left_open(settings):
                session_log.close(settings, sealing, opening, Ended.INTERRUPTED)
            if not approved:
                return SessionResult("", 0, (), None, None)
            register = Register(settings, journal, watcher)
            session = Session(settings, journal, register, sealing, conduct)
            return session.go_through(approved, watcher)


class Session:
    """One session, its keys open."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        register: Register,
        sealing: Sealing,
        conduct: SessionConduct,
    ) -> None:
        self.settings = settings
        self.journal = journal
        self.register = register
        self.sealing = sealing
        self.stages = sealing.stages()
        self.conduct = conduct
        self.stopped: Unavailable | None = None

    def go_through(self, approved: list[Ready], watcher: Watcher) -> SessionResult:
        """Sign one after the other, then close the session whatever happened in it."""
        now, account = self.conduct.clock(), self.conduct.account
        opening = session_log.begin(self.settings, self.sealing, approved, account, now)
        watcher.begin(len(approved))
        try:
            for one in approved:
                self._take_up(one)
        finally:
            watcher.end()
        record = self._close(opening)
        outcomes = self.register.outcomes()
        return SessionResult(opening.session, len(approved), outcomes, self.stopped, record)

    def _take_up(self, one: Ready) -> None:
        intake = one.standing.intake
        source = Source(intake.original.path, intake.source, intake.original.size_bytes, 0)
        self.register.owns(one.document_id, source)
        if self.stopped is not None:
            self.register.as_before(source, one.standing)
            return
        try:
            self._seal(one)
        except Unavailable as error:
            self.stopped = error
            self.register.as_before(source, one.standing)

    def _seal(self, one: Ready) -> None:
        """Take one document through the rest of the walk; raises what ends the session."""
        task = Task(one.standing.intake, self.settings)
        prepared = ready.prepared(self.settings, one.document_id)
        bench = Bench(one.document_id, task.folder, self.journal)
        pages = one.pdf_a.page_count
        try:
            patiently(
                lambda: walk.seal(bench, self.stages, prepared),
                attempts=self.settings.run.store_attempts,
                sleep=self.conduct.sleep,
            )
        except MustWait as waiting:
            self.register.waits(one.document_id, waiting, pages)
        except DocumentError as error:
            error.located(task.intake.source)
            self.register.quarantined(task, error)
        else:
            self.register.archived(task, pages)

    def _close(self, opening: session_log.Opening) -> Path | None:
        ended = Ended.STOPPED if self.stopped else Ended.COMPLETE
        code = self.stopped.code if self.stopped else ""
        try:
            record = session_log.close(self.settings, self.sealing, opening, ended, code)
            if self.stopped is None:
                self.sealing.catalog.confirm(self.conduct.clock())
        except Unavailable as error:
            self.stopped = self.stopped or error
            return None
        return record
