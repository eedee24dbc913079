"""What must be true of a data folder once a run has come through, whatever happened before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digitizer.model import DocumentId
from pipelines.config import load
from pipelines.settings import Settings
from signing.trust import Trust
from signing.verify import verify
from storage.archive import commits
from storage.catalog import Catalog
from storage.fixity import Share, document_ids, examine, strays
from storage.objects import ObjectStore, open_store
from storage.package import root_prefix
from storage.rebuild import rebuild


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What an undisturbed run made of the same inbox: state by source, and the archived ids."""

    states: Mapping[str, str]
    archived: frozenset[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `broken` are sentences, none when all holds.

    `leftovers` counts packages of attempts that never committed (docs/adr/0011), `parts` hidden
    files of killed writes.
    """

    broken: tuple[str, ...]
    leftovers: int
    parts: int
    documents: int


def states_of(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the state of each source in a run's report; a source told twice is told so."""
    told = Counter(one["source"] for one in report["documents"])
    return {
        one["source"]: one["state"] if told[one["source"]] == 1 else "told twice"
        for one in report["documents"]
    }


def check(data: Path, report: Mapping[str, Any], undisturbed: Undisturbed) -> Checked:
    """Look at everything a completed run left. Rebuilds the catalog on the way."""
    return check_site(load(flags={"run.data": data}, environ={}).settings, report, undisturbed)


def check_site(settings: Settings, report: Mapping[str, Any], undisturbed: Undisturbed) -> Checked:
    """As `check`, for a site with settings of its own, such as an archive in S3."""
    data = settings.run.data
    store = open_store(settings.storage)
    archived = tuple(document_ids(store))
    roots = {one.root.prefix for document_id in archived for one in commits(store, document_id)}
    begun = {prefix for key in store.keys("") if (prefix := root_prefix(key))}
    broken = (
        *_accounts(report, undisturbed),
        *_archive(archived, undisturbed),
        *_fixity(settings, store, archived),
        *_catalog(settings, len(archived)),
        *_work(data, archived),
    )
    parts = sum(1 for path in data.rglob(".*.part") if path.is_file())
    return Checked(broken, len(begun - roots), parts, len(archived))


def _accounts(report: Mapping[str, Any], undisturbed: Undisturbed) -> Iterator[str]:
    if not report["balance"]["holds"]:
        yield "the balance does not hold"
    states = states_of(report)
    for source in sorted(states.keys() | undisturbed.states.keys()):
        now, then = states.get(source, "lost"), undisturbed.states.get(source, "not there")
        if now != then:
            yield f"{source} is {now}, undisturbed it is {then}"


def _archive(archived: tuple[DocumentId, ...], undisturbed: Undisturbed) -> Iterator[str]:
    held = Counter(map(str, archived))
    for document_id in sorted(undisturbed.archived - held.keys()):
        yield f"{document_id} is not archived"
    for document_id in sorted(held.keys() - undisturbed.archived):
        yield f"{document_id} should not be archived"
    for document_id in sorted(name for name, count in held.items() if count > 1):
        yield f"{document_id} is archived twice"


def _fixity(
    settings: Settings, store: ObjectStore, archived: tuple[DocumentId, ...]
) -> Iterator[str]:
    """Fetch every object back, as a reader would, and judge the signed ones."""
    trust = Trust.open(settings.signing, settings.keys_folder)

    def prove(signed: Path) -> str:
        verdict = verify(signed, trust=trust, now=datetime.now(UTC))
        return "" if verdict.is_valid else str(verdict.status)

    with Catalog.open(settings.storage) as catalog:
        for document_id in archived:
            for finding in examine(store, catalog, document_id, prove):
                yield f"{finding.key}: {finding.damage} {finding.detail}"
        for finding in strays(store, catalog, Share()):
            yield f"{finding.key}: {finding.damage}"


def _catalog(settings: Settings, documents: int) -> Iterator[str]:
    before = _dump(settings)
    if len(before) != documents:
        yield f"the catalog has {len(before)} lines for {documents} documents"
    rebuild(open_store(settings.storage), settings.storage, now=datetime.now(UTC))
    if _dump(settings) != before:
        yield "a rebuilt catalog differs"


def _dump(settings: Settings) -> list[bytes]:
    with Catalog.open(settings.storage) as catalog:
        return list(catalog.dump())


def _work(data: Path, archived: tuple[DocumentId, ...]) -> Iterator[str]:
    for document_id in archived:
        if (data / "work" / document_id).exists():
            yield f"work/{document_id} was not cleared"
