"""A photo or scan of a paper at the counter: read in the sandbox, compared with what is held.

Nothing of it is kept: it is read in a folder that is thrown away, by processes that may be killed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from desk.problem import Problem
from digitizer.errors import DigitizationError, DocumentError
from pipelines.reading import read_files
from pipelines.settings import Settings
from pipelines.walk import Prepared
from storage.catalog import Catalog
from storage.identity import IdentityVault
from storage.lookup import ByFile
from storage.objects import open_store
from storage.same_paper import Match, Sameness, candidates, matches
from storage.sought import archived_pages, as_read

_BUSY_S = 15
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing.

    Attributes:
        refused: why the file could not be read, None where it was.
        matches: what it is, or may be, the same ones first.
    """

    refused: DocumentError | None
    matches: tuple[Match, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether one of ours is this paper, as far as digits and fields can tell."""
        return any(one.verdict is Sameness.SAME for one in self.matches)

    def questions(self) -> tuple[ByFile, ...]:
        """Return what to ask for: the papers that it is, else those that a person may compare."""
        wanted = Sameness.SAME if self.is_sure else Sameness.PERHAPS
        found = [one.entry.signed_sha256 for one in self.matches if one.verdict is wanted]
        return tuple(ByFile(digest) for digest in found)


class PhotoReader:
    """Reads one photo at a time: reading takes a whole processor for seconds."""

    def __init__(self, settings: Settings, vault: IdentityVault) -> None:
        # A process of its own, whatever the site's runs do: what comes in here is anyone's.
        self._settings = replace(settings, run=replace(settings.run, workers=1))
        self._vault = vault
        self._turn = threading.Semaphore(1)

    def compare(self, file: Path, catalog: Catalog) -> Compared:
        """Return what a file shows.

        Raises:
            Problem: others are being read.
            DigitizationError: not the file's fault.
        """
        with self._my_turn():
            (reading,) = read_files((file,), self._settings)
        if isinstance(reading.outcome, DocumentError):
            return Compared(reading.outcome)
        if isinstance(reading.outcome, DigitizationError):
            raise reading.outcome
        return Compared(None, self._matches(reading.outcome, catalog))

    def _matches(self, read: Prepared, catalog: Catalog) -> tuple[Match, ...]:
        sought = as_read(read.recognized, read.extracted, self._vault)
        pages_of = partial(archived_pages, open_store(self._settings.storage))
        with catalog.snapshot() as seen:
            near = candidates(sought, seen)
        return matches(sought, near, pages_of)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=_PATIENCE_S):
            raise Problem("unavailable", retry_after_s=_BUSY_S)
        try:
            yield
        finally:
            self._turn.release()
