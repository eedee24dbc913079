"""Renewing what will lapse: the next time stamp over each signed PDF, before the last one ends.

The catalog names the candidates, the archive's record and the PDF itself say the truth. A renewed
PDF is a new version beside the old one; nothing is overwritten, and a renewal that was cut short
is simply done by the next run. Design: docs/adr/0022.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.errors import (
    DigitizationError,
    DocumentError,
    IntegrityError,
    ObjectMissing,
    RevocationUnavailable,
    SignatureLapsed,
    Unavailable,
)
from digitizer.model import DocumentId
from pipelines import durable
from pipelines.lock import locked
from pipelines.outlook import months_later
from pipelines.sealing import patiently
from pipelines.settings import Settings
from pipelines.stages import Clock, wall_clock

if TYPE_CHECKING:
    from signing.trust import Trust
    from storage.catalog import Catalog
    from storage.objects import ObjectStore
    from storage.record import Record
    from storage.revise import Renewal


class Fate(StrEnum):
    """What became of a document that will lapse; `pipelines.messages` has the words."""

    RENEWED = "renewed"
    DUE = "due"
    """To be renewed; only a dry run leaves it at that."""
    NOT_LONGER = "not_longer"
    """The authority has no certificate yet that lasts longer than what is there."""
    WAITING = "waiting"
    """A service is away; the next run goes on."""
    LAPSED = "lapsed"
    """Too late: it can't be proven any more, so a time stamp would prove nothing."""
    FAILED = "failed"
    """The PDF can't be extended."""
    THROWAWAY = "throwaway"
    """Signed with a throw-away key: never renewed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document that lapses before the horizon.

    Attributes:
        lapses_at: when its proof ended before this run; None where nothing says.
        until: when it ends now; None where it was not renewed.
        detail: facts for the administrator, "" when all is well.
    """

    document_id: DocumentId
    fate: Fate
    lapses_at: datetime | None
    until: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RenewalResult:
    """What a renewal did. `horizon`: whatever lapses before it was looked at."""

    horizon: datetime
    items: tuple[Item, ...]
    stopped: DigitizationError | None

    def count(self, *fates: Fate) -> int:
        """Return how many documents met one of these fates."""
        return sum(item.fate in fates for item in self.items)


@dataclass(frozen=True, slots=True)
class RenewalConduct:
    """How to go about it.

    Attributes:
        within_months: look at what lapses within so many months.
        dry_run: only tell; nothing is stamped or stored.
        clock, sleep: the time; tests bring their own.
    """

    within_months: int = 12
    dry_run: bool = False
    clock: Clock = wall_clock
    sleep: Callable[[float], None] = time.sleep


def renew(settings: Settings, conduct: RenewalConduct) -> RenewalResult:
    """Renew all that lapses within the months asked for.

    Raises:
        ConfigError: no time-stamp authority is named.
        RunLocked, Unavailable: before anything was begun.
        IntegrityError: the archive does not hold what it says; nothing was touched after that.
    """
    from signing.renew import reach
    from signing.trust import Trust
    from storage.catalog import Catalog
    from storage.objects import open_store

    now = conduct.clock()
    trust = Trust.open(settings.signing, settings.keys_folder)
    with locked(settings.run.data), _scratch(settings.run.data / "renewal") as scratch:
        store = open_store(settings.storage)
        store.check()
        until = reach(settings.signing, trust=trust, now=now)
        with Catalog.open(settings.storage) as catalog:
            round_ = Round(settings, conduct, store, catalog, trust, until, scratch)
            horizon = months_later(now, conduct.within_months)
            items = tuple(round_.go_through(horizon))
    return RenewalResult(horizon, items, round_.stopped)


class Round:
    """One run of renewals over everything that lapses before a horizon."""

    def __init__(
        self,
        settings: Settings,
        conduct: RenewalConduct,
        store: ObjectStore,
        catalog: Catalog,
        trust: Trust,
        until: datetime,
        scratch: Path,
    ) -> None:
        self.settings = settings
        self.conduct = conduct
        self.store = store
        self.catalog = catalog
        self.trust = trust
        self.until = until
        self.scratch = scratch
        self.stopped: Unavailable | None = None

    def go_through(self, horizon: datetime) -> Iterator[Item]:
        """Yield what became of each document that lapses before `horizon`."""
        for document_id in self.catalog.lapsing(horizon):
            if self.stopped is not None:
                yield Item(document_id, Fate.WAITING, None, detail=self.stopped.code)
                continue
            try:
                item = self._take_up(document_id, horizon)
            except Unavailable as error:
                self.stopped = error
                item = Item(document_id, Fate.WAITING, None, detail=error.code)
            if item is not None:
                yield item

    def _take_up(self, document_id: DocumentId, horizon: datetime) -> Item | None:
        from signing.renew import lapse_of
        from storage.archive import committed
        from storage.objects import retrieve

        record = committed(self.store, document_id)
        if record is None:
            raise ObjectMissing(f"{document_id}: in the catalog, and not in the archive")
        if record.legal_value.is_throwaway:
            return Item(document_id, Fate.THROWAWAY, record.lapses_at)
        folder = durable.emptied(self.scratch / document_id)
        retrieve(self.store, record.objects.signed, folder / "before.pdf")
        lapses_at = lapse_of(folder / "before.pdf").at
        if lapses_at >= horizon:
            self.catalog.enter(record)  # an earlier run renewed it and came no further
            return None
        if lapses_at >= self.until:
            return Item(document_id, Fate.NOT_LONGER, lapses_at)
        if self.conduct.dry_run:
            return Item(document_id, Fate.DUE, lapses_at)
        return self._renew(record, folder, lapses_at)

    def _renew(self, record: Record, folder: Path, lapses_at: datetime) -> Item:
        renewed: list[Record] = []
        try:
            patiently(
                lambda: renewed.append(self._extend(record, folder)),
                attempts=self.settings.run.store_attempts,
                sleep=self.conduct.sleep,
            )
        except RevocationUnavailable as error:
            # One authority's silence; the papers of others need not wait for it.
            return Item(record.document_id, Fate.WAITING, lapses_at, detail=error.code)
        except DocumentError as error:
            fate = Fate.LAPSED if isinstance(error, SignatureLapsed) else Fate.FAILED
            return Item(record.document_id, fate, lapses_at, detail=error.code)
        shutil.rmtree(folder)
        return Item(record.document_id, Fate.RENEWED, lapses_at, renewed[0].lapses_at)

    def _extend(self, record: Record, folder: Path) -> Record:
        """Stamp, prove, store, enter; the old version stays as it is."""
        from storage.revise import renew as commit

        renewal = self._stamp(record, folder)
        now = self.conduct.clock()
        renewed = commit(self.store, record, renewal, folder=folder, now=now)
        self.catalog.enter(renewed)
        return renewed

    def _stamp(self, record: Record, folder: Path) -> Renewal:
        from signing.extend import extend
        from signing.renew import authority, lapse_of, levels_of
        from storage.revise import Renewal

        now = self.conduct.clock()
        stamper = authority(self.settings.signing, now)
        before, after = folder / "before.pdf", folder / "after.pdf"
        stored = extend(before, after, stamper=stamper, trust=self.trust, now=now)
        if not after.read_bytes().startswith(before.read_bytes()):
            raise IntegrityError(f"{record.document_id}: extending changed what was signed")
        levels = levels_of(after, trust=self.trust, now=now)
        if len(levels) != len(record.legal_value.signatures):
            raise IntegrityError(f"{record.document_id}: not the signatures on record")
        return Renewal(stored, levels, lapse_of(after).at)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        yield durable.emptied(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
