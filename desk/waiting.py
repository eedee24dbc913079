"""Papers that were taken in and are not archived yet, so that no one scans them a second time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from digitizer.errors import DigitizationError
from digitizer.model import DocumentId, Field, FieldName, FieldStatus
from pipelines import ready, reviewing
from pipelines.settings import Settings
from pipelines.worker import journal_path
from storage.identity import HolderKey, IdentityVault, normal_number

_AS_OLD_AS_S = 5.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """One paper on its way, and under which keyed number its holder is found."""

    document_id: DocumentId
    document_type: str
    holder_key: HolderKey


class WaitingRoom:
    """What the journal says is on its way, looked at again at most every few seconds.

    Looking takes the longer, the fuller the journal: only the first asker waits for it, later ones
    are told what was seen last while one thread looks again. Safe to share between threads. Only
    numbers that are sure count: a doubtful one would tell a clerk about another person's paper.
    """

    def __init__(self, settings: Settings, vault: IdentityVault) -> None:
        self._settings = settings
        self._vault = vault
        self._lock = threading.Lock()
        self._seen: tuple[Waiting, ...] = ()
        self._looked_at = float("-inf")
        self._mark: object = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on its way, for anyone."""
        return not self._current()

    def of(self, holder_keys: Iterable[HolderKey], document_type: str) -> tuple[Waiting, ...]:
        """Return what is on its way for these holders; "" means any type."""
        keys = set(holder_keys)
        return tuple(
            one
            for one in self._current()
            if one.holder_key in keys and document_type in ("", one.document_type)
        )

    def _current(self) -> tuple[Waiting, ...]:
        with self._lock:
            now = time.monotonic()
            if now - self._looked_at < _AS_OLD_AS_S:
                return self._seen
            is_first = self._looked_at == float("-inf")
            self._looked_at = now
        if is_first:
            self._look_again()
        else:
            threading.Thread(target=self._look_again, name="waiting room", daemon=True).start()
        return self._seen

    def _look_again(self) -> None:
        mark = _mark(self._settings)
        if mark != self._mark:
            self._seen, self._mark = self._look(), mark

    def _look(self) -> tuple[Waiting, ...]:
        try:
            return tuple(
                Waiting(document_id, kind, self._vault.holder_key(number))
                for document_id, kind, fields in _on_their_way(self._settings)
                for number in _sure_numbers(fields)
            )
        except DigitizationError:
            # The journal's trouble is the run's to report; the counter just does not know.
            return ()


def _mark(settings: Settings) -> object:
    """Return what changes whenever the journal does."""
    journal = journal_path(settings)
    marks = []
    for file in (journal, journal.with_name(journal.name + "-wal")):
        try:
            found = file.stat()
        except OSError:
            continue
        marks.append((found.st_mtime_ns, found.st_size))
    return marks


def _on_their_way(
    settings: Settings,
) -> Iterable[tuple[DocumentId, str, tuple[Field, ...]]]:
    for case in reviewing.waiting(settings):
        yield case.document_id, case.extracted.document_type, case.extracted.fields
    for one in ready.waiting(settings):
        yield one.document_id, one.metadata.document_type, one.metadata.fields


def _sure_numbers(fields: tuple[Field, ...]) -> Iterable[str]:
    for field in fields:
        is_number = field.name is FieldName.SO_DINH_DANH and field.status is FieldStatus.ACCEPTED
        if is_number and normal_number(field.value):
            yield field.value
