"""Writes down every answer before it is given, many at once for one wait on the disk."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from storage.audit_log import AuditLog, Event
from storage.reuse import AskedLookup, ReuseLedger

_MOST_AT_ONCE = 256
_LOOK_S = 0.001
_MOST_LOOKS = 5
"""The first waits for company as long as some comes, 5 ms at most: the disk is waited for once for
all of them, and while others are still being answered both threads would only be in each other's
way. Answers leave in ticks that are longer (docs/adr/0025)."""

log = logging.getLogger(__name__)


class Written:
    """What is to be on the disk before its answer is given: done then, or it holds the error.

    Waited for by a thread (`result`) or in an event loop (`soon`); whoever goes away does not keep
    it from being written.
    """

    __slots__ = ("_changing", "_done", "_error", "_waiting", "event", "lookup")

    def __init__(
        self, event: Event, lookup: AskedLookup | None, changing: threading.Condition
    ) -> None:
        self.event = event
        self.lookup = lookup
        self._changing = changing
        self._done = False
        self._error: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None

    def result(self, timeout_s: float) -> None:
        """Wait. Raises TimeoutError, or what kept it from being written."""
        with self._changing:
            if not self._changing.wait_for(lambda: self._done, timeout_s):
                raise TimeoutError
        if self._error is not None:
            raise self._error

    def soon(self) -> asyncio.Future[None]:
        """Return the running loop's future of it; asked for once."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._changing:
            if not self._done:
                self._waiting = waiting
                return waiting
        _tell([waiting], self._error)
        return waiting

    def finish(self, error: Exception | None) -> asyncio.Future[None] | None:
        """Note that it is written, or why not; return who waits in a loop. Under the lock."""
        self._done, self._error = True, error
        return self._waiting


def finish_all(
    batch: Iterable[Written], error: Exception | None, changing: threading.Condition
) -> None:
    """Tell all who wait, each loop with one call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
    with changing:
        for one in batch:
            if (waiting := one.finish(error)) is not None:
                by_loop[waiting.get_loop()].append(waiting)
        changing.notify_all()
    for loop, waiting_there in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, waiting_there, error)


def _tell(waiting: Iterable[asyncio.Future[None]], error: Exception | None) -> None:
    for one in waiting:
        if one.done():
            continue  # who waited went away
        if error is None:
            one.set_result(None)
        else:
            one.set_exception(error)


class Recorder:
    """One thread that owns the audit log; what arrives while the disk works goes together.

    An answer that can't be recorded is not given.
    """

    def __init__(self, audit: AuditLog, ledger: ReuseLedger) -> None:
        self._audit = audit
        self._ledger = ledger
        self._changing = threading.Condition()
        self._queue: queue.SimpleQueue[Written | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    def record(self, event: Event, lookup: AskedLookup | None = None) -> Written:
        """Queue one event, and the answer it tells of; done when both are on the disk."""
        written = Written(event, lookup, self._changing)
        self._queue.put(written)
        return written

    def close(self) -> None:
        """Write what is queued and stop. Nothing may be recorded after that."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            self._gather()
            batch, is_last = self._more([first])
            self._write(batch)
            if is_last:
                return

    def _gather(self) -> None:
        queued = -1
        for _ in range(_MOST_LOOKS):
            if queued == (queued := self._queue.qsize()):
                return
            time.sleep(_LOOK_S)

    def _more(self, batch: list[Written]) -> tuple[list[Written], bool]:
        while len(batch) < _MOST_AT_ONCE:
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                break
            if entry is None:
                return batch, True
            batch.append(entry)
        return batch, False

    def _write(self, batch: Sequence[Written]) -> None:
        try:
            self._audit.append_all([entry.event for entry in batch])
            if lookups := [entry.lookup for entry in batch if entry.lookup]:
                self._ledger.enter(lookups)
        except Exception as error:  # noqa: BLE001 - each asker raises it again in its own thread
            log.error("answers could not be recorded: %s", type(error).__name__)  # noqa: TRY400
            finish_all(batch, error, self._changing)
        else:
            finish_all(batch, None, self._changing)
