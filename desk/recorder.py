"""Writes down every answer before it is given, many at once for one wait on the disk."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from storage.audit_log import AuditLog, Event
from storage.reuse import AskedLookup, ReuseLedger

_MOST_AT_ONCE = 256

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    event: Event
    lookup: AskedLookup | None
    done: Future[None] = field(default_factory=Future)


class Recorder:
    """One thread that owns the audit log; what arrives while the disk works goes together.

    An answer that can't be recorded is not given: the future then holds the error.
    """

    def __init__(self, audit: AuditLog, ledger: ReuseLedger) -> None:
        self._audit = audit
        self._ledger = ledger
        self._queue: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    def record(self, event: Event, lookup: AskedLookup | None = None) -> Future[None]:
        """Queue one event, and the answer it tells of; done when both are on the disk."""
        entry = _Entry(event, lookup)
        # Begun: an asker who goes away can't take back what is to be written.
        entry.done.set_running_or_notify_cancel()
        self._queue.put(entry)
        return entry.done

    def close(self) -> None:
        """Write what is queued and stop. Nothing may be recorded after that."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, is_last = self._more([first])
            self._write(batch)
            if is_last:
                return

    def _more(self, batch: list[_Entry]) -> tuple[list[_Entry], bool]:
        while len(batch) < _MOST_AT_ONCE:
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                break
            if entry is None:
                return batch, True
            batch.append(entry)
        return batch, False

    def _write(self, batch: Sequence[_Entry]) -> None:
        try:
            self._audit.append_all([entry.event for entry in batch])
            if lookups := [entry.lookup for entry in batch if entry.lookup]:
                self._ledger.enter(lookups)
        except Exception as error:  # noqa: BLE001 - each asker raises it again in its own thread
            log.error("answers could not be recorded: %s", type(error).__name__)  # noqa: TRY400
            for entry in batch:
                entry.done.set_exception(error)
        else:
            for entry in batch:
                entry.done.set_result(None)
