"""What follows when a paper has come into the archive: was it there already, and who is told.

Both can be done again without harm: a run that was killed here does so.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from pipelines import webhook
from pipelines.settings import Settings
from storage.catalog import Catalog
from storage.entry import entry_of
from storage.identity import IdentityVault
from storage.objects import ObjectStore
from storage.record import Record
from storage.same_as import SameAsLedger
from storage.same_paper import Match, Sameness, candidates, matches
from storage.sought import archived_pages, as_archived

_LEDGER = "same-as.sqlite"

log = logging.getLogger(__name__)


def ledger(settings: Settings) -> SameAsLedger:
    """Open the site's links between papers. Raises CatalogUnavailable."""
    return SameAsLedger(settings.run.data / _LEDGER)


def settle_in(
    settings: Settings,
    record: Record,
    store: ObjectStore,
    catalog: Catalog,
    vault: IdentityVault,
    now: datetime,
) -> None:
    """Link a paper to those it is, or may be, and have the other system told that it is ready.

    Raises:
        CatalogUnavailable: catalog, links or outbox can't be used.
        IntegrityError, Unavailable: the archive can't be read.
    """
    if found := _others(record, store, catalog, vault):
        with ledger(settings) as links:
            links.enter(record.document_id, found, now)
        for match in found:
            is_alarm = match.verdict is Sameness.CONFLICT
            level = logging.WARNING if is_alarm else logging.INFO
            log.log(
                level, "%s: %s of %s", record.document_id, match.verdict, match.entry.document_id
            )
    webhook.announce(settings, record, now)


def _others(
    record: Record, store: ObjectStore, catalog: Catalog, vault: IdentityVault
) -> tuple[Match, ...]:
    pages = archived_pages(store, record.document_id)
    own = as_archived(entry_of(record), pages, vault)
    with catalog.snapshot() as seen:
        near = candidates(own, seen)
    others = [entry for entry in near if entry.document_id != record.document_id]
    return matches(own, others, partial(archived_pages, store))
