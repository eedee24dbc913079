"""Answers that were just given: what may be opened, and by whom, for a quarter of an hour."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desk.api_keys import ApiKey
from desk.required import PaperAnswer
from digitizer.model import DocumentId
from storage.answer import Found

_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the key, and the clerk whom its holder names ("" where it names none)."""

    key: ApiKey
    clerk: str

    @property
    def name(self) -> str:
        """One clerk at one desk, for budgets and alarms."""
        return f"{self.key.key_id}/{self.clerk}"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, as it was given."""

    lookup_id: str
    asker: Asker
    at: datetime
    shown: str
    purpose: str
    procedure: str
    case: str
    papers: tuple[PaperAnswer, ...]

    @property
    def opens_content(self) -> bool:
        """Whether pages and copies may be asked for: who, why and for which case is known."""
        return bool(self.asker.clerk and self.purpose and self.case)

    def found(self, document_id: str) -> Found | None:
        """Return that document of the answer, None when it is not one of them."""
        return next(
            (
                found
                for paper in self.papers
                for found in paper.answer.found
                if found.entry.document_id == DocumentId(document_id)
            ),
            None,
        )

    def paper(self, document_type: str) -> PaperAnswer | None:
        """Return the answer about that type, None when it was not asked about."""
        return next((one for one in self.papers if one.document_type == document_type), None)


class Pending:
    """All of them, the oldest forgotten first. Safe between threads."""

    def __init__(self, lives_s: float, clock: Callable[[], float]) -> None:
        self._lives_s = lives_s
        self._clock = clock
        self._lock = threading.Lock()
        self._given: OrderedDict[str, tuple[float, Given]] = OrderedDict()

    def add(self, given: Given) -> None:
        """Remember an answer."""
        with self._lock:
            now = self._clock()
            self._given[given.lookup_id] = (now, given)
            while self._given:
                at, _ = next(iter(self._given.values()))
                if now - at <= self._lives_s and len(self._given) <= _MOST:
                    break
                self._given.popitem(last=False)

    def of(self, lookup_id: str, key: ApiKey) -> Given | None:
        """Return an answer that this key was given and that is not too old, else None."""
        with self._lock:
            at, given = self._given.get(lookup_id, (0.0, None))
            is_fresh = given is not None and self._clock() - at <= self._lives_s
        if given is None or not is_fresh or given.asker.key.key_id != key.key_id:
            return None
        return given
